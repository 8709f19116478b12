"""Planners side by side on drawn counties: every planner, load and seed in one run.

Where CP-SAT finds no plan in minutes, and the linear programme does not end, they are not asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.instances import Columns, columns, packed
from bench.keeping import Kept
from bench.known import Known, Records
from bench.rivals import Asked
from bench.rivals.asking import Told, ask

ALL = ("human", "fast", "good", "best", "CP-SAT", "HiGHS", "linear", "bound")
SOLVERS = ("CP-SAT", "HiGHS")
LARGE = ("human", "fast", "good", "bound")
LARGEST = ("human", "fast", "good")
BOUNDS = ("bound", "linear", *SOLVERS)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What solvers and our best effort may take: seconds and cores, exact rounds."""

    seconds: float = 60.0
    cores: int = 2
    rounds: int = 30


@dataclass(frozen=True, kw_only=True)
class Size:
    """So many people and orders, at these loads, with so many seeds; who plans them, and what they may take."""

    people: int
    orders: int
    loads: tuple[float, ...]
    seeds: int
    who: tuple[str, ...] = ALL
    limits: Limits = field(default_factory=Limits)

    @property
    def name(self) -> str:
        """As it is written on the page."""
        return f"{self.people:,} × {self.orders}"


LOADS = (0.75, 0.9, 1.0, 1.1)
FULL = (
    Size(people=100, orders=12, loads=LOADS, seeds=5, limits=Limits(seconds=5, rounds=5)),
    Size(people=600, orders=60, loads=LOADS, seeds=5, limits=Limits(seconds=20, rounds=4)),
    Size(people=6_000, orders=200, loads=LOADS, seeds=2, who=LARGE),
    Size(people=60_000, orders=600, loads=(0.75,), seeds=1, who=LARGEST),
)
QUICK = (
    Size(people=100, orders=12, loads=(0.75, 1.1), seeds=1, limits=Limits(seconds=3, rounds=2)),
    Size(people=300, orders=30, loads=(0.75,), seeds=1, limits=Limits(seconds=3, rounds=2)),
)


@dataclass(frozen=True)
class Round:
    """What everybody made of one instance."""

    told: dict[str, Told]
    known: Known | None = None

    @property
    def bound(self) -> float | None:
        """The best bound known, yuan."""
        found = [self.told[who].bound for who in BOUNDS if who in self.told]
        return max((bound for bound in found if bound is not None), default=None)


@dataclass(frozen=True)
class Group:
    """All rounds of one size and load, one a seed."""

    size: Size
    load: float
    rounds: tuple[Round, ...]

    @property
    def name(self) -> str:
        """As it is written on the page."""
        return f"{self.size.name}, load {self.load:g}"


def played(
    sizes: Sequence[Size], *, kept: Kept, records: Records, tell: Callable[[str], None]
) -> Iterator[Group]:
    """Everybody on every instance, group by group; tell is told of each planner before it begins.

    kept: answers of a run that was interrupted, and where this run's go. records: the best known of each instance.
    """
    for size in sizes:
        for load in size.loads:
            rounds = (_drawn(size, load, seed, kept, records, tell) for seed in range(size.seeds))
            yield Group(size, load, tuple(rounds))


def matches(sizes: Sequence[Size]) -> int:
    """How often anybody is asked."""
    return sum(len(size.who) * len(size.loads) * size.seeds for size in sizes)


def _drawn(
    size: Size, load: float, seed: int, kept: Kept, records: Records, tell: Callable[[str], None]
) -> Round:
    case = columns(size.people, size.orders, load=load, seed=seed)
    name = f"{size.people} x {size.orders}, load {load:g}, seed {seed}"
    with TemporaryDirectory() as folder:
        path = Path(folder) / "case.npz"
        path.write_bytes(packed(case))
        seen = contest(path, case, who=size.who, seed=seed, limits=size.limits, kept=kept.of(name),
                       tell=lambda who: tell(f"{name}: {who}"))  # fmt: skip
    known = records.known(name)
    records.learn(name, seen.told)
    return replace(seen, known=known)


def contest(
    path: Path,
    case: Columns,
    *,
    who: Iterable[str],
    seed: int,
    limits: Limits,
    tell: Callable[[str], None],
    kept: Kept | None = None,
) -> Round:
    """Ask them one after the other, so that nobody takes another's core; whoever has answered already is not asked."""
    told, kept = {}, kept or Kept()
    for one in who:
        tell(one)
        asked = Asked(who=one, seed=seed, seconds=limits.seconds, cores=limits.cores, rounds=limits.rounds)
        told[one] = kept.told(one) or kept.keep(one, ask(path, case, asked))
    return Round(told)
