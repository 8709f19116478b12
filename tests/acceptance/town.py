"""Orders of a few pieces, each with the recipe its scenario needs, and the people who see them through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from gongfang.core import clock
from gongfang.ledger import postings
from gongfang.ledger import queries as ledger
from gongfang.ledger.accounts import Account, Holder, material
from gongfang.registry.people import actions as people_actions
from gongfang.registry.people.models import SkillKind
from gongfang.work.dispatch import actions as dispatch
from gongfang.work.dispatch.models import Lot
from gongfang.work.orders import actions as orders
from gongfang.work.orders.actions import Arrival, Ingredient, Work
from gongfang.work.orders.models import Contract, Material, Order, OrderLine, OrderMaterial, Receipt, Step
from gongfang.work.piecework import actions
from gongfang.work.piecework.actions import HandInRow, Verdict
from gongfang.work.piecework.models import Bag, HandIn, Inspection
from tests.cast import People, Person

HAO = 10_000  # of a yuan


@dataclass
class Town:
    """The cast with a contract and a skill; orders come as each scenario needs them."""

    people: People
    skill: SkillKind
    contract: Contract
    orders: list[Order] = field(default_factory=list)

    def material(self, code: str, *, unit: str = "piece", tracking: str = "none") -> Material:
        return orders.add_material(
            self.people.wang.by(), None, code=code, name=f"料{code}", unit_kind=unit, tracking=tracking
        )

    def step(self, code: str, *recipe: Ingredient, bag: int = 50) -> Step:
        """A product made in one step of this recipe, with its rate and its sealed sample."""
        wang, people = self.people.wang, self.people
        product = orders.add_product(wang.by(), None, code=code, name=f"品{code}")
        work = Work(name="做", skill=self.skill, standard_seconds=60, bag_pieces=bag, recipe=recipe)
        version = orders.publish_version(wang.by(), product, steps=[work])
        step = version.steps.get()
        orders.set_rate(wang.by(), step, hao=5_000, valid_from=date(2022, 1, 1), document="工价表")
        sample = orders.make_sample(wang.by(), people.enterprise, version=version)
        orders.approve_sample_for_enterprise(people.sun.by(), sample)
        orders.approve_sample_for_centre(people.li.by(), sample)
        return step

    def order(self, lines: Sequence[tuple[Step, int]], *, offcuts: bool = False) -> Order:
        """An order of so many pieces of each step, placed."""
        wang = self.people.wang
        due = clock.today() + timedelta(days=20)
        draft = orders.open_order(wang.by(), self.contract, due=due, offcuts_return=offcuts)
        for step, pieces in lines:
            orders.add_line(wang.by(), draft, version=step.version, pieces=pieces, fee_hao=9_000)
        return orders.place_order(wang.by(), draft)

    def receive(self, order: Order, *rows: Arrival, number: str = "S-1", **facts) -> Receipt:
        """Material comes into the workshop's own store."""
        facts = {"store": self.people.workshop, **facts}
        return orders.receive_material(self.people.luo.by(), order, number=number, rows=rows, **facts)

    def bags(self, line: OrderLine, pieces: int, maker: Person | None = None) -> list[Bag]:
        """The workshop takes pieces of a line, a maker takes them home, and their bags are packed."""
        share = Lot.objects.filter(line=line, parent=None).first() or dispatch.share_out(
            self.people.wang.by(), line, organisation=self.people.workshop, pieces=line.pieces, margin_hao=0
        )
        maker = maker or self.people.zhou
        share = Lot.objects.get(pk=share.pk)
        lot = dispatch.claim(maker.by(), share, maker=maker.row, pieces=pieces)
        return actions.pack_bags(self.people.chen.by(), [lot])

    def issue(self, bags: Sequence[Bag]) -> list[Bag]:
        return actions.issue_bags(self.people.chen.by(), bags)

    def bag(self, line: OrderLine, pieces: int) -> Bag:
        """One bag at a maker's home."""
        return self.issue(self.bags(line, pieces))[0]

    def hand_in(self, bag: Bag, pieces: int) -> HandIn:
        row = HandInRow(bag_id=bag.pk, pieces=pieces)
        return actions.hand_in(self.people.chen.by(), [bag], rows=[row])[0]

    def inspect(self, found: HandIn, accepted: int | None = None, **facts) -> Inspection:
        accepted = found.pieces if accepted is None else accepted
        verdict = Verdict(hand_in_id=found.pk, accepted=accepted, **facts)
        return actions.inspect(self.people.zhao.by(), [found], rows=[verdict])[0]

    def back(self, bag: Bag, pieces: int) -> Inspection:
        """Pieces come back and are all good."""
        return self.inspect(self.hand_in(bag, pieces))

    def stored(self, order: Order, kind: Material, purpose: str = "store") -> int:
        holder = postings.organisation(self.people.workshop.pk)
        return ledger.balance(Account(holder, purpose, material(order.pk, kind.pk)))

    def of_lot(self, bag: Bag, kind: Material, purpose: str) -> int:
        commodity = material(bag.lot.line.order_id, kind.pk)
        return ledger.balance(Account(Holder("lot", bag.lot_id), purpose, commodity))


def gathered(people: People) -> Town:
    """Let everybody know the work, and the operator sign."""
    wang = people.wang
    skill = people_actions.add_skill_kind(wang.by(), None, code="knot", name="打结")
    for maker in (people.zhou, people.lin):
        people_actions.add_skill(maker.by(), maker.row, kind=skill)
    contract = orders.sign_contract(
        wang.by(), people.operator, enterprise=people.enterprise, number="磐工-1", signed_on=clock.today()
    )
    return Town(people, skill, contract)


def row_of(order: Order, kind: Material) -> OrderMaterial:
    """What an order says of a material, as it stands."""
    return OrderMaterial.objects.select_related("order", "material").get(order=order, material=kind)
