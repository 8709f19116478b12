"""Counts the time since a day, and finds the day so long ago.

Who was born on 29 February is a year older on 1 March of a common year.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from gongfang.engines.rules.fields import Span


def passed(since: date, day: date, span: Span) -> int:
    """The full years, full months or days from one day to another; below zero where the first is still to come."""
    if span is Span.DAYS:
        return (day - since).days
    months = 12 * (day.year - since.year) + day.month - since.month - (day.day < since.day)
    return months if span is Span.MONTHS else months // 12


def before(day: date, number: int, span: Span) -> date:
    """The last day since which so much time has passed; where a month is too short, its end."""
    if span is Span.DAYS:
        return day - timedelta(number)
    months = 12 * day.year + day.month - 1 - number * (12 if span is Span.YEARS else 1)
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
