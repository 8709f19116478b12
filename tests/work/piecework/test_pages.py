"""The pages of piecework, as each person meets them."""

from io import BytesIO
from uuid import uuid4

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gongfang.core.models import Parameter
from gongfang.registry.people.models import Look
from gongfang.work.orders.models import OrderLine
from gongfang.work.piecework import actions
from gongfang.work.piecework.actions import HandInRow, Verdict
from gongfang.work.piecework.models import Bag, Delivery, GiveBack, HandIn, Inspection, Loss
from tests.work.piecework.conftest import GOOD, settle


def url(name, *args):
    return reverse(f"piecework:{name}", args=args)


def text(response):
    return " ".join(response.content.decode().split())


@pytest.fixture
def visit(floor):
    """A browser of somebody's that speaks English."""

    def of(person):
        client = person.client()
        client.cookies["language"] = "en"
        return client

    return of


def send(client, name, *args, **fields):
    return client.post(url(name, *args), {"key": str(uuid4()), **fields})


def test_from_packing_to_the_verdict_on_pages_alone(floor, visit):
    people, lot = floor.people, floor.lot(floor.people.zhou, 40)
    desk = visit(people.chen)
    assert "1 person&#x27;s work is to be packed" in text(desk.get(url("pack")))
    assert send(desk, "pack", lots=[lot.pk]).status_code == 302
    first, second = Bag.objects.order_by("pk")
    page = text(desk.get(url("issue")))
    assert "2 bags are packed" in page
    assert first.code in page
    answer = send(desk, "issue", codes=first.code.lower(), bags=[second.pk])
    assert answer.status_code == 302
    assert set(Bag.objects.values_list("stage", flat=True)) == {"out"}
    assert "周桂花" in text(desk.get(url("hand_in")))
    assert send(desk, "hand_in", **{f"bag_{first.pk}": "30", f"bag_{second.pk}": ""}).status_code == 302
    row = HandIn.objects.get()
    inspector = visit(people.zhao)
    assert "1 hand-in waits for your word" in text(inspector.get(url("to_inspect")))
    facts = {"accepted": "28", "rework": "2", "rejected": "0", "lost": "0", "reason": "结松"}
    points = {"point_1": "70", "point_2": "yes"}
    answer = send(inspector, "verdict", row.pk, **facts, **points)
    assert answer.status_code == 302, text(answer)
    assert "The maker has earned ¥12.60" in text(inspector.get(url("to_inspect")))
    assert Inspection.objects.get().readings == {"1": 70, "2": True}
    desk.get(url("hand_in_mended"))
    send(desk, "hand_in_mended", **{f"bag_{first.pk}": "2"})
    assert HandIn.objects.filter(mended=True, pieces=2).exists()


def test_scanning_the_same_sack_twice_with_one_key_issues_it_once(floor, visit):
    bags = floor.packed(floor.people.zhou, 60)
    desk, fields = visit(floor.people.chen), {"key": str(uuid4()), "bags": [bag.pk for bag in bags]}
    for _again in range(2):
        assert desk.post(url("issue"), fields).status_code == 302
    assert set(Bag.objects.values_list("stage", flat=True)) == {"out"}


def test_sending_a_hand_in_twice_counts_once(floor, visit):
    bag, desk = floor.bag(), visit(floor.people.chen)
    fields = {"key": str(uuid4()), f"bag_{bag.pk}": "30"}
    for _again in range(2):
        assert desk.post(url("hand_in"), fields).status_code == 302
    assert HandIn.objects.count() == 1


def test_a_wrong_and_a_foreign_label_say_at_once_why(floor, visit):
    bag = floor.packed(floor.people.zhou)[0]
    answer = send(visit(floor.people.chen), "issue", codes="ABC")
    assert answer.status_code == 422
    assert "ABC: This is not one of our labels" in text(answer)
    answer = visit(floor.people.wu).get(url("scan"), {"code": bag.code})
    assert answer.status_code == 422
    assert "This bag belongs to 双溪共富工坊" in text(answer)


def test_the_address_on_a_label_leads_to_its_bag(floor, visit):
    bag = floor.packed(floor.people.zhou)[0]
    answer = visit(floor.people.chen).get(f"/B/{bag.code}")
    assert answer.headers["Location"] == url("bag", bag.pk)
    labels = text(visit(floor.people.chen).get(url("labels")))
    assert bag.code in labels
    assert "<svg" in labels


