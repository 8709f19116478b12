"""The API of pay: the whole way from slips to cash, and the same refusals as the pages."""

from __future__ import annotations

import json
import uuid

import pytest
from django.test import Client

from gongfang.core.login import fresh_token, make_token
from gongfang.core.models import Entry
from gongfang.registry.people import actions as people_actions
from tests.cast import bank_card
from tests.pay.conftest import MARGIN, RATE, money


@pytest.fixture
def ask(purse):
    """Send a request with the person's own token and return status and answer."""
    tokens = {}

    def send(person, path, body=None, *, key=None):
        if person.user.pk not in tokens:
            token, digest = fresh_token()
            make_token(person.by(), person.user, label="tests", digest=digest)
            tokens[person.user.pk] = token
        headers = {
            "authorization": f"Bearer {tokens[person.user.pk]}",
            "x-language": "en",
            "idempotency-key": str(key or uuid.uuid4()),
        }
        client, url = Client(headers={"host": "panan.localhost"}), f"/api/pay{path}"
        if body is None:
            answer = client.get(url, headers=headers)
        else:
            answer = client.post(url, json.dumps(body), content_type="application/json", headers=headers)
        return answer.status_code, answer.json() if answer["Content-Type"].startswith(
            "application/json"
        ) else answer

    return send


