"""The threshold, places, people, organisations and roles."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from openpyxl import Workbook

from gongfang.core import clock
from gongfang.core.login import fresh_token, make_token
from gongfang.core.models import Job
from gongfang.registry.people import actions as registry
from gongfang.registry.people.models import Household, Role, RosterImport
from gongfang.registry.places import actions as places
from tests.attack.api.asking.place import Ask, Place, Request, asks, post
from tests.attack.api.worlds import card_number, person_row
from tests.attack.cast import WORD, with_word
from tests.cast import Person

# --- the threshold ------------------------------------------------------------------------------------------------


@asks("make_token#own")
def _(place: Place) -> Ask:
    def request(caller: Person) -> Request:
        return post("/api/tokens", username=with_word(caller).user.username, password=WORD)

    return request


@asks("make_token#another's")
def _(place: Place) -> Ask:
    with_word(place.unit.desk)
    return post("/api/tokens", username=place.unit.desk.user.username, password="not that word")


def _token(owner: Person) -> Request:
    token = make_token(owner.by(), owner.user, label="磅秤", digest=fresh_token()[1])
    return Request("DELETE", f"/api/tokens/{token.pk}")


@asks("revoke_token#own")
def _(place: Place) -> Ask:
    return _token


@asks("revoke_token#another's")
def _(place: Place) -> Ask:
    return _token(place.unit.desk)


@asks("close_period")
def _(place: Place) -> Ask:
    return post("/api/periods", until=(clock.today() - timedelta(days=1)).isoformat())


@asks("set_parameter")
def _(place: Place) -> Ask:
    facts = {"key": "dispatch.offer_hours", "value": 72, "document": "磐人社〔2026〕9号"}
    return post("/api/parameters", **facts)


@asks("search_doubts")
def _(place: Place) -> Ask:
    return post("/api/oversight/doubts/search")


@asks("compare_deaths")
def _(place: Place) -> Ask:
    return post("/api/oversight/doubts/compare-deaths", document="名单", rows=[])


@asks("take_doubt")
def _(place: Place) -> Ask:
    return post(f"/api/oversight/doubts/{place.doubt().pk}/take")


@asks("explain_doubt")
def _(place: Place) -> Ask:
    return post(f"/api/oversight/doubts/{place.doubt().pk}/explain", reason="母女同名同日登记")


@asks("put_right_doubt")
def _(place: Place) -> Ask:
    return post(f"/api/oversight/doubts/{place.doubt().pk}/put-right", reason="已停用旧卡")


@asks("start_reconcile")
def _(place: Place) -> Ask:
    return post("/api/reconciliations")


@asks("cancel_job#own")
def _(place: Place) -> Ask:
    def request(caller: Person) -> Request:
        job = Job.objects.create(kind="dispatch.plan", asked_by=caller.user)
        return post(f"/api/jobs/{job.pk}/cancel")

    return request


@asks("cancel_job#another's")
def _(place: Place) -> Ask:
    job = Job.objects.create(kind="dispatch.plan", asked_by=place.unit.desk.user)
    return post(f"/api/jobs/{job.pk}/cancel")


# --- places -------------------------------------------------------------------------------------------------------


@asks("load_divisions")
def _(place: Place) -> Ask:
    row = {"code": "330000000000", "level": "province", "name": "浙江省", "edition": 2024}
    return post("/api/places/divisions", rows=[row])


@asks("add_site")
def _(place: Place) -> Ask:
    return post("/api/places/sites", division=place.world.village.code, kind="shop", name="底商")


@asks("add_unit")
def _(place: Place) -> Ask:
    site = places.add_site(place.county.officer.by(), place.world.village, kind="shop", name="底商")
    return post(f"/api/places/sites/{site.pk}/units", name="1号", area_dm2=1200)


# --- people -------------------------------------------------------------------------------------------------------


@asks("import_roster")
def _(place: Place) -> Ask:
    row, book, kept = person_row(place.world.village), Workbook(), io.BytesIO()
    book.active.append(["姓名", "身份证号", "村"])
    book.active.append([row["name"], row["id_number"], place.world.village.name])
    book.save(kept)
    kept.name = "花名册.xlsx"
    kept.seek(0)
    return Request(
        "POST", "/api/people/rosters", {"place": place.world.township.code, "file": kept}, form=True
    )


def _waiting(brought_by: Person, place: Place) -> RosterImport:
    """A long roster of somebody's that the queue has not begun; the file itself does not matter here."""
    job = Job.objects.create(kind="people.roster", asked_by=brought_by.user, state="failed")
    job.arguments = {"roster": 0, "known_people": "keep", "language": "zh-hans"}
    job.save(update_fields=["arguments"])
    return RosterImport.objects.create(
        brought_by=brought_by.user, place=place.world.township, job=job, outcome="waiting", rows=6000
    )