def test_too_many_pieces_are_refused_and_what_was_typed_stays(floor, visit):
    bag = floor.bag()
    answer = send(visit(floor.people.chen), "hand_in", **{f"bag_{bag.pk}": "31"})
    assert answer.status_code == 422
    assert f"Only 30 pieces of bag {bag.code} are outside" in text(answer)
    assert 'value="31"' in text(answer)


def test_an_empty_slip_says_what_to_fill_in(floor, visit):
    bag, desk = floor.bag(), visit(floor.people.chen)
    assert "for at least one bag" in text(send(desk, "hand_in", **{f"bag_{bag.pk}": ""}))
    assert "Scan a label" in text(send(desk, "issue", codes=""))
    assert "whose work is to be packed" in text(send(desk, "pack"))


def test_a_scanned_bag_stands_alone_on_the_slip(floor, visit):
    bag, other = floor.bag(floor.people.zhou), floor.bag(floor.people.lin)
    page = text(visit(floor.people.chen).get(url("hand_in"), {"code": bag.code}))
    assert bag.code in page
    assert f"bag_{other.pk}" not in page


def test_giving_back_proposes_what_is_left_and_asks_no_reason(floor, visit):
    bag, desk = floor.bag(pieces=10), visit(floor.people.chen)
    floor.hand_in(bag, 4)
    page = text(desk.get(url("give_back", bag.pk)))
    assert 'name="pieces" value="6"' in page
    assert 'name="reason"' not in page
    assert send(desk, "give_back", bag.pk, pieces="6").status_code == 302
    assert GiveBack.objects.get().pieces == 6


def test_material_is_entered_in_metres_as_people_measure_it(floor, visit):
    bag, desk = floor.bag(pieces=10), visit(floor.people.chen)
    rope = f"material_{floor.rope.pk}"
    assert send(desk, "give_back", bag.pk, pieces="", **{rope: "1.25"}).status_code == 302
    assert GiveBack.objects.get().materials == {str(floor.rope.pk): 1_250}
    assert f'name="{rope}" value=' not in text(desk.get(url("give_back", bag.pk)))
    send(desk, "lose", bag.pk, pieces="", reason="剪坏了", **{rope: "0.5"})
    assert Loss.objects.get().materials == {str(floor.rope.pk): 500}


def test_a_loss_needs_a_sentence_and_says_nobody_pays(floor, visit):
    bag, desk = floor.bag(), visit(floor.people.chen)
    assert "Nobody has to pay for it" in text(desk.get(url("lose", bag.pk)))
    assert send(desk, "lose", bag.pk, pieces="2", reason="").status_code == 422
    assert send(desk, "lose", bag.pk, pieces="2", reason="被雨淋坏").status_code == 302
    assert Loss.objects.get().reason == "被雨淋坏"


def test_numbers_that_do_not_add_up_stay_on_the_page_with_the_reason(floor, visit):
    row = floor.hand_in(floor.bag(), 30)
    facts = {"accepted": "20", "rework": "0", "rejected": "0", "lost": "0", "point_1": "70", "point_2": "yes"}
    answer = send(visit(floor.people.zhao), "verdict", row.pk, **facts)
    assert answer.status_code == 422
    assert "must add up to it" in text(answer)
    answer = send(visit(floor.people.zhao), "verdict", row.pk, **{**facts, "accepted": "30", "point_1": ""})
    assert answer.status_code == 422


def test_the_way_of_a_bag_is_told_with_a_click_a_step(floor, visit):
    bag = floor.bag()
    said = floor.inspect(floor.hand_in(bag, 20), 18, rejected=2)
    page = text(visit(floor.people.wang).get(url("bag", bag.pk)))
    assert "Order K-30000" in page
    assert reverse("orders:order", args=[floor.order.pk]) in page
    assert url("verdict", said.hand_in_id) in page
    assert "18 × 0.45 = ¥8.10" in page
    verdict = text(visit(floor.people.zhou).get(url("verdict", said.hand_in_id)))
    assert "2022 年工价表" in verdict
    assert "结形端正" in verdict


