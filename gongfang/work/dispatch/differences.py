"""What stands in the way, what would help, what another plan would change: sentences from the planner's numbers.

Nothing here compares two people or says how near anybody is to any income, and a "not this time" reads like any
other work that is not open to somebody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gongfang.engines.dispatch import Difference, Obstacle, Proof, Visit, Why, WhyNot
from gongfang.ui.formats import day as written
from gongfang.ui.formats import number, yuan
from gongfang.work.dispatch.planning.days import Days


def help_sentence(free: Mapping[str, Any]) -> str:
    """Say what would free how many of the missing pieces of a work, that thing alone."""
    pieces, amount = number(free["pieces"]), free["amount"]
    sentences: dict[str, Callable[[], str]] = {
        Why.MINUTES: lambda: _(
            "%(pieces)s pieces more with %(hours)s hours more of people who can make it."
        ),
        Why.BENCH: lambda: _(
            "%(pieces)s pieces more with places for %(hours)s hours more in the workshops."
        ),
        Why.MATERIAL: lambda: _("%(pieces)s pieces more with the material of %(amount)s bags more."),
        Why.VISIT: lambda: _("%(pieces)s pieces more if a round went to %(amount)s villages more in time."),
        Why.CUSTODY: lambda: _("%(pieces)s pieces more if %(amount)s people brought bags back first."),
        Why.WISH: lambda: _("%(pieces)s pieces more if %(amount)s people wished to make more."),
        Why.SKILL: lambda: _("%(pieces)s pieces more if %(amount)s people learnt the skill."),
        Why.PEOPLE: lambda: _("%(pieces)s pieces more if %(amount)s people of other workshops could be asked."),
    }  # fmt: skip
    return sentences[free["why"]]() % {
        "pieces": pieces, "amount": number(amount), "hours": number(-(-amount // 60)),
    }  # fmt: skip


def obstacle_sentence(obstacle: Obstacle, days: Days) -> str:
    """Say what stands between a person and one more bag of a work, and what would have to change."""
    short = obstacle.short
    sentences: dict[str, Callable[[], str]] = {
        Why.SKILL: lambda: _("They do not have the skill yet. Once it is written down, they are thought of."),
        Why.DECLINED: lambda: _("This work is not open to them this time."),
        Why.PEOPLE: lambda: _("This work is not open to them this time."),
        Why.VISIT: lambda: _round_sentence(obstacle.visit, days),
        Why.MINUTES: lambda: _("%(minutes)s minutes are missing in the time they named until then.")
        % {"minutes": number(short)},
        Why.BENCH: lambda: _(
            "Every place in the workshop is taken on the days they could come: %(minutes)s minutes are missing."
        ) % {"minutes": number(short)},
        Why.CUSTODY: lambda: _(
            "They would hold material worth %(worth)s more than one person may. Bags handed in first make room."
        ) % {"worth": yuan(short)},
        Why.WISH: lambda: _("It would be %(pieces)s pieces more than they wish to make.")
        % {"pieces": number(short)},
        Why.MATERIAL: lambda: ngettext(
            "The material of %(bags)s bag is missing. Ask the enterprise for it.",
            "The material of %(bags)s bags is missing. Ask the enterprise for it.",
            short,
        ) % {"bags": number(short)},
        Why.TAKEN: lambda: _("All of it is given to somebody. Take bags from somebody first."),
        Why.NO_WORK: lambda: _("There are not so many bags of it to move."),
        Why.STOPPED: lambda: _("Planning was stopped before this was looked at."),
    }  # fmt: skip
    return sentences[obstacle.why]()


def _round_sentence(visit: Visit | None, days: Days) -> str:
    if visit is None:
        return _("No round reaches their village in time.")
    first, last = days.span(visit.bucket)
    sentence = _(
        "No round of the plan reaches their village in time. One between %(first)s and %(last)s costs %(cost)s."
    )
    return sentence % {"first": written(first), "last": written(last), "cost": yuan(visit.cost)}


def why_not_sentences(answer: WhyNot, days: Days) -> list[str]:
    """Say why somebody is not asked about (more of) a work."""
    if answer.obstacle.why != Why.TAKEN:
        return [obstacle_sentence(answer.obstacle, days)]
    told = [_("Nothing stands in the way: they could make it, but all of it is given already.")]
    if answer.difference is None:
        return told
    changes = list(difference_sentences(answer.difference))
    return [*told, _("With one bag for them instead:"), *(changes or [_("Neither dates nor rounds change.")])]


def difference_sentences(difference: Difference) -> Iterator[str]:
    """Say what another plan has more or less: late, not made, rounds. What it brings whom is nobody's to compare."""
    if difference.late_pieces > 0:
        yield _("%(much)s pieces more come late.") % {"much": number(difference.late_pieces)}
    if difference.late_pieces < 0:
        yield _("%(much)s pieces fewer come late.") % {"much": number(-difference.late_pieces)}
    if difference.unmade_pieces > 0:
        yield _("%(much)s pieces more find nobody.") % {"much": number(difference.unmade_pieces)}
    if difference.unmade_pieces < 0:
        yield _("%(much)s pieces fewer find nobody.") % {"much": number(-difference.unmade_pieces)}
    if difference.travel > 0:
        yield _("Rounds cost %(much)s more.") % {"much": yuan(difference.travel)}
    if difference.travel < 0:
        yield _("Rounds cost %(much)s less.") % {"much": yuan(-difference.travel)}


def proof_sentence(proof: Proof, pieces: int) -> str:
    """Say how much better any plan whatever could be than this one."""
    fewer = -(-proof.late_pieces_fewer * 1000 // pieces) if pieces else 0
    if not fewer and not proof.travel_less:
        return _("No plan can have fewer late pieces or cheaper rounds than this one.")
    if not fewer:
        return _("However long one plans: rounds cost at best %(travel)s less.") % {
            "travel": yuan(proof.travel_less)
        }
    if not proof.travel_less:
        told = _(
            "However long one plans: at best %(permille)s %% of the pieces fewer are late or find nobody."
        )
        return told % {"permille": f"{fewer / 10:g}"}
    return _(
        "However long one plans: at best %(permille)s %% of the pieces fewer are late, or rounds cost %(travel)s less."
    ) % {"permille": f"{fewer / 10:g}", "travel": yuan(proof.travel_less)}


def span_text(days: tuple[date, date]) -> str:
    """Write from which day to which."""
    first, last = days
    return written(first) if first == last else f"{written(first)} – {written(last)}"
