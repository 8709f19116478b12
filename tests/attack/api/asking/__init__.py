"""For every verb one request that is right in every respect but, perhaps, who sends it."""

from tests.attack.api.asking import orders, pay, people, work
from tests.attack.api.asking.place import ASKED, Ask, Place, Request, post

ROOMS = ("people", "orders", "work", "pay")
__all__ = ["ASKED", "ROOMS", "Ask", "Place", "Request", "orders", "pay", "people", "post", "rows", "work"]


def rows(room: str) -> list[str]:
    """Return the rows of the table whose requests stand in one file."""
    return sorted(row for row, ask in ASKED.items() if ask.__module__ == f"{__name__}.{room}")
