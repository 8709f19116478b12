"""What the planner is told about one county: people, work to share, promises, visits.

Everything is a whole number: minutes a person has, seconds a piece takes, pieces, bags, 毫 (1/10,000
yuan) of money and of material, per mille of pieces that pass. Nonsense is refused at once, with the
field and the reason.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

# Bounds that no county reaches; they keep every product inside 64 bits.
MOST_MONEY = 10**12
MOST_PIECES = 10**7
MOST_IN_BAG = 10**4
MOST_SECONDS = 10**6
MOST_MINUTES = 10**5
MOST_BUCKETS = 366
MOST_BENCHES = 10**4
ALL_PASS = 1000
FURTHER_WORK = 100_000  # 毫 for each work more that somebody has to learn


class WrongProblem(ValueError):  # noqa: N818 - it says what is wrong with what was asked, not that we failed
    """What was asked makes no sense: `field` names the place, `reason` says why in one sentence."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who can make pieces, with the hours and limits they set themselves.

    minutes: per bucket, what they can work. custody_cap: 毫 of material they may hold per visit.
    income_target, income_so_far: 毫 over the time planned for. skills: what they can do and wish to do.
    declined: ids of work they said "not this time" to. max_pieces: as many as they want to make, all
    work together; None: no wish told.
    """

    id: str
    village: str
    minutes: tuple[int, ...]
    custody_cap: int
    income_target: int
    income_so_far: int = 0
    skills: frozenset[str] = frozenset()
    declined: frozenset[str] = frozenset()
    max_pieces: int | None = None

    def __post_init__(self) -> None:
        here = f"person[{self.id}]"
        _named(f"{here}.id", self.id)
        _named(f"{here}.village", self.village)
        for bucket, minutes in enumerate(self.minutes):
            _whole(f"{here}.minutes[{bucket}]", minutes, most=MOST_MINUTES)
        _whole(f"{here}.custody_cap", self.custody_cap, most=MOST_MONEY)
        _whole(f"{here}.income_target", self.income_target, most=MOST_MONEY)
        _whole(f"{here}.income_so_far", self.income_so_far, most=MOST_MONEY)
        if self.max_pieces is not None:
            _whole(f"{here}.max_pieces", self.max_pieces, most=MOST_MONEY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One step of an order line to be shared out, promised bags included.

    pieces: to be made. bag_pieces: in a full bag. bags: of material on hand. first, last: buckets of
    the window; a negative last means due before the plan begins, one past the last bucket means due
    after it ends. seconds: a piece takes at standard speed. rate: 毫 a good piece. bag_value: 毫 of
    material in a full bag. skill: needed, None: none. late_cost: 毫 a piece that is late or missing.
    spare: pieces that may be shared out beyond `pieces` to make up for those expected to fail. only:
    ids of the people the lot is for; None: open to all.
    """

    id: str
    pieces: int
    bag_pieces: int
    bags: int
    first: int
    last: int
    seconds: int
    rate: int
    bag_value: int = 0
    skill: str | None = None
    late_cost: int = 0
    spare: int = 0
    only: frozenset[str] | None = None

    def __post_init__(self) -> None:
        here = f"work[{self.id}]"
        _named(f"{here}.id", self.id)
        _whole(f"{here}.pieces", self.pieces, most=MOST_PIECES)
        _whole(f"{here}.bag_pieces", self.bag_pieces, least=1, most=MOST_IN_BAG)
        _whole(f"{here}.bags", self.bags, most=MOST_PIECES)
        _whole(f"{here}.first", self.first, most=MOST_BUCKETS - 1)
        _whole(f"{here}.last", self.last, least=-MOST_PIECES, most=MOST_PIECES)
        _whole(f"{here}.seconds", self.seconds, least=1, most=MOST_SECONDS)
        _whole(f"{here}.rate", self.rate, most=MOST_MONEY)
        _whole(f"{here}.bag_value", self.bag_value, most=MOST_MONEY)
        _whole(f"{here}.late_cost", self.late_cost, most=MOST_MONEY)
        _whole(f"{here}.spare", self.spare, most=MOST_PIECES)
        if 0 <= self.last < self.first:
            raise WrongProblem(
                f"{here}.last", f"the window ends in bucket {self.last}, before it begins in {self.first}"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """How fast and how well one person makes one work, where it was measured; else standard pace, all
    passing.

    pace: seconds a piece. pass_rate: per mille of pieces expected to be accepted.
    """

    person: str
    work: str
    pace: int
    pass_rate: int = ALL_PASS

    def __post_init__(self) -> None:
        here = f"pair[{self.person}, {self.work}]"
        _whole(f"{here}.pace", self.pace, least=1, most=MOST_SECONDS)
        _whole(f"{here}.pass_rate", self.pass_rate, least=1, most=ALL_PASS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinned:
    """A promise already accepted, which every plan keeps: pieces of each bag, and the buckets it is
    made in.
    """

    person: str
    work: str
    bags: tuple[int, ...]
    first: int
    last: int

    def __post_init__(self) -> None:
        here = f"pinned[{self.person}, {self.work}]"
        if not self.bags:
            raise WrongProblem(f"{here}.bags", "a promise holds at least one bag")
        for number, pieces in enumerate(self.bags):
            _whole(f"{here}.bags[{number}]", pieces, least=1, most=MOST_IN_BAG)
        _whole(f"{here}.first", self.first, most=MOST_BUCKETS - 1)
        _whole(f"{here}.last", self.last, least=self.first, most=MOST_BUCKETS - 1)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Visit:
    """A round that could go to a village in a bucket, and the 毫 it costs (0: a workshop that is open
    anyway).
    """

    village: str
    bucket: int
    cost: int = 0

    def __post_init__(self) -> None:
        here = f"visit[{self.village}, {self.bucket}]"
        _whole(f"{here}.bucket", self.bucket, most=MOST_BUCKETS - 1)
        _whole(f"{here}.cost", self.cost, most=MOST_MONEY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """A place that people come to work at, and how long its benches hold somebody, all of them together.

    village: of those who work there; who works at home has another. minutes: per bucket, benches times opening hours.
    """

    village: str
    minutes: tuple[int, ...]

    def __post_init__(self) -> None:
        here = f"workshop[{self.village}]"
        _named(f"{here}.village", self.village)
        for bucket, minutes in enumerate(self.minutes):
            _whole(f"{here}.minutes[{bucket}]", minutes, most=MOST_MINUTES * MOST_BENCHES)


@dataclass(slots=True)
class Made:
    """What has been made of a problem, which never changes, so that it is made once (`arrays`)."""

    names: object = None
    columns: object = None

    def __reduce__(self) -> tuple[type, tuple[()]]:
        """Leave it behind when the problem is sent elsewhere."""
        return Made, ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One county to plan: `buckets` stretches of days, and who could make what in them.

    visits: where a round could go; None: every place is open in every bucket and costs nothing. workshops: whose
    benches are counted; people of any other village have a place whenever they work. weeks: the last bucket of
    each, in which a part of everybody's income target falls, as their time does; none: the target is for the whole
    time. further_work: 毫 that each work beyond the first costs with one person, who has to learn it; what is
    promised to them costs nothing more.
    """

    buckets: int
    people: tuple[Person, ...] = ()
    works: tuple[Work, ...] = ()
    pairs: tuple[Pair, ...] = ()
    pinned: tuple[Pinned, ...] = ()
    visits: tuple[Visit, ...] | None = None
    workshops: tuple[Workshop, ...] = ()
    weeks: tuple[int, ...] = ()
    further_work: int = FURTHER_WORK
    _people: dict[str, Person] = field(init=False, repr=False, compare=False)
    _works: dict[str, Work] = field(init=False, repr=False, compare=False)
    made: Made = field(init=False, repr=False, compare=False, default_factory=Made)

    def __post_init__(self) -> None:
        _whole("buckets", self.buckets, least=1, most=MOST_BUCKETS)
        _whole("further_work", self.further_work, most=MOST_MONEY)
        _once("people", [person.id for person in self.people])
        _once("works", [work.id for work in self.works])
        object.__setattr__(self, "_people", {person.id: person for person in self.people})
        object.__setattr__(self, "_works", {work.id: work for work in self.works})
        self._check_windows()
        self._check_pairs()
        self._check_pinned()
        self._check_visits()
        self._check_workshops()
        self._check_weeks()

    def person(self, person_id: str) -> Person:
        """The person with this id; KeyError if there is none."""
        return self._people[person_id]

    def work(self, work_id: str) -> Work:
        """The work with this id; KeyError if there is none."""
        return self._works[work_id]

    def _check_windows(self) -> None:
        for person in self.people:
            self._check_length(f"person[{person.id}].minutes", person.minutes)
        for work in self.works:
            _inside(f"work[{work.id}].first", work.first, self.buckets)

    def _check_pairs(self) -> None:
        _once("pairs", [(pair.person, pair.work) for pair in self.pairs])
        for pair in self.pairs:
            if pair.person not in self._people or pair.work not in self._works:
                self._known(f"pair[{pair.person}, {pair.work}]", pair.person, pair.work)

    def _check_pinned(self) -> None:
        for pin in self.pinned:
            here = f"pinned[{pin.person}, {pin.work}]"
            self._known(here, pin.person, pin.work)
            _inside(f"{here}.last", pin.last, self.buckets)
            if pin.work in self.person(pin.person).declined:
                raise WrongProblem(here, "the same work cannot be both promised and declined")
            if max(pin.bags) > self.work(pin.work).bag_pieces:
                raise WrongProblem(f"{here}.bags", "a bag holds more pieces than a full bag of this work")

    def _check_visits(self) -> None:
        if self.visits is None:
            return
        _once("visits", [(visit.village, visit.bucket) for visit in self.visits])
        for visit in self.visits:
            if visit.bucket >= self.buckets:
                _inside(f"visit[{visit.village}, {visit.bucket}].bucket", visit.bucket, self.buckets)

    def _check_workshops(self) -> None:
        _once("workshops", [workshop.village for workshop in self.workshops])
        for workshop in self.workshops:
            self._check_length(f"workshop[{workshop.village}].minutes", workshop.minutes)

    def _check_weeks(self) -> None:
        for number, last in enumerate(self.weeks):
            least = self.weeks[number - 1] + 1 if number else 0
            _whole(f"weeks[{number}]", last, least=least, most=self.buckets - 1)
        if self.weeks and self.weeks[-1] != self.buckets - 1:
            raise WrongProblem(
                "weeks", f"the last week ends in bucket {self.weeks[-1]}, not {self.buckets - 1}"
            )

    def _check_length(self, where: str, minutes: tuple[int, ...]) -> None:
        if len(minutes) != self.buckets:
            raise WrongProblem(where, f"{len(minutes)} numbers for {self.buckets} buckets")

    def _known(self, where: str, person: str, work: str) -> None:
        if person not in self._people:
            raise WrongProblem(f"{where}.person", f"there is no person {person!r}")
        if work not in self._works:
            raise WrongProblem(f"{where}.work", f"there is no work {work!r}")


def _whole(where: str, value: int, *, least: int = 0, most: int) -> None:
    if type(value) is not int:
        raise WrongProblem(where, f"a whole number is needed, not {value!r}")
    if not least <= value <= most:
        raise WrongProblem(where, f"{value} is not between {least} and {most}")


def _named(where: str, value: str) -> None:
    if not isinstance(value, str) or not value:
        raise WrongProblem(where, "a name is needed")


def _inside(where: str, bucket: int, buckets: int) -> None:
    if bucket >= buckets:
        raise WrongProblem(where, f"bucket {bucket} lies after the last one, {buckets - 1}")


def _once(where: str, keys: Sequence[object]) -> None:
    if len(set(keys)) != len(keys):
        raise WrongProblem(where, f"{_first_twin(keys)!r} is there twice")


def _first_twin(keys: Iterable[object]) -> object:
    seen: set[object] = set()
    return next(key for key in keys if key in seen or seen.add(key))  # type: ignore[func-returns-value]
