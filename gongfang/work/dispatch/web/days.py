"""The page on which somebody agrees to the new day of an amended order."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from gongfang.core.doors import Visit
from gongfang.ui.doors import allowed, fill, press
from gongfang.ui.formats import day
from gongfang.ui.parts import Link
from gongfang.ui.ways import reverse
from gongfang.work.dispatch import access, actions, wording
from gongfang.work.dispatch.forms import SlipForm
from gongfang.work.dispatch.models import Lot


def _lot_url(lot: Lot) -> str:
    return reverse("dispatch:lot", args=[lot.pk])


def agree(request: Visit, pk: int) -> HttpResponse:
    """Agree for oneself or one's workshop at a press; at the desk for somebody, with a signed slip."""
    found = get_object_or_404(access.visible_lots(request.member).select_related("line__order"), pk=pk)
    allowed(request, actions.agree_day, found)
    done = _("The new day is agreed.")
    if found.is_share or request.member.resident_id == found.maker_id:
        return press(request, lambda by: actions.agree_day(by, found), to=_lot_url(found), done=done)
    return fill(
        request,
        SlipForm(request.POST or None),
        lambda by, facts: actions.agree_day(by, found, **facts),
        title=_("They agree to the new day"),
        submit=_("Keep the yes"),
        back=Link(wording.work_name(found), _lot_url(found)),
        done=done,
        answer=_("The order is due on %(new)s now; with this person %(old)s was agreed.")
        % {"new": day(found.line.due), "old": day(found.due)},
    )


def other_day(request: Visit, found: Lot) -> Lot | None:
    """Return the lot when its order has another day and this member may agree to it."""
    differs = found.is_running and found.due != found.line.due
    return found if differs and actions.agree_day.may(request.member, found) else None
