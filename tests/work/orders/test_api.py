"""The whole room through the API alone: from the enquiry to the fee, and what it refuses."""

import uuid

import pytest
from django.test import Client

from gongfang.core.action import Verb
from gongfang.core.login import fresh_token, make_token
from gongfang.work.orders import actions
from gongfang.work.orders.api import agreements, amendments, fees, inspection, orders, products, stores
from gongfang.work.orders.models import OrderLine
from tests.api.test_every_verb import INSIDE
from tests.work.orders.conftest import DUE, TODAY, by
from tests.work.orders.counting import work


@pytest.fixture
def call(town, settings):
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    tokens = {}

    def send(user, method, path, body=None, *, status=200, key=None):
        if user.pk not in tokens:
            text, digest = fresh_token()
            make_token(by(user), user, label="test", digest=digest)
            tokens[user.pk] = text
        client = Client(headers={"host": "panan.localhost", "authorization": f"Bearer {tokens[user.pk]}"})
        answer = getattr(client, method)(
            f"/api/orders{path}",
            body,
            content_type="application/json",
            headers={"Idempotency-Key": str(key or uuid.uuid4())},
        )
        assert answer.status_code == status, answer.content
        return answer.json()

    return send


def test_an_order_goes_from_the_enquiry_to_the_fee_through_the_api_alone(town, call, knotting):
    officer, buyer, manager = town.officer, town.buyer, town.manager
    day, due = TODAY.isoformat(), DUE.isoformat()
    rope = call(officer, "post", "/materials", {"code": "rope", "name": "红绳", "unit_kind": "mm"})
    product = call(officer, "post", "/products", {"code": "knot", "name": "同心结"})
    step = {
        "name": "编结",
        "skill": "knotting",
        "standard_seconds": 120,
        "bag_pieces": 30,
        "recipe": [{"material_id": rope["id"], "amount": 2400}],
        "points": [{"name": "绳尾", "low": 68, "high": 72, "unit": "mm"}],
    }
    version = call(officer, "post", f"/products/{product['id']}/versions", {"steps": [step]})
    made = version["steps"][0]
    call(officer, "post", f"/steps/{made['id']}/rates", {"hao": 4500, "valid_from": day, "document": "纪要"})
    listed = call(officer, "get", f"/products/{product['id']}/versions")["items"][0]["steps"][0]
    assert (listed["rate_hao"], listed["hourly_equivalent_hao"], listed["points"][0]["high"]) == (
        4500,
        135000,
        72,
    )

    asked = {"enterprise_id": town.enterprise.pk, "product": "同心结", "pieces": 1000, "due": due}
    enquiry = call(buyer, "post", "/enquiries", asked)
    offered = {"version_id": version["id"], "fee_hao": 7000, "wage_hao": 4500, "margin_hao": 500}
    quote = call(officer, "post", f"/enquiries/{enquiry['id']}/quotes", offered)
    call(officer, "post", f"/quotes/{quote['id']}/send")
    seen = call(buyer, "get", f"/quotes/{quote['id']}")
    assert (seen["minutes"], seen["margin_hao"]) == (2000, None)
    assert call(buyer, "post", f"/quotes/{quote['id']}/accept", {})["stage"] == "accepted"

    sample = call(
        officer, "post", "/samples", {"enterprise_id": town.enterprise.pk, "version_id": version["id"]}
    )
    half = call(buyer, "post", f"/samples/{sample['id']}/approve-for-enterprise")
    sealed = call(officer, "post", f"/samples/{sample['id']}/approve-for-centre")
    assert (half["status"], sealed["status"]) == ("waits_for_centre", "sealed")

    signed = {
        "enterprise_id": town.enterprise.pk,
        "operator_id": town.operator.pk,
        "number": "17",
        "signed_on": day,
    }
    contract = call(manager, "post", "/contracts", signed)
    order = call(manager, "post", "/", {"contract_id": contract["id"], "quote_id": quote["id"]})
    assert order["materials"][0]["promised"] == 2_400_000
    assert call(manager, "post", f"/{order['id']}/place")["lines"][0]["status"] == "open"
    slip = {"number": "S-1", "rows": [{"material_id": rope["id"], "amount": 2_000_000}]}
    call(manager, "post", f"/{order['id']}/receipts", slip)
    assert call(buyer, "get", f"/{order['id']}")["materials"][0]["status"] == "short"

    line = OrderLine.objects.get(order=order["id"])
    work(by(town.clerk), line, shared=1000, issued=1000, handed_in=1000, accepted=1000, delivered=1000)
    bill = call(manager, "post", f"/{order['id']}/invoices", {"number": "F-1", "due": due})
    assert bill["amount_hao"] == 7_000_000
    paid = {"amount_hao": 7_000_000, "received_on": day, "document": "回单"}
    call(officer, "post", f"/invoices/{bill['id']}/payments", paid)
    assert call(officer, "get", "/invoices")["items"][0]["status"] == "paid"
    assert call(manager, "post", f"/{order['id']}/close")["stage"] == "closed"
    verbs = [act["verb"] for act in call(town.auditor, "get", f"/{order['id']}/trace")["items"]]
    assert verbs == [
        "enquire",
        "quote",
        "send_quote",
        "accept_quote",
        "open_order",
        "place_order",
        "receive_material",
        "work",
        "invoice",
        "receive_fee",
        "close_order",
    ]


def test_a_refusal_comes_with_a_code_a_sentence_and_its_field(town, call, draft):
    answer = call(town.officer, "post", f"/{draft.pk}/place", status=422)
    assert (answer["code"], answer["field"]) == ("no_sample", "")
    assert "同心结" in answer["sentence"]


def test_the_same_key_twice_enquires_once(town, call):
    asked = {"enterprise_id": town.enterprise.pk, "product": "结", "pieces": 10, "due": DUE.isoformat()}
    key = uuid.uuid4()
    first = call(town.buyer, "post", "/enquiries", asked, key=key)
    assert call(town.buyer, "post", "/enquiries", asked, key=key) == first
    assert (
        call(town.buyer, "post", "/enquiries", asked | {"pieces": 11}, key=key, status=409)["code"]
        == "key_reused"
    )
    assert call(town.buyer, "get", "/enquiries")["count"] == 1


def test_what_is_not_ones_own_is_not_there(town, call, order):
    assert call(town.other_buyer, "get", f"/{order.pk}", status=404)["code"] == "not_found"
    assert call(town.other_buyer, "get", "/")["count"] == 0


def test_every_verb_of_the_room_has_an_endpoint():
    views = [
        view
        for part in (agreements, amendments, fees, inspection, orders, products, stores)
        for view in part.router.path_operations.values()
    ]
    operations = {operation.operation_id for view in views for operation in view.operations}
    verbs = {name for name in actions.__all__ if isinstance(getattr(actions, name), Verb)}
    assert verbs - INSIDE <= operations
