"""A workshop with an order of knots: its desk, its inspector, and people who took some home."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from gongfang.core import clock
from gongfang.ledger import postings
from gongfang.ledger import queries as ledger
from gongfang.ledger.accounts import CNY, Account, material, piece
from gongfang.ledger.reconcile import reconcile
from gongfang.registry.people import actions as people_actions
from gongfang.work.dispatch import actions as dispatch
from gongfang.work.dispatch.models import Lot
from gongfang.work.orders import actions as orders
from gongfang.work.orders.actions import Arrival, Ingredient, Look, Work
from gongfang.work.orders.models import Material, Order, OrderLine, Step
from gongfang.work.piecework import actions
from gongfang.work.piecework.actions import HandInRow, Verdict
from gongfang.work.piecework.models import Bag, HandIn, Inspection
from tests.cast import People, Person, gather

TODAY = date(2022, 9, 8)
DUE = date(2022, 9, 30)
MORNING = datetime(2022, 9, 8, 1, tzinfo=UTC)
ROPE, BEAD = 2_400, 1  # what a knot takes: millimetres of rope, beads
RATE, MARGIN, FEE = 4_500, 500, 7_000
GOOD = {"1": 70, "2": True}


@dataclass
class Floor:
    """Who is around, and what they make."""

    people: People
    order: Order
    line: OrderLine
    step: Step
    rope: Material
    bead: Material
    share: Lot

    def lot(self, maker: Person, pieces: int = 100) -> Lot:
        """Let a maker take pieces of the workshop's share."""
        return dispatch.claim(maker.by(), self.share, maker=maker.row, pieces=pieces)

    def packed(self, maker: Person, pieces: int = 30) -> list[Bag]:
        return actions.pack_bags(self.people.chen.by(), [self.lot(maker, pieces)])

    def out(self, maker: Person, pieces: int = 30) -> list[Bag]:
        return actions.issue_bags(self.people.chen.by(), self.packed(maker, pieces))

    def bag(self, maker: Person | None = None, pieces: int = 30) -> Bag:
        """One bag at the home of a maker."""
        return self.out(maker or self.people.zhou, pieces)[0]

    def hand_in(self, bag: Bag, pieces: int) -> HandIn:
        return actions.hand_in(self.people.chen.by(), [bag], rows=[HandInRow(bag_id=bag.pk, pieces=pieces)])[
            0
        ]

    def mend(self, bag: Bag, pieces: int) -> HandIn:
        row = HandInRow(bag_id=bag.pk, pieces=pieces)
        return actions.hand_in_mended(self.people.chen.by(), [bag], rows=[row])[0]

    def inspect(self, hand_in: HandIn, accepted: int, **facts) -> Inspection:
        """The inspector's word; whatever is not accepted has a reason."""
        facts = {"readings": GOOD, "reason": "结形松散", **facts}
        verdict = Verdict(hand_in_id=hand_in.pk, accepted=accepted, **facts)
        return actions.inspect(self.people.zhao.by(), [hand_in], rows=[verdict])[0]

    def stored(self, of: Material | None = None) -> int:
        """What the workshop's store has of a material."""
        return self.held(postings.organisation(self.people.workshop.pk), "store", of or self.rope)

    def held(self, holder, purpose: str, of: Material | None = None) -> int:
        return ledger.balance(Account(holder, purpose, material(self.order.pk, (of or self.rope).pk)))

    def pieces(self, holder, purpose: str) -> int:
        return ledger.balance(Account(holder, purpose, piece(self.line.pk)))

    def owed(self, lot: Lot) -> int:
        assert lot.relation_id is not None
        return ledger.balance(Account(postings.relation(lot.relation_id), "owed", CNY))

    def margin(self) -> int:
        return ledger.balance(Account(postings.organisation(self.people.workshop.pk), "owed", CNY))


def settle(
    *,
    rope: int = 5_000_000,
    bead: int = 3_000,
    pieces: int = 1_000,
    bag: int = 30,
    tail: tuple[int, int] = (68, 72),
    more: tuple[Look, ...] = (),
) -> Floor:
    """Let everybody come in, the order be placed and its material arrive."""
    people = gather()
    by = people.wang.by
    knotting = people_actions.add_skill_kind(by(), None, code="knot", name="打结")
    for maker in (people.zhou, people.lin, people.fang):
        people_actions.add_skill(maker.by(), maker.row, kind=knotting)
    red = orders.add_material(by(), None, code="rope", name="红绳", unit_kind="mm")
    wood = orders.add_material(by(), None, code="bead", name="木珠", unit_kind="piece")
    product = orders.add_product(by(), None, code="knot", name="同心结", category="中国结")
    work = Work(
        name="编结", skill=knotting, standard_seconds=120, bag_pieces=bag,
        recipe=(Ingredient(red, ROPE), Ingredient(wood, BEAD)),
        points=(Look("绳尾长度", low=tail[0], high=tail[1], unit="mm"), Look("结形端正"), *more),
    )  # fmt: skip
    version = orders.publish_version(by(), product, steps=(work,))
    step = version.steps.get()
    orders.set_rate(by(), step, hao=RATE, valid_from=date(2022, 1, 1), document="2022 年工价表")
    sample = orders.make_sample(by(), people.enterprise, version=version)
    orders.approve_sample_for_enterprise(people.sun.by(), sample)
    orders.approve_sample_for_centre(people.li.by(), sample)
    contract = orders.sign_contract(
        by(), people.operator, enterprise=people.enterprise, number="磐工 2022-17", signed_on=TODAY
    )
    draft = orders.open_order(by(), contract, due=DUE, number="K-30000")
    line = orders.add_line(by(), draft, version=version, pieces=pieces, fee_hao=FEE)
    order = orders.place_order(by(), draft)
    rows = [Arrival(red, rope), Arrival(wood, bead)]
    orders.receive_material(people.luo.by(), order, number="S-1", rows=rows, store=None)
    return _shared(Floor(people, order, line, step, red, wood, Lot()), pieces)


def _shared(floor: Floor, pieces: int) -> Floor:
    people = floor.people
    line = OrderLine.objects.get(pk=floor.line.pk)
    floor.share = dispatch.share_out(
        people.wang.by(), line, organisation=people.workshop, pieces=pieces, margin_hao=MARGIN
    )
    return floor


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def _morning() -> Iterator[None]:
    with clock.at(MORNING):
        yield


@pytest.fixture
def floor(county, _morning) -> Floor:
    return settle()


@pytest.fixture
def all_adds_up(county) -> Iterator[None]:
    """After the test every counter, piece, bit of material and pay line is worked out once more."""
    yield
    assert reconcile().differences == ()
