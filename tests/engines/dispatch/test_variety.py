"""How many different works a person gets: nobody wants to learn twelve in a week."""

from gongfang.engines.dispatch import Pinned, Problem, check, plan
from gongfang.engines.dispatch.cost import further_works
from gongfang.engines.dispatch.standing import Standing
from tests.engines.dispatch.cases import YUAN, county, given, knots, maker

FOUR = tuple(maker(name) for name in ("Mei", "Lan", "Hua", "Ying"))
WORKS = tuple(knots(name, pieces=240, bags=8, last=1) for name in ("blue", "gold", "jade", "red"))


def works_a_person(problem: Problem) -> list[int]:
    answer = plan(problem, effort="good")
    check(problem, answer)
    assert not answer.unmade
    assert not answer.late
    return [len({one.work for one in answer.offers if one.person == person.id}) for person in problem.people]


def test_each_gets_one_work_where_all_are_alike():
    assert works_a_person(county(*FOUR, works=WORKS)) == [1, 1, 1, 1]


def test_where_learning_costs_nothing_bags_lie_where_they_fall():
    assert sum(works_a_person(county(*FOUR, works=WORKS, further_work=0))) > 4


def test_what_is_needed_in_time_is_made_whatever_there_is_to_learn():
    works = tuple(knots(name, pieces=30, bags=1, late_cost=2 * YUAN) for name in ("blue", "gold", "jade"))
    assert works_a_person(county(FOUR[0], works=works, further_work=20 * YUAN)) == [3]


def test_what_somebody_has_promised_is_known_to_them():
    pins = tuple(
        Pinned(person=person.id, work=work.id, bags=(30,), first=0, last=1)
        for person, work in zip(FOUR, reversed(WORKS), strict=True)
    )
    problem = county(*FOUR, works=WORKS, pinned=pins)
    answer = plan(problem, effort="good")
    check(problem, answer)
    assert set(given(answer)) == {(pin.person, pin.work) for pin in pins}


def test_the_cost_counts_each_work_beyond_the_first_and_no_promised_one():
    pin = Pinned(person="Mei", work="red", bags=(30,), first=0, last=1)
    problem = county(FOUR[0], works=WORKS, pinned=(pin,))
    answer = plan(problem)
    standing = Standing.of(problem, answer)
    works = {work for _, work in given(answer)}
    assert len(works) > 1
    assert further_works(standing.sharing) == len(works - {"red"})
    assert standing.cost().variety == 1000 * problem.further_work * len(works - {"red"})
