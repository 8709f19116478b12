"""What an executor promises, and the one task there is."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Protocol

from gongfang.engines.dispatch.bench import arrays_from, read, write
from gongfang.engines.dispatch.search import Effort, Search


@dataclass(frozen=True, slots=True)
class Case:
    """A county to plan: its name, the bytes of its instance file, how long to search, and the seed."""

    county: str
    instance: bytes
    effort: Effort = "fast"
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Planned:
    """A county's plan: the bytes of its plan file."""

    county: str
    plan: bytes


class Executor(Protocol):
    """Carries out tasks somewhere."""

    def run(self, cases: Iterable[Case], /) -> Iterator[Planned]:
        """Plan every case, hand plans out as they are ready, in any order; draw a case only when there is room."""


def plan_counties(
    cases: Iterable[Case], *, executor: Executor, observe: Callable[[Planned], None] | None = None
) -> dict[str, bytes]:
    """Plan every county once; the plans by county.

    The same cases give the same bytes with every executor. cases: drawn one after the other, so that a province need
    not lie in memory. observe: told of each plan when it is there.
    """
    plans: dict[str, bytes] = {}
    for planned in executor.run(cases):
        plans[planned.county] = planned.plan
        if observe is not None:
            observe(planned)
    return plans


def plan_case(case: Case) -> Planned:
    """Plan one county: a pure function of its bytes, effort and seed."""
    arrays, order = arrays_from(read(BytesIO(case.instance)), seed=case.seed)
    search = Search(arrays, seed=case.seed)
    search.run(case.effort)
    file = BytesIO()
    write(file, search=search, order=order)
    return Planned(case.county, file.getvalue())
