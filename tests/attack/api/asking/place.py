"""For every verb one request that is right in every respect but, perhaps, who sends it.

`@asks("verb")` on a function of a `Place`: it prepares the thing with hands of people who do not try, and returns the
request. A verb that reads differently on different things has a row for each, as in `rights.csv`: `give_role#clerk`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from gongfang.core import clock
from gongfang.oversight.doubts import actions as doubts
from gongfang.oversight.doubts.finding import Finding
from gongfang.oversight.models import Doubt
from gongfang.pay import actions as pay
from gongfang.pay.models import Payout, PayoutBatch
from gongfang.registry.people import actions as registry
from gongfang.registry.people.models import Role
from gongfang.work.dispatch import actions as dispatch
from gongfang.work.dispatch.models import Lot, Offer, PlanRun
from gongfang.work.orders import actions as orders
from gongfang.work.orders.models import (
    CreditNote,
    Enquiry,
    Invoice,
    Order,
    OrderMaterial,
    Quote,
    Sample,
    Stocktake,
    Substitute,
)
from gongfang.work.orders.queries import stock_of
from gongfang.work.piecework import actions as piecework
from gongfang.work.piecework.models import Appeal, Bag, Claim, GiveBack, HandIn, Inspection
from tests.attack.api.worlds import County, Unit, World, card_number, due
from tests.cast import Person, system_user
from tests.journeys.conftest import carry_out_long_work


@dataclass(frozen=True)
class Request:
    """What is sent."""

    method: str
    path: str
    body: dict[str, Any] | None = None
    form: bool = False


Ask = Request | Callable[[Person], Request]
ASKED: dict[str, Callable[[Place], Ask]] = {}


def asks(*rows: str) -> Callable[[Callable[[Place], Ask]], Callable[[Place], Ask]]:
    """Name the rows of the table a request belongs to."""

    def keep(make: Callable[[Place], Ask]) -> Callable[[Place], Ask]:
        for row in rows:
            ASKED[row] = make
        return make

    return keep


def post(path: str, **body: Any) -> Request:
    """A request that sends a body."""
    return Request("POST", path, body)


@dataclass
class Place:
    """Where a thing stands: in which world, at the workshop or with the agent, and which maker's it is."""

    county: County
    world: World
    unit: Unit
    maker: Person

    @property
    def by(self) -> Any:
        """Who prepares things at the desk."""
        return self.unit.desk.by()

    @cached_property
    def share(self) -> Lot:
        return Lot.objects.get(pk=self.unit.share.pk)

    def lot(self, pieces: int = 20) -> Lot:
        """Work the maker holds, written down at the desk and not yet said yes to."""
        return dispatch.claim(
            self.by, Lot.objects.get(pk=self.unit.share.pk), maker=self.maker.row, pieces=pieces
        )

    def packed(self) -> Bag:
        return piecework.pack_bags(self.by, [self.lot(10)])[0]

    def out(self) -> Bag:
        return piecework.issue_bags(self.by, [self.packed()])[0]

    def handed_in(self, pieces: int = 10) -> HandIn:
        """Pieces the desk took in in the maker's name, so that they wait for a yes and for an inspector."""
        bag = self.out()
        rows = [piecework.HandInRow(bag_id=bag.pk, pieces=pieces)]
        return piecework.hand_in(self.unit.desk.by(for_=self.maker), [bag], rows=rows)[0]

    def doubt(self, *hands: str) -> Doubt:
        """A doubtful item about the maker's row, as the search of the night writes it down."""
        row = f"resident:{self.maker.row.pk}"
        found = [Finding(row, (f"people.{row}",), {"age": 101}, hands)]
        return doubts.record_doubts(Person(system_user()).by(), None, kind="very_old", found=found)[0]

    def given_back(self) -> GiveBack:
        bag = self.out()
        rows = [piecework.BackRow(bag_id=bag.pk, pieces=2)]
        return piecework.give_back(self.unit.desk.by(for_=self.maker), [bag], rows=rows)[0]

    def inspected(self, rework: int = 0, rejected: int = 0) -> Inspection:
        """A word of an inspector who is not among those who try."""
        role = Role.Name.INSPECTOR
        looks = registry.add_staff(
            self.county.officer.by(), self.unit.organisation,
            username=f"looks{Role.objects.count()}", name="赵敏", password="", role=role,
        )  # fmt: skip
        found = self.handed_in()
        verdict = piecework.Verdict(
            hand_in_id=found.pk, accepted=10 - rework - rejected, rework=rework, rejected=rejected,
            reason="结面不平" if rework + rejected else "",
        )  # fmt: skip
        return piecework.inspect(Person(looks.user).by(), [found], rows=[verdict])[0]

    def asked_again(self) -> Appeal:
        """A question of the maker's about a verdict."""
        return piecework.ask_again(self.maker.by(), self.inspected(rejected=2), words="是好的")

    def delivered(self) -> Any:
        self.inspected()
        return piecework.deliver(self.world.books.by(), self.world.line, pieces=10)

    def claimed(self) -> Claim:
        """Pieces that came back; an officer who does not try wrote it down."""
        return piecework.enter_claim(self.county.second.by(), self.delivered(), pieces=2, reason="绳尾散开")

    def refundable(self) -> CreditNote:
        """A credit note over a fee that was paid."""
        claim, second = self.claimed(), self.county.second
        bill = orders.invoice(self.world.books.by(), self.order, number="FP-9", due=due())
        orders.receive_fee(
            second.by(), bill, amount_hao=bill.amount_hao, received_on=clock.today(), document="回单"
        )
        claim = piecework.enter_claim(self.county.officer.by(), claim.delivery, pieces=1, reason="色差")
        piecework.answer_claim(second.by(), claim, outcome="credited", answer="退款")
        return CreditNote.objects.get(invoice=bill)

    def short(self) -> Bag:
        """A bag that went out without all of its material, which has come since."""
        store, books = self.world.operator, self.world.books
        lying = stock_of(self.order, store.pk)[0].amount
        kept = 1200 * 5
        slip: dict[str, Any] = {"store": store, "rows": [orders.Arrival(self.county.cord, lying - kept)]}
        orders.return_material(books.by(), self.order, number=f"RT-{lying}", **slip)
        bag = self.out()
        back = [orders.Arrival(self.county.cord, lying)]
        orders.receive_material(books.by(), self.order, number=f"SH-{lying}", rows=back)
        return bag

    def substitutable(self) -> tuple[Bag, Substitute]:
        """A packed bag, and what may stand in for its cord."""
        officer = self.county.officer
        silk = orders.add_material(officer.by(), None, code="silk", name="丝绳", unit_kind="mm")
        facts: dict[str, Any] = {"material": silk, "amount": 1300, "document": "来函3号"}
        allowed = orders.allow_substitute(officer.by(), self.county.step.recipe.get(), **facts)
        rows = [orders.Arrival(silk, 13_000)]
        orders.receive_material(self.world.books.by(), self.order, number="SH-S", rows=rows)
        return self.packed(), allowed

    def counted(self) -> Stocktake:
        """A count of the operator's store that waits for a second person."""
        row = orders.Count(material=self.county.cord, counted=1200, reason="受潮")
        return orders.take_stock(self.world.books.by(), self.order, rows=[row])

    def used_own(self) -> Order:
        """An order whose cord is the operator's own, some of it used."""
        made = self.placed()
        books = self.world.books
        row = OrderMaterial.objects.get(order=made)
        orders.set_ownership(books.by(), row, ownership="ours")
        rows = [orders.Arrival(self.county.cord, 60_000, value_hao_per_1000=10_000)]
        orders.receive_material(books.by(), made, number="SH-O", rows=rows)
        self._made(made)
        return made

    def trimmed(self) -> Order:
        """An order that wants its offcuts back, and of which some lie in the operator's own store."""
        officer, books = self.county.officer, self.world.books
        product = orders.add_product(officer.by(), None, code=f"trim{self.order.pk}", name="剪花")
        work = orders.Work(
            name="剪", skill=self.county.step.skill, standard_seconds=60,
            recipe=[orders.Ingredient(self.county.cord, 1200, offcut=120)],
        )  # fmt: skip
        version = orders.publish_version(officer.by(), product, steps=[work])
        orders.set_rate(
            officer.by(), version.steps.get(), hao=500, valid_from=clock.today(), document="单价表"
        )
        sample = orders.make_sample(officer.by(), self.world.enterprise, version=version)
        orders.approve_sample_for_enterprise(self.world.buyer.by(), sample)
        orders.approve_sample_for_centre(self.county.second.by(), sample)
        made = orders.open_order(books.by(), self.world.contract, due=due(), offcuts_return=True)
        orders.add_line(books.by(), made, version=version, pieces=50, fee_hao=8000)
        orders.place_order(books.by(), made)
        orders.receive_material(
            books.by(), made, number="SH-T", rows=[orders.Arrival(self.county.cord, 60_000)]
        )
        self._made(made)
        return Order.objects.get(pk=made.pk)

    def _made(self, order: Order) -> Inspection:
        """Ten pieces of an order, made at this place and accepted."""
        line = order.lines.get()
        share = dispatch.share_out(
            self.county.officer.by(), line, organisation=self.unit.organisation, pieces=10, margin_hao=0
        )
        lot = dispatch.claim(self.by, share, maker=self.maker.row, pieces=10)
        bag = piecework.issue_bags(self.by, piecework.pack_bags(self.by, [lot]))[0]
        rows = [piecework.HandInRow(bag_id=bag.pk, pieces=10)]
        found = piecework.hand_in(self.by, [bag], rows=rows)[0]
        verdict = piecework.Verdict(hand_in_id=found.pk, accepted=10)
        return piecework.inspect(self._inspector(), [found], rows=[verdict])[0]

    def _inspector(self) -> Any:
        looks = registry.add_staff(
            self.county.officer.by(), self.unit.organisation,
            username=f"looks{Role.objects.count()}", name="赵敏", password="", role=Role.Name.INSPECTOR,
        )  # fmt: skip
        return Person(looks.user).by()

    def bill(self) -> Invoice:
        self.delivered()
        return orders.invoice(
            self.world.books.by(), self.order, number=f"FP-{self.unit.organisation.pk}", due=due()
        )

    @property
    def order(self) -> Order:
        return Order.objects.get(pk=self.world.order.pk)

    def draft(self) -> Order:
        """An order of one line that can be placed."""
        made = orders.open_order(self.world.books.by(), self.world.contract, due=due())
        orders.add_line(self.world.books.by(), made, version=self.world.version, pieces=50, fee_hao=8000)
        return Order.objects.get(pk=made.pk)

    def placed(self) -> Order:
        return orders.place_order(self.world.books.by(), self.draft())

    def enquiry(self) -> Enquiry:
        return orders.enquire(
            self.world.buyer.by(), self.world.enterprise, product="红结", pieces=100, due=due()
        )

    def quoted(self) -> Quote:
        return orders.quote(
            self.county.second.by(), self.enquiry(), version=self.world.version, fee_hao=8000, wage_hao=5500
        )

    def sent(self) -> Quote:
        return orders.send_quote(self.county.second.by(), self.quoted())

    def sample(self) -> Sample:
        return orders.make_sample(self.county.second.by(), self.world.enterprise, version=self.world.version)

    def plan(self) -> PlanRun:
        """A plan somebody can read, for makers who still have room."""
        dispatch.start_plan(self.by, self.unit.organisation)
        carry_out_long_work()
        return PlanRun.objects.get(organisation=self.unit.organisation, stage="draft")

    def begun(self) -> PlanRun:
        """A plan the queue has not made yet."""
        job = dispatch.start_plan(self.by, self.unit.organisation)
        return PlanRun.objects.get(job=job)

    def going_out(self) -> PlanRun:
        """A plan whose offers the queue has not sent out yet."""
        run = self.plan()
        dispatch.publish_plan(self.by, run)
        return run

    def offer(self) -> Offer:
        run = self.going_out()
        carry_out_long_work()
        return run.offers.get(maker=self.maker.row)

    def owed(self) -> None:
        """Pay that stands on a slip."""
        self.inspected()
        pay.draw_up_slips(self.world.books.by(), self.world.operator)

    def card(self) -> None:
        """The maker's own card."""
        registry.set_bank_account(
            self.maker.by(), self.maker.row,
            number=card_number(), bank="农业银行", holder_name=self.maker.row.name.reveal(),
        )  # fmt: skip

    def batch(self, *, card: bool = True) -> PayoutBatch:
        """A batch somebody else prepared; on the maker's own card, or in cash."""
        if card:
            self.card()
        self.owed()
        return pay.prepare_batch(self.world.books.by(), self.world.operator)

    def approved(self, *, card: bool = True) -> PayoutBatch:
        return pay.approve_batch(self.county.second.by(), self.batch(card=card))

    def at_bank(self) -> PayoutBatch:
        return pay.mark_sent(self.world.books.by(), self.approved())

    def payout(self, batch: PayoutBatch) -> Payout:
        return batch.payouts.get(relation__resident=self.maker.row)

    @property
    def username(self) -> str:
        return str(self.maker.user.username)

    @property
    def resident(self) -> str:
        return f"/api/people/residents/{self.maker.row.pk}"

    @property
    def organisation(self) -> str:
        return f"/api/people/organisations/{self.unit.organisation.pk}"
