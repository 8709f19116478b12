"""Whatever the order in which bags go out and come back, nothing appears and nothing disappears."""

from __future__ import annotations

from contextlib import suppress

from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongfang.core.errors import Refused
from gongfang.ledger import postings
from gongfang.ledger.reconcile import reconcile
from gongfang.work.dispatch.models import Lot
from gongfang.work.piecework import actions
from gongfang.work.piecework.actions import BackRow, LossRow, Verdict
from gongfang.work.piecework.models import Bag, BagMaterial, HandIn, Inspection
from tests.work.piecework.conftest import GOOD, RATE

STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "issue",
                "hand_in",
                "mend",
                "inspect",
                "give_back",
                "lose",
                "cancel_issue",
                "cancel_hand_in",
                "unpack",
            ]
        ),
        st.integers(0, 2),
        st.integers(0, 12),
        st.integers(0, 12),
    ),
    min_size=1,
    max_size=14,
)


class Day:
    """A working day: every step does what a desk could do, or is refused and changes nothing."""

    def __init__(self, floor) -> None:
        self.floor, self.people = floor, floor.people
        self.bags = floor.packed(floor.people.zhou, 70)
        actions.issue_bags(floor.people.chen.by(), self.bags[:2])

    def bag(self, which) -> Bag:
        return Bag.objects.get(pk=self.bags[which].pk)

    def issue(self, which, some, more):
        actions.issue_bags(self.people.chen.by(), [self.bag(which)])

    def hand_in(self, which, some, more):
        self.floor.hand_in(self.bag(which), some)

    def mend(self, which, some, more):
        self.floor.mend(self.bag(which), some)

    def inspect(self, which, some, more):
        row = HandIn.objects.filter(bag=self.bags[which], stage="waiting").first()
        if row is None:
            return
        rework = min(some, row.pieces)
        rejected = min(more, row.pieces - rework)
        lost = min(some % 3, row.pieces - rework - rejected)
        accepted = row.pieces - rework - rejected - lost
        facts = {"accepted": accepted, "rework": rework, "rejected": rejected, "lost": lost}
        verdict = Verdict(hand_in_id=row.pk, reason="不齐", readings=GOOD, **facts)
        actions.inspect(self.people.zhao.by(), [row], rows=[verdict])

    def give_back(self, which, some, more):
        row = BackRow(bag_id=self.bags[which].pk, pieces=some, materials={self.floor.rope.pk: more * 100})
        actions.give_back(self.people.chen.by(), [self.bag(which)], rows=[row])

    def lose(self, which, some, more):
        row = LossRow(
            bag_id=self.bags[which].pk, pieces=some, reason="掉了", materials={self.floor.bead.pk: more}
        )
        actions.report_loss(self.people.chen.by(), [self.bag(which)], rows=[row])

    def cancel_issue(self, which, some, more):
        actions.cancel_issue(self.people.chen.by(), [self.bag(which)])

    def cancel_hand_in(self, which, some, more):
        row = HandIn.objects.filter(bag=self.bags[which], stage="waiting").last()
        if row is not None:
            actions.cancel_hand_in(self.people.chen.by(), [row])

    def unpack(self, which, some, more):
        actions.unpack_bags(self.people.chen.by(), [self.bag(which)])

    def do(self, step):
        name, which, some, more = step
        with suppress(Refused):
            getattr(self, name)(which, some, more)


def adds_up(floor, bags):
    for row in Inspection.objects.select_related("hand_in"):
        assert row.hand_in.pieces == row.accepted + row.rework + row.rejected + row.lost
    for bag in Bag.objects.filter(pk__in=[bag.pk for bag in bags]):
        assert bag.handed_in == bag.accepted + bag.rework + bag.rejected + bag.lost + bag.waiting
        assert bag.pieces == bag.at_home + bag.handed_in + bag.given_back + bag.gone
    lot = Lot.objects.get(pk=bags[0].lot_id)
    for of in (floor.rope, floor.bead):
        rows = BagMaterial.objects.filter(order_material__material=of)
        sums = rows.aggregate(
            issued=Sum("issued"), back=Sum("given_back"), used=Sum("used"), lost=Sum("lost")
        )
        custody = floor.held(postings.lot(lot.pk), "custody", of)
        assert sums["issued"] == sums["used"] + sums["back"] + sums["lost"] + custody
    assert floor.owed(lot) == lot.accepted * RATE
    assert reconcile().differences == ()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_received_is_what_was_said_of_it_and_material_in_is_material_out(floor, steps):
    before = transaction.savepoint()
    try:
        day = Day(floor)
        for step in steps:
            day.do(step)
        adds_up(floor, day.bags)
    finally:
        transaction.savepoint_rollback(before)  # the next example begins with the same morning
