"""Sharing out through the API alone."""

import json
from uuid import uuid4

import pytest
from django.test import Client

from gongfang.core import jobs
from gongfang.core.login import fresh_token, make_token
from gongfang.work.dispatch.models import Offer, PlanRun
from tests.work.dispatch.conftest import by


@pytest.fixture
def machine(county):
    def of(user):
        token, digest = fresh_token()
        make_token(by(user), user, label="test", digest=digest)
        client = Client(
            headers={"host": "panan.localhost", "Authorization": f"Bearer {token}", "X-Language": "en"}
        )

        def call(method, path, body=None, **headers):
            return client.generic(
                method,
                f"/api/dispatch{path}",
                json.dumps(body or {}),
                content_type="application/json",
                headers={"Idempotency-Key": str(uuid4()), **headers},
            )

        return call

    return of


def test_from_the_line_to_a_persons_lot(village, machine, guihua):
    officer, maker = machine(village.officer), machine(guihua.user)
    share = officer(
        "POST",
        f"/lines/{village.line.pk}/share",
        {"organisation_id": village.workshop.pk, "pieces": 100, "margin_hao": 500},
    ).json()
    (opening,) = maker("GET", "/work").json()
    assert (opening["lot_id"], opening["rate_hao"], opening["hourly_hao"], opening["most"]) == (
        share["id"],
        4_500,
        135_000,
        60,
    )
    lot = maker("POST", f"/lots/{share['id']}/claim", {"maker_id": guihua.pk, "pieces": 20}).json()
    assert (lot["pieces"], lot["maker_id"], lot["status"]) == (20, guihua.pk, "open")
    assert officer("GET", f"/lots/{share['id']}").json()["free"] == 80
    assert officer("GET", "/lots").json()["count"] == 2
    assert officer("POST", f"/lots/{share['id']}/take-back", {"pieces": 80}).json()["free"] == 0


def test_a_sheet_of_claims_a_yes_and_a_close(village, machine, share, guihua, xiuying):
    clerk = machine(village.clerk)
    rows = [{"maker_id": guihua.pk, "pieces": 20}, {"maker_id": xiuying.pk, "pieces": 10}]
    first, second = clerk("POST", f"/lots/{share.pk}/claims", {"rows": rows}).json()
    assert first["provisional"]
    assert not machine(guihua.user)("POST", f"/lots/{first['id']}/confirm").json()["provisional"]
    assert clerk("POST", f"/lots/{second['id']}/close").json()["stage"] == "closed"


def test_acting_for_a_maker_is_provisional(village, machine, share, guihua):
    answer = machine(village.clerk)(
        "POST", f"/lots/{share.pk}/claim", {"maker_id": guihua.pk, "pieces": 5},
        **{"X-On-Behalf-Of": guihua.user.username},
    )  # fmt: skip
    assert answer.json()["provisional"]


def test_a_plan_its_offers_and_the_answers(village, machine, share, guihua, xiuying):
    manager = machine(village.manager)
    plan = manager("POST", f"/workshops/{village.workshop.pk}/plan").json()
    assert plan["job_state"] == "waiting"
    jobs.run(PlanRun.objects.get(pk=plan["id"]).job_id)
    read = manager("GET", f"/plans/{plan['id']}").json()
    assert sum(line["pieces"] for line in read["lines"]) == 100
    assert (read["unmade"], read["waiting"]) == ([], [])
    assert manager("GET", "/plans").json()["count"] == 1
    assert manager("POST", f"/plans/{plan['id']}/publish").json()["stage"] == "publishing"
    assert manager("POST", f"/plans/{plan['id']}/leave").json()["stage"] == "published"
    plan = manager("POST", f"/workshops/{village.workshop.pk}/plan").json()
    run = PlanRun.objects.get(pk=plan["id"])
    jobs.run(run.job_id)
    manager("POST", f"/plans/{run.pk}/publish")
    jobs.run(PlanRun.objects.get(pk=run.pk).sending_id)
    assert manager("GET", f"/plans/{run.pk}").json()["asked_at"] == [village.workshop.pk]
    offers = {offer["maker_id"]: offer for offer in manager("GET", "/offers").json()["items"]}
    (asked,) = machine(guihua.user)("GET", "/my-offers").json()
    assert asked["offer"]["id"] == offers[guihua.pk]["id"]
    assert asked["why"]
    lot = machine(guihua.user)("POST", f"/offers/{offers[guihua.pk]['id']}/accept", {"pieces": 5}).json()
    assert lot["pieces"] == 5
    no = machine(xiuying.user)("POST", f"/offers/{offers[xiuying.pk]['id']}/not-this-time")
    assert no.json()["stage"] == "not_now"
    assert [offer["stage"] for offer in manager("GET", "/offers").json()["items"]] == ["accepted"]


def test_a_plan_is_put_aside_and_an_offer_taken_back(village, machine, share, guihua):
    manager = machine(village.manager)
    plan = manager("POST", f"/workshops/{village.workshop.pk}/plan").json()
    assert manager("POST", f"/plans/{plan['id']}/discard").json()["stage"] == "discarded"
    plan = manager("POST", f"/workshops/{village.workshop.pk}/plan")
    assert plan.status_code == 200
    jobs.run(PlanRun.objects.get(pk=plan.json()["id"]).job_id)
    manager("POST", f"/plans/{plan.json()['id']}/publish")
    jobs.run(PlanRun.objects.get(pk=plan.json()["id"]).sending_id)
    (offer,) = manager("GET", "/offers").json()["items"]
    assert manager("POST", f"/offers/{offer['id']}/withdraw").json()["stage"] == "withdrawn"
    assert Offer.objects.get().stage == "withdrawn"


def test_refusals_have_a_code_a_sentence_and_a_field(village, machine, share, guihua):
    answer = machine(guihua.user)("POST", f"/lots/{share.pk}/claim", {"maker_id": guihua.pk, "pieces": 61})
    assert answer.status_code == 422
    assert (answer.json()["code"], answer.json()["field"]) == ("over_cap", "pieces")
    assert machine(village.stranger)("GET", f"/lots/{share.pk}").status_code == 404
    assert (
        machine(guihua.user)(
            "POST", f"/lines/{village.line.pk}/share", {"organisation_id": 1, "pieces": 1}
        ).status_code
        == 404
    )


def test_the_same_key_counts_once(village, machine, share, guihua):
    key, maker = str(uuid4()), machine(guihua.user)
    body = {"maker_id": guihua.pk, "pieces": 5}
    first = maker("POST", f"/lots/{share.pk}/claim", body, **{"Idempotency-Key": key})
    again = maker("POST", f"/lots/{share.pk}/claim", body, **{"Idempotency-Key": key})
    assert first.json()["id"] == again.json()["id"]
    other = maker("POST", f"/lots/{share.pk}/claim", {**body, "pieces": 6}, **{"Idempotency-Key": key})
    assert other.status_code == 409
