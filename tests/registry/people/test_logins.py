"""A forgotten password: who may give a new one, what ends with the old one, and what nobody can read afterwards."""

import re

import pytest
from django.urls import reverse

from gongfang.core.errors import NotAllowed, Refused
from gongfang.core.models import Entry
from gongfang.core.secrets import new_password
from gongfang.registry.people import access, actions

OLD, NEW = "three quiet words", "mabu-keti-4829"


def remembered(person):
    person.user.set_password(OLD)
    person.user.save()
    return person


def reset(by, whom):
    return actions.reset_password(by.by(), whom.user, password=NEW)


@pytest.mark.parametrize(
    ("who", "whom"),
    [
        ("wang", "li"),
        ("wang", "qian"),
        ("wang", "luo"),
        ("wang", "fang"),
        ("wang", "su"),
        ("he", "zhou"),
        ("he", "chen"),
        ("he", "zhao"),
    ],
)
def test_an_officer_helps_everybody_and_a_manager_those_of_the_workshop(people, who, whom):
    changed = reset(getattr(people, who), getattr(people, whom))
    assert changed.check_password(NEW)


@pytest.mark.parametrize(
    ("who", "whom"),
    [
        ("wang", "wang"),
        ("wang", "system"),
        ("he", "he"),
        ("he", "wang"),
        ("he", "luo"),
        ("he", "fang"),
        ("he", "su"),
        ("feng", "wang"),
        ("feng", "zhou"),
        ("chen", "zhou"),
        ("wu", "fang"),
        ("qian", "chen"),
        ("zhou", "lin"),
    ],
)
def test_nobody_else_gives_a_password(people, who, whom):
    person = getattr(people, whom)
    before = person.user.password
    with pytest.raises(NotAllowed):
        reset(getattr(people, who), person)
    person.user.refresh_from_db()
    assert person.user.password == before


def test_a_manager_gets_into_no_role_that_a_manager_does_not_give(people):
    actions.give_role(people.wang.by(), people.county, user=people.zhao.user, role="officer")
    actions.give_role(people.wang.by(), people.workshop, user=people.chen.user, role="manager")
    for whom in (people.zhao, people.chen):
        with pytest.raises(NotAllowed):
            reset(people.he, whom)


def test_a_maker_of_two_workshops_is_helped_at_either(people):
    actions.join_workshop(people.wu.by(), people.agency, residents=[people.lin.row])
    assert access.may_reset_password(people.he.member, people.lin.user)


@pytest.mark.parametrize("password", ["", "short", "password"])
def test_a_password_anybody_would_guess_is_refused(people, password):
    with pytest.raises(Refused) as refusal:
        actions.reset_password(people.wang.by(), people.he.user, password=password)
    assert refusal.value.field == "password"


def test_the_audit_says_who_did_it_and_holds_neither_password_nor_hash(people):
    changed = reset(people.he, remembered(people.chen))
    line = Entry.objects.get(verb="reset_password")
    assert (line.actor, line.subject) == (people.he.user, f"core.user:{people.chen.user.pk}")
    written = f"{line.before}{line.after}{line.facts}"
    assert NEW not in written
    assert changed.password not in written
    assert "argon2" not in written


def test_the_page_shows_the_password_once_and_ends_the_open_logins(people):
    chen = remembered(people.chen).client()
    assert chen.get("/").status_code == 200
    he, url = people.he.client(), reverse("people:reset_password", args=[people.chen.user.pk])
    form = he.get(url).context["form"]
    sent = {name: str(form[name].value()) for name in ("key", "password")}
    answer = he.post(url, sent)
    assert re.fullmatch(r"[a-z]{4}-[a-z]{4}-[2-9]{4}", sent["password"])
    assert f'<p class="big">{sent["password"]}</p>' in answer.text
    assert "no-store" in answer.headers["Cache-Control"]
    assert sent["password"] not in he.get(url).text
    people.chen.user.refresh_from_db()
    assert people.chen.user.check_password(sent["password"])
    assert chen.get("/").headers["Location"].startswith("/login/")


def test_pressing_twice_keeps_the_password_that_is_shown(people):
    he, url = people.he.client(), reverse("people:reset_password", args=[people.chen.user.pk])
    form = he.get(url).context["form"]
    sent = {name: str(form[name].value()) for name in ("key", "password")}
    assert (
        he.post(url, sent).text.count(sent["password"])
        == he.post(url, sent).text.count(sent["password"])
        == 1
    )
    assert Entry.objects.filter(verb="reset_password").count() == 1


def test_the_page_is_refused_to_a_clerk(people):
    url = reverse("people:reset_password", args=[people.zhou.user.pk])
    assert people.chen.client().get(url).status_code == 403


def test_the_way_there_stands_where_one_looks_for_it(people):
    remembered(people.zhou)
    he, wang = people.he.client(), people.wang.client()
    to_chen, to_zhou = (
        reverse("people:reset_password", args=[person.user.pk]) for person in (people.chen, people.zhou)
    )
    assert to_chen in he.get(reverse("people:organisation", args=[people.workshop.pk])).text
    assert to_zhou in he.get(reverse("people:resident", args=[people.zhou.row.pk])).text
    assert to_chen in wang.get(reverse("people:roles")).text
    assert (
        reverse("people:reset_password", args=[people.wang.user.pk])
        not in wang.get(reverse("people:roles")).text
    )
    assert to_zhou not in people.chen.client().get(reverse("people:resident", args=[people.zhou.row.pk])).text


def test_a_new_password_is_another_each_time():
    assert len({new_password() for _time in range(50)}) == 50
