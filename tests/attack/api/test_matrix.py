"""Verbs × roles × relations × counties: each cell of the table of rights is really tried, refused and allowed alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from gongfang.api import api
from gongfang.core.action import By
from gongfang.core.errors import NotAllowed, Refused
from gongfang.counties.models import County as Schema
from gongfang.database import scope
from gongfang.founding import system_user
from gongfang.registry.people import actions as registry
from gongfang.registry.places.actions import load_divisions
from gongfang.registry.places.divisions import published
from gongfang.registry.places.models import Division
from tests.api.test_every_verb import INSIDE
from tests.attack.api.asking import ASKED, ROOMS, Request, rows
from tests.attack.api.calling import standing, token_of, undone
from tests.attack.api.hands import HANDS
from tests.attack.api.inside import EVERYBODYS, calls
from tests.attack.api.rights import table
from tests.attack.api.trying import ALL, NOBODY, Trying, made
from tests.attack.api.worlds import build
from tests.cast import Person

TABLE = table()
CASES = [("a", "workshop", False), ("a", "agent", False), ("b", "workshop", False), ("a", "workshop", True)]
# At the agent's only those try for whom it makes a difference whether it is the workshop or the agent.
AT_THE_AGENTS = ("agent", "manager", "clerk", "inspector", "maker", "operator")


@pytest.fixture(scope="module")
def trying(django_db_setup: None, django_db_blocker: Any) -> Iterator[Trying]:
    with standing(django_db_blocker, build) as county:
        yield Trying(county)


def tried(unit: str, *, colleague: bool) -> tuple[str, ...]:
    """Return who tries there."""
    if colleague:
        return ("maker",)
    return AT_THE_AGENTS if unit == "agent" else ALL


def owns(role: str, world: str, unit: str, *, colleague: bool) -> bool:
    """Say whether what stands there is this role's own: of world a, and of the workshop or the agent they belong to."""
    if world != "a":
        return False
    if role in {"manager", "clerk", "inspector"}:
        return unit == "workshop"
    if role == "maker":
        return unit == "workshop" and not colleague
    return unit == "agent" if role == "agent" else True


@pytest.mark.slow
@pytest.mark.parametrize("room", ROOMS)
def test_each_role_may_do_what_the_table_says_and_nothing_else(room, trying):
    for row in rows(room):
        wrong = []
        for world, unit, colleague in CASES:
            with undone():
                ask = ASKED[row](trying.place(world, unit, colleague=colleague))
                for role in tried(unit, colleague=colleague):
                    if (role, row) == (NOBODY, "make_token#own"):
                        continue  # this is how one becomes somebody
                    own = row.endswith("#own") or owns(role, world, unit, colleague=colleague)
                    promised = "allowed" if TABLE[row].allows(role, own=own) else "refused"
                    came = trying.by_role(ask, role)
                    if came != promised:
                        whose = "own" if own else "another's"
                        wrong.append(f"{role} with {whose} ({world} {unit}): {promised} promised, {came}")
        assert not wrong, "\n".join([row, *wrong])


@pytest.mark.slow
@pytest.mark.parametrize("room", ROOMS)
def test_only_a_makers_own_desk_does_what_the_table_says_in_a_makers_name(room, trying):
    strange = trying.county.worlds["b"].roles["clerk"]
    key = token_of(strange)
    for row in rows(room):
        with undone():
            place = trying.place("a", "workshop")
            ask, maker = ASKED[row](place), {"X-On-Behalf-Of": place.maker.user.username}
            came = {
                "clerk": trying.by_role(ask, "clerk", **maker),
                "strange clerk": trying.by(ask, strange, key, **maker),
                "inspector": trying.by_role(ask, "inspector", **maker),
                "officer": trying.by_role(ask, "officer", **maker),
                "maker": trying.by_role(
                    ask, "maker", **{"X-On-Behalf-Of": place.unit.colleague.user.username}
                ),
            }
        promised = dict.fromkeys(came, "refused")
        promised["clerk"] = "allowed" if TABLE[row].for_makers else "refused"
        assert (row, came) == (row, promised)


# --- second persons -----------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("verb", sorted(HANDS))
def test_whoever_had_a_hand_in_it_before_is_refused_as_the_second_person(verb, trying):
    with undone():
        person, request = HANDS[verb](trying.place("a", "workshop"))
        answer = trying.send(request, token_of(person))
        assert answer.status_code == 403
        assert answer.json()["code"] == "second_person"


# --- the sibling county -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sibling(trying: Trying) -> str:
    """The token of an officer of Zhaoyang."""
    scope.leave()
    scope.enter(Schema.objects.get(schema_name="zhaoyang"))
    load_divisions(By(user=system_user(), via="cli"), None, rows=published("530602"))
    place = Division.objects.get(code="530602000000")
    by = By(user=system_user(), via="cli")
    given = registry.add_officer(by, place, username="zhang", name="张伟", password="")
    token = token_of(Person(given.user))
    scope.enter(trying.here)
    return token


@pytest.mark.slow
def test_a_token_of_a_sibling_county_opens_nothing_here(trying, sibling):
    opened = []
    for path, described in api.get_openapi_schema()["paths"].items():
        address = "/".join("1" if "_id" in part else part for part in path.split("/"))
        for method, call in described.items():
            if call.get("security"):
                with undone():
                    answer = trying.send(Request(method.upper(), address), sibling)
                opened += [f"{method} {path}"] if answer.status_code != 401 else []
    assert opened == []


@pytest.mark.slow
@pytest.mark.parametrize("room", ROOMS)
def test_nothing_of_this_county_is_there_in_a_sibling_county(room, trying, sibling):
    officer, there = trying.county.officer, {"host": "zhaoyang.localhost"}
    for row in rows(room):
        if row.endswith("#own"):
            continue
        with undone():
            request = made(ASKED[row](trying.place("a", "workshop")), officer)
            assert (row, trying.by(request, officer, trying.tokens["officer"], **there)) == (row, "refused")
            if names_a_thing(request):
                assert (row, trying.by(request, officer, sibling, **there) == "allowed") == (row, False)


def names_a_thing(request: Request) -> bool:
    """Say whether the request names a row of this county, in its address or in its body."""
    return any(part.isdigit() for part in request.path.split("/")) or "_id" in str(request.body)


# --- verbs without a door -----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_verb_without_a_door_is_nobodys_to_do_alone(trying):
    with undone():
        found, done = calls(trying.place("a", "workshop")), []
        assert found.keys() == INSIDE - EVERYBODYS
        for verb, call in found.items():
            for role, person in trying.callers.items():
                try:
                    with undone():
                        call(person.by(via="api"))
                except NotAllowed:
                    continue
                except Refused:
                    pass  # refused for another reason: who asked was let in
                done.append(f"{role}: {verb}")
        assert done == []
