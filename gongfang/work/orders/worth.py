"""What an hour of a step is worth at the speed of real hand-ins, practised and not, beside the local minimum."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from gongfang.core.errors import Refused
from gongfang.registry.people.models import Relation
from gongfang.registry.people.queries import measured_paces
from gongfang.registry.places.law import Rule, rule_on
from gongfang.ui.formats import yuan
from gongfang.work.orders.models import Step
from gongfang.work.orders.queries import find_rate, hourly


@dataclass(frozen=True)
class Speed:
    """The seconds a piece takes practised hands and beginners; measured where hand-ins told their time."""

    practised: int
    beginners: int
    practised_measured: bool
    beginners_measured: bool


@dataclass(frozen=True)
class Worth:
    """What an hour brings, in 毫, and the local minimum of an hour with its document."""

    practised_hao: int
    beginners_hao: int
    speed: Speed
    minimum: Rule | None

    @property
    def minimum_hao(self) -> int | None:
        """The minimum of an hour here, where it is known."""
        return int(self.minimum.value) if self.minimum else None

    @property
    def is_short(self) -> bool:
        """Say whether even practised hands earn less than the minimum."""
        return self.minimum is not None and self.practised_hao < int(self.minimum.value)


def speed_of(step: Step) -> Speed:
    """Return how fast a step is really done: the median of measured hand-ins, or what was planned and shown."""
    paces = measured_paces(step.skill.code)
    shown = max(step.standard_seconds, step.demonstrated_seconds or 0)
    return Speed(
        practised=_seconds(step, paces.practised) if paces.practised else step.standard_seconds,
        beginners=_seconds(step, paces.beginners) if paces.beginners else shown,
        practised_measured=bool(paces.practised),
        beginners_measured=bool(paces.beginners),
    )


def _seconds(step: Step, percent: int) -> int:
    return max(1, step.standard_seconds * 100 // percent)


def worth_of(step: Step, hao: int, day: date, speed: Speed | None = None) -> Worth:
    """Return what an hour is worth at a price a piece, beside the minimum of the day."""
    speed = speed or speed_of(step)
    return Worth(
        practised_hao=hourly(hao, speed.practised),
        beginners_hao=hourly(hao, speed.beginners),
        speed=speed,
        minimum=rule_on("minimum_hour", day),
    )


def worth_sentence(worth: Worth) -> str:
    """Say what an hour is worth and how that stands to the minimum: ground for a better price."""
    said = _("Practised hands earn about %(practised)s an hour, beginners about %(beginners)s.") % {
        "practised": yuan(worth.practised_hao),
        "beginners": yuan(worth.beginners_hao),
    }
    return _("%(said)s %(beside)s") % {"said": said, "beside": beside(worth)}


def beside(worth: Worth) -> str:
    """Say how an hour stands to the minimum of this place."""
    if worth.minimum is None:
        return _("The minimum wage of this place is not entered yet.")
    facts = {"minimum": yuan(int(worth.minimum.value)), "document": worth.minimum.document}
    if worth.is_short:
        return (
            _(
                "The local minimum is %(minimum)s an hour (%(document)s): ask the enterprise for a better price."
            )
            % facts
        )
    return _("The local minimum is %(minimum)s an hour (%(document)s).") % facts


def refuse_below_minimum(relation: Relation, step: Step, pieces: int, day: date) -> None:
    """Under labour law nobody takes work whose hour is worth less than the minimum; a contract for work is free."""
    if relation.kind == Relation.Kind.CONTRACT:
        return
    rate, minimum = find_rate(step, day), rule_on("minimum_hour", day)
    if rate is None or minimum is None:
        return
    hour = hourly(rate.price(pieces), step.standard_seconds)
    if hour < int(minimum.value):
        raise Refused(
            _(
                "This person is employed, and an hour of this work brings %(hour)s, below the minimum of %(minimum)s."
                " Raise the rate, or give other work."
            )
            % {"hour": yuan(hour), "minimum": yuan(int(minimum.value))},
            code="below_minimum",
        )
