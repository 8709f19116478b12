from datetime import timedelta

import pytest

from gongfang.core import clock
from gongfang.core.errors import NotAllowed, Refused
from gongfang.core.members import may_act_for
from gongfang.registry.people import actions
from gongfang.registry.people.models import Resident, Role
from gongfang.registry.people.queries import (
    makers_of,
    names,
    visible_households,
    visible_organisations,
    visible_residents,
    visible_roles,
)
from tests import cast


@pytest.fixture
def stranger(people):
    """Somebody of another township and no workshop, who could leak."""
    row = cast.rows(1, division="330727001002", household="AW-001")[0]
    return actions.add_resident(people.wang.by(), people.county, row=row)


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("system", {"周桂花", "林秀英", "方小妹", "stranger"}),
        ("wang", {"周桂花", "林秀英", "方小妹", "stranger"}),
        ("qian", {"周桂花", "林秀英", "方小妹", "stranger"}),
        ("feng", {"周桂花", "林秀英", "方小妹"}),
        ("ma", {"周桂花", "林秀英", "方小妹"}),
        ("he", {"周桂花", "林秀英"}),
        ("chen", {"周桂花", "林秀英"}),
        ("zhao", {"周桂花", "林秀英"}),
        ("wu", {"方小妹"}),
        ("zhou", {"周桂花"}),
        ("sun", set()),
        ("luo", set()),
        ("su", set()),
    ],
)
def test_everybody_sees_their_own_people(people, stranger, who, expected):
    seen = visible_residents(getattr(people, who).member)
    assert {"stranger" if one == stranger else one.name.reveal() for one in seen} == expected


def test_names_are_whole_at_the_own_bench_and_masked_elsewhere(people):
    everybody = list(Resident.objects.order_by("pk"))
    assert list(names(people.chen.member, everybody).values()) == ["周桂花", "林秀英", "方**"]
    assert list(names(people.wang.member, everybody).values()) == ["周**", "林**", "方**"]
    assert list(names(people.fang.member, everybody).values()) == ["周**", "林**", "方小妹"]


@pytest.mark.parametrize(("who", "count"), [("wang", 4), ("qian", 1), ("feng", 3), ("zhou", 1), ("chen", 0)])
def test_households_are_seen_by_those_who_watch_over_them(people, stranger, who, count):
    expected = {"wang": 4, "qian": 4, "feng": 3, "zhou": 1, "chen": 0}[who]
    assert visible_households(getattr(people, who).member).count() == expected


def test_a_buyer_sees_the_own_enterprise_but_no_other(people):
    other = actions.add_organisation(people.wang.by(), people.county, kind="enterprise", name="义乌饰品厂")
    assert other not in visible_organisations(people.sun.member)
    assert people.enterprise in visible_organisations(people.sun.member)
    assert people.workshop in visible_organisations(people.sun.member)
    assert other in visible_organisations(people.wang.member)


def test_roles_are_seen_by_those_who_give_them(people):
    assert {role.organisation for role in visible_roles(people.chen.member)} == {people.workshop}
    assert visible_roles(people.wang.member).count() == Role.objects.count()
    assert set(visible_roles(people.zhou.member).values_list("role", flat=True)) == {"maker"}


def test_a_role_that_ended_gives_nothing(people):
    role = Role.objects.get(user=people.chen.user)
    actions.end_role(people.he.by(), role)
    assert people.chen.member.grants == frozenset()
    assert not visible_residents(people.chen.member).exists()


def test_a_role_that_begins_tomorrow_gives_nothing_today(people):
    tomorrow = clock.today() + timedelta(days=1)
    actions.give_role(people.wang.by(), people.workshop, user=people.su.user, role="clerk", since=tomorrow)
    assert not people.su.member.holds("clerk")


@pytest.mark.parametrize(
    ("who", "role", "may"),
    [
        ("wang", "manager", True),
        ("he", "clerk", True),
        ("he", "manager", False),
        ("he", "buyer", False),
        ("chen", "maker", True),
        ("chen", "inspector", False),
        ("zhao", "maker", False),
        ("wu", "maker", False),
    ],
)
def test_roles_at_a_workshop_are_given_from_above(people, who, role, may):
    def give():
        return actions.give_role(getattr(people, who).by(), people.workshop, user=people.su.user, role=role)

    if may:
        assert give().role == role
    else:
        with pytest.raises(NotAllowed):
            give()


def test_nobody_gives_themselves_a_role(people):
    with pytest.raises(NotAllowed):
        actions.give_role(people.wang.by(), people.county, user=people.wang.user, role="auditor")


def test_a_township_makes_no_officer(people):
    with pytest.raises(NotAllowed):
        actions.add_officer(
            people.feng.by(), people.township, username="x1", name="某某", password="", role="officer"
        )
    given = actions.add_officer(
        people.feng.by(), people.village, username="x2", name="某某", password="", role="steward"
    )
    assert given.division == people.village


def test_a_place_role_is_not_held_at_a_workshop(people):
    with pytest.raises(NotAllowed):
        actions.give_role(people.wang.by(), people.workshop, user=people.su.user, role="auditor")


def test_a_user_name_is_taken_once_whatever_its_case(people):
    with pytest.raises(Refused) as refusal:
        actions.add_staff(
            people.wang.by(), people.workshop, username="CHEN", name="陈二", password="", role="clerk"
        )
    assert refusal.value.field == "username"


def test_who_keeps_the_stores_acts_for_the_makers_there(people):
    assert may_act_for(people.chen.member, people.zhou.user)
    assert may_act_for(people.wu.member, people.fang.user)
    assert not may_act_for(people.chen.member, people.fang.user)
    assert not may_act_for(people.zhao.member, people.zhou.user)
    assert not may_act_for(people.chen.member, people.he.user)


def test_joining_twice_is_joining_once(people):
    joined = actions.join_workshop(
        people.chen.by(), people.workshop, residents=[people.zhou.row, people.lin.row]
    )
    assert joined == 0
    assert list(makers_of(people.workshop)) == [people.zhou.row, people.lin.row]


def test_a_walk_in_who_is_known_elsewhere_stays_one_person(people):
    found = actions.take_on(people.chen.by(), people.workshop, row=cast.FANG)
    assert found == people.fang.row
    assert people.fang.row in makers_of(people.workshop)
    assert people.fang.row in makers_of(people.agency)


def test_a_closed_workshop_ends_its_roles_and_takes_nobody(people):
    closed = actions.close_organisation(people.wang.by(), people.workshop)
    assert not people.he.member.grants
    with pytest.raises(Refused) as refusal:
        actions.join_workshop(people.wang.by(), closed, residents=[people.fang.row])
    assert refusal.value.code == "closed"


def test_an_operator_with_running_terms_is_not_closed(people):
    actions.agree_terms(people.lin.by(), people.lin.row, organisation=people.operator)
    with pytest.raises(Refused) as refusal:
        actions.close_organisation(people.wang.by(), people.operator)
    assert refusal.value.code == "has_relations"


def test_an_organisation_stands_once_and_its_credit_code_checks(people):
    with pytest.raises(Refused):
        actions.add_organisation(people.wang.by(), people.county, kind="workshop", name="双溪共富工坊")
    with pytest.raises(Refused) as refusal:
        actions.add_organisation(
            people.wang.by(), people.county, kind="enterprise", name="某厂", credit_code="91330727MA2XXXXX00"
        )
    assert refusal.value.field == "credit_code"
