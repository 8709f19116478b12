"""A contest's figures, means over its seeds: each beside the best bound known and the careful human, and its goals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from statistics import fmean

from bench.contest import SOLVERS, Group
from bench.judge import Judged
from bench.results import Measure
from bench.rivals.asking import Told

OURS = ("fast", "good", "best")
BEST_BOUND, HUMAN = "best bound of this run", "a careful human"
KEPT_BOUND = "best bound kept with the instances"
# Goals by people, load and effort.
SECONDS = {
    (6_000, "fast"): 0.3,
    (6_000, "good"): 5.0,
    (60_000, "good"): 20.0,
    (600, "good"): 2.0,
    (600, "best"): 30.0,
}
MEGABYTES = {(60_000, "good"): 1_000.0}
NEAR = {(600, 0.75, "good"): 1.05, (600, 0.75, "best"): 1.03}
INCOME = {(6_000, 0.75, "good"): 1.5}
VISITS = {(6_000, 0.75, "good"): 0.88}
A_PAIR = 60.0  # nanoseconds a sweep
LATE = {(6_000, 1.0, "good"): 0.25, (6_000, 1.1, "good"): 0.25}


def measures(group: Group) -> Iterator[Measure]:
    """Everything seen in one size and load."""
    for who in group.size.who:
        if who in OURS:
            yield from _ours(group, who)
    for who in SOLVERS:
        if who in group.size.who:
            yield from _solver(group, who)
    yield from _bounds(group)


def _ours(group: Group, who: str) -> Iterator[Measure]:
    people, load, what = group.size.people, group.load, f"{group.name}, {who}"
    yield _near(group, who, at_most=NEAR.get((people, load, who)))
    yield from _near_kept(group, who)
    yield _beside_human(group, who, "cost against the human's", "yuan", lambda one: one.total)
    yield _beside_human(
        group, who, "good pieces not in time", "%", _late, at_most=LATE.get((people, load, who))
    )
    yield _beside_human(
        group, who, "paid rounds", "rounds", lambda one: one.rounds, at_most=VISITS.get((people, load, who))
    )
    income = fmean(100 * one.short / one.targets for one in _plans(group, who))
    goal = INCOME.get((people, load, who))
    yield Measure(what=f"{what}: income missing", value=income, unit="%", at_most=goal)
    seconds = fmean(one.seconds for one in _told(group, who))
    yield Measure(what=f"{what}: CPU", value=seconds, unit="s", at_most=SECONDS.get((people, who)))
    memory = max(one.megabytes for one in _told(group, who))
    goal = MEGABYTES.get((people, who))
    yield Measure(what=f"{what}: memory at most", value=memory, unit="MB", at_most=goal)
    yield from _sweep(group, who)


def _sweep(group: Group, who: str) -> Iterator[Measure]:
    sweeps = [one.sweep for one in _told(group, who) if one.sweep is not None]
    if sweeps:
        goal = A_PAIR if group.size.people == 6_000 and who == "fast" else None
        what = f"{group.name}, {who}: a pair in a sweep of prices"
        yield Measure(what=what, value=fmean(sweeps), unit="ns", at_most=goal)


def _solver(group: Group, who: str) -> Iterator[Measure]:
    what = f"{group.name}, {who}"
    found = [one for one in _told(group, who) if one.judged is not None]
    note = f"of {len(group.rounds)} asked"
    yield Measure(what=f"{what}: plans found", value=len(found), unit="plans", note=note)
    if len(found) == len(group.rounds):
        yield _near(group, who)
    seconds = fmean(one.seconds for one in _told(group, who))
    yield Measure(what=f"{what}: CPU of all its cores", value=seconds, unit="s")
    yield Measure(what=f"{what}: memory", value=max(one.megabytes for one in _told(group, who)), unit="MB")


def _bounds(group: Group) -> Iterator[Measure]:
    for who, named in (("bound", "our bound"), ("linear", "the bound of HiGHS's linear programme"),
                       *((who, f"the bound of {who}") for who in SOLVERS)):  # fmt: skip
        if who not in group.size.who:
            continue
        found = [one.bound for one in _told(group, who)]
        if None not in found:
            value = fmean(bound for bound in found if bound is not None)
            yield _beside_bound(group, f"{group.name}: {named}", value)
        if who not in SOLVERS:
            seconds = fmean(one.seconds for one in _told(group, who))
            yield Measure(what=f"{group.name}: {named}, CPU", value=seconds, unit="s")


def _near(group: Group, who: str, *, at_most: float | None = None) -> Measure:
    value = fmean(one.total for one in _plans(group, who))
    return _beside_bound(group, f"{group.name}, {who}: cost", value, at_most=at_most)


def _near_kept(group: Group, who: str) -> Iterator[Measure]:
    """The same beside the best bounds that were kept with the instances."""
    bounds = [one.known.bound for one in group.rounds if one.known is not None and one.known.bound]
    if len(bounds) == len(group.rounds):
        value = fmean(one.total for one in _plans(group, who))
        what = f"{group.name}, {who}: cost beside bounds kept"
        yield Measure(what=what, value=value, unit="yuan", rival=KEPT_BOUND, rival_value=fmean(bounds))


def _beside_bound(group: Group, what: str, value: float, *, at_most: float | None = None) -> Measure:
    bounds = [one.bound for one in group.rounds if one.bound is not None]
    if len(bounds) < len(group.rounds):
        return Measure(what=what, value=value, unit="yuan")
    return Measure(
        what=what, value=value, unit="yuan", rival=BEST_BOUND, rival_value=fmean(bounds), at_most=at_most
    )


def _beside_human(
    group: Group,
    who: str,
    what: str,
    unit: str,
    read: Callable[[Judged], float],
    *,
    at_most: float | None = None,
) -> Measure:
    ours, theirs = (fmean(map(read, _plans(group, one))) for one in (who, "human"))
    return Measure(
        what=f"{group.name}, {who}: {what}",
        value=ours,
        unit=unit,
        rival=HUMAN,
        rival_value=theirs,
        at_most=at_most,
    )


def _late(judged: Judged) -> float:
    return 100 * judged.late / judged.needed


def _told(group: Group, who: str) -> list[Told]:
    return [one.told[who] for one in group.rounds]


def _plans(group: Group, who: str) -> list[Judged]:
    return [one.judged for one in _told(group, who) if one.judged is not None]
