"""The maker's own page: which bags are at home, until when, and what they have earned so far."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gongfang.core import clock
from gongfang.core.doors import Visit
from gongfang.core.members import Member
from gongfang.ui.doors import press
from gongfang.ui.formats import day, number
from gongfang.ui.parts import Link
from gongfang.ui.tables import Column, Table
from gongfang.ui.ways import reverse
from gongfang.work.dispatch.web.names import names
from gongfang.work.piecework import access, actions, queries, wording
from gongfang.work.piecework.models import HandIn
from gongfang.work.piecework.queries import Held
from gongfang.work.piecework.web.bags import bag_url
from gongfang.work.piecework.web.material import own_custody_table


def my_bags(request: Visit) -> HttpResponse:
    own = request.member.resident_id
    held = queries.bags_of(own) if own is not None else []
    context = {
        "title": _("My bags"),
        "answer": _answer(held),
        "table": _table(held),
        "material": own_custody_table(own),
        "unconfirmed": _unconfirmed(request.member, own) if own is not None else (),
        "mending": queries.mending_of(own) if own is not None else (),
        "faults": queries.own_faults(own, clock.today() - timedelta(days=90)) if own is not None else (),
        "given_back": queries.unconfirmed_give_backs(own) if own is not None else (),
    }
    return render(request, "piecework/mine.html", context)


def _unconfirmed(member: Member, own: int) -> list[tuple[HandIn, str]]:
    """Return what others wrote down, with the name of who made it where somebody else made a part of a bag."""
    rows = list(queries.unconfirmed(own))
    others = [row for row in rows if row.relation.resident_id != own]
    known = names(member, [row.relation.resident for row in others], page="my_bags")
    return [(row, known.get(row.relation.resident_id, "")) for row in rows]


def say_yes(request: Visit, pk: int) -> HttpResponse:
    """Confirm what was handed in in one's own name."""
    row = get_object_or_404(access.visible_hand_ins(request.member), pk=pk)
    done = _("Thank you. It is confirmed.")
    return press(
        request, lambda by: actions.confirm_hand_ins(by, [row]), to=reverse("piecework:mine"), done=done
    )


def say_yes_to_give_back(request: Visit, pk: int) -> HttpResponse:
    """Confirm what was brought back unworked in one's own name."""
    row = get_object_or_404(access.visible_give_backs(request.member), pk=pk)
    done = _("Thank you. It is confirmed.")
    return press(
        request, lambda by: actions.confirm_give_backs(by, [row]), to=reverse("piecework:mine"), done=done
    )


def _answer(held: Sequence[Held]) -> str:
    home = [row for row in held if row.bag.at_home or row.bag.rework]
    if not home:
        return _("You have no bag at home. Ask your workshop what work there is.")
    pieces = sum(row.bag.at_home + row.bag.rework for row in home)
    return ngettext(
        "You have %(count)s bag with %(pieces)s pieces at home. Bring it by %(day)s.",
        "You have %(count)s bags with %(pieces)s pieces at home. Bring the first by %(day)s.",
        len(home),
    ) % {"count": number(len(home)), "pieces": number(pieces), "day": day(home[0].bag.due)}


def _table(held: Sequence[Held]) -> Table:
    return Table(
        caption=_("My bags"),
        columns=(
            Column("work", _("Work"), "link"),
            Column("home", _("Still to make"), "number"),
            Column("mend", _("To mend"), "number"),
            Column("due", _("Bring by"), "day"),
            Column("rate", _("Yuan a piece"), "rate"),
            Column("accepted", _("Accepted"), "number"),
            Column("earned", _("Earned so far"), "money"),
            Column("status", _("Status"), "tag"),
        ),
        rows=[
            {
                "work": Link(wording.work(row.bag), bag_url(row.bag)),
                "home": row.bag.at_home,
                "mend": row.bag.rework,
                "due": row.bag.due,
                "rate": row.rate_hao,
                "accepted": row.bag.accepted,
                "earned": row.earned_hao,
                "status": wording.bag_tag(row.bag, clock.today()),
            }
            for row in held
        ],
        empty=_("Bags you take home are listed here, with the day to bring them and what they earn."),
    )
