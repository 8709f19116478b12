"""Piecework through the API alone, as a phone or another system does it."""

import json
from uuid import uuid4

import pytest
from django.test import Client

from gongfang.core.login import fresh_token, make_token
from gongfang.work.piecework.models import HandIn
from tests.work.piecework.conftest import BEAD, GOOD, MARGIN, RATE, ROPE


@pytest.fixture
def machine(floor):
    def of(person):
        token, digest = fresh_token()
        make_token(person.by(), person.user, label="test", digest=digest)
        client = Client(
            headers={"host": "panan.localhost", "Authorization": f"Bearer {token}", "X-Language": "en"}
        )

        def call(method, path, body=None, **headers):
            answer = client.generic(
                method, f"/api/piecework{path}", json.dumps(body or {}), content_type="application/json",
                headers={"Idempotency-Key": str(uuid4()), **headers},
            )  # fmt: skip
            return answer.status_code, answer.json()

        return call

    return of


def done(answer):
    status, body = answer
    assert status == 200, body
    return body


def test_a_bag_goes_out_comes_back_and_is_earned(floor, machine):
    people, lot = floor.people, floor.lot(floor.people.zhou, 40)
    desk, inspector = machine(people.chen), machine(people.zhao)
    packed = done(desk("POST", "/bags/pack", {"lot_ids": [lot.pk]}))
    assert [bag["pieces"] for bag in packed] == [30, 10]
    issued = done(desk("POST", "/bags/issue", {"bag_ids": [bag["id"] for bag in packed]}))
    assert {bag["status"] for bag in issued} == {"out"}
    rows = [{"bag_id": bag["id"], "pieces": bag["pieces"]} for bag in issued]
    taken = done(desk("POST", "/hand-ins", {"rows": rows}))
    assert done(inspector("GET", "/hand-ins/to-inspect"))["count"] == 2
    verdicts = [
        {
            "hand_in_id": row["id"],
            "accepted": row["pieces"] - 1,
            "rework": 1,
            "reason": "松",
            "readings": GOOD,
        }
        for row in taken
    ]
    said = done(inspector("POST", "/inspections", {"rows": verdicts}))
    assert [(row["amount_hao"], row["margin_hao"]) for row in said] == [
        (29 * RATE, 29 * MARGIN),
        (9 * RATE, 9 * MARGIN),
    ]
    mended = done(desk("POST", "/hand-ins/mended", {"rows": [{"bag_id": issued[0]["id"], "pieces": 1}]}))
    assert mended[0]["mended"]
    trace = done(desk("GET", f"/bags/{issued[0]['id']}"))
    assert (trace["enterprise"], trace["amount_hao"]) == ("东阳中国结有限公司", 29 * RATE)
    assert [row["used"] for row in trace["materials"]] == [30 * ROPE, 30 * BEAD]


def test_material_and_unworked_pieces_come_back_as_proposed(floor, machine):
    bag, desk = floor.bag(pieces=10), machine(floor.people.chen)
    floor.hand_in(bag, 5)
    proposed = done(desk("GET", f"/bags/{bag.pk}/to-give-back"))
    assert proposed == {
        "pieces": 5,
        "materials": {str(floor.rope.pk): 5 * ROPE, str(floor.bead.pk): 5 * BEAD},
        "beside": {str(floor.rope.pk): 0, str(floor.bead.pk): 0},
    }
    given = done(desk("POST", "/give-backs", {"rows": [{"bag_id": bag.pk, "pieces": 5}]}))
    assert given[0]["materials"] == {str(floor.rope.pk): 5 * ROPE, str(floor.bead.pk): 5 * BEAD}


def test_mistakes_are_taken_back_and_losses_written_down(floor, machine):
    desk, bag = machine(floor.people.chen), floor.bag()
    row = done(desk("POST", "/hand-ins", {"rows": [{"bag_id": bag.pk, "pieces": 3}]}))[0]
    assert done(desk("POST", "/hand-ins/cancel", {"hand_in_ids": [row["id"]]}))[0]["stage"] == "cancelled"
    assert done(desk("POST", "/bags/cancel-issue", {"bag_ids": [bag.pk]}))[0]["status"] == "packed"
    done(desk("POST", "/bags/issue", {"bag_ids": [bag.pk]}))
    done(desk("POST", "/losses", {"rows": [{"bag_id": bag.pk, "pieces": 2, "reason": "掉了"}]}))
    done(desk("POST", "/losses/bags", {"bag_ids": [bag.pk], "reason": "全被水冲走"}))
    assert done(desk("GET", f"/labels/{bag.code}"))["gone"] == 30
    other = floor.packed(floor.people.lin)[0]
    assert done(desk("POST", "/bags/unpack", {"bag_ids": [other.pk]}))[0]["status"] == "cancelled"


