"""An order's day moves; who makes it keeps the day that was agreed until they say yes to another."""

from datetime import timedelta

import pytest

from gongfang.core.errors import Moved, NotAllowed, Refused
from gongfang.work.dispatch import actions
from gongfang.work.orders.actions import Change, amend_order
from gongfang.work.orders.amending import news_of, told
from tests.work.dispatch.conftest import by


@pytest.fixture
def earlier(village, share, guihua):
    """周桂花 holds twenty until the old day; the order is wanted four days earlier now."""
    lot = actions.claim(by(guihua.user), share, maker=guihua, pieces=20)
    new = lot.due - timedelta(days=4)
    wanted = [Change(share.line, due=new)]
    said = told(share.line.order, news_of(share.line.order, [share.line], due=None, changes=wanted))
    amend_order(by(village.officer), share.line.order, reason="提前", document="来函 3 号", changes=wanted)
    return lot, new, said


def test_an_amendment_leaves_lots_that_are_out_their_day_and_says_so_before(share, earlier):
    lot, new, said = earlier
    lot.refresh_from_db()
    assert lot.due == new + timedelta(days=4)
    assert any("1 person holds 20 pieces" in sentence for sentence in said)


def test_the_maker_agrees_to_the_new_day_once(guihua, earlier):
    lot, new, _said = earlier
    assert actions.agree_day(by(guihua.user), lot).due == new
    with pytest.raises(Moved):
        actions.agree_day(by(guihua.user), lot)


def test_the_desk_agrees_for_somebody_with_a_signed_slip_and_others_do_not(village, xiuying, earlier):
    lot, new, _said = earlier
    with pytest.raises(NotAllowed):
        actions.agree_day(by(xiuying.user), lot)
    with pytest.raises(Refused) as refusal:
        actions.agree_day(by(village.clerk), lot)
    assert refusal.value.field == "document"
    assert actions.agree_day(by(village.clerk), lot, document="签字单 9 号").due == new


def test_the_head_of_a_workshop_agrees_for_its_share(village, share, earlier):
    _lot, new, _said = earlier
    with pytest.raises(NotAllowed):
        actions.agree_day(by(village.officer), share)
    assert actions.agree_day(by(village.manager), share).due == new
