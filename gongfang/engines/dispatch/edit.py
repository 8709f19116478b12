"""Changes by hand: bags taken from one person, given to another, and what that costs before anybody says yes."""

from collections.abc import Iterable

from gongfang.engines.dispatch.answer import Change, Edited, Obstacle, Plan, Refusal, Why
from gongfang.engines.dispatch.compare import difference
from gongfang.engines.dispatch.problem import Problem, WrongProblem
from gongfang.engines.dispatch.standing import Standing
from gongfang.engines.dispatch.telling import told


def edit(problem: Problem, plan: Plan, changes: Iterable[Change]) -> Edited:
    """Make the changes one after the other, leaving out those that break a hard rule, and say what all cost.

    A round is added where a bag could not get there otherwise. Raises WrongProblem on a change without
    bags, or from nobody to nobody.
    """
    standing = Standing.of(problem, plan)
    before = standing.cost()
    refused = []
    for change in changes:
        obstacle = change_one(standing, change)
        if obstacle is not None:
            refused.append(Refusal(change=change, obstacle=obstacle))
    answer = told(standing)
    cost = standing.cost().hao - before.hao
    return Edited(
        plan=answer, difference=difference(plan.totals, answer.totals, cost=cost), refused=tuple(refused)
    )


def change_one(standing: Standing, change: Change) -> Obstacle | None:
    """Make one change, or leave everything as it was and say what stands in its way."""
    if change.bags < 1:
        raise WrongProblem("change.bags", f"{change.bags} bags cannot be moved")
    if change.giver is None and change.taker is None:
        raise WrongProblem("change", "it names nobody to take from or to give to")
    work = standing.work_number(change.work)
    if work is None:
        return Obstacle(why=Why.NO_WORK)
    if change.giver is None:
        return _give(standing, work, change, _fresh_bags(standing, work, change.bags))
    return _move(standing, work, change)


def _move(standing: Standing, work: int, change: Change) -> Obstacle | None:
    giver = standing.person_number(change.giver or "")
    pair = None if giver is None else standing.pair_of(giver, work)
    held = 0 if pair is None else standing.held_of(pair)
    if pair is None or held < change.bags:
        return Obstacle(why=Why.NO_WORK, short=change.bags - held)
    taken = standing.take_back(pair, change.bags)
    obstacle = _give(standing, work, change, [bag for _, bag in taken]) if change.taker else None
    if obstacle is not None:
        for late, bag in taken:
            standing.put(work, pair, [bag], late=late)
    return obstacle


def _fresh_bags(standing: Standing, work: int, count: int) -> list[int]:
    """So many bags of what nobody has yet: full ones, the last as small as what is left."""
    size = int(standing.arrays.size[work])
    left = int(standing.arrays.limit[work]) - standing.sharing.units[work]
    return [min(size, max(1, left - size * number)) for number in range(count)]


def _give(standing: Standing, work: int, change: Change, bags: list[int]) -> Obstacle | None:
    taker = standing.person_number(change.taker or "")
    if taker is None:
        return Obstacle(why=Why.PEOPLE)
    pair = standing.pair_of(taker, work)
    if pair is None:
        return standing.closed(taker, work)
    obstacle = standing.material_obstacle(work, bags) or _place(standing, work, pair, bags)
    while obstacle is not None and obstacle.visit is not None:
        place = int(standing.arrays.place[taker])
        standing.open_round(place, obstacle.visit.bucket)
        obstacle = _place(standing, work, pair, bags)
    return obstacle


def _place(standing: Standing, work: int, pair: int, bags: list[int]) -> Obstacle | None:
    obstacle: Obstacle | None = None
    for late in standing.ways(work):
        obstacle = standing.personal_obstacle(work, pair, bags, late=late)
        if obstacle is None:
            standing.put(work, pair, bags, late=late)
            return None
    return obstacle
