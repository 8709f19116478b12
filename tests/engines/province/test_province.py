"""A province is planned county by county: wherever that happens, whoever dies meanwhile, the plans are the same."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from io import BytesIO
from multiprocessing import active_children
from threading import Event, Thread

import pytest

from bench.cluster import cluster, drawn, killing
from bench.instances import columns, packed
from bench.judge import BrokenInstancePlan, judge
from gongfang.engines.dispatch.bench import read
from gongfang.engines.province import Case, OneByOne, Planned, Processes, plan_counties

COUNTIES = drawn(4, people=200, orders=24, effort="fast")


@pytest.fixture(scope="module")
def expected() -> dict[str, bytes]:
    return plan_counties(COUNTIES, executor=OneByOne())


def test_every_plan_of_a_province_keeps_the_rules(expected):
    for case in COUNTIES:
        judged = judge(read(BytesIO(case.instance)), read(BytesIO(expected[case.county])))
        assert judged.late < judged.needed / 2


def test_the_judge_sees_a_bag_too_many():
    case = COUNTIES[0]
    instance = read(BytesIO(case.instance))
    plan = read(BytesIO(plan_counties([case], executor=OneByOne())[case.county]))
    plan["x"] = plan["x"] + 1
    with pytest.raises(BrokenInstancePlan):
        judge(instance, plan)


def test_the_same_numbers_draw_the_same_county():
    assert packed(columns(60, 8, seed=3)) == packed(columns(60, 8, seed=3))
    assert packed(columns(60, 8, seed=3)) != packed(columns(60, 8, seed=4))


def test_counties_are_drawn_as_they_are_planned_and_told_of_one_by_one():
    told: list[str] = []

    def coming() -> Iterator[Case]:
        for number, case in enumerate(COUNTIES):
            assert len(told) == number
            yield case

    plan_counties(coming(), executor=OneByOne(), observe=lambda planned: told.append(planned.county))
    assert told == [case.county for case in COUNTIES]


@pytest.mark.slow
def test_two_processes_plan_the_same(expected):
    assert plan_counties(COUNTIES, executor=Processes(2)) == expected


@pytest.mark.crash
def test_what_a_dead_process_had_is_planned_again(expected):
    died: list[int] = []

    def kill_one(_: Planned) -> None:
        if not died:
            died.append(active_children()[0].pid)
            os.kill(died[0], signal.SIGKILL)

    assert plan_counties(COUNTIES, executor=Processes(2), observe=kill_one) == expected
    assert died


@pytest.mark.crash
def test_what_a_dead_machine_had_is_planned_elsewhere(expected):
    from gongfang.engines.province.cluster import Cluster

    with cluster(workers=3) as running:
        kill = killing(running, after=1)
        assert plan_counties(COUNTIES, executor=Cluster(running.address), observe=kill) == expected
        assert running.workers[0].wait(10) == -signal.SIGKILL
    assert all(worker.poll() is not None for worker in running.workers)


@pytest.mark.crash
def test_processes_that_go_on_dying_are_given_up_and_the_counties_named():
    over = Event()

    def kill_all() -> None:
        while not over.wait(0.05):
            for child in active_children():
                child.kill()

    killer = Thread(target=kill_all)
    killer.start()
    try:
        with pytest.raises(BrokenProcessPool, match="county 0"):
            plan_counties(COUNTIES, executor=Processes(2))
    finally:
        over.set()
        killer.join()
