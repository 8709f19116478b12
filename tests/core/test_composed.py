"""What stands before every page is composed once, and still says what is true now."""

from __future__ import annotations

import pytest
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from gongfang.core import clock
from gongfang.core.composed import Composed, Given, one, read
from gongfang.core.models import User
from gongfang.registry.people.models import Role


def test_a_composed_query_is_asked_with_other_values(county):
    for name in ("alice", "bob"):
        User.objects.create(username=name, name=name.title())
    composed = []

    def named():
        composed.append(1)
        return User.objects.filter(username=Given("name"), is_active=True)

    known = Composed(named)
    found = [known.first(name=name) for name in ("alice", "bob", "nobody")]
    assert [user and user.name for user in found] == ["Alice", "Bob", None]
    assert found[0] == User.objects.get(username="alice")
    assert len(composed) == 1


def test_rows_read_by_keys_are_those_of_the_query_with_what_it_ties_to_them(people):
    roles = Role.objects.select_related("user", "organisation__division", "division").order_by("-pk")
    usual = list(roles)
    found = read(roles)
    assert [role.pk for role in found] == [role.pk for role in usual]
    with CaptureQueriesContext(connection) as heard:
        for one_role, role in zip(found, usual, strict=True):
            assert one_role == role
            assert (one_role.user, one_role.organisation) == (role.user, role.organisation)
            assert (
                one_role.organisation is None or one_role.organisation.division == role.organisation.division
            )
            values = {field.attname: getattr(one_role, field.attname) for field in Role._meta.concrete_fields}
            assert values == {
                field.attname: getattr(role, field.attname) for field in Role._meta.concrete_fields
            }
    assert len(heard) == 0, "nothing is asked later"


def test_what_rows_share_is_made_once(people):
    roles = read(Role.objects.filter(organisation__isnull=False).select_related("organisation"))
    places = {role.organisation_id: role.organisation for role in roles}
    assert len(roles) > len(places)
    assert all(role.organisation is places[role.organisation_id] for role in roles)


def test_one_row_is_found_within_its_conditions_by_one_statement(people):
    roles = Role.objects.filter(user=people.li.user).select_related("user")
    pk = roles[0].pk
    with CaptureQueriesContext(connection) as heard:
        assert one(roles, pk=pk).user == people.li.user
    assert len(heard) == 1
    for nobody in (roles.filter(user=people.chen.user), roles.none()):
        with pytest.raises(Http404):
            one(nobody, pk=pk)


def test_before_a_page_stand_county_session_and_visitor(people):
    clerk = people.chen.client()
    clerk.get(reverse("password"))  # the first page of a session writes down its key
    with CaptureQueriesContext(connection) as heard:
        assert clerk.get(reverse("password")).status_code == 200
    said = [query["sql"] for query in heard if " FROM " in query["sql"]]
    tables = ("counties_county", "django_session", "core_user")
    assert [table in sql for table, sql in zip(tables, said[:3], strict=True)] == [True, True, True]


def test_a_role_that_ended_counts_from_the_next_page(people):
    officer = people.li.client()
    assert officer.get(reverse("people:add_officer")).status_code == 200
    assert b"people/roles/" in officer.get("/").content
    Role.objects.filter(user=people.li.user).update(until=clock.today())
    assert b"people/roles/" not in officer.get("/").content


def test_a_login_that_was_closed_is_nobody_on_the_next_page(people):
    officer = people.li.client()
    assert officer.get("/").status_code == 200
    User.objects.filter(pk=people.li.user.pk).update(is_active=False)
    assert officer.get("/").status_code == 302
