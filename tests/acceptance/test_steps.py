"""Several steps: embroidery is cut, sewn and finished by different people at different places, each at an own rate."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.urls import reverse

from gongfang.core.errors import NotAllowed, Refused
from gongfang.ledger import postings
from gongfang.ledger import queries as ledger
from gongfang.ledger.accounts import CNY, Account, piece
from gongfang.pay import actions as pay
from gongfang.registry.people import actions as people_actions
from gongfang.work.dispatch import actions as dispatch
from gongfang.work.dispatch.models import Lot
from gongfang.work.orders import actions as orders
from gongfang.work.orders.actions import Arrival, Ingredient, Look, Work
from gongfang.work.orders.calling import called_off
from gongfang.work.orders.models import Order, OrderLine
from gongfang.work.orders.queries import left_to_share, with_totals
from gongfang.work.piecework import actions
from gongfang.work.piecework.actions import BackRow, HandInRow, LossRow, Verdict
from gongfang.work.piecework.models import Bag, BagSource
from tests.cast import People, gather
from tests.work.piecework.conftest import DUE, TODAY

CLOTH = 300  # millimetres a piece takes; thread comes in at the second step
RATES = (1_000, 3_000, 1_500)
FEE = 8_000

pytestmark = pytest.mark.usefixtures("_morning", "_english", "all_adds_up")


@dataclass
class Embroidery:
    """An order of a piece in three steps: cut and sewn at the workshop, finished by the agent's people."""

    people: People
    order: Order
    lines: tuple[OrderLine, OrderLine, OrderLine]

    def share(self, step: int, pieces: int) -> Lot:
        line = OrderLine.objects.get(pk=self.lines[step].pk)
        place = self.people.agency if step == 2 else self.people.workshop
        return dispatch.share_out(self.people.wang.by(), line, organisation=place, pieces=pieces)

    def out(self, share: Lot, maker, pieces: int) -> list[Bag]:
        lot = dispatch.claim(maker.by(), Lot.objects.get(pk=share.pk), maker=maker.row, pieces=pieces)
        return actions.issue_bags(self.desk(share).by(), actions.pack_bags(self.desk(share).by(), [lot]))

    def desk(self, share: Lot):
        return self.people.wu if share.organisation_id == self.people.agency.pk else self.people.chen

    def made(self, bag: Bag, *, rejected: int = 0, lost: int = 0):
        """Hand all of a bag in and say the word on it; what is not named is accepted."""
        by = (self.people.wu if bag.lot.organisation_id == self.people.agency.pk else self.people.chen).by()
        row = actions.hand_in(by, [bag], rows=[HandInRow(bag_id=bag.pk, pieces=bag.pieces)])[0]
        accepted = bag.pieces - rejected - lost
        verdict = Verdict(
            hand_in_id=row.pk,
            accepted=accepted,
            readings={"1": True},
            reason="毛边" if rejected or lost else "",
            rejected=rejected,
            lost=lost,
        )
        return actions.inspect(self.people.su.by(), [row], rows=[verdict])[0]

    def line(self, step: int) -> OrderLine:
        return OrderLine.objects.get(pk=self.lines[step].pk)

    def held(self, holder, purpose: str, step: int) -> int:
        return ledger.balance(Account(holder, purpose, piece(self.lines[step].pk)))

    def owed(self, bag: Bag) -> int:
        return ledger.balance(Account(postings.relation(bag.lot.relation_id), "owed", CNY))


@pytest.fixture
def embroidery(county) -> Embroidery:
    people = gather()
    wang = people.wang
    people_actions.give_role(wang.by(), people.operator, user=people.su.user, role="inspector")
    kinds = [
        people_actions.add_skill_kind(wang.by(), None, code=code, name=name)
        for code, name in (("cut", "裁剪"), ("sew", "绣花"), ("finish", "整烫"))
    ]
    for maker, kind in ((people.zhou, 0), (people.lin, 1), (people.zhou, 1), (people.fang, 2)):
        people_actions.add_skill(maker.by(), maker.row, kind=kinds[kind])
    cloth = orders.add_material(wang.by(), None, code="cloth", name="棉布", unit_kind="mm")
    thread = orders.add_material(wang.by(), None, code="thread", name="银线", unit_kind="mm")
    product = orders.add_product(wang.by(), None, code="emb", name="绣片", category="刺绣")
    recipes = ((Ingredient(cloth, CLOTH),), (Ingredient(thread, 2_000),), ())
    works = [
        Work(
            name=kind.name,
            skill=kind,
            standard_seconds=60,
            bag_pieces=20,
            recipe=recipe,
            points=(Look("平整"),),
        )
        for kind, recipe in zip(kinds, recipes, strict=True)
    ]
    version = orders.publish_version(wang.by(), product, steps=works)
    for step, hao in zip(version.steps.order_by("no"), RATES, strict=True):
        orders.set_rate(wang.by(), step, hao=hao, valid_from=date(2022, 1, 1), document="单价表")
    sample = orders.make_sample(wang.by(), people.enterprise, version=version)
    orders.approve_sample_for_enterprise(people.sun.by(), sample)
    orders.approve_sample_for_centre(people.li.by(), sample)
    contract = orders.sign_contract(
        wang.by(), people.operator, enterprise=people.enterprise, number="绣 1", signed_on=TODAY
    )
    draft = orders.open_order(wang.by(), contract, due=DUE, number="E-1")
    orders.add_line(wang.by(), draft, version=version, pieces=100, fee_hao=FEE)
    order = orders.place_order(wang.by(), draft)
    rows = [Arrival(cloth, 200 * CLOTH), Arrival(thread, 400_000)]
    orders.receive_material(people.luo.by(), order, number="S-1", rows=rows, store=None)
    cut, sew, finish = order.lines.order_by("step__no")
    return Embroidery(people, order, (cut, sew, finish))


