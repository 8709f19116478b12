"""A province planned by the queue: the same plans, none lost, and said when one cannot be made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest
from django.db import connection, connections
from procrastinate.contrib.django import app

from bench.cluster import drawn
from gongfang.counties.models import County
from gongfang.database import scope
from gongfang.engines.province import Case, OneByOne, plan_counties
from gongfang.work.dispatch import tasks
from gongfang.work.dispatch.province import NoPlan, Queue

COUNTIES = drawn(3, people=60, orders=8, effort="fast")


@pytest.fixture
def data(tmp_path: Path, settings, committing: County) -> Path:
    settings.DATA = tmp_path
    return tmp_path


@contextmanager
def somebody_at_work() -> Iterator[None]:
    """Carry out the queue in another thread."""
    over = Event()

    def work() -> None:
        while not over.wait(0.1):
            with app.replace_connector(app.connector.get_worker_connector()) as worker:
                worker.run_worker(
                    queues=["province"],
                    wait=False,
                    listen_notify=False,
                    install_signal_handlers=False,
                    delete_jobs="successful",
                )
        connections.close_all()

    worker = Thread(target=work)
    worker.start()
    try:
        yield
    finally:
        over.set()
        worker.join()


def test_the_queue_plans_what_one_process_plans(data: Path) -> None:
    with somebody_at_work():
        planned = plan_counties(COUNTIES, executor=Queue())
    assert planned == plan_counties(COUNTIES, executor=OneByOne())
    assert list(data.iterdir()) == []


def test_what_a_dead_worker_had_is_planned_by_the_next(data: Path) -> None:
    with ExitStack() as later:

        def coming() -> Iterator[Case]:
            yield from COUNTIES
            with scope.inside(), connection.cursor() as cursor:  # all wait; one takes them and is gone
                cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE task_name = 'plan_case'")
            later.enter_context(somebody_at_work())

        planned = plan_counties(coming(), executor=Queue())
    assert sorted(planned) == sorted(case.county for case in COUNTIES)


def test_a_county_that_cannot_be_planned_is_named(data: Path) -> None:
    broken = Case("nowhere", b"no instance at all")
    with somebody_at_work(), pytest.raises(NoPlan, match="nowhere"):
        plan_counties([broken], executor=Queue())


def test_a_job_whose_asker_has_gone_leaves_nothing_behind(data: Path) -> None:
    tasks.plan_case(folder="province-gone", county="panan", effort="fast", seed=0)
    assert list(data.iterdir()) == []