def test_slips_batch_bank_and_cash_through_the_api_alone(purse, ask):
    luo, li = purse.people.luo, purse.people.li
    purse.card(purse.people.zhou)
    purse.earn(purse.people.zhou, 20)
    purse.earn(purse.people.lin, 20)
    purse.earn_at_home(40)
    place = f"/operators/{purse.operator.pk}"
    status, slips = ask(luo, f"{place}/slips", {})
    assert (status, [row["gross_hao"] for row in slips]) == (200, [20 * RATE, 20 * RATE, 40 * RATE])
    _status, payable = ask(luo, f"{place}/payable")
    assert [(row["owed_hao"], row["amount_fen"], row["method"]) for row in payable["items"]] == [
        (20 * RATE, 905, "bank"), (20 * RATE, 905, "cash"), (40 * RATE, 1_810, "cash"),
        (40 * MARGIN, 40 * MARGIN // 100, "cash"),
    ]  # fmt: skip
    _status, batch = ask(luo, f"{place}/batches", {})
    here = f"/batches/{batch['id']}"
    assert ask(luo, f"{here}/approve", {})[1]["code"] == "second_person"
    assert ask(li, f"{here}/approve", {})[1]["stage"] == "approved"
    _status, sheet = ask(luo, f"{here}/sheets", {})
    assert (sheet["rows"], sheet["amount_fen"]) == (1, 905)
    status, file = ask(luo, f"/sheets/{sheet['id']}/file")
    assert (status, file.content[:2]) == (200, b"PK")
    assert ask(li, f"/sheets/{sheet['id']}/file")[0] == 403
    assert ask(luo, f"{here}/sent", {})[1]["stage"] == "sent"
    assert ask(luo, f"{here}/sent", {})[1]["code"] == "sent_twice"
    _status, paid = ask(luo, f"{here}/confirm", {})
    assert [(row["account"], row["stage"]) for row in paid] == [("*" * 15 + bank_card()[-4:], "confirmed")]
    _status, rows = ask(luo, f"{here}/payouts")
    for row in rows["items"]:
        if row["method"] == "cash":
            status, done = ask(luo, f"/payouts/{row['id']}/cash", {"witness": "ma", "document": "签收单"})
            assert (status, done["stage"]) == (200, "confirmed")
    assert ask(luo, here)[1]["stage"] == "done"
    assert ask(purse.people.zhou, "/money")[1] == {
        "owed": 0, "transit": 0, "paid": 20 * RATE, "overpaid": 0, "kept": 0, "tax": 0,
    }  # fmt: skip
    assert ask(purse.people.wu, f"/organisations/{purse.people.agency.pk}/margin")[1]["paid"] == 13_300


def test_a_line_is_traced_and_a_failure_retried_through_the_api(purse, ask):
    luo = purse.people.luo
    purse.card(purse.people.zhou)
    inspection = purse.earn(purse.people.zhou, 20, accepted=18)
    payout = purse.send().payouts.get()
    _status, mine = ask(purse.people.zhou, "/slips")
    _status, slip = ask(purse.people.zhou, f"/slips/{mine['items'][0]['id']}")
    _status, trace = ask(purse.people.zhou, f"/lines/{slip['lines'][0]['id']}")
    assert (trace["order_number"], trace["rate_document"], trace["handed_in"], trace["accepted"]) == (
        "K-30000", "2026 年工价表", 20, 18,
    )  # fmt: skip
    assert ask(luo, f"/payouts/{payout.pk}/fail", {"why": "户名不符"})[1]["stage"] == "failed"
    _status, again = ask(luo, f"/payouts/{payout.pk}/retry", {})
    assert (again["retry_of_id"], again["stage"]) == (payout.pk, "prepared")
    assert ask(luo, f"/payouts/{again['id']}/cancel", {"why": "等新卡"})[1]["stage"] == "cancelled"
    facts = {"amount_hao": 19 * RATE, "reason": "漏记 1 件", "document": "更正单"}
    assert ask(luo, f"/inspections/{inspection.pk}/correct", facts)[1]["difference_hao"] == RATE
    assert ask(luo, "/corrections")[1]["count"] == 1


def test_the_same_key_pays_once_and_with_other_content_is_refused(purse, ask):
    purse.earn(purse.people.zhou, 20)
    payout = purse.approve().payouts.get()
    key, path = uuid.uuid4(), f"/payouts/{payout.pk}/cash"
    cash = {"witness": "ma", "document": "签收单"}
    first, second = (ask(purse.people.luo, path, cash, key=key) for _time in range(2))
    assert first == second
    assert ask(purse.people.luo, path, {**cash, "document": "别的"}, key=key)[1]["code"] == "key_reused"
    assert money(purse.people.zhou) == (0, 0, 20 * RATE, 0)


def test_what_is_not_yours_is_not_there(purse, ask):
    purse.earn(purse.people.zhou, 20)
    batch = purse.prepare()
    payout, slip = batch.payouts.get(), batch.payouts.get().slips.get()
    lin = purse.people.lin
    places = [
        f"/slips/{slip.pk}", f"/lines/{slip.lines.get().pk}", f"/batches/{batch.pk}", f"/batches/{batch.pk}/payouts",
        f"/operators/{purse.operator.pk}/payable", f"/organisations/{purse.people.agency.pk}/margin",
    ]  # fmt: skip
    assert {ask(lin, place)[0] for place in places} == {404}
    assert ask(lin, f"/payouts/{payout.pk}/cancel", {"why": "不想"})[0] == 404
    assert ask(lin, "/slips")[1]["items"] == []
    assert ask(purse.people.qian, f"/payouts/{payout.pk}/cancel", {"why": "查账"})[0] == 403
    assert (
        ask(purse.people.luo, f"/payouts/{payout.pk}/cash", {"witness": "nobody", "document": "x"})[0] == 404
    )


def test_accounts_and_profiles_are_kept_masked(purse, ask):
    wu, agency = purse.people.wu, purse.people.agency
    facts = {"number": "20295001040012345", "bank": "农商行"}
    _status, account = ask(wu, f"/organisations/{agency.pk}/account", facts)
    assert account["number"] == "*************2345"
    assert ask(purse.people.qian, "/accounts")[1]["items"] == [account]
    assert ask(purse.people.zhou, "/accounts")[1]["items"] == []
    assert ask(wu, f"/accounts/{account['id']}/end", {})[1]["until"] is not None
    columns = [{"title": "账号", "field": "card"}]
    status, profile = ask(purse.people.wang, "/profiles", {"name": "农信社", "columns": columns})
    assert (status, ask(wu, "/profiles")[1]["items"]) == (200, [profile])
    assert "20295001040012345" not in str(list(Entry.objects.values_list("before", "after", "facts")))


def test_a_workshop_manager_without_the_books_draws_up_nothing(purse, ask):
    people_actions.give_role(
        purse.people.wang.by(), purse.people.workshop, user=purse.people.chen.user, role="manager"
    )
    assert ask(purse.people.chen, f"/operators/{purse.operator.pk}/slips", {})[0] == 404
