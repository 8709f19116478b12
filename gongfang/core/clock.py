"""What time it is, and which of the five times that is.

A fact carries up to five: `acted_at` by the device, `skew` measured at sync, `received_at` by the server,
`posted_at` by the database, and `booked_on`, the business day. Money follows `booked_on` alone; `acted_at`
only explains.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

_TICK = timedelta(microseconds=1)
_told: ContextVar[Iterator[datetime] | None] = ContextVar("told", default=None)
_shift: ContextVar[timedelta] = ContextVar("shift", default=timedelta())


def now() -> datetime:
    """The present moment where we are, or the one that `at` tells."""
    told = _told.get()
    return next(told) if told else datetime.now(UTC) + _shift.get()


def business_day(at: datetime) -> date:
    """The day in the county's own time that a moment is booked on."""
    if at.tzinfo is None:
        raise ValueError("a moment without a time zone belongs to no business day")
    return at.astimezone(SHANGHAI).date()


def today() -> date:
    """The business day of the present moment."""
    return business_day(now())


def skew(*, device_now: datetime, server_now: datetime) -> timedelta:
    """How far the device runs ahead of the server; what it recorded is corrected by taking this away."""
    return device_now - server_now


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let this thread live at another moment, so that demo history and play are booked on their own days.

    Each look at the clock is a microsecond after the one before, never slower or faster: the same play, run
    twice, writes the same times.
    """
    if moment.tzinfo is None:
        raise ValueError("a told moment needs its time zone")
    token = _told.set(moment.astimezone(UTC) + _TICK * n for n in count())
    try:
        yield
    finally:
        _told.reset(token)


@contextmanager
def shifted(by: timedelta) -> Iterator[None]:
    """Live so much earlier or later than the world: a demo county goes on from its report's own day."""
    token = _shift.set(by)
    try:
        yield
    finally:
        _shift.reset(token)
