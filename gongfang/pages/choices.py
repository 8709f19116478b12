"""What a county may choose in numbers, in words: each what it is for, in which unit, and what holds when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils.translation import gettext as _

from gongfang.core.models import Parameter
from gongfang.core.parameters import Setting
from gongfang.oversight.doubts.choices import thresholds
from gongfang.pay.queries import PAY_WITHIN_DAYS
from gongfang.ui.formats import number, yuan
from gongfang.work.dispatch import parameters as sharing
from gongfang.work.piecework.actions.looks import APPEAL_DAYS
from gongfang.work.piecework.custody import UNUSUAL_LOSS_HAO, UNUSUAL_LOSS_PERMILLE
from gongfang.work.piecework.mended import MEND_PERMILLE

Unit = Literal["number", "yuan"]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A number of the county: what it is called, what follows from it, and how it is written."""

    setting: Setting
    title: str
    meaning: str
    unit: Unit = "number"

    def written(self, value: int) -> str:
        """Write a value as people read it."""
        return yuan(value) if self.unit == "yuan" else number(value)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a choice stands on a day: the value, the row it comes from (none: ours), what is planned, what was before."""

    choice: Choice
    value: int
    row: Parameter | None
    planned: Sequence[Parameter]
    before: Sequence[Parameter]


def choices() -> Sequence[Choice]:
    """Return everything a county may choose in one number."""
    return (
        Choice(
            setting=sharing.INCOME_TARGET_HAO, unit="yuan", title=_("What work is meant to bring a person a month"),
            meaning=_("Plans help those first who are furthest below it. It is a goal, nobody's claim."),
        ),
        Choice(
            setting=sharing.DAYS_AHEAD, title=_("How many days ahead plans look"),
            meaning=_("Work that is due later is planned when its time comes."),
        ),
        Choice(
            setting=sharing.OFFER_HOURS, title=_("Hours to answer an offer"),
            meaning=_("Then its pieces are free for others; no answer costs nothing."),
        ),
        Choice(
            setting=sharing.BAGS_AT_ONCE, title=_("Bags one person may hold at once"),
            meaning=_("Whoever hands some in can take more."),
        ),
        Choice(
            setting=sharing.FURTHER_WORK_HAO, unit="yuan", title=_("What learning one more kind of work counts"),
            meaning=_("The higher, the fewer different pieces a person is asked to make in one plan."),
        ),
        Choice(
            setting=sharing.ROUND_COST_HAO, unit="yuan", title=_("What a round to a village costs"),
            meaning=_("The higher, the fewer rounds, and the fuller each."),
        ),
        Choice(
            setting=APPEAL_DAYS, title=_("Days in which a maker can ask for a second look"),
            meaning=_("Counted from the inspection."),
        ),
        Choice(
            setting=UNUSUAL_LOSS_HAO, unit="yuan", title=_("Lost material that is looked into"),
            meaning=_("Above this sum the loss is shown as unusual, so that somebody asks what happened."),
        ),
        Choice(
            setting=UNUSUAL_LOSS_PERMILLE, title=_("Lost material that is looked into, of 1,000 parts"),
            meaning=_("Above this part of what somebody was given, whatever the sum."),
        ),
        Choice(
            setting=MEND_PERMILLE, title=_("What mending another's piece earns, of 1,000 parts of its rate"),
            meaning=_("Beside what whoever made it earns; it holds for what is given to mend from that day on."),
        ),
        Choice(
            setting=PAY_WITHIN_DAYS, title=_("Days until pay is due"),
            meaning=_("Counted from acceptance; what is later stands on the home page in red."),
        ),
        *(Choice(setting=setting, title=title, meaning=meaning) for setting, title, meaning in thresholds()),
    )  # fmt: skip


def choice_of(key: str) -> Choice | None:
    """Return the choice of a key, if a county has it."""
    return next((one for one in choices() if one.setting.key == key), None)


def standing(choice: Choice, day: date) -> Standing:
    """Return how a choice stands."""
    return _standing(choice, list(choice.setting.rows()), day)


def standings(day: date) -> list[Standing]:
    """Return how all choices stand, read at once."""
    found, rows = choices(), defaultdict(list)
    told = Parameter.objects.filter(key__in=[one.setting.key for one in found], place="")
    for row in told.order_by("-valid_from"):
        rows[row.key].append(row)
    return [_standing(one, rows[one.setting.key], day) for one in found]


def _standing(choice: Choice, rows: Sequence[Parameter], day: date) -> Standing:
    row = choice.setting.of(rows, day)
    return Standing(
        choice=choice,
        value=int(row.value) if row else choice.setting.value,
        row=row,
        planned=[one for one in reversed(rows) if one.valid_from > day],
        before=[one for one in rows if one.valid_from <= day and one != row],
    )
