"""Long work: written down with the act, queued after the commit, carried out once, stopped when asked."""

from __future__ import annotations

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from gongfang.core import jobs
from gongfang.core.action import Act, By, action
from gongfang.core.errors import Refused
from gongfang.core.models import Job, User
from gongfang.core.tasks import carry_out, find_stalled
from gongfang.counties.models import County
from gongfang.database import scope

counted: list[int] = []


@jobs.runner("count")
def count(work: jobs.Work) -> dict[str, int]:
    counted.append(work.job.pk)
    for step in range(work.job.arguments["upto"]):
        work.tell(step + 1, work.job.arguments["upto"])
    return {"counted": work.job.arguments["upto"]}


@jobs.runner("refuse")
def refuse(work: jobs.Work) -> dict[str, int]:
    raise Refused("The sheet is empty. Choose another.")


@jobs.runner("break")
def break_down(work: jobs.Work) -> dict[str, int]:
    raise RuntimeError("nobody foresaw this")


@action(lambda member, nothing: True, creates=True)
def start_count(act: Act, nothing: None, *, kind: str = "count", upto: int = 3) -> Job:
    return jobs.start(act, kind, upto=upto)


@pytest.fixture
def alice(committing: County) -> User:
    counted.clear()
    return User.objects.create(username="alice", name="Alice")


def waiting() -> list[dict[str, object]]:
    with scope.inside():
        return list(ProcrastinateJob.objects.filter(status="todo").values_list("args", flat=True))


def test_the_queue_hears_of_a_job_only_as_county_and_number(alice: User) -> None:
    job = start_count(By(alice, "page"), None)
    assert waiting() == [{"schema": "panan", "job_id": job.pk}]


def test_a_job_runs_once_however_often_it_is_delivered(alice: User) -> None:
    job = start_count(By(alice, "page"), None)
    scope.leave()
    carry_out(schema="panan", job_id=job.pk)
    carry_out(schema="panan", job_id=job.pk)
    with scope.inside("panan"):
        job.refresh_from_db()
    assert counted == [job.pk]
    assert (job.state, job.done, job.total, job.result) == ("done", 3, 3, {"counted": 3})


def test_a_refusal_is_kept_as_its_sentence_and_a_fault_without_its_details(alice: User) -> None:
    refused = jobs.run(start_count(By(alice, "page"), None, kind="refuse").pk)
    broken = jobs.run(start_count(By(alice, "page"), None, kind="break").pk)
    assert refused is not None
    assert broken is not None
    assert (refused.state, refused.sentence) == ("failed", "The sheet is empty. Choose another.")
    assert broken.state == "failed"
    assert "nobody foresaw" not in broken.sentence


def test_a_job_somebody_stops_ends_at_its_next_step(alice: User) -> None:
    job = start_count(By(alice, "page"), None)
    Job.objects.filter(pk=job.pk).update(cancel_asked=True)
    ended = jobs.run(job.pk)
    assert ended is not None
    assert (ended.state, ended.result) == ("cancelled", None)


def test_an_act_that_is_refused_starts_no_job(alice: User) -> None:
    @action(lambda member, nothing: True, creates=True)
    def start_and_refuse(act: Act, nothing: None) -> None:
        start_count(act, None)
        raise Refused("No.")

    with pytest.raises(Refused):
        start_and_refuse(By(alice, "page"), None)
    assert waiting() == []


def test_a_job_a_crash_left_running_is_found_and_queued_again(alice: User) -> None:
    job = start_count(By(alice, "page"), None)
    with scope.inside(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE core_job SET state = 'running', created_at = now() - interval '1 day',"
            " started_at = now() - interval '1 day' WHERE id = %s",
            [job.pk],
        )
    find_stalled(timestamp=0)
    assert waiting() == [{"schema": "panan", "job_id": job.pk}]
    ended = jobs.run(job.pk)
    assert ended is not None
    assert ended.state == "done"
