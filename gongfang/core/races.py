"""Two at the same instant: the database lets one through, the other reads a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import IntegrityError, transaction

from gongfang.core.errors import Refused


@contextmanager
def one_wins(constraint: str, refusal: Refused) -> Iterator[None]:
    """Refuse with this sentence what the constraint of this name does not let through."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        cause = error.__cause__
        if isinstance(cause, psycopg.Error) and cause.diag.constraint_name == constraint:
            raise refusal from error
        raise
