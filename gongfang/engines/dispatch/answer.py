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
    BENCH = "bench"  # every place in their workshop is taken then
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
class Proof:
    """How far a plan can be from the best one: no plan whatever costs less than `bound`.

    cost, bound: 毫. In a plan that is worse in nothing else there are at most `late_pieces_fewer` pieces
    fewer late or missing, or 毫 `travel_less` less travel, or 毫 `income_less` less open income gap.
    """

    cost: int
    bound: int
    late_pieces_fewer: int
    travel_less: int
    income_less: int


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
    proof: Proof | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Bags of a work moved by hand: from `giver` (None: from what nobody has) to `taker` (None: to nobody)."""

    work: str
    bags: int
    giver: str | None = None
    taker: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """What stands between a person and one more bag of a work, and by how much.

    short: minutes (of the person, at a bench), 毫 of material, pieces wished for or bags of material that are missing,
    by the kind; nothing where the kind has no amount. visit: the cheapest round that would reach them in the window.
    """

    why: Why
    short: int = 0
    visit: Visit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A change by hand that would break a hard rule, and which."""

    change: Change
    obstacle: Obstacle


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What another plan has more (less, when below nothing): pieces late and not made, and 毫.

    travel: of rounds. income_gap: open income gap, all people together. pay: wages. cost: all that the
    planner weighs, in one number.
    """

    late_pieces: int = 0
    unmade_pieces: int = 0
    travel: int = 0
    income_gap: int = 0
    pay: int = 0
    cost: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyNot:
    """Why a person was not offered a work (more of it).

    obstacle: the first thing in the way; of the kind TAKEN when nothing is, and then `difference` says
    what changes when one bag goes to them instead, if it can.
    """

    person: str
    work: str
    obstacle: Obstacle
    difference: Difference | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeing:
    """How many of the missing pieces could be made if this one thing were no hindrance, and how much it takes.

    amount: MINUTES, BENCH: minutes. MATERIAL: bags. VISIT: rounds. CUSTODY, WISH, DECLINED, PEOPLE, SKILL: people.
    """

    why: Why
    pieces: int
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkReport:
    """How a work stands in a plan, and what would free the pieces that are late or not made, most first."""

    work: str
    on_time_pieces: int
    late_pieces: int
    unmade_pieces: int
    people: int
    frees: tuple[Freeing, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """The plan after changes by hand, what they cost, and those that were refused (and left out)."""

    plan: Plan
    difference: Difference
    refused: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkChange:
    """What a work has more in another plan: pieces after their date, pieces not made, bags in other hands."""

    work: str
    late_pieces: int
    unmade_pieces: int
    moved_bags: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How one plan differs from another: in all, work by work (those that differ), people, rounds.

    people: how many get more, less or other work. moved_bags: bags that somebody else has now.
    """

    difference: Difference
    works: tuple[WorkChange, ...]
    people: int
    moved_bags: int
    visits_added: tuple[Visit, ...]
    visits_dropped: tuple[Visit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Whether a work can be made in its window, and what it costs the others.

    done: bucket from which all of it is made; None: not all within the time planned for. others: works
    that would be made later or less. plan: the plan with it.
    """

    work: str
    on_time_pieces: int
    late_pieces: int
    unmade_pieces: int
    done: int | None
    others: tuple[WorkChange, ...]
    difference: Difference
    plan: Plan
