"""Judges a plan by the problem alone, in plain loops that share nothing with the planner."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping

from gongfang.engines.dispatch.answer import Offer, Plan
from gongfang.engines.dispatch.problem import Person, Problem, Work, Workshop

Node = Hashable
START, END = "start", "end"


class BrokenPlan(AssertionError):  # noqa: N818 - it is the plan that is broken
    """The plan breaks `rule`; `detail` says where."""

    def __init__(self, rule: str, detail: str) -> None:
        super().__init__(f"{rule}: {detail}")
        self.rule = rule
        self.detail = detail


def check(problem: Problem, plan: Plan) -> None:
    """Raise BrokenPlan unless every promise is kept, nobody is asked too much, and nothing is shared
    out twice.

    A promise that was too much already is kept all the same; then nothing may be added to it.
    """
    _check_pinned(problem, plan)
    speeds = {(pair.person, pair.work): (pair.pace, pair.pass_rate) for pair in problem.pairs}
    for offer in plan.offers:
        _check_offer(problem, offer, speeds.get((offer.person, offer.work)))
    by_work, by_person = defaultdict(list), defaultdict(list)
    for offer in plan.offers:
        by_work[offer.work].append(offer)
        by_person[offer.person].append(offer)
    for work in problem.works:
        _check_work(work, by_work[work.id])
    for workshop in problem.workshops:
        _check_benches(problem, workshop, by_person)
    for person in problem.people:
        _check_person(problem, person, by_person[person.id])
        _check_reach(problem, person, _visited(problem, plan, person), by_person[person.id])
    _check_told(problem, plan, by_work)
    _check_totals(problem, plan)


def _must(true: bool, rule: str, detail: str) -> None:
    if not true:
        raise BrokenPlan(rule, detail)


def _check_pinned(problem: Problem, plan: Plan) -> None:
    promised = Counter((pin.person, pin.work, pin.bags, pin.first, pin.last) for pin in problem.pinned)
    kept = Counter(
        (offer.person, offer.work, offer.bags, offer.first, offer.last)
        for offer in plan.offers
        if offer.pinned
    )
    _must(promised == kept, "pinned", f"promised {promised - kept}, invented {kept - promised}")


def _check_offer(problem: Problem, offer: Offer, measured: tuple[int, int] | None) -> None:
    person, work = problem.person(offer.person), problem.work(offer.work)
    here = f"{offer.work} for {offer.person}"
    pace, pass_rate = measured or (work.seconds, 1000)
    _must(bool(offer.bags) and min(offer.bags) > 0, "bags", f"{here}: an empty bag")
    _must(max(offer.bags) <= work.bag_pieces, "bags", f"{here}: a bag larger than a full one")
    _must(offer.seconds == offer.pieces * pace, "seconds", here)
    _must(offer.pay == offer.pieces * pass_rate * work.rate // 1000, "pay", here)
    _must(offer.value == _value(work, offer), "value", here)
    _must(offer.late == (offer.last > work.last), "late", here)
    if offer.pinned:
        return
    _must(work.skill is None or work.skill in person.skills, "skill", here)
    _must(work.only is None or person.id in work.only, "people", here)
    _must(work.id not in person.declined, "declined", here)
    ends = {min(work.last, problem.buckets - 1), problem.buckets - 1}
    _must(offer.first == work.first and offer.last in ends, "window", f"{here}: {offer.first}..{offer.last}")


def _check_work(work: Work, offers: list[Offer]) -> None:
    promised = [bag for offer in offers if offer.pinned for bag in offer.bags]
    added = [bag for offer in offers if not offer.pinned for bag in offer.bags]
    most_pieces = max(work.pieces + work.spare, sum(promised))
    _must(sum(promised) + sum(added) <= most_pieces, "pieces", f"{work.id}: more than needed")
    _must(len(promised) + len(added) <= max(work.bags, len(promised)), "material", f"{work.id}: no such bags")
    small = [bag for bag in added if bag < work.bag_pieces]
    _must(len(small) <= 1, "bags", f"{work.id}: more than one smaller bag")


def _check_person(problem: Problem, person: Person, offers: list[Offer]) -> None:
    pinned = [offer for offer in offers if offer.pinned]
    for first in range(problem.buckets):
        for last in range(first, problem.buckets):
            there = sum(person.minutes[first : last + 1]) * 60
            asked, promised = (_inside(some, first, last) for some in (offers, pinned))
            _must(
                asked <= max(there, promised), "minutes", f"{person.id} in buckets {first}..{last}: {asked} s"
            )
    if person.max_pieces is not None:
        pieces, promised = (sum(offer.pieces for offer in some) for some in (offers, pinned))
        _must(pieces <= max(person.max_pieces, promised), "wish", f"{person.id}: {pieces} pieces")


def _inside(offers: Iterable[Offer], first: int, last: int) -> int:
    return sum(offer.seconds for offer in offers if first <= offer.first and offer.last <= last)


def _check_benches(problem: Problem, workshop: Workshop, by_person: Mapping[str, list[Offer]]) -> None:
    """Whatever was promised: all that is added finds a place besides as much of it as ever could."""
    people = [person for person in problem.people if person.village == workshop.village]
    offers = [(person, offer) for person in people for offer in by_person[person.id]]
    promised = [(person, offer) for person, offer in offers if offer.pinned]
    added = sum(offer.seconds for _, offer in offers if not offer.pinned)
    there, before = _seated(workshop, offers), _seated(workshop, promised)
    _must(there - before == added, "benches", f"{workshop.village}: places for {there - before} of {added} s")


def _seated(workshop: Workshop, offers: Iterable[tuple[Person, Offer]]) -> int:
    """Seconds of these offers there are places for: the largest flow (Edmonds and Karp 1972)."""
    room: defaultdict[Node, dict[Node, int]] = defaultdict(dict)
    for number, (person, offer) in enumerate(offers):
        _pipe(room, START, number, offer.seconds)
        for bucket in range(offer.first, offer.last + 1):
            _pipe(room, number, (person.id, bucket), offer.seconds)
            _pipe(room, (person.id, bucket), ("bench", bucket, "all"), person.minutes[bucket] * 60)
            _pipe(room, ("bench", bucket, "all"), END, workshop.minutes[bucket] * 60)
    seated = 0
    while path := _path(room):
        more = min(room[one][other] for one, other in path)
        for one, other in path:
            room[one][other] -= more
            room[other][one] += more
        seated += more
    return seated


def _pipe(room: defaultdict[Node, dict[Node, int]], one: Node, other: Node, width: int) -> None:
    room[one][other] = width
    room[other].setdefault(one, 0)


def _path(room: Mapping[Node, Mapping[Node, int]]) -> list[tuple[Node, Node]]:
    """The shortest way from start to end with some room left, step by step; none: empty."""
    came: dict[Node, Node] = {START: START}
    queue: list[Node] = [START]
    for node in queue:
        for other, width in room.get(node, {}).items():
            if width and other not in came:
                came[other] = node
                queue.append(other)
    path: list[tuple[Node, Node]] = []
    at: Node = END
    while at in came and at != START:
        path.append((came[at], at))
        at = came[at]
    return path


def _visited(problem: Problem, plan: Plan, person: Person) -> list[int]:
    if problem.visits is None:
        return list(range(problem.buckets))
    return [visit.bucket for visit in plan.visits if visit.village == person.village]


def _check_reach(problem: Problem, person: Person, buckets: list[int], offers: list[Offer]) -> None:
    added = [offer for offer in offers if not offer.pinned]
    for offer in added:
        reached = any(offer.first <= bucket <= offer.last for bucket in buckets)
        _must(reached, "visit", f"{offer.work} for {person.id}: no visit in its window")
        work = problem.work(offer.work)
        dearest = -(-max(offer.bags) * work.bag_value // work.bag_pieces)
        _must(dearest <= person.custody_cap, "custody", f"{person.id}: one bag above the cap")
    held, promised = (
        sum(offer.value for offer in some) for some in (offers, [offer for offer in offers if offer.pinned])
    )
    allowed = person.custody_cap * len(buckets)
    _must(held <= max(allowed, promised), "custody", f"{person.id} holds {held} of {allowed}")


def _check_told(problem: Problem, plan: Plan, by_work: Mapping[str, list[Offer]]) -> None:
    late, missing = {}, {}
    for work in problem.works:
        late[work.id] = sum(offer.pieces for offer in by_work[work.id] if offer.late)
        missing[work.id] = max(0, work.pieces - sum(offer.pieces for offer in by_work[work.id]))
    _must({one.work: one.pieces for one in plan.late} == _open(late), "late", f"{_open(late)} late")
    told = {one.work: one.pieces for one in plan.unmade}
    _must(told == _open(missing), "unmade", f"{_open(missing)} missing, told {told}")
    busy = {offer.person for offer in plan.offers}
    idle = sorted(person.id for person in problem.people if person.id not in busy)
    _must([one.person for one in plan.waiting] == idle, "waiting", f"{idle} have no work")
    _must(set(plan.visits) <= set(problem.visits or ()), "visits", "a visit that was not possible")


def _open(counts: Mapping[str, int]) -> dict[str, int]:
    return {work: pieces for work, pieces in counts.items() if pieces}


def _check_totals(problem: Problem, plan: Plan) -> None:
    totals, offers = plan.totals, plan.offers
    pay: Counter[str] = Counter()
    for offer in offers:
        pay[offer.person] += offer.pay
    gaps = [max(0, one.income_target - one.income_so_far - pay[one.id]) for one in problem.people]
    dear = [(late.work, late.pieces) for late in plan.late]
    dear += [(short.work, short.pieces) for short in plan.unmade]
    _must(totals.pieces == sum(offer.pieces for offer in offers), "totals", "pieces")
    _must(totals.bags == sum(len(offer.bags) for offer in offers), "totals", "bags")
    _must(totals.seconds == sum(offer.seconds for offer in offers), "totals", "seconds")
    _must(totals.pay == sum(pay.values()), "totals", "pay")
    _must(totals.late_pieces == sum(one.pieces for one in plan.late), "totals", "late pieces")
    _must(totals.unmade_pieces == sum(one.pieces for one in plan.unmade), "totals", "unmade pieces")
    _must(totals.income_gap == sum(gaps), "totals", "income gap")
    _must(totals.visit_cost == sum(visit.cost for visit in plan.visits), "totals", "visit cost")
    _must(
        totals.late_cost == sum(problem.work(work).late_cost * pieces for work, pieces in dear),
        "totals",
        "late cost",
    )


def _value(work: Work, offer: Offer) -> int:
    return sum(-(-bag * work.bag_value // work.bag_pieces) for bag in offer.bags)
