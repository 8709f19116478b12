"""An order of knots at the cast's workshop and with its agent, and the verbs that turn knots into money."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from gongfang.core import clock
from gongfang.core.models import User
from gongfang.ledger.reconcile import reconcile
from gongfang.pay import actions
from gongfang.pay.models import PayoutBatch, Slip
from gongfang.pay.queries import money_to
from gongfang.registry.people import actions as people_actions
from gongfang.registry.people.models import BankAccount, Organisation, Skill, SkillKind
from gongfang.work.dispatch import actions as dispatch
from gongfang.work.dispatch.models import Lot
from gongfang.work.orders.models import Contract, Order, OrderLine, Product, ProductVersion, Rate, Step
from gongfang.work.piecework import actions as piecework
from gongfang.work.piecework.actions import HandInRow, Verdict
from gongfang.work.piecework.models import Inspection
from tests.cast import People, Person, bank_card, gather

MORNING = datetime(2026, 11, 2, 1, tzinfo=UTC)
RATE = 4_525  # 0.4525 yuan: a knot earns a fraction of a fen
MARGIN = 333


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@dataclass
class Purse:
    """The cast at work: who earns how, and who pays."""

    people: People
    line: OrderLine
    share: Lot
    agents_share: Lot

    @property
    def operator(self) -> Organisation:
        return self.people.operator

    def earn(self, maker: Person, pieces: int, *, accepted: int | None = None) -> Inspection:
        """Let somebody take, make and hand in knots of the workshop, and have them inspected."""
        cast = self.people
        return self._work(maker, self.share, cast.chen, cast.zhao, pieces, accepted)

    def earn_at_home(self, pieces: int) -> Inspection:
        """Let 方小妹 make knots for the agent; 李 of the centre stands in as a second pair of hands."""
        cast = self.people
        return self._work(cast.fang, self.agents_share, cast.wu, self.inspector, pieces, None)

    @property
    def inspector(self) -> Person:
        """Somebody who inspects at the agent's, and did not issue."""
        found = User.objects.filter(username="jiang").first()
        if found is None:
            role = people_actions.add_staff(
                self.people.wang.by(),
                self.people.agency,
                username="jiang",
                name="蒋燕",
                password="",
                role="inspector",
            )
            found = role.user
        return Person(found)

    def _work(
        self, maker: Person, share: Lot, clerk: Person, inspector: Person, pieces: int, accepted: int | None
    ) -> Inspection:
        lot = dispatch.claim(clerk.by(), Lot.objects.get(pk=share.pk), maker=maker.row, pieces=pieces)
        bags = piecework.issue_bags(clerk.by(), piecework.pack_bags(clerk.by(), [lot]))
        taken = piecework.hand_in(
            clerk.by(), bags, rows=[HandInRow(bag_id=bag.pk, pieces=bag.pieces) for bag in bags]
        )
        good = pieces if accepted is None else accepted
        said = piecework.inspect(
            inspector.by(),
            taken,
            rows=[
                Verdict(
                    hand_in_id=row.pk,
                    accepted=good,
                    rejected=row.pieces - good,
                    reason="" if good == row.pieces else "结形散",
                )
                for row in taken
            ],
        )
        return said[0]

    def card(self, maker: Person, front: str = "622848033001234567") -> BankAccount:
        """Let somebody name their own card."""
        return people_actions.set_bank_account(
            maker.by(),
            maker.row,
            number=bank_card(front),
            bank="农业银行",
            holder_name=maker.row.name.reveal(),
        )

    def slips(self) -> list[Slip]:
        return actions.draw_up_slips(self.people.luo.by(), self.operator)

    def prepare(self) -> PayoutBatch:
        """Draw up slips and prepare a batch, as the operator's bookkeeper does."""
        self.slips()
        return actions.prepare_batch(self.people.luo.by(), self.operator)

    def approve(self) -> PayoutBatch:
        return actions.approve_batch(self.people.li.by(), self.prepare())

    def send(self) -> PayoutBatch:
        return actions.mark_sent(self.people.luo.by(), self.approve())

    def pay(self) -> PayoutBatch:
        """Pay everything that can be paid, through the bank and in cash."""
        batch = self.approve()
        if batch.payouts.filter(method="bank").exists():
            batch = actions.mark_sent(self.people.luo.by(), batch)
            actions.confirm_payouts(self.people.luo.by(), batch)
        for payout in batch.payouts.filter(method="cash").order_by("pk"):
            actions.pay_cash(self.people.luo.by(), payout, witness=self.people.feng.user, document="签收单")
        batch.refresh_from_db()
        return batch


def money(person: Person) -> tuple[int, int, int, int]:
    """What somebody is owed, has on its way, was paid and was overpaid."""
    held = money_to(person.row)
    return held.owed, held.transit, held.paid, held.overpaid


def differences() -> list[str]:
    return [str(difference) for difference in reconcile().differences]


def settle(people: People) -> Purse:
    """Place the order, share it out, and let the makers show their skill."""
    knotting = SkillKind.objects.get_or_create(code="knotting", defaults={"name": "编结"})[0]
    product = Product.objects.create(code="knot", name="同心结")
    version = ProductVersion.objects.create(product=product, no=1, published_at=MORNING)
    step = Step.objects.create(
        version=version, name="编结", skill=knotting, standard_seconds=120, bag_pieces=100, pieces_cap=10_000
    )
    Rate.objects.create(step=step, valid_from=date(2026, 1, 1), hao=RATE, document="2026 年工价表")
    contract = Contract.objects.create(
        enterprise=people.enterprise,
        operator=people.operator,
        number="磐工 2026-17",
        signed_on=date(2026, 11, 1),
    )
    order = Order.objects.create(
        contract=contract, enterprise=people.enterprise, operator=people.operator, number="K-30000",
        ordered_on=date(2026, 11, 1), due=date(2026, 12, 18), stage="open",
    )  # fmt: skip
    line = OrderLine.objects.create(
        order=order, version=version, step=step, pieces=30_000, due=order.due, fee_hao=9_000, stage="open"
    )
    for maker in (people.zhou, people.lin, people.fang):
        Skill.objects.get_or_create(resident=maker.row, kind=knotting)
    by = people.wang.by
    return Purse(
        people=people,
        line=line,
        share=dispatch.share_out(by(), line, organisation=people.workshop, pieces=20_000),
        agents_share=dispatch.share_out(
            by(), line, organisation=people.agency, pieces=5_000, margin_hao=MARGIN
        ),
    )


@pytest.fixture
def _november() -> Iterator[None]:
    with clock.at(MORNING):
        yield


@pytest.fixture
def purse(county: object, _november: None) -> Purse:
    return settle(gather())


@pytest.fixture
def committed(committing: object) -> Purse:
    """The same, in a database where acts really commit."""
    with clock.at(MORNING):
        return settle(gather())


def later(days: int) -> datetime:
    return MORNING + timedelta(days=days)