def test_an_order_of_a_piece_in_three_steps_is_a_chain_of_three_lines(embroidery):
    cut, sew, finish = embroidery.lines
    assert (cut.fed_by, sew.fed_by, finish.fed_by) == (None, cut, sew)
    assert [line.final for line in embroidery.lines] == [False, False, True]
    assert with_totals(Order.objects.all()).get().pieces == 100  # a hundred pieces, not three hundred


def test_a_piece_goes_from_hand_to_hand_and_everybody_earns_their_step(embroidery):
    people = embroidery.people
    cut = embroidery.out(embroidery.share(0, 40), people.zhou, 20)[0]
    embroidery.made(cut)
    sew = embroidery.out(embroidery.share(1, 40), people.lin, 20)[0]
    assert embroidery.held(postings.lot(sew.lot_id), "half_made", 0) == 20
    embroidery.made(sew)
    finish = embroidery.out(embroidery.share(2, 40), people.fang, 20)[0]
    embroidery.made(finish)
    assert [embroidery.owed(bag) for bag in (cut, sew, finish)] == [20 * hao for hao in RATES]
    assert [embroidery.line(step).accepted for step in range(3)] == [20, 20, 20]
    assert [embroidery.line(step).passed_on for step in range(3)] == [20, 20, 0]
    actions.deliver(people.luo.by(), embroidery.line(2), pieces=20)
    bill = orders.invoice(people.luo.by(), embroidery.order, number="FP-1", due=DUE)
    assert bill.amount_hao == 20 * FEE  # once, not three times
    assert len(pay.draw_up_slips(people.luo.by(), people.operator)) == 3


def test_half_made_pieces_keep_the_lot_they_come_from(embroidery):
    people = embroidery.people
    share = embroidery.share(0, 40)
    first, second = (embroidery.out(share, people.zhou, 15)[0] for _ in range(2))
    embroidery.made(first)
    embroidery.made(second)
    sew = embroidery.out(embroidery.share(1, 40), people.lin, 20)[0]
    origins = list(BagSource.objects.filter(bag=sew).order_by("pk").values_list("origin", "pieces"))
    assert origins == [(first.lot_id, 15), (second.lot_id, 5)]


def test_nobody_goes_on_with_pieces_that_are_not_there(embroidery):
    people = embroidery.people
    embroidery.made(embroidery.out(embroidery.share(0, 40), people.zhou, 20)[0], rejected=2)
    share = embroidery.share(1, 40)
    with pytest.raises(Refused, match="has 18 accepted pieces to go on with") as refusal:
        embroidery.out(share, people.lin, 20)
    assert refusal.value.code == "not_made_yet"
    assert embroidery.out(share, people.lin, 18)[0].stage == "out"


def test_unworked_pieces_go_back_to_the_step_before(embroidery):
    people = embroidery.people
    embroidery.made(embroidery.out(embroidery.share(0, 40), people.zhou, 20)[0])
    share = embroidery.share(1, 40)
    bag = embroidery.out(share, people.lin, 20)[0]
    actions.give_back(people.chen.by(), [bag], rows=[BackRow(bag_id=bag.pk, pieces=8)])
    assert (embroidery.line(0).passed_on, embroidery.held(postings.lot(bag.lot_id), "half_made", 0)) == (
        12,
        12,
    )
    other = embroidery.out(share, people.zhou, 8)[0]
    actions.cancel_issue(people.chen.by(), [other])
    assert embroidery.line(0).passed_on == 12
    actions.issue_bags(people.chen.by(), [Bag.objects.get(pk=other.pk)])
    assert embroidery.line(0).passed_on == 20


