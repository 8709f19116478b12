"""Shares and lines agree with what people hold of them, whatever was done."""

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongfang.core.errors import Refused
from gongfang.ledger.reconcile import Difference
from gongfang.work.dispatch import actions
from gongfang.work.dispatch.actions import Verdict
from gongfang.work.dispatch.models import Lot
from gongfang.work.dispatch.reconcile import lines, shares
from gongfang.work.orders.models import OrderLine
from tests.work.dispatch.conftest import by
from tests.work.dispatch.counting import work


def differences():
    return [*shares(), *lines()]


def test_a_counter_that_was_touched_is_named(village, share, guihua):
    actions.claim(by(guihua.user), share, maker=guihua, pieces=20)
    assert differences() == []
    Lot.objects.filter(pk=share.pk).update(claimed=21)
    OrderLine.objects.filter(pk=village.line.pk).update(shared=99)
    assert differences() == [
        Difference("claimed", f"dispatch.lot:{share.pk}", 20, 21),
        Difference("shared", f"orders.orderline:{village.line.pk}", 100, 99),
    ]


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["claim", "issue", "hand_in", "inspect", "close", "take_back", "share"]),
        st.integers(0, 3),
        st.integers(1, 40),
    ),
    max_size=25,
)


@given(moves=MOVES)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_people_do_shares_and_lines_agree(village, share, guihua, moves):
    point = transaction.savepoint()
    try:
        for move in moves:
            try:
                play(village, share, guihua, *move)
            except Refused:
                continue
        assert differences() == []
        fresh = Lot.objects.get(pk=share.pk)
        assert fresh.free >= 0
        assert OrderLine.objects.get(pk=village.line.pk).shared <= 1_000 + fresh.rejected + fresh.lost
    finally:
        transaction.savepoint_rollback(point)


def play(village, share, maker, verb, which, pieces):
    clerk = by(village.clerk)
    lots = list(Lot.objects.filter(parent=share).order_by("pk"))
    lot = lots[which % len(lots)] if lots else None
    if verb == "claim":
        actions.claim(by(maker.user), share, maker=maker, pieces=pieces)
    elif verb == "share":
        village.share(pieces * 20)
    elif verb == "take_back":
        actions.take_back_share(by(village.officer), share, pieces=pieces)
    elif lot and verb == "issue":
        work(clerk, [lot], issued=[pieces])
    elif lot and verb == "hand_in":
        work(clerk, [lot], handed_in=[min(pieces, lot.issued - lot.handed_in) or 1])
    elif lot and verb == "inspect":
        waiting = lot.handed_in - lot.accepted - lot.rejected - lot.lost
        bad = min(waiting, pieces % 3)
        work(clerk, [lot], verdicts=[Verdict(accepted=waiting - bad, rejected=bad)])
    elif lot and verb == "close":
        actions.close_lot(clerk, lot)
