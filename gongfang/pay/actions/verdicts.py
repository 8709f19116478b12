"""A verdict put right by another inspector: pieces, counters and pay move in one act."""

from __future__ import annotations

from django.utils.translation import gettext as _

from gongfang.core.action import Act, action
from gongfang.pay.actions.slips import put_right
from gongfang.pay.queries import standing_hao
from gongfang.ui.formats import full_day
from gongfang.work.piecework import access
from gongfang.work.piecework import actions as piecework
from gongfang.work.piecework.models import Inspection, SecondLook


@action(access.may_look_again, second=access.hands_in_looks, money=True)
def correct_verdict(
    act: Act, inspection: Inspection, *, accepted: int, rework: int, rejected: int, reason: str
) -> SecondLook:
    """Put a verdict right after another look, by an inspector who had no hand in it; what it earned follows at once.

    The pay moves by the difference of the accepted pieces, at the rate that was promised, as a line of the next slip.
    """
    look = piecework.look_again(
        act, inspection, accepted=accepted, rework=rework, rejected=rejected, reason=reason
    )
    before = standing_hao(inspection)
    after = max(0, before + look.accepted * inspection.rate_hao)
    if after != before:  # pay that was corrected to nothing before does not fall further
        put_right(
            act,
            inspection,
            amount_hao=after,
            reason=look.reason,
            document=_("Another look on %(day)s") % {"day": full_day(look.looked_on)},
        )
    return look
