"""The front page, logging in, tokens, passwords and long work, as a visitor meets them."""

import uuid

from django.test import Client

from gongfang.core import jobs
from gongfang.core.action import Act, By
from gongfang.core.models import Entry, Job, Token
from gongfang.pages import longwork

ENGLISH = {"X-Language": "en"}


def key() -> str:
    return str(uuid.uuid4())


def test_the_front_page_lists_the_counties_and_keeps_no_session(county):
    page = Client(headers={"host": "localhost", **ENGLISH}).get("/")
    assert "磐安县" in page.text
    assert "http://panan.localhost:8000/" in page.text
    assert page.cookies == {}


def test_a_wrong_password_is_answered_with_a_sentence(people):
    client = Client(headers={"host": "panan.localhost", **ENGLISH})
    page = client.post("/login/?next=/orders/", {"username": "wang", "password": "wrong"})
    assert "do not fit together" in page.text


def test_logging_in_leads_on_to_the_page_one_wanted(people):
    user = people.wang.user
    user.set_password("three quiet words")
    user.save()
    client = Client(headers={"host": "panan.localhost", **ENGLISH})
    form = client.get("/tokens/", follow=True)
    assert form.redirect_chain[-1][0] == "/login/?next=/tokens/"
    answer = client.post(
        "/login/?next=/tokens/",
        {"username": "Wang", "password": "three quiet words", "next": "/tokens/"},
    )
    assert (answer.status_code, answer["Location"]) == (302, "/tokens/")


def test_a_token_is_shown_once_and_opens_the_api(people):
    client = people.sun.client(**ENGLISH)
    page = client.post("/tokens/", {"label": "weekly sheet", "key": key()})
    token = page.text.split('class="token">')[1].split("<")[0]
    assert token not in client.get("/tokens/").text
    machine = Client(headers={"host": "panan.localhost", "Authorization": f"Bearer {token}"})
    assert machine.get("/api/me").json()["username"] == "sun"
    client.post(f"/tokens/{Token.objects.get().pk}/end/", {"key": key()})
    assert machine.get("/api/me").status_code == 401


def test_a_token_of_somebody_else_is_not_there(people):
    people.sun.client().post("/tokens/", {"label": "mine", "key": key()})
    answer = people.wang.client().post(f"/tokens/{Token.objects.get().pk}/end/", {"key": key()})
    assert answer.status_code == 404


def test_a_password_changes_only_with_the_old_one(people):
    user = people.wang.user
    user.set_password("three quiet words")
    user.save()
    client = people.wang.client(**ENGLISH)
    new = {"new": "four other quiet words", "key": key()}
    assert "Enter it again" in client.post("/password/", {"old": "guess", **new}).text
    assert client.post("/password/", {"old": "three quiet words", **new})["Location"] == "/"
    user.refresh_from_db()
    assert user.check_password("four other quiet words")
    assert client.get("/").status_code == 200


def test_a_password_form_sent_twice_is_one_change(people):
    user = people.wang.user
    user.set_password("three quiet words")
    user.save()
    client = people.wang.client(**ENGLISH)
    same = {"old": "three quiet words", "new": "four other quiet words", "key": key()}
    assert [client.post("/password/", same)["Location"] for _twice in range(2)] == ["/", "/"]
    assert Entry.objects.filter(verb="change_password").count() == 1
    other = client.post("/password/", {**same, "new": "five quite different words"})
    assert "Enter it again" in other.text


def asked_for(people, **facts: object) -> Job:
    job = jobs.start(Act(By(user=people.he.user, via="page")), "dispatch.plan", subject="dispatch.planrun:1")
    Job.objects.filter(pk=job.pk).update(**facts)
    return job


def test_long_work_tells_how_far_it_has_come_and_asks_again_by_itself(people):
    job = asked_for(people, state="running", done=30, total=60)
    page = people.he.client(**ENGLISH).get(f"/jobs/{job.pk}/")
    assert 'hx-trigger="every 2s"' in page.text
    assert "<b>30</b> of 60" in page.text


def test_long_work_that_waits_is_stopped_at_once(people):
    job = asked_for(people)
    client = people.he.client(**ENGLISH)
    client.post(f"/jobs/{job.pk}/cancel/", {"key": key()})
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert "hx-get" not in client.get(f"/jobs/{job.pk}/").text


def test_ended_work_cannot_be_stopped_and_leads_to_its_result(people):
    job = asked_for(people, state="done")
    page = people.he.client(**ENGLISH).post(f"/jobs/{job.pk}/cancel/", {"key": key()}, follow=True)
    assert "has ended already" in page.text
    assert longwork.then(job).url == "/dispatch/plans/1/"


def test_somebody_elses_long_work_is_not_there(people):
    job = asked_for(people)
    assert people.chen.client().get(f"/jobs/{job.pk}/").status_code == 404
    assert people.wang.client().get(f"/jobs/{job.pk}/").status_code == 200
