import json
import uuid
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook, load_workbook

from gongfang.core.action import Verb
from gongfang.core.login import fresh_token, make_token
from gongfang.registry.people import actions
from gongfang.registry.people.api import router
from gongfang.registry.people.models import Resident
from gongfang.registry.people.queries import looks_at
from gongfang.registry.places.api import router as places_router
from tests import cast
from tests.registry.people.test_own import CARD


class Machine:
    """Somebody's program with a token of its own."""

    def __init__(self, person):
        token, digest = fresh_token()
        make_token(person.by(), person.user, label="test", digest=digest)
        self.client = Client(headers={"host": "panan.localhost", "authorization": f"Bearer {token}"})

    def get(self, path, **query):
        return self.client.get(f"/api{path}", query)

    def send(self, method, path, body=None, *, key=None):
        return self.client.generic(
            method,
            f"/api{path}",
            data=json.dumps(body or {}),
            content_type="application/json",
            headers={"idempotency-key": str(key or uuid.uuid4())},
        )

    def post(self, path, body=None, **more):
        return self.send("POST", path, body, **more)


def ids(answer):
    return [item["id"] for item in answer.json()["items"]]


NESTED = {
    "record_pace", "record_paces", "forget_idle_paces", "forget_absences", "take_roster", "return_roster", "forget_rosters",
}  # fmt: skip


def test_every_verb_of_people_has_its_endpoint():
    offered = {view.operation_id for path in router.path_operations.values() for view in path.operations}
    verbs = {name for name in actions.__all__ if isinstance(getattr(actions, name), Verb)}
    assert verbs - NESTED <= offered
    from gongfang.registry.places import actions as places

    offered = {
        view.operation_id for path in places_router.path_operations.values() for view in path.operations
    }
    assert {name for name, verb in vars(places).items() if isinstance(verb, Verb)} <= offered


def test_a_person_comes_in_masked_and_is_seen(people):
    row = cast.rows(1)[0]
    person = {"name": row.name, "id_number": row.id_number, "division": cast.VILLAGE, "phone": "13857900001"}
    key = uuid.uuid4()
    machine = Machine(people.wang)
    first = machine.post("/people/residents", {"place": cast.COUNTY, "person": person}, key=key)
    again = machine.post("/people/residents", {"place": cast.COUNTY, "person": person}, key=key)
    assert first.status_code == 200, first.content
    assert first.json() == again.json()
    assert (first.json()["name"], first.json()["phone"]) == ("张**", "138****0001")
    assert row.id_number not in first.content.decode()
    assert looks_at(Resident.objects.get(pk=first.json()["id"])).get().page == "api"


def test_a_refusal_names_code_sentence_and_field(people):
    person = {"name": "张三", "id_number": "1", "division": cast.VILLAGE}
    answer = Machine(people.wang).post("/people/residents", {"place": cast.COUNTY, "person": person})
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (
        422,
        "wrong_code",
        "id_number",
    )


def test_the_list_shows_each_caller_their_own(people):
    assert ids(Machine(people.chen).get("/people/residents")) == [people.zhou.row.pk, people.lin.row.pk]
    assert ids(Machine(people.sun).get("/people/residents")) == []
    shown = Machine(people.chen).get("/people/residents").json()["items"]
    assert [item["name"] for item in shown] == ["周桂花", "林秀英"]
    assert not any(secret in str(shown) for secret in (cast.LIN.id_number, cast.LIN.phone))


def test_a_search_finds_by_number(people):
    answer = Machine(people.wang).post("/people/residents/search", {"text": cast.LIN.id_number})
    assert [one["id"] for one in answer.json()] == [people.lin.row.pk]


def test_a_look_reveals_and_is_written_down(people):
    machine = Machine(people.chen)
    answer = machine.post(f"/people/residents/{people.lin.row.pk}/look", {"purpose": "核对"})
    assert answer.json()["id_number"] == cast.LIN.id_number
    mine = Machine(people.lin).get(f"/people/residents/{people.lin.row.pk}/looks").json()["items"]
    assert [(line["viewer"], line["purpose"]) for line in mine] == [("陈静", "核对")]
    assert machine.get(f"/people/residents/{people.lin.row.pk}/looks").status_code == 404


@pytest.mark.parametrize("path", ["", "/looks", "/skills", "/consents"])
def test_strangers_are_not_there(people, path):
    assert Machine(people.wu).get(f"/people/residents/{people.lin.row.pk}{path}").status_code == 404


