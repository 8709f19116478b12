import pytest

from gongfang.engines.dispatch import Pair, Pinned, Problem, Visit, Workshop, WrongProblem, plan
from tests.engines.dispatch.cases import county, knots, maker


@pytest.mark.parametrize(
    ("ask", "field", "reason"),
    [
        (lambda: maker("Mei", minutes=(60, -1)), "person[Mei].minutes[1]", "-1 is not between"),
        (
            lambda: maker("Mei", custody_cap=0.5),
            "person[Mei].custody_cap",
            "a whole number is needed, not 0.5",
        ),
        (lambda: maker("Mei", income_target=True), "person[Mei].income_target", "a whole number is needed"),
        (lambda: maker(""), "person[].id", "a name is needed"),
        (lambda: knots(bag_pieces=0), "work[knots].bag_pieces", "0 is not between 1"),
        (lambda: knots(seconds=0), "work[knots].seconds", "0 is not between 1"),
        (
            lambda: knots(first=1, last=0),
            "work[knots].last",
            "the window ends in bucket 0, before it begins in 1",
        ),
        (
            lambda: Workshop(village="Shuangxi", minutes=(60, -1)),
            "workshop[Shuangxi].minutes[1]",
            "-1 is not between",
        ),
        (lambda: Workshop(village="", minutes=(60,)), "workshop[].village", "a name is needed"),
        (
            lambda: county(workshops=(Workshop(village="Shuangxi", minutes=(60,)),)),
            "workshop[Shuangxi].minutes",
            "1 numbers for 2 buckets",
        ),
        (
            lambda: county(workshops=(Workshop(village="Shuangxi", minutes=(60, 60)),) * 2),
            "workshops",
            "'Shuangxi' is there twice",
        ),
        (lambda: county(weeks=(0,)), "weeks", "the last week ends in bucket 0, not 1"),
        (lambda: county(weeks=(1, 1)), "weeks[1]", "1 is not between 2"),
        (lambda: Pair(person="Mei", work="knots", pace=0), "pair[Mei, knots].pace", "0 is not between 1"),
        (
            lambda: Pinned(person="Mei", work="knots", bags=(), first=0, last=0),
            "pinned[Mei, knots].bags",
            "a promise holds at least one bag",
        ),
        (lambda: Problem(buckets=0), "buckets", "0 is not between 1"),
        (lambda: county(maker("Mei"), maker("Mei")), "people", "'Mei' is there twice"),
        (lambda: county(maker("Mei", minutes=(60,))), "person[Mei].minutes", "1 numbers for 2 buckets"),
        (
            lambda: county(works=(knots(first=2, last=2),)),
            "work[knots].first",
            "bucket 2 lies after the last one, 1",
        ),
        (
            lambda: county(maker("Mei"), pairs=(Pair(person="Mei", work="knots", pace=9),)),
            "pair[Mei, knots].work",
            "there is no work 'knots'",
        ),
        (
            lambda: county(
                maker("Mei", declined=frozenset({"knots"})),
                works=(knots(),),
                pinned=(Pinned(person="Mei", work="knots", bags=(30,), first=0, last=0),),
            ),
            "pinned[Mei, knots]",
            "the same work cannot be both promised and declined",
        ),
        (
            lambda: county(
                maker("Mei"),
                works=(knots(),),
                pinned=(Pinned(person="Mei", work="knots", bags=(31,), first=0, last=0),),
            ),
            "pinned[Mei, knots].bags",
            "a bag holds more pieces than a full bag",
        ),
        (
            lambda: county(visits=(Visit(village="Yushan", bucket=2),)),
            "visit[Yushan, 2].bucket",
            "bucket 2 lies after the last one, 1",
        ),
    ],
)
def test_nonsense_is_refused_with_the_field_and_the_reason(ask, field, reason):
    with pytest.raises(WrongProblem) as refused:
        ask()
    assert refused.value.field == field
    assert reason in refused.value.reason


def test_an_unknown_effort_is_refused():
    with pytest.raises(WrongProblem, match="'heroic' is none of fast, good, best"):
        plan(county(), effort="heroic")  # type: ignore[arg-type]
