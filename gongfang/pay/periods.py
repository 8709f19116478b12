"""The pay calendar: the month for most, a shorter stretch of days for part-time employment, as the law says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from gongfang.registry.people.models import Relation
from gongfang.registry.places.law import Rule, rule_on

_DAY = timedelta(days=1)


def period_of(kind: str, day: date, rule: Rule | None = None) -> tuple[date, date]:
    """Return the period of pay a day lies in: its first and last day."""
    rule = rule or rule_on("pay_period", day)
    lengths: Mapping[str, int] = rule.value if rule else {}
    length = int(lengths.get(kind, 0))
    if rule and length:
        first = day - timedelta(days=(day - rule.valid_from).days % length)
        return first, first + timedelta(days=length - 1)
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - _DAY


def last_end(kind: str, day: date) -> date:
    """Return the last day of the newest period that is over."""
    return period_of(kind, day)[0] - _DAY


def calendar(day: date) -> dict[str, date]:
    """Return, for each kind of terms, up to which day slips are due now."""
    return {str(kind): last_end(kind, day) for kind in Relation.Kind.values}
