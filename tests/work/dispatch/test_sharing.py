"""From the centre to workshops and agents, and back."""

from datetime import date

import pytest

from gongfang.core.errors import Moved, NotAllowed, Refused
from gongfang.work.dispatch import actions
from gongfang.work.dispatch.models import Lot
from gongfang.work.orders.models import OrderLine
from tests.work.dispatch.conftest import DUE, by


def shared(village):
    return OrderLine.objects.get(pk=village.line.pk).shared


def test_an_officer_shares_part_of_a_line_out_to_a_workshop_and_the_line_counts_it(village, share):
    assert (share.pieces, share.free, share.margin_hao, share.due) == (100, 100, 500, DUE)
    assert share.is_share
    assert shared(village) == 100


def test_an_agent_gets_a_share_with_a_margin(village):
    share = actions.share_out(
        by(village.officer), village.line, organisation=village.agent, pieces=300, margin_hao=800
    )
    assert share.margin_hao == 800


@pytest.mark.parametrize("who", ["manager", "clerk", "agent_user", "auditor", "stranger"])
def test_nobody_but_the_centre_and_the_operator_shares_out(village, who):
    with pytest.raises(NotAllowed):
        actions.share_out(by(getattr(village, who)), village.line, organisation=village.workshop, pieces=10)


def test_no_more_is_shared_out_than_was_ordered(village, share):
    with pytest.raises(Refused, match="Only 900 pieces"):
        village.share(901)
    assert shared(village) == 100


def test_the_fee_has_to_carry_rate_and_margin(village):
    with pytest.raises(Refused, match=r"fee of 0\.7 yuan .* rate of 0\.45 and a margin of 0\.2501"):
        actions.share_out(
            by(village.officer), village.line, organisation=village.workshop, pieces=10, margin_hao=2_501
        )


def test_an_enterprise_gets_no_share(village):
    with pytest.raises(Refused) as refusal:
        village.share(10, organisation=village.line.order.enterprise)
    assert refusal.value.field == "organisation"


def test_a_closed_workshop_gets_no_share(village):
    village.elsewhere.closed_on = date(2022, 9, 1)
    village.elsewhere.save()
    with pytest.raises(Refused, match="closed"):
        village.share(10, organisation=village.elsewhere)


def test_a_share_is_not_due_after_its_order(village):
    with pytest.raises(Refused) as refusal:
        actions.share_out(
            by(village.officer), village.line, organisation=village.workshop, pieces=10, due=date(2022, 9, 19)
        )
    assert refusal.value.field == "due"


def test_free_pieces_are_taken_back_and_an_empty_share_is_cancelled(village, share):
    share = actions.take_back_share(by(village.officer), share, pieces=40)
    assert (share.pieces, shared(village)) == (60, 60)
    share = actions.take_back_share(by(village.officer), share, pieces=60)
    assert (share.stage, shared(village)) == ("cancelled", 0)


def test_what_somebody_took_is_not_taken_back(village, share, guihua):
    actions.claim(by(guihua.user), share, maker=guihua, pieces=30)
    with pytest.raises(Refused, match="70 pieces of this share are free"):
        actions.take_back_share(by(village.officer), share, pieces=71)


def test_a_share_closes_when_nobody_holds_work_of_it_and_the_rest_returns_to_the_line(village, share, guihua):
    lot = actions.claim(by(guihua.user), share, maker=guihua, pieces=30)
    with pytest.raises(Refused, match="People still hold"):
        actions.close_lot(by(village.manager), share)
    actions.close_lot(by(village.manager), lot)
    share = actions.close_lot(by(village.manager), share)
    assert (share.stage, share.pieces, shared(village)) == ("closed", 0, 0)
    with pytest.raises(Moved):
        actions.close_lot(by(village.manager), share)


def test_a_persons_lot_that_closes_leaves_its_unmade_pieces_to_others(village, share, guihua):
    lot = actions.claim(by(guihua.user), share, maker=guihua, pieces=30)
    actions.close_lot(by(village.clerk), lot)
    assert Lot.objects.get(pk=share.pk).free == 100