def _roster(verb: str) -> Callable[[Place], Ask]:
    def ask(place: Place) -> Ask:
        return lambda caller: post(f"/api/people/rosters/{_waiting(caller, place).pk}/{verb}")

    return ask


asks("stop_roster")(_roster("stop"))
asks("retry_roster")(_roster("retry"))


@asks("stop_roster#another's")
def _(place: Place) -> Ask:
    return post(f"/api/people/rosters/{_waiting(place.county.second, place).pk}/stop")


@asks("add_household")
def _(place: Place) -> Ask:
    return post("/api/people/households", place=place.world.village.code, code="HU-900")


def _household(place: Place) -> Household:
    return registry.add_household(place.county.officer.by(), place.world.village, code="HU-901")


@asks("add_status")
def _(place: Place) -> Ask:
    since = clock.today().isoformat()
    return post(f"/api/people/households/{_household(place).pk}/statuses", kind="watched", since=since)


@asks("end_status")
def _(place: Place) -> Ask:
    status = registry.add_status(
        place.county.officer.by(), _household(place), kind="watched", since=clock.today()
    )
    return post(f"/api/people/statuses/{status.pk}/end")


@asks("add_resident")
def _(place: Place) -> Ask:
    village = place.world.village
    return post("/api/people/residents", place=village.code, person=person_row(village))


@asks("add_residents")
def _(place: Place) -> Ask:
    village = place.world.village
    return post("/api/people/residents/many", place=village.code, people=[person_row(village)])


@asks("amend_resident")
def _(place: Place) -> Ask:
    return Request("PATCH", place.resident, {"phone": "13857909999"})


@asks("look")
def _(place: Place) -> Ask:
    return post(f"{place.resident}/look", purpose="核对工钱")


@asks("enrol_user")
def _(place: Place) -> Ask:
    return post(f"{place.resident}/login", username="newcomer", password=WORD)


@asks("record_wish")
def _(place: Place) -> Ask:
    return Request("PUT", f"{place.resident}/wish", {"minutes_a_day": 120})


@asks("wish_income")
def _(place: Place) -> Ask:
    return Request("PUT", f"{place.resident}/income-wish", {"week_hao": 3_000_000})


@asks("be_away")
def _(place: Place) -> Ask:
    until = clock.today() + timedelta(days=7)
    return post(f"{place.resident}/absences", until=until.isoformat())


@asks("come_back")
def _(place: Place) -> Ask:
    until = clock.today() + timedelta(days=7)
    away = registry.be_away(place.maker.by(), place.maker.row, until=until)
    return post(f"/api/people/absences/{away.pk}/end")


@asks("set_seats")
def _(place: Place) -> Ask:
    return Request("PUT", f"{place.organisation}/seats", {"seats": 12})


@asks("record_limits")
def _(place: Place) -> Ask:
    return Request("PUT", f"{place.resident}/limits", {"limits": {"no_lifting": None}})


@asks("add_skill")
def _(place: Place) -> Ask:
    return post(f"{place.resident}/skills", kind="knotting", level=3)


@asks("add_skills")
def _(place: Place) -> Ask:
    return post("/api/people/skills/many", kind="knotting", residents=[place.maker.row.pk])


@asks("add_skill_kind")
def _(place: Place) -> Ask:
    return post("/api/people/skill-kinds", code="weaving", name="编织")


@asks("contest_pace")
def _(place: Place) -> Ask:
    return post(f"/api/people/skills/{place.maker.row.skills.get().pk}/contest", why="那天停电")


@asks("give_consent")
def _(place: Place) -> Ask:
    return post(f"{place.resident}/consents", purpose="picture", how="slip", document="签字单1号")


@asks("withdraw_consent")
def _(place: Place) -> Ask:
    given = registry.give_consent(place.maker.by(), place.maker.row, purpose="picture")
    return post(f"/api/people/consents/{given.pk}/withdraw")


def _card(place: Place) -> dict[str, Any]:
    return {"number": card_number(), "bank": "农业银行", "holder_name": place.maker.row.name.reveal()}


@asks("set_bank_account")
def _(place: Place) -> Ask:
    return Request("PUT", f"{place.resident}/card", _card(place))