def test_what_is_done_for_a_maker_waits_for_her_yes(floor, machine):
    rows = {"rows": [{"bag_id": floor.bag(floor.people.zhou).pk, "pieces": 3}]}
    call = machine(floor.people.chen)
    taken = done(call("POST", "/hand-ins", rows, **{"X-On-Behalf-Of": floor.people.zhou.user.username}))
    assert taken[0]["provisional"]
    yes = done(machine(floor.people.zhou)("POST", "/hand-ins/confirm", {"hand_in_ids": [taken[0]["id"]]}))
    assert not yes[0]["provisional"]


def test_accepted_pieces_are_delivered_and_signed_for(floor, machine):
    floor.inspect(floor.hand_in(floor.bag(), 30), 30)
    slip = done(machine(floor.people.luo)("POST", f"/lines/{floor.line.pk}/deliver", {"pieces": 30}))
    buyer = machine(floor.people.sun)
    assert done(buyer("GET", "/deliveries"))["items"] == [slip]
    signed = done(buyer("POST", f"/deliveries/{slip['id']}/sign", {"signed_by": "孙丽"}))
    assert signed["signed_by"] == "孙丽"


def test_the_same_key_answers_the_same_and_another_body_is_refused(floor, machine):
    bag, desk, key = floor.bag(), machine(floor.people.chen), str(uuid4())
    body = {"rows": [{"bag_id": bag.pk, "pieces": 3}]}
    first = done(desk("POST", "/hand-ins", body, **{"Idempotency-Key": key}))
    assert done(desk("POST", "/hand-ins", body, **{"Idempotency-Key": key})) == first
    body["rows"][0]["pieces"] = 4
    assert desk("POST", "/hand-ins", body, **{"Idempotency-Key": key})[0] == 409
    assert HandIn.objects.get().pieces == 3


def test_refusals_carry_a_code_and_a_sentence(floor, machine):
    bag, desk = floor.bag(), machine(floor.people.chen)
    status, body = desk("POST", "/bags/issue", {"bag_ids": [bag.pk]})
    assert (status, body["code"]) == (409, "moved")
    status, body = desk("POST", "/hand-ins", {"rows": [{"bag_id": bag.pk, "pieces": 31}]})
    assert (status, body["code"], body["field"]) == (422, "too_many", "pieces")
    row = floor.hand_in(bag, 30)
    verdict = {"hand_in_id": row.pk, "accepted": 30, "readings": {"2": True}}
    status, body = machine(floor.people.zhao)("POST", "/inspections", {"rows": [verdict]})
    assert (status, body["code"]) == (422, "missing_point")
    assert desk("GET", "/labels/NOLABEL")[1]["code"] == "wrong_label"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/hand-ins", {"rows": [{"bag_id": 1, "pieces": 0}]}),
        ("/hand-ins", {"rows": [{"bag_id": 1, "pieces": 2**31}]}),
        ("/hand-ins", {"rows": []}),
        ("/inspections", {"rows": [{"hand_in_id": 1, "accepted": -1}]}),
        ("/inspections", {"rows": [{"hand_in_id": 1, "accepted": 1, "readings": {"1": "wide"}}]}),
        ("/give-backs", {"rows": [{"bag_id": 1, "pieces": -5}]}),
        ("/bags/issue", {"bag_ids": []}),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_is_done(floor, machine, path, body):
    assert machine(floor.people.chen)("POST", path, body)[0] == 422


def test_bags_of_others_are_not_there(floor, machine):
    bag = floor.bag(floor.people.zhou)
    for person in (floor.people.lin, floor.people.wu, floor.people.sun):
        assert machine(person)("GET", f"/bags/{bag.pk}")[0] == 404
        assert machine(person)("POST", "/bags/issue", {"bag_ids": [bag.pk]})[0] == 404
    assert done(machine(floor.people.lin)("GET", "/bags"))["count"] == 0
    assert done(machine(floor.people.zhou)("GET", "/bags"))["count"] == 1
