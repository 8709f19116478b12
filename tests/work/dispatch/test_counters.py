"""What happens to a person's pieces is counted on their lot, the workshop's lot and the line, in one act."""

import pytest

from gongfang.core.errors import Moved, NotAllowed, Refused
from gongfang.work.dispatch import actions
from gongfang.work.dispatch.actions import Verdict
from gongfang.work.dispatch.models import Lot
from gongfang.work.orders.models import OrderLine
from tests.work.dispatch.conftest import by
from tests.work.dispatch.counting import work


@pytest.fixture
def lots(village, share, guihua, xiuying):
    """Two people's lots of thirty and ten."""
    return [
        actions.claim(by(guihua.user), share, maker=guihua, pieces=30),
        actions.claim(by(xiuying.user), share, maker=xiuying, pieces=10),
    ]


def counted(row, *names):
    fresh = type(row).objects.get(pk=row.pk)
    return tuple(getattr(fresh, name) for name in names)


def test_a_sack_goes_out_and_all_three_count_it(village, share, lots):
    work(by(village.clerk), lots, issued=[20, 10])
    assert [counted(lot, "issued", "status") for lot in lots] == [(20, "partly_issued"), (10, "issued")]
    assert counted(share, "issued") == (30,)
    assert counted(village.line, "issued") == (30,)


def test_a_lot_may_stand_in_a_sack_twice(village, share, lots):
    first, second = lots
    work(by(village.clerk), [first, second, first], issued=[10, 10, 20])
    assert counted(first, "issued") == (30,)
    assert counted(share, "issued") == (40,)


def test_verdicts_count_and_a_lot_with_its_last_word_closes(village, share, lots):
    work(by(village.clerk), lots, issued=[30, 10], handed_in=[30, 10])
    work(
        by(village.clerk),
        lots,
        verdicts=[Verdict(accepted=27, rework=2, rejected=1), Verdict(accepted=9, lost=1)],
    )
    assert counted(lots[0], "accepted", "rework", "rejected", "stage") == (27, 2, 1, "open")
    assert counted(lots[1], "accepted", "lost", "stage") == (9, 1, "closed")
    assert counted(share, "accepted", "rework", "rejected", "lost") == (36, 2, 1, 1)
    assert counted(village.line, "accepted", "rework", "rejected", "lost") == (36, 2, 1, 1)


def test_reworked_pieces_come_back_as_a_negative_number(village, share, lots):
    lot = lots[0]
    work(by(village.clerk), [lot], issued=[30], handed_in=[30], verdicts=[Verdict(accepted=28, rework=2)])
    work(by(village.clerk), [lot], verdicts=[Verdict(accepted=2, rework=-2)])
    assert counted(lot, "accepted", "rework", "status") == (30, 0, "done")
    assert counted(village.line, "accepted", "rework") == (30, 0)


def test_more_bags_than_the_lot_holds_do_not_go_out(village, lots):
    with pytest.raises(Refused, match="Pack fewer bags"):
        work(by(village.clerk), lots, issued=[31, 1])
    assert counted(village.line, "issued") == (0,)


def test_less_than_nothing_is_refused(village, lots):
    with pytest.raises(Refused, match="taken back"):
        work(by(village.clerk), lots, handed_in=[-1, 0])


def test_no_bag_goes_out_on_a_closed_lot(village, lots):
    actions.close_lot(by(village.clerk), lots[0])
    with pytest.raises(Moved):
        work(by(village.clerk), lots, issued=[1, 1])


def test_counters_move_only_inside_a_higher_verb(village, lots):
    with pytest.raises(NotAllowed):
        actions.count_issued(by(village.clerk), lots, pieces=[1, 1])


def test_a_lot_with_pieces_outside_does_not_close(village, lots):
    work(by(village.clerk), lots, issued=[20, 10])
    with pytest.raises(Refused, match="20 pieces of this lot"):
        actions.close_lot(by(village.clerk), lots[0])


def test_closing_gives_back_what_was_never_made_and_the_line_gets_what_was_rejected(village, share, lots):
    lot = lots[0]
    work(by(village.clerk), [lot], issued=[20], handed_in=[20], verdicts=[Verdict(accepted=18, rejected=2)])
    actions.close_lot(by(village.clerk), lot)
    assert Lot.objects.get(pk=share.pk).free == 70
    village.share(902)
    assert OrderLine.objects.get(pk=village.line.pk).shared == 1_002
