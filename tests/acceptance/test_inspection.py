"""Inspection: scenarios 22 to 28, plans by product, samples, defects by kind."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from gongfang.core import clock
from gongfang.core.errors import Moved, NotAllowed, Refused, SecondPersonNeeded
from gongfang.core.models import Entry
from gongfang.engines.sampling import REDUCED, TIGHTENED
from gongfang.ledger import postings
from gongfang.pay import actions as pay
from gongfang.pay.models import SlipLine
from gongfang.registry.people import actions as people_actions
from gongfang.work.dispatch.models import Lot
from gongfang.work.orders import actions as orders
from gongfang.work.orders.actions import Look
from gongfang.work.orders.models import DefectKind
from gongfang.work.piecework import actions, queries
from gongfang.work.piecework.looking import Records
from gongfang.work.piecework.models import Appeal, Bag
from tests.work.piecework.conftest import GOOD, MARGIN, MORNING, RATE, TODAY, settle

pytestmark = pytest.mark.usefixtures("all_adds_up")


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def plan(floor, **facts):
    facts = {
        "kind": "sample",
        "level": "II",
        "aql": 250,
        "valid_from": TODAY,
        "document": "质检办法",
        **facts,
    }
    return orders.set_inspection_plan(floor.people.wang.by(), floor.step, **facts)


def asked(hand_in):
    return Records([hand_in.bag.lot], TODAY).asked(hand_in, hand_in.bag.lot)


def inspected(floor, pieces=30, **facts):
    """One bag, out, back and inspected; what is not set aside is accepted."""
    row = floor.hand_in(floor.bag(pieces=pieces), pieces)
    bad = facts.get("rework", 0) + facts.get("rejected", 0) + facts.get("lost", 0)
    return floor.inspect(row, facts.pop("accepted", pieces - bad), **facts)


# --- 22: nothing is received without inspection --------------------------------------------------------------------


def test_pieces_handed_in_count_for_nothing_until_they_were_inspected(floor):
    row = floor.hand_in(floor.bag(pieces=30), 30)
    line = fresh(floor.line)
    assert (line.handed_in, line.accepted) == (30, 0)
    with pytest.raises(Refused, match="Only 0 accepted pieces"):
        actions.deliver(floor.people.luo.by(), floor.line, pieces=1)
    floor.inspect(row, 30)
    assert fresh(floor.line).accepted == 30


# --- 23: points ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("measure", "passes"), [(15, True), (5, False), (25, False)])
@pytest.mark.usefixtures("_morning")
def test_a_measure_of_ten_to_twenty(county, measure, passes):
    floor = settle(tail=(10, 20))
    row = floor.hand_in(floor.bag(pieces=10), 10)
    readings = {"1": measure, "2": True}
    if passes:
        assert floor.inspect(row, 10, readings=readings).accepted == 10
        return
    with pytest.raises(Refused) as refusal:
        floor.inspect(row, 10, readings=readings, reason="")
    assert refusal.value.code == "out_of_bounds"
    said = floor.inspect(row, 10, readings=readings, by_hand=True, reason="企业同意")
    assert (said.by_hand, said.accepted) == (True, 10)
    assert Entry.objects.get(verb="inspect").actor == floor.people.zhao.user


def test_a_missing_point_is_an_error(floor):
    row = floor.hand_in(floor.bag(pieces=10), 10)
    with pytest.raises(Refused) as refusal:
        floor.inspect(row, 10, readings={"1": 70})
    assert refusal.value.code == "missing_point"


@pytest.mark.usefixtures("_morning")
def test_a_photo_beside_the_sealed_sample_is_a_point_of_its_own(county):
    floor = settle(more=(Look("与封样一致", photo=True),))
    row = floor.hand_in(floor.bag(pieces=10), 10)
    said_without = {**GOOD, "3": True}
    with pytest.raises(Refused, match="与封样一致") as refusal:
        floor.inspect(row, 10, readings=said_without)
    assert refusal.value.code == "missing_point"
    said = floor.inspect(row, 10, readings=said_without, photos={"3": "aa/photo.jpg"})
    assert said.photos == {"3": "aa/photo.jpg"}


# --- 24, 25: the four numbers, whatever a sample says --------------------------------------------------------------


def test_a_good_sample_passes_the_rest_and_sets_its_bad_ones_aside(floor):
    plan(floor, aql=650)  # of 30: look at 8, up to 1 bad
    row = floor.hand_in(floor.bag(pieces=30), 30)
    assert (asked(row).size, asked(row).single.reject) == (8, 2)
    said = floor.inspect(row, 29, rework=1, looked=8, found=1)
    assert (said.severity, said.looked, said.found, said.passed) == ("normal", 8, 1, True)
    assert said.accepted + said.rework + said.rejected + said.lost == 30
    assert said.amount_hao == 29 * RATE


def test_a_bad_sample_passes_nothing_unless_every_piece_is_looked_at(floor):
    plan(floor, aql=650)
    row = floor.hand_in(floor.bag(pieces=30), 30)
    with pytest.raises(Refused, match="2 of the 8 pieces") as refusal:
        floor.inspect(row, 28, rework=2, looked=8, found=2)
    assert refusal.value.code == "look_at_all"
    said = floor.inspect(row, 24, rework=6, looked=30, found=2)
    assert (said.passed, said.accepted, said.rework) == (False, 24, 6)


def test_or_the_whole_hand_in_is_sent_back(floor):
    plan(floor, aql=650)
    row = floor.hand_in(floor.bag(pieces=30), 30)
    said = floor.inspect(row, 0, rework=30, looked=8, found=2)
    assert (said.passed, said.rework, said.amount_hao) == (False, 30, 0)
    again = floor.mend(row.bag, 30)
    assert asked(again).size == 30  # mended pieces are looked at one by one
    assert floor.inspect(again, 30).accepted == 30


def test_a_sample_smaller_than_asked_is_refused(floor):
    plan(floor, aql=650)
    row = floor.hand_in(floor.bag(pieces=30), 30)
    with pytest.raises(Refused, match="8 pieces of this hand-in are to be looked at"):
        floor.inspect(row, 30, looked=7)
    with pytest.raises(Refused, match="Each bad piece you found"):
        floor.inspect(row, 30, looked=8, found=1)


def test_without_a_plan_every_piece_is_looked_at(floor):
    row = floor.hand_in(floor.bag(pieces=30), 30)
    with pytest.raises(Refused, match="30 pieces of this hand-in"):
        floor.inspect(row, 30, looked=8)
    said = floor.inspect(row, 30)
    assert (said.plan, said.severity, said.looked, said.passed) == (None, "", None, None)


@pytest.mark.usefixtures("_morning")
def test_the_record_of_the_product_decides_how_closely_whoever_made_it(county):
    floor = settle(pieces=1_000, bag=8)
    plan(floor, aql=650)  # of 8: look at 2, none bad
    people = floor.people
    for maker in (people.zhou, people.lin):
        row = floor.hand_in(floor.bag(maker, pieces=8), 8)
        floor.inspect(row, 0, rework=8, looked=2, found=1)
    row = floor.hand_in(floor.bag(people.zhou, pieces=8), 8)
    assert (asked(row).severity, asked(row).size) == (TIGHTENED, 3)
    floor.inspect(row, 8, looked=3, found=0)
    for _ in range(4):
        inspected(floor, 8, looked=3, found=0)
    for _ in range(15):
        inspected(floor, 8, looked=2, found=0)
    assert asked(floor.hand_in(floor.bag(pieces=8), 8)).severity == REDUCED


@pytest.mark.usefixtures("_morning")
def test_a_good_record_spares_most_hand_ins_and_one_bad_piece_ends_it(county):
    floor = settle(pieces=1_000, bag=8)
    plan(floor, kind="skip", aql=650, skip_after=5, one_in=3)
    for _ in range(5):
        assert inspected(floor, 8, looked=2, found=0).severity == "normal"
    makers = [floor.people.zhou] * 8 + [floor.people.lin] * 6
    rows = [floor.hand_in(floor.bag(maker, pieces=8), 8) for maker in makers]
    skipped = [row for row in rows if asked(row).skipped]
    assert 2 < len(skipped) < 14
    said = floor.inspect(skipped[0], 8, looked=0, readings={})
    assert (said.severity, said.looked, said.passed, said.accepted) == ("skipped", 0, None, 8)
    said = floor.inspect(skipped[1], 7, rejected=1, looked=2, found=0)
    assert (said.severity, said.passed) == ("normal", True)
    said = floor.inspect(skipped[2], 0, rework=8, looked=2, found=1)
    assert (said.severity, said.passed) == ("normal", False)
    assert not any(asked(row).skipped for row in rows if fresh(row).stage == "waiting")


def test_a_plan_is_the_centres_and_never_reaches_back(floor):
    for who in ("he", "zhao", "luo", "sun", "qian"):
        with pytest.raises(NotAllowed):
            orders.set_inspection_plan(
                getattr(floor.people, who).by(),
                floor.step,
                kind="every",
                valid_from=TODAY,
                document="质检办法",
            )
    with pytest.raises(Refused, match="today or a later day"):
        plan(floor, valid_from=TODAY - timedelta(days=1))
    with pytest.raises(Refused, match="5 to 30"):
        plan(floor, kind="skip", skip_after=4, one_in=3)
    with pytest.raises(Refused, match="one in 2 to 5"):
        plan(floor, kind="skip", skip_after=5, one_in=6)
    with pytest.raises(Refused, match="of the list"):
        plan(floor, aql=123)
    plan(floor, valid_from=TODAY + timedelta(days=1))
    assert asked(floor.hand_in(floor.bag(pieces=30), 30)).size == 30


def test_a_sample_through_the_api(floor, machine):
    office, inspector = machine(floor.people.wang), machine(floor.people.zhao)
    facts = {"kind": "sample", "valid_from": str(TODAY), "document": "质检办法", "aql": 650}
    assert office("POST", f"/orders/steps/{floor.step.pk}/inspection-plans", facts)[0] == 200
    assert inspector("POST", f"/orders/steps/{floor.step.pk}/inspection-plans", facts)[0] == 403
    row = floor.hand_in(floor.bag(pieces=30), 30)
    told = inspector("GET", f"/piecework/hand-ins/{row.pk}/asked")[1]
    assert told == {
        "hand_in_id": row.pk, "severity": "normal", "size": 8, "accept": 1, "reject": 2, "skipped": False,
    }  # fmt: skip
    verdict = {"hand_in_id": row.pk, "accepted": 29, "rework": 1, "looked": 8, "found": 1, "reason": "松"}
    status, said = inspector("POST", "/piecework/inspections", {"rows": [{**verdict, "readings": GOOD}]})
    assert (status, said[0]["passed"], said[0]["looked"]) == (200, True, 8)


def test_a_sample_on_the_page(floor, visit):
    office, inspector = visit(floor.people.wang), visit(floor.people.zhao)
    address = reverse("orders:set_plan", args=[floor.step.pk])
    facts = {"kind": "sample", "level": "II", "aql": 650, "valid_from": str(TODAY), "document": "质检办法"}
    assert office.post(address, {"key": str(uuid4()), **facts}).status_code == 302
    assert (
        "a sample by GB/T 2828.1, level II, AQL 6.5 %"
        in office.get(reverse("orders:product", args=[floor.step.version.product_id])).content.decode()
    )
    row = floor.hand_in(floor.bag(pieces=30), 30)
    address = reverse("piecework:verdict", args=[row.pk])
    assert "Draw 8 of the 30 pieces" in inspector.get(address).content.decode()
    given = {
        "key": str(uuid4()), "accepted": 29, "rework": 1, "rejected": 0, "lost": 0, "reason": "松",
        "found": 1, "point_1": 70, "point_2": "yes",
    }  # fmt: skip
    assert inspector.post(address, given).status_code == 302
    assert "8 pieces, 1 of them bad (normal inspection)" in inspector.get(address).content.decode()


# --- defects by kind -----------------------------------------------------------------------------------------------


def loose(floor, name="结形松散"):
    return orders.add_defect_kind(floor.people.wang.by(), floor.step, name=name, guide="收紧每一道")


def test_defects_are_counted_by_kind_and_say_the_reason(floor):
    kind, other = loose(floor), loose(floor, "绳尾不齐")
    said = inspected(floor, 30, rework=4, rejected=1, defects={kind.pk: 4, other.pk: 2}, reason="")
    assert said.reason == "结形松散, 绳尾不齐"
    assert sorted(said.defects.values_list("kind__name", "pieces")) == [("结形松散", 4), ("绳尾不齐", 2)]


def test_a_defect_is_on_no_more_pieces_than_are_set_aside_and_of_this_work(floor):
    kind = loose(floor)
    row = floor.hand_in(floor.bag(pieces=30), 30)
    with pytest.raises(Refused, match="cannot be on more"):
        floor.inspect(row, 29, rework=1, defects={kind.pk: 2})
    with pytest.raises(Refused, match="not on the list"):
        floor.inspect(row, 29, rework=1, defects={0: 1})
    orders.retire_defect_kind(floor.people.wang.by(), kind)
    with pytest.raises(Refused, match="not on the list"):
        floor.inspect(row, 29, rework=1, defects={kind.pk: 1})
    with pytest.raises(Moved):
        orders.retire_defect_kind(floor.people.wang.by(), kind)


def test_a_kind_of_defect_stands_once_on_the_list(floor):
    loose(floor)
    with pytest.raises(Refused, match="on the list already"):
        loose(floor)
    with pytest.raises(NotAllowed):
        orders.add_defect_kind(floor.people.zhao.by(), floor.step, name="色差")


def test_an_officer_reads_defects_by_kind_a_maker_only_her_own(floor, visit):
    kind = loose(floor)
    inspected(floor, 30, rework=3, defects={kind.pk: 3})
    page = visit(floor.people.wang).get(reverse("piecework:defects")).content.decode()
    assert "“结形松散” of 同心结, on 3 pieces" in page
    assert "周桂花" not in page
    assert visit(floor.people.lin).get(reverse("piecework:defects")).status_code == 403
    mine = reverse("piecework:mine")
    assert "结形松散: 3 pieces." in visit(floor.people.zhou).get(mine).content.decode()
    assert "结形松散" not in visit(floor.people.lin).get(mine).content.decode()
    faults = queries.faults(floor.people.wang.member, TODAY, months=2)
    assert (faults.counts, list(faults.pieces)) == ({("同心结", "结形松散"): [0, 3]}, [0, 30])
    assert queries.faults(floor.people.wu.member, TODAY, months=2).counts == {}


def test_defects_through_the_api(floor, machine):
    office, inspector = machine(floor.people.wang), machine(floor.people.zhao)
    path = f"/orders/steps/{floor.step.pk}/defect-kinds"
    status, kind = office("POST", path, {"name": "色差", "guide": "对照色卡"})
    assert (status, kind["step_no"]) == (200, 1)
    row = floor.hand_in(floor.bag(pieces=30), 30)
    verdict = {
        "hand_in_id": row.pk,
        "accepted": 28,
        "rejected": 2,
        "defects": {kind["id"]: 2},
        "readings": GOOD,
    }
    said = inspector("POST", "/piecework/inspections", {"rows": [verdict]})[1][0]
    assert said["reason"] == "色差"
    listed = inspector("GET", f"/piecework/inspections/{said['id']}/defects")[1]["items"]
    assert listed == [{"kind_id": kind["id"], "pieces": 2}]
    assert office("POST", f"/orders/defect-kinds/{kind['id']}/retire")[0] == 200
    assert DefectKind.objects.get().retired_on == TODAY
    assert inspector("GET", path)[1]["count"] == 1


# --- another look, asked for by the maker --------------------------------------------------------------------------


@pytest.fixture
def second(floor):
    """苏晴 inspects for the operator: she had no hand in what the workshop made and 赵敏 inspected."""
    people = floor.people
    people_actions.give_role(people.wang.by(), people.operator, user=people.su.user, role="inspector")
    return people.su


def lot_of(said):
    return Lot.objects.get(pk=said.hand_in.bag.lot_id)


def again(second, said, **numbers):
    return pay.correct_verdict(second.by(), said, **{"reason": "对照封样，合格", **numbers})


def test_the_maker_asks_another_inspector_corrects_and_the_pay_follows(floor, second):
    zhou = floor.people.zhou
    said = inspected(floor, 30, rejected=5)
    asked_for = actions.ask_again(zhou.by(), said, words="这五个是好的")
    assert asked_for.provisional is False
    again(second, said, accepted=28, rework=0, rejected=2)
    assert (fresh(asked_for).stage, fresh(asked_for).answer) == ("corrected", "对照封样，合格")
    bag, line = fresh(said.hand_in.bag), fresh(floor.line)
    assert (bag.accepted, bag.rejected, bag.stage) == (28, 2, "closed")
    assert (line.accepted, line.rejected, line.handed_in) == (28, 2, 30)
    assert floor.owed(lot_of(said)) == 28 * RATE
    assert floor.margin() == 28 * MARGIN
    assert floor.pieces(postings.line(floor.line.pk), "accepted") == 28
    assert fresh(said).accepted == 25  # what was said first stays on record


def test_a_correction_after_the_slip_is_a_line_of_the_next_one(floor, second):
    said = inspected(floor, 30, rejected=5)
    luo = floor.people.luo
    pay.draw_up_slips(luo.by(), floor.people.operator)
    again(second, said, accepted=28, rework=0, rejected=2)
    pay.draw_up_slips(luo.by(), floor.people.operator)
    assert list(SlipLine.objects.order_by("pk").values_list("amount_hao", flat=True)) == [25 * RATE, 3 * RATE]


def test_what_is_to_be_mended_after_all_goes_out_again(floor, second):
    said = inspected(floor, 30, rejected=5)
    again(second, said, accepted=25, rework=5, rejected=0, reason="能修")
    bag = fresh(said.hand_in.bag)
    assert (bag.rework, bag.stage, lot_of(said).stage) == (5, "out", "open")
    floor.inspect(floor.mend(bag, 5), 5)
    assert (fresh(bag).accepted, fresh(bag).stage, lot_of(said).stage) == (30, "closed", "closed")
    assert floor.owed(lot_of(said)) == 30 * RATE


def test_a_second_look_can_be_looked_at_a_third_time_by_a_third_person(floor, second):
    said = inspected(floor, 30, rejected=5)
    again(second, said, accepted=28, rework=0, rejected=2)
    with pytest.raises(SecondPersonNeeded):
        again(second, said, accepted=30, rework=0, rejected=0)
    he = floor.people.he
    again(he, said, accepted=24, rework=0, rejected=6, reason="都松了")
    assert floor.owed(lot_of(said)) == 24 * RATE
    assert floor.margin() == 24 * MARGIN


def test_another_look_takes_nothing_from_pay_that_was_corrected_to_nothing(floor, second):
    said = inspected(floor, 30, rejected=5)
    pay.correct_pay(floor.people.wang.by(), said, amount_hao=0, reason="记错人", document="更正单")
    again(second, said, accepted=24, rework=0, rejected=6, reason="还有一个松")
    assert floor.owed(lot_of(said)) == 0
    assert fresh(said.hand_in.bag).accepted == 24


def test_who_issued_made_or_inspected_does_not_look_again(floor, second):
    said = inspected(floor, 30, rejected=5)
    with pytest.raises(SecondPersonNeeded):
        again(floor.people.zhao, said, accepted=30, rework=0, rejected=0)
    for who in ("chen", "zhou", "luo", "wang", "qian"):
        with pytest.raises(NotAllowed):
            again(getattr(floor.people, who), said, accepted=30, rework=0, rejected=0)
    with pytest.raises(NotAllowed):  # without its pay it is nobody's to do
        actions.look_again(second.by(), said, accepted=30, rework=0, rejected=0, reason="好的")


def test_a_verdict_may_stay_with_a_reason(floor, second):
    said = inspected(floor, 30, rejected=5)
    asked_for = actions.ask_again(floor.people.zhou.by(), said, words="这五个是好的")
    with pytest.raises(SecondPersonNeeded):
        actions.keep_verdict(floor.people.zhao.by(), asked_for, answer="松了")
    with pytest.raises(Refused, match="Say why"):
        actions.keep_verdict(second.by(), asked_for, answer=" ")
    kept = actions.keep_verdict(second.by(), asked_for, answer="五个都比封样短")
    assert (kept.stage, floor.owed(lot_of(said))) == ("kept", 25 * RATE)
    with pytest.raises(Moved):
        actions.keep_verdict(second.by(), asked_for, answer="五个都比封样短")


def test_who_asks_never_loses_by_it(floor, second):
    said = inspected(floor, 30, rejected=5)
    actions.ask_again(floor.people.zhou.by(), said, words="这五个是好的")
    with pytest.raises(Refused, match="loses nothing"):
        again(second, said, accepted=20, rework=0, rejected=10)


def test_the_desk_asks_for_somebody_provisionally_and_only_for_so_many_days(floor):
    said = inspected(floor, 30, rejected=5)
    chen, zhou = floor.people.chen, floor.people.zhou
    with clock.at(MORNING + timedelta(days=16)), pytest.raises(Refused, match="could be asked for until"):
        actions.ask_again(zhou.by(), said, words="好的")
    with clock.at(MORNING + timedelta(days=15)):
        assert actions.ask_again(chen.by(for_=zhou), said, words="她说是好的").provisional is True
    with pytest.raises(Moved, match="asked for already"):
        actions.ask_again(zhou.by(), said, words="好的")
    with pytest.raises(NotAllowed):
        actions.ask_again(floor.people.lin.by(), said, words="好的")


def test_what_was_delivered_or_mended_meanwhile_keeps_its_verdict(floor, second):
    said = inspected(floor, 30, rework=5)
    actions.deliver(floor.people.luo.by(), floor.line, pieces=20)
    with pytest.raises(Refused, match="gone on to the enterprise"):
        again(second, said, accepted=19, rework=5, rejected=6)
    floor.mend(said.hand_in.bag, 5)
    with pytest.raises(Refused, match="came back already"):
        again(second, said, accepted=30, rework=0, rejected=0)
    with pytest.raises(Refused, match="add up"):
        again(second, said, accepted=31, rework=0, rejected=0)
    with pytest.raises(Refused, match="stand already"):
        again(second, said, accepted=25, rework=5, rejected=0)


def test_another_look_through_the_api(floor, second, machine):
    said = inspected(floor, 30, rejected=5)
    maker, looks = machine(floor.people.zhou), machine(second)
    path = f"/piecework/inspections/{said.pk}/ask-again"
    assert maker("POST", path, {"words": "这五个是好的"})[1]["stage"] == "open"
    assert looks("GET", "/piecework/appeals")[1]["count"] == 1
    numbers = {"accepted": 30, "rework": 0, "rejected": 0, "reason": "合格"}
    status, look = looks("POST", f"/pay/inspections/{said.pk}/look-again", numbers)
    assert (status, look["accepted"], look["rejected"]) == (200, 5, -5)
    assert Appeal.objects.get().stage == "corrected"


def test_another_look_on_the_pages(floor, second, visit):
    said = inspected(floor, 30, rejected=5)
    maker, looks = visit(floor.people.zhou), visit(second)
    verdict = reverse("piecework:verdict", args=[said.hand_in_id])
    assert "Ask for another look" in maker.get(verdict).content.decode()
    address = reverse("piecework:ask_again", args=[said.pk])
    assert maker.post(address, {"key": str(uuid4()), "words": "这五个是好的"}).status_code == 302
    assert "这五个是好的" in looks.get(reverse("pay:appeals")).content.decode()
    address = reverse("pay:look_again", args=[said.pk])
    numbers = {"key": str(uuid4()), "accepted": 27, "rework": 0, "rejected": 3, "reason": "两个是好的"}
    assert looks.post(address, numbers).status_code == 302
    assert "Answer: 两个是好的" in maker.get(verdict).content.decode()
    assert floor.owed(lot_of(said)) == 27 * RATE


# --- 27: the shelf -------------------------------------------------------------------------------------------------


def test_rejected_pieces_leave_the_shelf_three_then_seven_and_never_more(floor, machine):
    said = inspected(floor, 10, rejected=10, reason="色差")
    lot, he = lot_of(said), floor.people.he
    actions.clear_shelf(he.by(), lot, kind="back", pieces=3, reason="退货单 7")
    assert queries.on_shelf(lot.pk) == 7
    with pytest.raises(Refused, match="7 rejected pieces") as refusal:
        actions.clear_shelf(he.by(), lot, kind="back", pieces=15, reason="退货单 8")
    assert refusal.value.code == "too_many"
    status, gone = machine(he)(
        "POST", f"/piecework/lots/{lot.pk}/clear-shelf", {"kind": "back", "pieces": 7, "reason": "退货单 8"}
    )
    assert (status, gone["pieces"], queries.on_shelf(lot.pk)) == (200, 7, 0)
    assert list(queries.shelves(he.member)) == []
    assert floor.pieces(postings.lot(lot.pk), "back") == 10
    assert Bag.objects.get(lot=lot).rejected == 10  # what was rejected stays rejected


def test_each_way_off_the_shelf(floor, second):
    said = inspected(floor, 10, rejected=10, reason="色差")
    lot, he = lot_of(said), floor.people.he
    for kind in ("scrapped", "seconds", "given"):
        actions.clear_shelf(he.by(), lot, kind=kind, pieces=2, reason="村里拍板")
        assert floor.pieces(postings.lot(lot.pk), kind) == 2
    with pytest.raises(Refused, match="left the shelf"):
        again(second, said, accepted=5, rework=0, rejected=5)
    again(second, said, accepted=4, rework=0, rejected=6)
    assert (queries.on_shelf(lot.pk), floor.owed(lot)) == (0, 4 * RATE)


def test_the_shelf_is_not_the_inspectors(floor, visit):
    said = inspected(floor, 10, rejected=10, reason="色差")
    with pytest.raises(NotAllowed):
        actions.clear_shelf(floor.people.zhao.by(), lot_of(said), kind="given", pieces=1, reason="送")
    manager = visit(floor.people.he)
    assert "同心结" in manager.get(reverse("piecework:shelf")).content.decode()
    address = reverse("piecework:clear_shelf", args=[lot_of(said).pk])
    facts = {"key": str(uuid4()), "kind": "given", "pieces": 10, "reason": "做样品"}
    assert manager.post(address, facts).status_code == 302
    assert "Nothing lies on the shelf" in manager.get(reverse("piecework:shelf")).content.decode()
