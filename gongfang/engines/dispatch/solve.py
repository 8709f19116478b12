"""The one door of the dispatch planner: a problem in, a plan out."""

from collections import Counter
from typing import Literal, get_args

from gongfang.engines.dispatch.answer import Plan
from gongfang.engines.dispatch.arrays import Arrays, Names, arrays_of, names_of
from gongfang.engines.dispatch.explain import tell
from gongfang.engines.dispatch.problem import Problem, WrongProblem
from gongfang.engines.dispatch.rule import Observe, Stop, share_out

Effort = Literal["fast", "good", "best"]
EFFORTS: tuple[Effort, ...] = get_args(Effort)


def plan(
    problem: Problem,
    *,
    effort: Effort = "fast",
    seed: int = 0,
    warm: Plan | None = None,
    observe: Observe | None = None,
    stop: Stop | None = None,
) -> Plan:
    """Share out a county's work: earliest due date first, then whoever is furthest below their income
    target.

    The same problem, seed and warm plan give the same plan to the byte, in whatever order the rows
    came.

    effort: how long to search; the present rule does not search, so all three give one plan. seed:
    draws the lots between people with equal gaps. warm: an earlier plan, whose offers go to the same
    people again as far as they still fit. observe: told how much of how much is done. stop: asked now
    and then; True ends with a valid plan of what is shared out so far. Raises WrongProblem on an
    unknown effort.
    """
    if effort not in EFFORTS:
        raise WrongProblem("effort", f"{effort!r} is none of {', '.join(EFFORTS)}")
    names = names_of(problem)
    arrays = arrays_of(problem, names, seed=seed)
    sharing = share_out(
        arrays, kept=_kept(problem, names=names, arrays=arrays, warm=warm), observe=observe, stop=stop
    )
    return tell(problem, names=names, arrays=arrays, sharing=sharing)


def _kept(problem: Problem, *, names: Names, arrays: Arrays, warm: Plan | None) -> dict[int, int]:
    offered = _still_offered(problem, warm) if warm else Counter()
    if not offered:
        return {}
    return {
        pair: offered[key]
        for work, name in enumerate(names.works)
        for pair in range(*arrays.pairs(work).indices(len(arrays.person)))
        if (key := (names.people[arrays.person[pair]], name)) in offered
    }


def _still_offered(problem: Problem, warm: Plan) -> Counter[tuple[str, str]]:
    """Bags offered in the earlier plan to each person of each work, less those accepted since."""
    offered: Counter[tuple[str, str]] = Counter()
    accepted: Counter[tuple[str, str]] = Counter()
    for pin in problem.pinned:
        accepted[pin.person, pin.work] += len(pin.bags)
    for offer in warm.offers:
        if offer.pinned:
            accepted[offer.person, offer.work] -= len(offer.bags)
        else:
            offered[offer.person, offer.work] += len(offer.bags)
    return offered - +accepted
