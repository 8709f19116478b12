"""What is said of one person: the outcome, the reasons, what is missing, and the amount."""

from __future__ import annotations

from dataclasses import dataclass

from gongfang.engines.rules.judging import Facts, Reason, lacking, reasons
from gongfang.engines.rules.judging import met as is_met
from gongfang.engines.rules.missing import Search
from gongfang.engines.rules.reckoning import Step, reckon
from gongfang.engines.rules.ruling import Ruling


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Whether somebody meets a rule (None: facts are missing), and why.

    lacking: missing facts that could still matter, for the outcome or, where that is clear, for the amount. enough:
    the fewest of them that could settle the outcome one way or the other. to_meet: the fewest that could show that the
    rule is met; None: nothing can any more. paid: how the amount was reckoned, for whoever meets the rule.
    """

    met: bool | None
    reasons: tuple[Reason, ...]
    lacking: tuple[str, ...] = ()
    enough: tuple[str, ...] = ()
    to_meet: tuple[str, ...] | None = ()
    paid: Step | None = None

    @property
    def hao(self) -> int | None:
        """What they get, 毫; None: not known yet, or a rule that pays nothing by itself."""
        return self.paid.hao if self.paid else 0 if self.met is False else None


def judge(ruling: Ruling, facts: Facts) -> Answer:
    """Judge one person; facts that are missing are None, or not there."""
    ruling.vocabulary.check(facts)
    outcome, why = is_met(ruling, facts), reasons(ruling.rule, ruling, facts)
    if outcome is None:
        return _open(ruling, facts, why)
    paid = reckon(ruling.amount, ruling, facts) if outcome and ruling.amount else None
    lacks = paid.lacks if paid else ()
    return Answer(met=outcome, reasons=why, lacking=lacks, to_meet=() if outcome else None, paid=paid)


def _open(ruling: Ruling, facts: Facts, why: tuple[Reason, ...]) -> Answer:
    search = Search(ruling, facts)
    to_meet, to_fail = search.fewest(wanted=True), search.fewest(wanted=False)
    ways = [way for way in (to_meet, to_fail) if way is not None]
    return Answer(
        met=None,
        reasons=why,
        lacking=lacking(ruling.rule, ruling, facts),
        enough=_in_order(ruling, min(ways, key=len, default=frozenset())),
        to_meet=None if to_meet is None else _in_order(ruling, to_meet),
    )


def _in_order(ruling: Ruling, names: frozenset[str]) -> tuple[str, ...]:
    return tuple(name for name in ruling.fields() if name in names)
