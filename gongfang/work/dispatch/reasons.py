"""Why an offer, why not: sentences from the planner's reasons. No person is compared with another, nobody is ranked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from gongfang.engines.dispatch import Because, Why
from gongfang.ui.formats import day as written


def offer_sentences(reasons: Iterable[Mapping[str, Any]], *, planned_on: date) -> list[str]:
    """Say why a person is offered this work: what holds for them and for the order, never about others."""
    told = [_("You have the skill, and there is time for it in the hours you named.")]
    for reason in reasons:
        if reason["kind"] == Because.DUE:
            told.append(_due(reason, planned_on))
        elif reason["kind"] == Because.GAP:
            told.append(_("It brings you nearer to what work here is meant to bring you in a month."))
        elif reason["kind"] == Because.KEPT:
            told.append(_("An earlier plan already had this work for you."))
    return told


def _due(reason: Mapping[str, Any], planned_on: date) -> str:
    due = written(planned_on + timedelta(days=int(reason["last"])))
    if reason.get("late"):
        return _("The order was due on %(day)s; what you make still counts in full.") % {"day": due}
    return _("The order is due on %(day)s, and you can make it by then.") % {"day": due}


def unmade_sentence(why: str) -> str:
    """Say why pieces cannot be made, and what would help."""
    sentences: dict[str, str] = {
        Why.NO_WORK: _("There is nothing to share out."),
        Why.PEOPLE: _(
            "Nobody is left to ask. Ask for wishes in the villages, or share the pieces out elsewhere."
        ),
        Why.DECLINED: _(
            "Nobody is left to ask. Ask for wishes in the villages, or share the pieces out elsewhere."
        ),
        Why.SKILL: _(
            "Nobody who wished for work has the skill. Plan a course, or share the pieces out elsewhere."
        ),
        Why.VISIT: _("No round reaches the people who could make it before it is due."),
        Why.MINUTES: _(
            "The people who could make it have no more time. Ask for a later day, or find more makers."
        ),
        Why.BENCH: _(
            "Every place in the workshops of those who could make it is taken on the days it can be made."
        ),
        Why.CUSTODY: _(
            "The people who could make it hold as much material as one person may. Take bags in first."
        ),
        Why.WISH: _("Everybody has as much as they wished to make."),
        Why.MATERIAL: _("The material on hand is used up. Ask the enterprise for the rest."),
        Why.STOPPED: _("Planning was stopped before this was looked at."),
        Why.TAKEN: _("All of it is offered."),
    }
    return sentences[why]


def waiting_sentence(why: str) -> str:
    """Say why a person is not asked about work in this plan."""
    sentences: dict[str, str] = {
        Why.NO_WORK: _("There was nothing left to share out."),
        Why.SKILL: _("None of the work asks for what they can do yet."),
        Why.VISIT: _("No round reaches their village in time."),
        Why.MINUTES: _("A whole bag does not fit the time they named."),
        Why.BENCH: _("Every place in their workshop is taken on the days they could come."),
        Why.CUSTODY: _("They hold as much material as one person may."),
        Why.WISH: _("They have as much as they wished to make."),
        Why.MATERIAL: _("The material on hand was used up."),
        Why.STOPPED: _("Planning was stopped before they were looked at."),
        Why.TAKEN: _(
            "All of the work was offered before it was their turn; they can still come and take some."
        ),
        Why.PEOPLE: _("The work is meant for others."),
    }
    return sentences[why]
