"""A long list is written as a sheet by the queue: once, for the person who asked, for a day."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from gongfang.core import jobs
from gongfang.core.models import Job
from gongfang.database import scope
from gongfang.pages import actions, tasks
from gongfang.registry.people import actions as registry
from gongfang.registry.people.models import Look, Role
from gongfang.ui import sheets
from tests.cast import rows

SHEET = reverse("people:residents_sheet", urlconf="gongfang.urls")
SHORT = 20


@pytest.fixture
def crowd(people, monkeypatch, tmp_path):
    """More people than a sheet at once may have, when that is twenty."""
    monkeypatch.setattr(sheets.sheet, "__kwdefaults__", {"at_once": SHORT})
    monkeypatch.setattr(sheets, "A_TIME", 7)
    monkeypatch.setattr(settings, "FILES_ROOT", tmp_path)
    registry.add_residents(people.wang.by(), people.village, rows=rows(30))
    return people


def asked(person) -> Job:
    """Press the button; the list is long, so one is led to the page of the work."""
    answer = person.client().get(SHEET)
    assert answer.status_code == 302
    return Job.objects.get(pk=int(answer["Location"].split("/")[2]))


def written(job: Job) -> Job:
    done = jobs.run(job.pk)
    assert done is not None
    assert done.state == Job.State.DONE, done.sentence
    job.refresh_from_db()
    return job


def table(answer) -> list[tuple[object, ...]]:
    return list(load_workbook(BytesIO(answer.content)).worksheets[0].values)


def download(person, job: Job):
    return person.client().get(reverse("job-sheet", args=[job.pk]))


def test_a_short_list_comes_at_once(crowd):
    answer = crowd.ma.client().get(reverse("people:organisations_sheet"))
    assert answer.status_code == 200
    assert not Job.objects.exists()


def test_a_long_list_is_the_same_sheet_written_by_the_queue(crowd, monkeypatch):
    job = written(asked(crowd.wang))
    assert (job.done, job.total, job.result["rows"]) == (33, 33, 33)
    long = table(download(crowd.wang, job))
    monkeypatch.setattr(sheets.sheet, "__kwdefaults__", {"at_once": 100})
    assert long == table(crowd.wang.client().get(SHEET))
    assert len(long) == 34
    assert all("*" in str(row[0]) for row in long[1:])


def test_its_page_tells_how_far_it_is_and_leads_to_the_file(crowd):
    job = asked(crowd.wang)
    page = f"/jobs/{job.pk}/"
    assert "hx-get" in crowd.wang.client().get(page).text
    written(job)
    assert reverse("job-sheet", args=[job.pk]) in crowd.wang.client().get(page).text


def test_nobody_else_downloads_it_not_even_another_officer(crowd):
    job = written(asked(crowd.wang))
    assert download(crowd.li, job).status_code == 404
    page = crowd.li.client().get(f"/jobs/{job.pk}/").text
    assert reverse("job-sheet", args=[job.pk]) not in page


def test_who_asks_twice_waits_for_one_sheet(crowd):
    assert asked(crowd.wang) == asked(crowd.wang)
    assert asked(crowd.li) != asked(crowd.wang)
    assert Job.objects.count() == 2


def test_every_person_on_it_reads_who_looked_once_however_often_it_was_tried(crowd, monkeypatch):
    tried = []
    keep = tasks.keep_sealed

    def breaks_first(content, *, schema):
        tried.append(len(content))
        if len(tried) == 1:
            raise OSError("the folder was away")
        return keep(content, schema=schema)

    monkeypatch.setattr(tasks, "keep_sealed", breaks_first)
    job = asked(crowd.wang)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.tries) == (Job.State.WAITING, 1)
    assert written(job).tries == 2
    looks = Look.objects.filter(viewer=crowd.wang.user, page="residents_sheet")
    assert looks.count() == 33


def test_what_keeps_failing_ends_and_says_so(crowd, monkeypatch):
    monkeypatch.setattr(tasks, "keep_sealed", lambda *_args, **_more: 1 / 0)
    job = asked(crowd.wang)
    for _try in range(3):
        jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.tries) == (Job.State.FAILED, 3)
    assert job.sentence


def test_it_holds_what_its_person_may_see_when_it_is_written(crowd):
    job = asked(crowd.feng)
    Role.objects.filter(user=crowd.feng.user).update(until="2020-01-01", since="2020-01-01")
    assert written(job).result["rows"] == 0


def test_it_can_be_stopped(crowd):
    job = asked(crowd.wang)
    Job.objects.filter(pk=job.pk).update(cancel_asked=True)
    assert jobs.run(job.pk).state == Job.State.CANCELLED


def test_what_lies_on_the_disk_names_nobody_and_is_deleted_after_a_day(crowd, tmp_path):
    job = written(asked(crowd.wang))
    (file,) = (path for path in tmp_path.rglob("*") if path.is_file())
    assert not file.read_bytes().startswith(b"PK")
    assert actions.forget_sheets(crowd.system.by(via="task"), None) == 0
    over = {**job.result, "until": (timezone.now() - timedelta(minutes=1)).isoformat()}
    Job.objects.filter(pk=job.pk).update(result=over)
    assert download(crowd.wang, job).status_code == 404
    assert actions.forget_sheets(crowd.system.by(via="task"), None) == 1
    assert not file.exists()
    assert actions.forget_sheets(crowd.system.by(via="task"), None) == 0
    assert "已经删除" in crowd.wang.client().get(f"/jobs/{job.pk}/").text


def test_a_file_of_another_county_opens_nowhere(crowd):
    job = written(asked(crowd.wang))
    assert job.result["file"].startswith(f"{scope.current()}/sealed/")
    Job.objects.filter(pk=job.pk).update(
        result={**job.result, "file": job.result["file"].replace(scope.current(), "zhaoyang")}
    )
    assert download(crowd.wang, job).status_code == 404
