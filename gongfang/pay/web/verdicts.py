"""Pages of a second inspector: what makers asked about, and the answer with its pay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gongfang.core.doors import Visit
from gongfang.core.errors import SecondPersonNeeded
from gongfang.pay import actions
from gongfang.pay.forms import KeepVerdictForm, LookAgainForm
from gongfang.ui.doors import allowed, fill
from gongfang.ui.formats import number
from gongfang.ui.parts import Link
from gongfang.ui.sheets import sheet
from gongfang.ui.tables import Column, Pages, Table, page_of
from gongfang.ui.ways import reverse
from gongfang.work.piecework import access, queries, wording
from gongfang.work.piecework import actions as piecework
from gongfang.work.piecework.models import Appeal, Bag, Inspection
from gongfang.work.piecework.web.doors import makers


def _table(rows: Sequence[Appeal], who: Mapping[int, str], pages: Pages[Appeal] | None = None) -> Table:
    return Table(
        caption=_("Questions about verdicts"),
        columns=(
            Column("bag", _("Bag"), "link"),
            Column("maker", _("Maker")),
            Column("words", _("What the maker sees differently")),
            Column("verdict", _("Verdict")),
            Column("day", _("Asked on"), "day"),
        ),
        rows=[
            {
                "bag": Link(_bag(row).code, reverse("pay:look_again", args=[row.inspection_id])),
                "maker": who.get(_bag(row).pk),
                "words": row.words,
                "verdict": wording.verdict(row.inspection),
                "day": row.asked_on,
            }
            for row in rows
        ],
        empty=_("Nobody waits for another look."),
        export_url=reverse("pay:appeals_sheet"),
        pages=pages,
    )


def _bag(row: Appeal) -> Bag:
    return row.inspection.hand_in.bag


def appeals(request: Visit) -> HttpResponse:
    pages = page_of(request, queries.open_appeals(request.member))
    who = makers(request, [_bag(row) for row in pages.items], page="appeals")
    answer = ngettext(
        "%(count)s maker asks for another look.", "%(count)s makers ask for another look.", pages.total
    ) % {"count": number(pages.total)}
    context = {
        "title": _("Questions about verdicts"),
        "back": Link(_("To inspect"), reverse("piecework:to_inspect")),
        "answer": answer if pages.total else _("Nobody waits for another look."),
        "table": _table(pages.items, who, pages),
    }
    return render(request, "piecework/list.html", context)


def appeals_sheet(request: Visit) -> HttpResponse:
    def table(rows: Sequence[Appeal]) -> Table:
        return _table(rows, makers(request, [_bag(row) for row in rows], page="appeals"))

    return sheet(request, queries.open_appeals(request.member), table)


def look_again(request: Visit, pk: int) -> HttpResponse:
    """Put a verdict right after another look, by somebody who had no hand in it."""
    seen = Inspection.objects.filter(hand_in__in=access.visible_hand_ins(request.member))
    found = get_object_or_404(seen.select_related("hand_in__bag"), pk=pk)
    allowed(request, actions.correct_verdict, found)
    if request.user.pk in access.hands_in_looks(found):
        raise SecondPersonNeeded
    now = queries.standing(found)
    asked = found.appeals.filter(stage=Appeal.Stage.OPEN).first()
    numbers = {"accepted": now.accepted, "rework": now.rework, "rejected": now.rejected}
    keep = Link(_("Leave it, with a reason"), reverse("pay:keep_verdict", args=[asked.pk])) if asked else None
    to_bag = Link(
        _("Bag %(code)s") % {"code": found.hand_in.bag.code},
        reverse("piecework:bag", args=[found.hand_in.bag_id]),
    )
    return fill(
        request,
        LookAgainForm(request.POST or None, initial=numbers),
        lambda by, facts: actions.correct_verdict(by, found, **facts),
        title=_("Look again at bag %(code)s") % {"code": found.hand_in.bag.code},
        submit=_("Put the verdict right"),
        back=to_bag,
        done=_("The verdict is put right. The difference comes onto the next slip."),
        answer=_("%(words)s First verdict: %(verdict)s")
        % {"words": f"“{asked.words}”" if asked else "", "verdict": wording.verdict(found)},
        aside=keep,
    )


def keep_verdict(request: Visit, pk: int) -> HttpResponse:
    """Answer a question about a verdict with the reason why it stays."""
    found = get_object_or_404(queries.open_appeals(request.member), pk=pk)
    return fill(
        request,
        KeepVerdictForm(request.POST or None),
        lambda by, facts: piecework.keep_verdict(by, found, **facts),
        title=_("Why the verdict stays"),
        submit=_("Answer"),
        back=Link(_("Questions about verdicts"), reverse("pay:appeals")),
        done=_("It is answered. The maker reads it."),
        answer=f"“{found.words}”",
    )
