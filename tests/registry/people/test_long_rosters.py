"""A roster of thousands: worked through by the queue, stopped before it writes, never taken in twice."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from gongfang.core import jobs
from gongfang.core.errors import Moved, NotAllowed
from gongfang.core.models import Entry, Job
from gongfang.core.sheets import WrongSheet
from gongfang.registry.people import actions
from gongfang.registry.people.actions import rosters
from gongfang.registry.people.actions.rosters import kept_roster
from gongfang.registry.people.models import Household, Resident, Role, RosterImport
from gongfang.registry.people.queries import returned_copy
from tests import cast
from tests.core.sheetmaking import csv_bytes

HEAD = ["姓名", "身份证号", "村", "户编号"]


@pytest.fixture(autouse=True)
def _short_patience(monkeypatch):
    """Three rows are many here."""
    monkeypatch.setattr(rosters, "AT_ONCE", 2)


def lines(count=3, *, start=700):
    people = cast.rows(count, start=start)
    return [[row.name, row.id_number, "梓誉村", f"LONG-{n}"] for n, row in enumerate(people)]


def bring(person, place, *rows, **facts):
    content = csv_bytes(HEAD, *rows)
    return actions.import_roster(person.by(), place, content=content, file_name="花名册.csv", **facts)


def written():
    return Resident.objects.count(), Household.objects.count()


def test_a_long_roster_waits_encrypted_and_is_then_taken_in_and_its_file_deleted(people):
    before = written()
    brought = bring(people.feng, people.township, *lines())
    assert (brought.outcome, brought.rows, brought.job.state) == ("waiting", 3, "waiting")
    assert kept_roster(brought).startswith("\ufeff姓名".encode())
    assert lines()[0][1] not in str(RosterImport.objects.values_list("kept", flat=True).get())
    assert written() == before

    ended = jobs.run(brought.job.pk)
    brought.refresh_from_db()
    assert (ended.state, ended.result) == ("done", {"roster": brought.pk})
    assert Job.objects.values_list("done", "total").get(pk=ended.pk) == (1, 3)
    assert (brought.outcome, brought.added, brought.kept) == ("taken", 3, None)
    assert written() == (before[0] + 3, before[1] + 3)


def test_the_audit_says_which_rows_came_in_without_repeating_them(people):
    jobs.run(bring(people.feng, people.township, *lines()).job.pk)
    entry = Entry.objects.get(verb="take_roster")
    ((first, last),) = entry.facts["added"]
    assert list(Resident.objects.order_by("pk").values_list("pk", flat=True))[-3:] == [first, first + 1, last]
    assert lines()[0][1] not in str(entry.after) + str(entry.facts)
    assert (entry.actor, entry.via) == (people.feng.user, "task")


def test_a_long_roster_with_problems_comes_back_and_nothing_goes_in(people):
    before = written()
    brought = bring(people.feng, people.township, *lines(2), ["王五", "1", "梓誉村", ""])
    jobs.run(brought.job.pk)
    brought.refresh_from_db()
    assert (brought.outcome, brought.problems, brought.rows, brought.kept) == ("refused", 1, 3, None)
    assert returned_copy(brought).startswith(b"PK")
    assert written() == before


def test_what_is_no_roster_is_refused_before_anybody_waits(people):
    with pytest.raises(WrongSheet):
        bring(people.feng, people.township)
    with pytest.raises(WrongSheet):
        actions.import_roster(people.feng.by(), people.township, content=b"a,b\n" * 9, file_name="x.csv")
    assert not Job.objects.exists()


def test_stopped_while_it_waits_it_never_runs_and_its_file_is_gone(people):
    brought = bring(people.feng, people.township, *lines())
    before = written()
    stopped = actions.stop_roster(people.feng.by(), brought)
    assert (stopped.outcome, stopped.kept) == ("stopped", None)
    assert jobs.run(brought.job.pk) is None
    assert written() == before


def test_stopped_while_it_is_read_it_writes_nothing(people):
    brought = bring(people.feng, people.township, *lines())
    before = written()
    Job.objects.filter(pk=brought.job.pk).update(cancel_asked=True)
    assert jobs.run(brought.job.pk).state == "cancelled"
    brought.refresh_from_db()
    assert (brought.outcome, brought.kept, written()) == ("stopped", None, before)


def test_who_presses_stop_too_late_reads_why(people):
    brought = bring(people.feng, people.township, *lines())
    jobs.run(brought.job.pk)
    with pytest.raises(Moved):
        actions.stop_roster(people.feng.by(), brought)


def test_only_the_queue_takes_a_long_roster_in_and_only_who_brought_it_ends_it(people):
    brought = bring(people.feng, people.township, *lines())
    with pytest.raises(NotAllowed):
        actions.take_roster(people.feng.by(), brought, people=(), known_people="keep")
    with pytest.raises(NotAllowed):
        actions.return_roster(people.feng.by(), brought, problems=1, copy=b"")
    with pytest.raises(NotAllowed):
        actions.stop_roster(people.wang.by(), brought)


def test_after_a_fault_it_is_started_again_and_after_a_crash_it_is_not_done_twice(people):
    brought = bring(people.feng, people.township, *lines())
    with pytest.raises(Moved):
        actions.retry_roster(people.feng.by(), brought)
    Job.objects.filter(pk=brought.job.pk).update(state="failed")
    again = actions.retry_roster(people.feng.by(), RosterImport.objects.get(pk=brought.pk))
    assert jobs.run(again.job.pk).state == "done"
    after = written()
    # The worker died after the commit and before the job's own end was written down.
    Job.objects.filter(pk=again.job.pk).update(state="waiting")
    ended = jobs.run(again.job.pk)
    assert (ended.state, ended.result, written()) == ("done", {"roster": brought.pk}, after)


def test_two_jobs_at_one_roster_take_it_in_once(people):
    brought = bring(people.feng, people.township, *lines())
    slow = brought.job
    Job.objects.filter(pk=slow.pk).update(state="failed")
    jobs.run(actions.retry_roster(people.feng.by(), brought).job.pk)
    with pytest.raises(Moved):
        actions.take_roster(people.feng.by(via="task"), brought, people=(), known_people="keep")
    Job.objects.filter(pk=slow.pk).update(state="waiting")
    assert jobs.run(slow.pk).state == "done"
    assert Resident.objects.filter(household__code__startswith="LONG-").count() == 3


def test_a_file_nobody_goes_on_with_is_deleted_after_a_day(people):
    brought = bring(people.feng, people.township, *lines())
    assert actions.forget_rosters(people.system.by(), None) == 0
    Job.objects.filter(pk=brought.job.pk).update(state="failed", ended_at="2020-01-01T00:00:00Z")
    assert actions.forget_rosters(people.system.by(), None) == 1
    brought.refresh_from_db()
    assert (brought.outcome, brought.kept) == ("stopped", None)
    with pytest.raises(NotAllowed):
        actions.forget_rosters(people.wang.by(), None)


def test_a_right_that_ended_meanwhile_takes_nothing_in(people):
    brought = bring(people.feng, people.township, *lines())
    before = written()
    Role.objects.filter(user=people.feng.user).delete()
    assert jobs.run(brought.job.pk).state == "failed"
    assert written() == before


def test_the_page_watches_stops_and_starts_again(people):
    client = people.feng.client()
    sheet = SimpleUploadedFile("花名册.csv", csv_bytes(HEAD, *lines()))
    facts = {"place": "双溪乡", "known_people": "keep", "key": uuid.uuid4(), "file": sheet}
    page = client.post(reverse("people:rosters"), facts, follow=True)
    brought = RosterImport.objects.get()
    assert reverse("people:roster_progress", args=[brought.pk]) in page.content.decode()
    watched = client.get(reverse("people:roster_progress", args=[brought.pk]))
    assert reverse("people:stop_roster", args=[brought.pk]) in watched.content.decode()

    Job.objects.filter(pk=brought.job_id).update(state="failed", sentence="这一步没有做成。")
    retry = reverse("people:retry_roster", args=[brought.pk])
    assert "没有做成" in client.get(reverse("people:rosters")).content.decode()
    broken = client.get(reverse("people:roster", args=[brought.pk])).content.decode()
    assert "这一步没有做成。" in broken
    assert retry in broken
    client.post(retry, {"key": uuid.uuid4()})
    brought.refresh_from_db()
    jobs.run(brought.job_id)
    assert client.get(reverse("people:roster_progress", args=[brought.pk]))["HX-Refresh"] == "true"
    assert "3" in client.get(reverse("people:roster", args=[brought.pk])).content.decode()


def test_a_stopped_roster_says_so(people):
    brought = bring(people.feng, people.township, *lines())
    stop = reverse("people:stop_roster", args=[brought.pk])
    page = people.feng.client().post(stop, {"key": uuid.uuid4()}, follow=True).content.decode()
    assert reverse("people:rosters") in page
    assert "已停止" in page
