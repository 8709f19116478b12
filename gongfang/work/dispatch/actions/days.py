"""An order's day moved: whoever makes the work agrees to it, or keeps the day that was agreed."""

from __future__ import annotations

from django.utils.translation import gettext as _

from gongfang.core.action import Act, action
from gongfang.core.errors import Moved, Refused
from gongfang.work.dispatch import access
from gongfang.work.dispatch.models import Lot


@action(access.may_agree_day, on_behalf=True)
def agree_day(act: Act, lot: Lot, *, document: str = "") -> Lot:
    """Take over the day of the amended order: the person on their own page, or the desk with a signed slip."""
    if not lot.is_running or lot.due == lot.line.due:
        raise Moved(_("There is no other day to agree to. Reload the page to see how it stands."))
    own = act.by.for_ is None and act.member.resident_id == lot.maker_id
    if not lot.is_share and not own and not document.strip():
        raise Refused(
            _("Keep the signed slip, badge tap or recording, and enter where it is kept."), field="document"
        )
    act.note(day_before=lot.due, document=document)
    lot.due = lot.line.due
    lot.save(update_fields=["due"])
    return lot