def test_one_press_issues_cancels_and_unpacks_a_single_bag(floor, visit):
    bag, desk = floor.packed(floor.people.zhou)[0], visit(floor.people.chen)
    for name, stage in (("issue_one", "out"), ("cancel_issue", "packed"), ("unpack", "cancelled")):
        assert send(desk, name, bag.pk).status_code == 302
        assert Bag.objects.get(pk=bag.pk).stage == stage


def test_a_wrong_count_is_taken_back_from_the_bags_page(floor, visit):
    row = floor.hand_in(floor.bag(), 20)
    desk = visit(floor.people.chen)
    assert url("cancel_hand_in", row.pk) in text(desk.get(url("bag", row.bag_id)))
    assert send(desk, "cancel_hand_in", row.pk).status_code == 302
    assert HandIn.objects.get(pk=row.pk).stage == "cancelled"


def test_a_maker_reads_what_is_at_home_until_when_and_what_it_earns(floor, visit):
    bag = floor.bag(floor.people.zhou)
    floor.inspect(floor.hand_in(bag, 10), 10)
    page = text(visit(floor.people.zhou).get(url("mine")))
    assert "You have 1 bag with 20 pieces at home" in page
    assert "¥4.50" in page
    assert "No deposit is taken" in page
    assert "You have no bag at home" in text(visit(floor.people.lin).get(url("mine")))


def test_a_maker_says_yes_to_what_was_written_down_for_her(floor, visit):
    people, bag = floor.people, floor.bag(floor.people.zhou)
    rows = [HandInRow(bag_id=bag.pk, pieces=5)]
    row = actions.hand_in(people.chen.by(for_=people.zhou), [bag], rows=rows)[0]
    assert "陈静 wrote down for you: 5 pieces of 同心结" in text(visit(people.zhou).get(url("mine")))
    assert visit(people.lin).post(url("say_yes", row.pk), {"key": str(uuid4())}).status_code == 404
    assert send(visit(people.zhou), "say_yes", row.pk).status_code == 302
    assert not HandIn.objects.get().provisional
    assert "wrote down for you" not in text(visit(people.zhou).get(url("mine")))


def test_the_desk_keeps_the_yes_of_a_maker_without_a_phone(floor, visit):
    people, bag = floor.people, floor.bag(floor.people.zhou)
    rows = [HandInRow(bag_id=bag.pk, pieces=5)]
    row = actions.hand_in(people.chen.by(for_=people.zhou), [bag], rows=rows)[0]
    desk = visit(people.chen)
    assert url("confirm_hand_in", row.pk) in text(desk.get(url("bag", bag.pk)))
    assert send(desk, "confirm_hand_in", row.pk, document="").status_code == 422
    assert send(desk, "confirm_hand_in", row.pk, document="2022-09 夹 4").status_code == 302
    assert not HandIn.objects.get().provisional


def test_what_is_not_theirs_is_not_there(floor, visit):
    bag = floor.bag(floor.people.zhou)
    row = floor.hand_in(bag, 5)
    for person in (floor.people.lin, floor.people.wu, floor.people.sun, floor.people.su):
        assert visit(person).get(url("bag", bag.pk)).status_code == 404
        assert visit(person).get(url("verdict", row.pk)).status_code == 404


def test_the_desk_pages_are_for_the_desk(floor, visit):
    for name in ("pack", "issue", "hand_in", "hand_in_mended"):
        assert visit(floor.people.zhou).get(url(name)).status_code == 403
        assert visit(floor.people.qian).get(url(name)).status_code == 403


def test_who_issued_reads_why_somebody_else_inspects(floor, visit):
    people = floor.people
    bag = actions.issue_bags(people.he.by(), floor.packed(people.zhou))[0]
    row = floor.hand_in(bag, 30)
    answer = visit(people.he).get(url("verdict", row.pk))
    assert answer.status_code == 403
    assert "Somebody else has to do this one" in text(answer)