def test_a_workshop_is_set_up_and_manned_through_the_interface_alone(people):
    officer = Machine(people.wang)
    workshop = officer.post(
        "/people/organisations",
        {
            "place": cast.VILLAGE,
            "kind": "workshop",
            "name": "金鹅工坊",
            "category": "supplied",
            "is_operator": True,
        },
    ).json()["id"]
    staff = officer.post(
        f"/people/organisations/{workshop}/staff",
        {"username": "jin", "name": "金娥", "password": "knots-2026", "role": "manager"},
    )
    assert staff.json()["role"] == "manager"
    given = officer.post(f"/people/organisations/{workshop}/roles", {"username": "su", "role": "clerk"})
    assert given.json()["username"] == "su"
    many = [{"name": row.name, "id_number": row.id_number, "division": cast.VILLAGE} for row in cast.rows(3)]
    made = officer.post("/people/residents/many", {"place": cast.COUNTY, "people": many}).json()["ids"]
    joined = officer.post(f"/people/organisations/{workshop}/makers", {"residents": made})
    assert joined.json() == {"joined": 3}
    assert ids(officer.get("/people/residents", organisation=workshop)) == made
    terms = officer.post("/people/terms/many", {"organisation": workshop, "residents": made}).json()
    assert [one["resident"] for one in terms] == made
    assert officer.post(f"/people/roles/{given.json()['id']}/end").json()["until"] is not None
    for one in terms:
        officer.post(f"/people/terms/{one['id']}/end")
    assert officer.post(f"/people/organisations/{workshop}/close").json()["closed_on"] is not None


def test_a_forgotten_password_is_given_anew_by_the_interface(people):
    new = {"password": "mabu-keti-4829"}
    assert Machine(people.he).post("/people/logins/chen/password", new).json() == {"username": "chen"}
    people.chen.user.refresh_from_db()
    assert people.chen.user.check_password("mabu-keti-4829")
    assert Machine(people.chen).post("/people/logins/he/password", new).status_code == 403
    assert Machine(people.he).post("/people/logins/system/password", new).status_code == 404


def test_what_is_a_persons_own_goes_by_the_interface(people):
    officer, maker = Machine(people.wang), Machine(people.lin)
    base = f"/people/residents/{people.lin.row.pk}"
    assert officer.post("/people/skill-kinds", {"code": "knot", "name": "编结"}).status_code == 200
    assert maker.post(f"{base}/skills", {"kind": "knot", "level": 3}).json()["kind"] == "knot"
    assert (
        maker.send("PUT", f"{base}/wish", {"minutes_a_day": 120, "home_work": True}).json()["resident"]
        == people.lin.row.pk
    )
    limits = maker.send("PUT", f"{base}/limits", {"limits": {"hours_a_day": 4}})
    assert limits.json() == [{"kind": "hours_a_day", "value": 4}]
    card = maker.send(
        "PUT", f"{base}/card", {"number": CARD, "bank": "农业银行", "holder_name": "林秀英"}
    ).json()
    assert card["number"].endswith(CARD[-4:])
    assert CARD not in str(card)
    consent = maker.post(f"{base}/consents", {"purpose": "bank"}).json()
    assert maker.post(f"/people/consents/{consent['id']}/withdraw").json()["withdrawn_at"]
    assert maker.post(f"/people/cards/{card['id']}/end").json()["until"]
    agreed = maker.post(f"{base}/terms", {"organisation": people.operator.pk})
    assert agreed.json()["kind"] == "contract"


def test_a_roster_comes_back_with_its_problems(people):
    book = Workbook()
    book.active.append(["姓名", "身份证号", "村"])
    book.active.append(["张三", "1", "梓誉村"])
    out = BytesIO()
    book.save(out)
    machine = Machine(people.feng)
    answer = machine.client.post(
        "/api/people/rosters",
        {"place": cast.TOWNSHIP, "file": SimpleUploadedFile("r.xlsx", out.getvalue())},
        headers={"idempotency-key": str(uuid.uuid4())},
    )
    assert (answer.json()["outcome"], answer.json()["problems"]) == ("refused", 1)
    copy = machine.get(f"/people/rosters/{answer.json()['id']}/returned")
    assert load_workbook(BytesIO(copy.content)).active.max_column == 4


def test_places_go_by_the_interface(people):
    township = Machine(people.feng)
    site = township.post("/places/sites", {"division": cast.VILLAGE, "kind": "shop", "name": "底商"}).json()
    unit = township.post(f"/places/sites/{site['id']}/units", {"name": "1", "area_dm2": 9000})
    assert unit.json()["area_dm2"] == 9000
    villages = township.get("/places/divisions", level="village", within=cast.TOWNSHIP).json()
    assert villages["count"] == 11
    household = township.post("/people/households", {"place": cast.VILLAGE, "code": "SX-77"}).json()
    status = township.post(
        f"/people/households/{household['id']}/statuses", {"kind": "watched", "since": "2026-01-01"}
    )
    assert township.post(f"/people/statuses/{status.json()['id']}/end").json()["until"]


def test_without_a_token_there_is_no_answer(people):
    assert Client(headers={"host": "panan.localhost"}).get("/api/people/residents").status_code == 401
