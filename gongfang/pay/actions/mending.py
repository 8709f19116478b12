"""What mending for somebody else earns: written down by who gave it, approved by the inspector's word, in one act."""

from __future__ import annotations

from django.utils.translation import gettext as _

from gongfang.core.action import Act
from gongfang.pay.actions.earnings import accrue
from gongfang.pay.models import Earning
from gongfang.work.piecework.mended import when_mended
from gongfang.work.piecework.models import Inspection


@when_mended
def earn_mending(act: Act, word: Inspection) -> None:
    """Let whoever mended another's pieces earn the accepted ones; a price of nothing earns nothing."""
    mending = word.hand_in.mending
    assert mending is not None  # told only of such
    amount = word.accepted * mending.mend_hao
    if not amount:
        return
    earning = Earning.objects.create(
        relation_id=mending.relation_id,
        kind=Earning.Kind.MENDING,
        amount_hao=amount,
        reason=_("%(pieces)s pieces of somebody else mended and accepted") % {"pieces": word.accepted},
        document=_("Bag %(code)s") % {"code": mending.bag.code},
        earned_on=act.booked_on,
        made_by_id=mending.given_by_id,
        approved_by=act.by.user,
        approved_on=act.booked_on,
        mended=word,
        stage=Earning.Stage.APPROVED,
    )
    accrue(act, earning)