def test_a_delivery_is_written_printed_and_signed(floor, visit):
    floor.inspect(floor.hand_in(floor.bag(), 30), 30)
    operator, line = visit(floor.people.luo), OrderLine.objects.get(pk=floor.line.pk)
    assert "30 accepted pieces wait for delivery" in text(operator.get(url("deliveries")))
    assert send(operator, "deliver", line.pk, pieces="31").status_code == 422
    answer = send(operator, "deliver", line.pk, pieces="30", carrier="县邮政")
    slip = Delivery.objects.get()
    assert answer.headers["Location"] == url("delivery", slip.pk)
    page = text(visit(floor.people.sun).get(url("delivery", slip.pk)))
    for said in ("K-30000-01", "东阳中国结有限公司", "双溪来料加工专业合作社", "磐工 2022-17", "县邮政"):
        assert said in page
    assert send(visit(floor.people.sun), "sign", slip.pk, signed_by="孙丽").status_code == 302
    assert Delivery.objects.get().signed_by == "孙丽"
    assert visit(floor.people.wu).get(url("delivery", slip.pk)).status_code == 404


def test_lists_are_saved_as_sheets(floor, visit):
    bag = floor.bag()
    floor.hand_in(bag, 5)
    for person, name in ((floor.people.chen, "bag_sheet"), (floor.people.zhao, "to_inspect_sheet")):
        book = openpyxl.load_workbook(BytesIO(visit(person).get(url(name)).content))
        cells = [cell for row in book.worksheets[0].iter_rows(values_only=True) for cell in row]
        assert bag.code in cells
    book = openpyxl.load_workbook(BytesIO(visit(floor.people.luo).get(url("delivery_sheet")).content))
    assert book.worksheets[0].cell(1, 1).value == "Slip"


def test_late_bags_are_named_first_and_can_be_listed_alone(floor, visit):
    bag = floor.bag()
    Bag.objects.filter(pk=bag.pk).update(due="2022-01-02")
    page = text(visit(floor.people.he).get(url("bags"), {"status": "late"}))
    assert "1 of 1 bags outside is late" in page
    assert bag.code in page


def test_every_maker_a_page_shows_can_read_who_looked(floor, visit):
    bag = floor.bag(floor.people.zhou)
    visit(floor.people.wang).get(url("bag", bag.pk))
    assert Look.objects.filter(
        resident=floor.people.zhou.row, viewer=floor.people.wang.user, page="bag"
    ).exists()


def test_names_are_masked_for_the_centre_and_plain_at_the_bench(floor, visit):
    floor.bag(floor.people.zhou)
    assert "周**" in text(visit(floor.people.wang).get(url("bags")))
    assert "周桂花" in text(visit(floor.people.zhao).get(url("bags")))


@pytest.mark.usefixtures("_morning")
@pytest.mark.parametrize(
    ("who", "name", "most"),
    [("chen", "bags", 25), ("chen", "issue", 22), ("chen", "hand_in", 22), ("zhao", "to_inspect", 22),
     ("zhou", "mine", 20), ("luo", "deliveries", 22), ("chen", "pack", 22)],
)  # fmt: skip
def test_a_list_asks_the_database_as_often_for_thirty_rows_as_for_one(county, who, name, most):
    Parameter.objects.create(
        key="dispatch.bags_at_once", value=500, valid_from="2022-01-01", document="工坊通知 3 号"
    )
    floor = settle(bag=3)
    client = getattr(floor.people, who).client()
    _stock(floor, 1)
    client.get(url(name))
    with CaptureQueriesContext(connection) as one:
        assert client.get(url(name)).status_code == 200
    _stock(floor, 29)
    with CaptureQueriesContext(connection) as many:
        assert client.get(url(name)).status_code == 200
    assert len(many) - len(one) in {0, 1}  # one more for a list that goes on on a second page: its keys
    assert len(many) <= most


def _stock(floor, count):
    """Have so many bags packed, out, handed in and delivered, and work to pack."""
    people = floor.people
    floor.packed(people.zhou, 3 * count)
    floor.out(people.zhou, 3 * count)
    bags = floor.out(people.lin, 3 * count)
    rows = [HandInRow(bag_id=bag.pk, pieces=1) for bag in bags]
    actions.hand_in(people.chen.by(), bags, rows=rows)
    taken = actions.hand_in(people.chen.by(), bags, rows=rows)
    verdicts = [Verdict(hand_in_id=row.pk, accepted=1, readings=GOOD) for row in taken]
    actions.inspect(people.zhao.by(), taken, rows=verdicts)
    for _n in range(count):
        actions.deliver(people.luo.by(), OrderLine.objects.get(pk=floor.line.pk), pieces=1)
        floor.lot(people.zhou, 1)
