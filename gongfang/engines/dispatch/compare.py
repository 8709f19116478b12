"""How one plan differs from another of the same county."""

from collections import Counter
from collections.abc import Iterable

from gongfang.engines.dispatch.answer import Comparison, Difference, Offer, Plan, Totals, WorkChange

Hands = Counter[tuple[str, str]]  # bags by work and person


def compare(before: Plan, after: Plan) -> Comparison:
    """What the second plan has more or less than the first: in all, by work, in people and rounds."""
    held, now = _hands(before, after)
    moved = now - held
    works = tuple(work_changes(before, after))
    return Comparison(
        difference=difference(before.totals, after.totals, cost=_proved(before, after)),
        works=works,
        people=len({person for _, person in (now - held) + (held - now)}),
        moved_bags=min(moved.total(), (held - now).total()),
        visits_added=tuple(sorted(set(after.visits) - set(before.visits))),
        visits_dropped=tuple(sorted(set(before.visits) - set(after.visits))),
    )


def difference(before: Totals, after: Totals, *, cost: int) -> Difference:
    """The totals of a second plan less those of a first, and what it costs more."""
    return Difference(
        late_pieces=after.late_pieces - before.late_pieces,
        unmade_pieces=after.unmade_pieces - before.unmade_pieces,
        travel=after.visit_cost - before.visit_cost,
        income_gap=after.income_gap - before.income_gap,
        pay=after.pay - before.pay,
        cost=cost,
    )


def _proved(before: Plan, after: Plan) -> int:
    if before.proof is None or after.proof is None:
        return 0
    return after.proof.cost - before.proof.cost


def work_changes(before: Plan, after: Plan) -> Iterable[WorkChange]:
    """Each work that is made later, less or by others in the second plan than in the first."""
    late_before, late_after = _late(before), _late(after)
    unmade_before, unmade_after = _unmade(before), _unmade(after)
    moved = _moved(before, after)
    for work in sorted({*late_before, *late_after, *unmade_before, *unmade_after, *moved}):
        late = late_after[work] - late_before[work]
        unmade = unmade_after[work] - unmade_before[work]
        if late or unmade or moved[work]:
            yield WorkChange(work=work, late_pieces=late, unmade_pieces=unmade, moved_bags=moved[work])


def _hands(before: Plan, after: Plan) -> tuple[Hands, Hands]:
    """What everybody holds in either plan, without the offers that are the very same in both."""
    one, other = Counter(map(id, before.offers)), Counter(map(id, after.offers))
    held = [offer for offer in before.offers if one[id(offer)] != other.get(id(offer))]
    now = [offer for offer in after.offers if other[id(offer)] != one.get(id(offer))]
    return _bags(held), _bags(now)


def _bags(offers: Iterable[Offer]) -> Hands:
    hands: Hands = Counter()
    for offer in offers:
        hands[offer.work, offer.person] += len(offer.bags)
    return hands


def _late(plan: Plan) -> Counter[str]:
    return Counter({one.work: one.pieces for one in plan.late})


def _unmade(plan: Plan) -> Counter[str]:
    return Counter({one.work: one.pieces for one in plan.unmade})


def _moved(before: Plan, after: Plan) -> Counter[str]:
    """Bags of each work that left somebody's hands and came into another's."""
    held, now = _hands(before, after)
    came, went = Counter[str](), Counter[str]()
    for (work, _), bags in (now - held).items():
        came[work] += bags
    for (work, _), bags in (held - now).items():
        went[work] += bags
    return came & went