def test_each_step_may_lose_some_and_the_steps_before_make_them_again(embroidery):
    people = embroidery.people
    embroidery.made(embroidery.out(embroidery.share(0, 100), people.zhou, 20)[0])
    assert left_to_share(embroidery.line(0)) == 0
    sew = embroidery.out(embroidery.share(1, 40), people.lin, 20)[0]
    rows = [LossRow(bag_id=sew.pk, pieces=1, reason="落水")]
    actions.report_loss(people.chen.by(), [sew], rows=rows)
    row = actions.hand_in(people.chen.by(), [sew], rows=[HandInRow(bag_id=sew.pk, pieces=19)])[0]
    verdict = Verdict(
        hand_in_id=row.pk, accepted=15, rework=1, rejected=2, lost=1, readings={"1": True}, reason="断线"
    )
    actions.inspect(people.su.by(), [row], rows=[verdict])
    lot = postings.lot(sew.lot_id)
    assert embroidery.held(lot, "half_lost", 0) == 2
    assert embroidery.held(lot, "worked_on", 0) == 18
    assert embroidery.held(lot, "half_made", 0) == 0
    assert left_to_share(embroidery.line(0)) == 4  # two rejected, two lost on the way


def test_only_the_last_step_is_delivered(embroidery):
    people = embroidery.people
    embroidery.made(embroidery.out(embroidery.share(0, 40), people.zhou, 20)[0])
    with pytest.raises(Refused, match="go on to the next step"):
        actions.deliver(people.luo.by(), embroidery.line(0), pieces=5)


def test_the_fee_carries_every_step(embroidery):
    with pytest.raises(Refused, match="does not carry"):
        dispatch.share_out(
            embroidery.people.wang.by(), embroidery.line(1), organisation=embroidery.people.workshop, pieces=10,
            margin_hao=FEE - sum(RATES) + 1,
        )  # fmt: skip
    dispatch.share_out(
        embroidery.people.wang.by(), embroidery.line(1), organisation=embroidery.people.workshop, pieces=10,
        margin_hao=FEE - sum(RATES),
    )  # fmt: skip
    with pytest.raises(Refused, match="does not carry"):
        dispatch.share_out(
            embroidery.people.wang.by(), embroidery.line(0), organisation=embroidery.people.workshop, pieces=10,
            margin_hao=1,
        )  # fmt: skip


def test_whoever_lacks_the_skill_of_a_step_does_not_take_it(embroidery):
    share = embroidery.share(1, 40)
    with pytest.raises((Refused, NotAllowed)):
        dispatch.claim(embroidery.people.fang.by(), share, maker=embroidery.people.fang.row, pieces=5)


def test_an_order_of_several_steps_is_changed_as_one_piece(embroidery):
    people, order = embroidery.people, embroidery.order
    share = embroidery.share(0, 100)
    embroidery.made(embroidery.out(share, people.zhou, 20)[0])
    embroidery.made(embroidery.out(embroidery.share(1, 100), people.lin, 20)[0], rejected=2)
    embroidery.share(0, 2)  # two have to be cut once more

    def amend(due: date | None = None, changes: Sequence[orders.Change] = ()) -> None:
        orders.amend_order(
            people.luo.by(), order, due=due, changes=changes, reason="改期", document="补充协议"
        )

    later = DUE + timedelta(days=10)
    amend(due=later)
    assert {embroidery.line(step).due for step in range(3)} == {later}
    dearer = orders.Change(embroidery.line(2), fee_hao=FEE + 1)
    amend(changes=[dearer])
    with pytest.raises(Refused) as refusal:
        amend(changes=[orders.Change(embroidery.line(2), pieces=0)])
    assert refusal.value.code == "nothing_left"
    assert called_off(order.contract).pieces == 100  # a hundred pieces, not three hundred


def test_a_step_is_dropped_with_all_the_others(embroidery):
    wang, order = embroidery.people.wang, embroidery.order
    draft = orders.open_order(wang.by(), order.contract, due=DUE)
    line = orders.add_line(wang.by(), draft, version=embroidery.lines[0].version, pieces=10, fee_hao=FEE)
    with pytest.raises(Refused, match="one step of a piece"):
        orders.drop_line(wang.by(), line.fed_by)
    orders.drop_line(wang.by(), line)
    assert set(draft.lines.values_list("stage", flat=True)) == {"cancelled"}


def test_the_pages_and_the_api_say_which_step(embroidery, visit, machine):
    people = embroidery.people
    embroidery.made(embroidery.out(embroidery.share(0, 40), people.zhou, 20)[0])
    bag = embroidery.out(embroidery.share(1, 40), people.lin, 20)[0]
    page = visit(people.wang).get(reverse("orders:order", args=[embroidery.order.pk])).content.decode()
    for name in ("绣片 · 裁剪", "绣片 · 绣花", "绣片 · 整烫"):
        assert name in page
    page = visit(people.chen).get(reverse("piecework:bag", args=[bag.pk])).content.decode()
    assert "20 pieces after “裁剪”, made at 双溪共富工坊" in page
    lines = machine(people.wang)("GET", f"/orders/{embroidery.order.pk}")[1]["lines"]
    told = [(line["step_id"], line["final"], line["passed_on"]) for line in lines]
    assert told == [
        (embroidery.lines[0].step_id, False, 20),
        (embroidery.lines[1].step_id, False, 0),
        (embroidery.lines[2].step_id, True, 0),
    ]
