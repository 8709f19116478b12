"""The addresses of pages: a list names fifty of one kind, which differ in a number only."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.urls import get_urlconf
from django.urls import reverse as found

_ANY = 7_777_777_777


def reverse(name: str, args: Sequence[Any] = ()) -> str:
    """Return the address of a page, as `django.urls.reverse` does; each pattern is looked for once in a process."""
    if not args:
        return _plain(name, get_urlconf())
    if len(args) == 1 and type(args[0]) is int:
        before, after = _around(name, get_urlconf())
        return f"{before}{args[0]}{after}"
    return found(name, args=args)


@cache
def _plain(name: str, _urls: str | None) -> str:
    return found(name)


@cache
def _around(name: str, _urls: str | None) -> tuple[str, str]:
    before, _number, after = found(name, args=[_ANY]).partition(str(_ANY))
    return before, after
