"""What the planner answers: who is offered what, what cannot be made and why, who waits and why."""

from dataclasses import dataclass
from enum import StrEnum

from gongfang.engines.dispatch.problem import Visit


class Why(StrEnum):
    """What stands between a person and work, or between a work and its pieces."""

    NO_WORK = "no_work"  # there is nothing to share out
    PEOPLE = "people"  # nobody it is open to, or all said "not this time"
    SKILL = "skill"  # nobody can do it; or the person can do none of it
    DECLINED = "declined"  # the person said "not this time"
    VISIT = "visit"  # no round reaches them in the window
    MINUTES = "minutes"
    CUSTODY = "custody"
    WISH = "wish"  # they have as much as they wish to make
    MATERIAL = "material"
    STOPPED = "stopped"  # planning was stopped before this was looked at
    TAKEN = "taken"  # all of it went to people with a larger income gap


class Because(StrEnum):
    """Why an offer was made; the names of its numbers stand behind each."""

    PINNED = "pinned"  # -
    KEPT = "kept"  # bags: as many the earlier plan offered
    DUE = "due"  # last: bucket it is due in; late: 1 if made after it
    GAP = "gap"  # before, after: gap, per mille of the target; able: people in line; next: gap of the next


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for an offer: its kind and its numbers, from which a sentence is made elsewhere."""

    kind: Because
    numbers: tuple[tuple[str, int], ...] = ()

    def number(self, name: str) -> int | None:
        """The number of this name, or None where it does not apply."""
        return dict(self.numbers).get(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Bags of one work for one person, to be made in buckets first..last.

    bags: pieces of each. seconds: expected working time. pay: expected 毫. value: 毫 of material. late:
    made after due.
    """

    person: str
    work: str
    bags: tuple[int, ...]
    first: int
    last: int
    seconds: int
    pay: int
    value: int
    late: bool = False
    pinned: bool = False
    reasons: tuple[Reason, ...] = ()

    @property
    def pieces(self) -> int:
        """Pieces in all its bags."""
        return sum(self.bags)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortage:
    """Pieces of a work that nobody could be offered, why, and how many people were held back by what."""

    work: str
    pieces: int
    why: Why
    held_back: tuple[tuple[Why, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lateness:
    """Pieces of a work that will be made, but after it is due."""

    work: str
    pieces: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A person without work in this plan, and what stood in the way of the work nearest to them."""

    person: str
    why: Why


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """The plan in a few numbers: pieces, bags, seconds, and 毫 of pay, open income gap, lateness and
    visits.
    """

    pieces: int
    bags: int
    seconds: int
    pay: int
    late_pieces: int
    unmade_pieces: int
    late_cost: int
    income_gap: int
    visit_cost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A county's plan; `complete` is False if it was stopped early, and then it is still valid."""

    offers: tuple[Offer, ...]
    unmade: tuple[Shortage, ...]
    late: tuple[Lateness, ...]
    waiting: tuple[Waiting, ...]
    visits: tuple[Visit, ...]
    totals: Totals
    complete: bool = True
