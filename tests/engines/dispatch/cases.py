"""Tiny counties to plan, and a way to draw larger ones."""

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from gongfang.engines.dispatch import Pair, Person, Pinned, Plan, Problem, Visit, Work, Workshop

YUAN = 10_000


def maker(name: str, **facts: Any) -> Person:
    """Ten hours in each of two buckets, knows knots, wants 1,000 yuan, may hold 2,000 yuan of material."""
    usual: dict[str, Any] = {
        "village": "Shuangxi",
        "minutes": (600, 600),
        "custody_cap": 2_000 * YUAN,
        "income_target": 1_000 * YUAN,
        "skills": frozenset({"knots"}),
    }
    return Person(id=name, **usual | facts)


def knots(name: str = "knots", **facts: Any) -> Work:
    """A hundred knots in bags of thirty, two minutes and half a yuan each, due in the first bucket."""
    usual: dict[str, Any] = {
        "pieces": 100,
        "bag_pieces": 30,
        "bags": 4,
        "first": 0,
        "last": 0,
        "seconds": 120,
        "rate": YUAN // 2,
        "skill": "knots",
    }
    return Work(id=name, **usual | facts)


def county(*people: Person, works: tuple[Work, ...] = (), **facts: Any) -> Problem:
    return Problem(buckets=2, people=people, works=works, **facts)


def given(plan: Plan) -> dict[tuple[str, str], int]:
    """Pieces for each person of each work."""
    pieces: dict[tuple[str, str], int] = {}
    for offer in plan.offers:
        key = offer.person, offer.work
        pieces[key] = pieces.get(key, 0) + offer.pieces
    return pieces


@dataclass(frozen=True)
class Sizes:
    people: int = 6
    works: int = 5
    buckets: int = 4


SKILLS = ("knots", "herbs", "sewing")
VILLAGES = ("Shuangxi", "Fangqian", "Yushan")


@st.composite
def counties(draw, sizes: Sizes = Sizes()) -> Problem:
    buckets = draw(st.integers(1, sizes.buckets))
    works = tuple(draw(_works(f"w{n}", buckets)) for n in range(draw(st.integers(0, sizes.works))))
    ids = [work.id for work in works]
    people = tuple(draw(_people(f"p{n}", buckets, ids)) for n in range(draw(st.integers(0, sizes.people))))
    return Problem(
        buckets=buckets,
        people=people,
        works=works,
        pairs=draw(_pairs(people, works)),
        pinned=draw(_pinned(people, works, buckets)),
        visits=draw(_visits(buckets)),
        workshops=draw(_workshops(buckets)),
        weeks=draw(st.sampled_from([(), (), (0, buckets - 1)[-min(2, buckets) :], tuple(range(buckets))])),
        further_work=draw(st.sampled_from([0, 10 * YUAN])),
    )


def _works(name: str, buckets: int) -> st.SearchStrategy[Work]:
    def work(first: int, last: int, **facts: Any) -> Work:
        return Work(id=name, first=first, last=-1 if last == 0 else first + last - 1, **facts)

    return st.builds(
        work,
        pieces=st.integers(0, 200),
        bag_pieces=st.integers(1, 40),
        bags=st.integers(0, 12),
        first=st.integers(0, buckets - 1),
        last=st.integers(0, buckets + 1),
        seconds=st.integers(1, 1200),
        rate=st.integers(0, 30_000),
        bag_value=st.sampled_from([0, 333, 30 * YUAN, 50 * YUAN]),
        skill=st.sampled_from([None, *SKILLS]),
        late_cost=st.integers(0, 50_000),
        spare=st.sampled_from([0, 0, 5, 40]),
        only=st.sampled_from([None, None, None, frozenset({"p0", "p2"})]),
    )


def _people(name: str, buckets: int, works: list[str]) -> st.SearchStrategy[Person]:
    minutes = st.sampled_from([0, 30, 120, 600])
    return st.builds(
        Person,
        id=st.just(name),
        village=st.sampled_from(VILLAGES),
        minutes=st.tuples(*[minutes] * buckets),
        custody_cap=st.sampled_from([0, 1_000, 50 * YUAN, 80 * YUAN, 500 * YUAN]),
        income_target=st.sampled_from([0, 1, 300 * YUAN, 1_000 * YUAN]),
        income_so_far=st.sampled_from([0, 100 * YUAN]),
        skills=st.frozensets(st.sampled_from(SKILLS)),
        declined=st.frozensets(st.sampled_from(works), max_size=2) if works else st.just(frozenset()),
        max_pieces=st.sampled_from([None, None, 0, 20, 75]),
    )


def _each(
    people: tuple[Person, ...], works: tuple[Work, ...]
) -> st.SearchStrategy[list[tuple[Person, Work]]]:
    both = [(person, work) for person in people for work in works]
    return st.lists(st.sampled_from(both), unique=True, max_size=4) if both else st.just([])


@st.composite
def _pairs(draw, people, works) -> tuple[Pair, ...]:
    return tuple(
        Pair(
            person=person.id,
            work=work.id,
            pace=draw(st.integers(1, 2_000)),
            pass_rate=draw(st.sampled_from([1, 500, 931, 1000])),
        )
        for person, work in draw(_each(people, works))
    )


@st.composite
def _pinned(draw, people, works, buckets) -> tuple[Pinned, ...]:
    pins = []
    for person, work in draw(_each(people, works)):
        if work.id in person.declined:
            continue
        first = draw(st.integers(0, buckets - 1))
        bags = draw(st.lists(st.integers(1, work.bag_pieces), min_size=1, max_size=3))
        last = draw(st.integers(first, buckets - 1))
        pins.append(Pinned(person=person.id, work=work.id, bags=tuple(bags), first=first, last=last))
    return tuple(pins)


def _workshops(buckets: int) -> st.SearchStrategy[tuple[Workshop, ...]]:
    minutes = st.sampled_from([0, 45, 150, 700])
    workshop = st.builds(
        Workshop, village=st.sampled_from([*VILLAGES, "Nobody's"]), minutes=st.tuples(*[minutes] * buckets)
    )
    some = st.lists(workshop, unique_by=lambda workshop: workshop.village, min_size=1, max_size=3).map(tuple)
    return st.just(()) | some


def _visits(buckets: int) -> st.SearchStrategy[tuple[Visit, ...] | None]:
    visit = st.builds(
        Visit,
        village=st.sampled_from([*VILLAGES, "Nobody's"]),
        bucket=st.integers(0, buckets - 1),
        cost=st.sampled_from([0, 60 * YUAN, 90 * YUAN]),
    )
    some = st.lists(visit, unique_by=lambda visit: (visit.village, visit.bucket), max_size=8).map(tuple)
    return st.none() | some