@asks("set_bank_accounts")
def _(place: Place) -> Ask:
    return post("/api/people/cards/many", cards=[{**_card(place), "resident_id": place.maker.row.pk}])


@asks("end_bank_account")
def _(place: Place) -> Ask:
    card = registry.set_bank_account(place.maker.by(), place.maker.row, **_card(place))
    return post(f"/api/people/cards/{card.pk}/end")


@asks("agree_terms")
def _(place: Place) -> Ask:
    return post(f"{place.resident}/terms", organisation=place.world.operator.pk)


@asks("agree_terms_many")
def _(place: Place) -> Ask:
    both = {"organisation": place.world.operator.pk, "residents": [place.maker.row.pk]}
    return post("/api/people/terms/many", **both)


@asks("end_relation")
def _(place: Place) -> Ask:
    terms = registry.agree_terms(place.maker.by(), place.maker.row, organisation=place.world.operator)
    return post(f"/api/people/terms/{terms.pk}/end")


# --- organisations and roles --------------------------------------------------------------------------------------


@asks("add_organisation")
def _(place: Place) -> Ask:
    return post(
        "/api/people/organisations", place=place.world.village.code, kind="workshop", name="新工坊",
        category="supplied",
    )  # fmt: skip


@asks("amend_organisation")
def _(place: Place) -> Ask:
    return Request("PATCH", place.organisation, {"phone": "0579-86550000"})


@asks("amend_organisation#operator")
def _(place: Place) -> Ask:
    path = f"/api/people/organisations/{place.world.operator.pk}"
    return Request("PATCH", path, {"phone": "0579-86550000"})


@asks("close_organisation")
def _(place: Place) -> Ask:
    made = registry.add_organisation(
        place.county.officer.by(), place.world.village, kind="workshop", name="旧工坊", category="supplied"
    )
    return post(f"/api/people/organisations/{made.pk}/close")


def _staff(role: str) -> Callable[[Place], Ask]:
    def ask(place: Place) -> Ask:
        return post(f"{place.organisation}/staff", username="newcomer", name="新人", role=role)

    return ask


asks("add_staff#clerk")(_staff("clerk"))
asks("add_staff#maker")(_staff("maker"))
asks("add_staff#manager")(_staff("manager"))


def _given(role: str) -> Callable[[Place], Ask]:
    def ask(place: Place) -> Ask:
        return post(f"{place.organisation}/roles", username=place.county.nobody.user.username, role=role)

    return ask


asks("give_role#clerk")(_given("clerk"))
asks("give_role#maker")(_given("maker"))
asks("give_role#manager")(_given("manager"))


def _given_over(role: str) -> Callable[[Place], Ask]:
    def ask(place: Place) -> Ask:
        path = f"/api/people/places/{place.world.village.code}/roles"
        return post(path, username=place.world.books.user.username, role=role)

    return ask


asks("give_role#steward")(_given_over("steward"))
asks("give_role#officer")(_given_over("officer"))


def _officer(role: str) -> Callable[[Place], Ask]:
    def ask(place: Place) -> Ask:
        path = f"/api/people/places/{place.world.village.code}/officers"
        return post(path, username="newcomer", name="新人", role=role)

    return ask


asks("add_officer#steward")(_officer("steward"))
asks("add_officer#officer")(_officer("officer"))


@asks("take_on")
def _(place: Place) -> Ask:
    return post(f"{place.organisation}/makers/new", **person_row(place.world.village))


@asks("join_workshop")
def _(place: Place) -> Ask:
    return post(f"{place.organisation}/makers", residents=[place.maker.row.pk])


@asks("reset_password#maker")
def _(place: Place) -> Ask:
    with_word(place.maker)
    return post(f"/api/people/logins/{place.username}/password", password="another word to keep")


@asks("reset_password#manager")
def _(place: Place) -> Ask:
    return post(
        f"/api/people/logins/{place.unit.desk.user.username}/password", password="another word to keep"
    )


@asks("end_role#own")
def _(place: Place) -> Ask:
    def request(caller: Person) -> Request:
        own = Role.objects.filter(user=caller.user).first()
        return post(f"/api/people/roles/{own.pk if own else 0}/end")

    return request


@asks("end_role#maker")
def _(place: Place) -> Ask:
    role = Role.objects.get(user=place.unit.colleague.user, organisation=place.unit.organisation)
    return post(f"/api/people/roles/{role.pk}/end")
