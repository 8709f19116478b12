"""What must hold, in plain Python: pieces, material and money of one operator, its workshop, its agent, their people.

Written from the rules and not from the code: nothing of `gongfang` is imported here. `foresee` says whether an act can
be done at all; the effect it returns is applied when the county has acknowledged it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from types import SimpleNamespace as Thing
from typing import Any

from tests.soak.told import Told

Answer = list[dict[str, Any]]
Effect = Callable[[Answer], None]
# A knot is made in one step, a pouch is cut by one person and sewn by another. Our own thread is used by the count.
PRODUCTS = {"knot": ("knot",), "pouch": ("cut", "sew")}
RECIPES: dict[str, dict[str, int]] = {
    "knot": {"rope": 850, "bead": 2},
    "cut": {"rope": 500},
    "sew": {"bead": 3, "thread": 40, "silk": 10},
}
OFFCUTS = {("cut", "rope"): 40}
OURS, COUNTED, IN_BATCHES = "thread", "thread", "silk"
SUBSTITUTE, FOR, OF_IT = "shell", "bead", 4
MATERIALS = ("rope", "bead", "thread", "silk", "shell")
THREAD_HAO = 50  # a millimetre of our thread, on a bill
BAG = 20
CONTRACT = 400  # pieces an operator's contract is good for; an order beyond it is refused
DUE, LATER = 2029, 2030  # the years at whose end orders are due
FIRST_RATES = {"knot": 4_525, "cut": 3_000, "sew": 4_400}
FEN = 100
BAGS_AT_ONCE = 10
OFFER_DAYS = 2
MAKERS = {"m0": "W", "m1": "W", "m2": "W", "m3": "A", "m4": "A"}


HELPER = "su"  # helps out at the desk of the workshop, now and then


class Impossible(Exception):  # noqa: N818 -- an answer, not a fault
    """The model forbids this act."""


class Wrong(AssertionError):  # noqa: N818 -- a finding
    """The county did what must not be."""


def must(condition: object, why: str) -> None:
    if not condition:
        raise Impossible(why)


def agree(ours: object, theirs: object, what: str) -> None:
    if ours != theirs:
        raise Wrong(f"{what}: the model says {ours}, the county {theirs}")


class Base:
    """The things of one history by name, their rows in the county, and what everybody holds."""

    def __init__(self, pks: dict[str, Any]) -> None:
        self.pk: dict[str, Any] = dict(pks)
        self.things: dict[str, Thing] = {}
        self.rates = {step: {-10_000: hao} for step, hao in FIRST_RATES.items()}
        self.store: defaultdict[tuple[str, str, str], int] = defaultdict(int)
        self.outside: defaultdict[tuple[str, str], int] = defaultdict(int)
        self.returned: defaultdict[tuple[str, str], int] = defaultdict(int)
        self.received: defaultdict[tuple[str, str], int] = defaultdict(int)
        self.difference: defaultdict[tuple[str, str, str], int] = defaultdict(int)
        self.offcuts: defaultdict[tuple[str, str, str], int] = defaultdict(int)
        self.offcuts_returned: defaultdict[tuple[str, str], int] = defaultdict(int)
        self.custody: defaultdict[tuple[str, str], int] = defaultdict(int)
        self.used: defaultdict[tuple[str, str], int] = defaultdict(int)
        self.lost: defaultdict[tuple[str, str], int] = defaultdict(int)
        purposes = ("owed", "transit", "paid", "overpaid", "kept", "tax")
        self.money = {who: Thing(**dict.fromkeys(purposes, 0)) for who in (*MAKERS, "W", "A")}
        self.relations: dict[str, int] = {}
        self.silent: set[int] = set()  # acts that told nobody, because they did nothing
        self.cards: dict[str, str] = {}
        self.cost = self.fee_received = 0
        self.closed = self.sealed = -10_000

    def new(self, kind: str, told: Told, at: int, pk: int, /, **facts: Any) -> str:
        name = f"{kind}@{told.no}.{at}"
        self.pk[name] = pk
        self.things[name] = Thing(name=name, kind=kind, **facts)
        return name

    def of(self, kind: str, **facts: Any) -> list[Thing]:
        """All things of a kind, with these facts."""
        return [
            thing
            for thing in self.things.values()
            if thing.kind == kind and all(getattr(thing, key) == value for key, value in facts.items())
        ]

    def rate(self, step: str, day: int) -> int:
        rates = self.rates[step]
        return rates[max(since for since in rates if since <= day)]

    def knows(self, told: Told) -> bool:
        """Say whether everything an act speaks of is there (in a shortened history it may not be)."""
        terms = told.args.get("terms")
        return (terms is None or terms in self.relations) and all(
            name in self.pk for name in _names(told.args)
        )

    def resolved(self, value: Any) -> Any:
        """Put rows' numbers in the place of names."""
        if isinstance(value, str):
            return self.pk.get(value, value)
        if isinstance(value, list):
            return [self.resolved(one) for one in value]
        if isinstance(value, dict):
            return {key: one if key == "witness" else self.resolved(one) for key, one in value.items()}
        return value

    def has_role(self, told: Told) -> bool:
        """Say whether the helper, whose role at the desk comes and goes, holds it now."""
        return told.who != HELPER or bool(self.of("role", stage="running"))

    def give_role(self, told: Told) -> Effect:
        return lambda answer: self._held(told, answer[0]["pk"])

    def _held(self, told: Told, pk: int) -> None:
        if pk not in [self.pk[role.name] for role in self.of("role", stage="running")]:
            self.new("role", told, 0, pk, stage="running")

    def end_role(self, told: Told, role: str) -> Effect:
        return lambda answer: setattr(self.things[role], "stage", "ended")

    def foresee(self, told: Told) -> Effect:
        """Say what an act will do, or that it cannot be done."""
        must(self.has_role(told), "the role to do it")
        effect: Effect = getattr(self, told.verb)(told, **told.args)
        return effect


def _names(value: Any) -> Iterable[str]:
    if isinstance(value, str) and "@" in value:
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _names(one)
    elif isinstance(value, list):
        for one in value:
            yield from _names(one)
