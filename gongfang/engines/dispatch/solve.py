"""The one door of the dispatch planner: a problem in, a plan out."""

from collections import Counter
from dataclasses import replace

from gongfang.engines.dispatch.answer import Plan
from gongfang.engines.dispatch.arrays import Arrays, Names, arrays_of, names_of
from gongfang.engines.dispatch.bound import CLIMBS, proof_of
from gongfang.engines.dispatch.cost import cost_of
from gongfang.engines.dispatch.explain import tell
from gongfang.engines.dispatch.problem import Person, Problem, Visit, Work, WrongProblem
from gongfang.engines.dispatch.repair import repair
from gongfang.engines.dispatch.rounds import needed_visits
from gongfang.engines.dispatch.rule import Observe, Sharing, Stop, share_out, turns_of
from gongfang.engines.dispatch.search import EFFORTS, FAVOUR, Effort, Search
from gongfang.engines.dispatch.settle import settle

__all__ = ["EFFORTS", "Effort", "compile_kernels", "plan"]


def plan(
    problem: Problem,
    *,
    effort: Effort = "fast",
    seed: int = 0,
    warm: Plan | None = None,
    observe: Observe | None = None,
    stop: Stop | None = None,
) -> Plan:
    """Share out a county's work so that as little as possible is late, incomes come near their targets, the poorest
    first, and rounds are few.

    The same problem, effort, seed and warm plan give the same plan to the byte, in whatever order the rows came.

    effort: how long to search. seed: draws the lots between people with equal gaps, and the search's moves. warm: an
    earlier plan, whose offers stay with the same people unless a change pays for itself. observe: told how much of how
    much is done. stop: asked now and then; True ends with a valid plan of what is found so far. Raises WrongProblem on
    an unknown effort.
    """
    if effort not in EFFORTS:
        raise WrongProblem("effort", f"{effort!r} is none of {', '.join(EFFORTS)}")
    names = names_of(problem)
    arrays = arrays_of(problem, names, seed=seed)
    kept = _kept(problem, names=names, arrays=arrays, warm=warm)
    search = Search(arrays, seed=seed, kept=kept)
    turns = len(turns_of(arrays))
    whole = turns + len(search.steps(effort))
    sharing = share_out(arrays, kept=kept, observe=_part(observe, 0, whole), stop=stop)
    if sharing.open_turns:
        return tell(problem, names=names, arrays=arrays, sharing=sharing)
    complete = search.run(effort, observe=_part(observe, turns, whole), stop=stop)
    better = _better(settle(arrays, search, kept=kept), sharing)
    told = tell(problem, names=names, arrays=better.arrays, sharing=better)
    proof = proof_of(better, told, climb=CLIMBS[effort]) if complete and effort != "fast" else None
    return replace(told, complete=complete, proof=proof)


def compile_kernels() -> None:
    """Plan a tiny county, so that the planner's machine code is made and kept."""
    rounds = tuple(Visit(village="village", bucket=bucket, cost=1) for bucket in range(2))
    maker = Person(id="maker", village="village", minutes=(60, 60), custody_cap=9, income_target=9)
    work = Work(
        id="work",
        pieces=3,
        bag_pieces=1,
        bags=3,
        first=0,
        last=0,
        seconds=1800,
        rate=9,
        bag_value=3,
        late_cost=9,
    )
    county = Problem(buckets=2, people=(maker,), works=(work,), visits=rounds)
    repair(county, plan(county, effort="good", warm=plan(county, effort="good")))


def _part(observe: Observe | None, before: int, whole: int) -> Observe | None:
    """Tell the steps of one part as steps of the whole."""
    if observe is None:
        return None
    return lambda done, _: observe(before + done, whole)


def _better(found: Sharing, ruled: Sharing) -> Sharing:
    """What the search found if it is better than the rule, which stands between equals."""
    return found if _cost(found) < _cost(ruled) * (1 - 1e-9) else ruled


def _cost(sharing: Sharing) -> float:
    """What a plan costs, 1/1000 毫, less what it is worth that offers stay where they were."""
    arrays = sharing.arrays
    kept = [(grant.pair, bag) for grant in sharing.grants for bag in grant.bags[: grant.kept]]
    stays = sum(bag * int(arrays.worth[pair]) for pair, bag in kept)
    return cost_of(sharing, needed_visits(arrays, sharing)).total - FAVOUR * stays


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
