"""What each role is shown, in answers and on pages: nothing of another workshop, operator, enterprise or township."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import resolve

from gongfang.api import api
from gongfang.core.models import Token
from gongfang.pay import actions as pay
from gongfang.registry.people.models import Organisation
from gongfang.work.piecework.models import Inspection
from tests.attack.api.asking import Place
from tests.attack.api.calling import standing, undone
from tests.attack.api.rights import ROLES
from tests.attack.api.trying import HOST, Trying
from tests.attack.api.worlds import OTHERS, apart, card_number

pytestmark = pytest.mark.slow

NARROW = sorted(set(ROLES.values()) - {"officer", "auditor"})  # who does not see the whole county
OTHER = re.compile(r"(?<![\w.-])7[0-9]{6}(?!\w|-|\.\d)")
# Lists that hold things of both worlds: what the county centre reads there could have leaked.
WORLDS = {
    "/api/people/households", "/api/people/residents", "/api/people/organisations", "/api/people/roles",
    "/api/orders/enquiries", "/api/orders/quotes", "/api/orders/samples", "/api/orders/contracts",
    "/api/orders/invoices", "/api/orders/", "/api/orders/lines", "/api/dispatch/lots", "/api/dispatch/offers",
    "/api/dispatch/plans", "/api/piecework/bags", "/api/piecework/hand-ins", "/api/piecework/deliveries",
    "/api/pay/slips", "/api/pay/batches", "/api/pay/payouts", "/api/pay/accounts", "/api/pay/corrections",
}  # fmt: skip
# Which list the number in an address is found in.
THINGS = {
    "order_id": "orders", "quote_id": "quotes", "bag_id": "bags", "lot_id": "lots", "plan_id": "plans",
    "slip_id": "slips", "batch_id": "batches", "resident_id": "residents", "household_id": "households",
    "organisation_id": "organisations", "operator_id": "operator_id", "contract_id": "contracts",
    "hand_in_id": "hand-ins", "inspection_id": "inspection_id",
}  # fmt: skip
# A job, a roster and a bank sheet are their maker's alone; doubtful items are the county centre's; products, recipes, steps and sites are of no world; the line of a
# slip and a label are reached through the pages below.
ELSEWHERE = {
    "job_id", "roster_id", "sheet_id", "line_id", "product_id", "item_id", "step_id", "site_id", "code",
    "doubt_id",
}  # fmt: skip


def fill(place: Place) -> None:
    """Let something of every kind stand there."""
    for make in (
        place.sent, place.quoted, place.sample, place.draft, place.packed, place.out, place.handed_in,
        place.given_back, place.bill, place.at_bank, place.offer,
    ):  # fmt: skip
        make()
    centre = place.county.second
    pay.set_account(centre.by(), place.unit.organisation, number=card_number(), bank="农业银行")
    found = Inspection.objects.filter(hand_in__bag__lot__organisation=place.unit.organisation).first()
    pay.correct_pay(centre.by(), found, amount_hao=60_000, reason="数错", document="更正单1号")


@pytest.fixture(scope="module")
def trying(django_db_setup: None, django_db_blocker: Any) -> Iterator[Trying]:
    with standing(django_db_blocker, apart) as county:
        found = Trying(county)
        for unit in ("workshop", "agent"):
            fill(found.place("b", unit))
        yield found


def known_to(role: str, path: str = "") -> set[int]:
    """What of world b this role may know: local organisations, and enterprises for who signs with them."""
    hidden = (Organisation.Kind.ENTERPRISE, Organisation.Kind.GOVERNMENT)
    rows = Organisation.objects.filter(pk__gte=OTHERS)
    if role != "township" and (role, path) != ("operator", "/orders/contracts/new/"):
        rows = rows.exclude(kind__in=hidden)
    own = Token.objects.filter(pk__gte=OTHERS)  # the tokens of those who try were made last
    return {*rows.values_list("pk", flat=True), *own.values_list("pk", flat=True)}


def strangers(text: str, known: set[int]) -> set[str]:
    """Return what in a text belongs to world b: numbers of its rows, names of its people."""
    return {found for found in OTHER.findall(text) if int(found) not in known} | set(re.findall("贝", text))


def reads(*, of_a_thing: bool) -> list[str]:
    """Every address that is read, lists or things, with the numbers still to be filled in."""
    described = api.get_openapi_schema()["paths"]
    return [path for path, calls in described.items() if "get" in calls and ("{" in path) is of_a_thing]


def answer(trying: Trying, role: str, path: str) -> str:
    """Return what a role reads at an address; nothing when refused."""
    headers = {"Authorization": f"Bearer {trying.tokens[role]}", "host": HOST}
    with undone():
        response = trying.client.get(path, {"limit": 1000}, headers=headers)
    return response.text if response.status_code == 200 else ""


def test_lists_show_each_role_nothing_of_another_world(trying):
    for path in reads(of_a_thing=False):
        leaked = {role: strangers(answer(trying, role, path), known_to(role)) for role in NARROW}
        assert (path, {role: sorted(seen) for role, seen in leaked.items() if seen}) == (path, {})
    assert {path for path in WORLDS if not strangers(answer(trying, "officer", path), set())} == set()


def numbers(trying: Trying) -> dict[str, set[int]]:
    """The numbers of world b by the name an address or an answer gives them, as the county centre reads them."""
    found: dict[str, set[int]] = {}
    for path in reads(of_a_thing=False):
        for name, number in re.findall(r'"(\w*id)": (7\d{6})', answer(trying, "officer", path)):
            key = path.rstrip("/").rpartition("/")[2] if name == "id" else name
            found.setdefault(key, set()).add(int(number))
    return found


def is_empty(text: str) -> bool:
    """Say whether an answer is a list of nothing."""
    return json.loads(text) in ([], {"items": [], "count": 0})


def test_things_of_another_world_are_not_there_for_whoever_knows_their_number(trying):
    there, opened, shown = numbers(trying), [], set()
    for path in reads(of_a_thing=True):
        name = path.partition("{")[2].partition("}")[0]
        if name in ELSEWHERE:
            continue
        for number in sorted(there[THINGS[name]])[:3]:
            address = path.replace(f"{{{name}}}", str(number))
            shown |= {path} if answer(trying, "officer", address) else set()
            for role in NARROW:
                text = answer(trying, role, address)
                may_know = path.endswith("/organisations/{organisation_id}") and number in known_to(role)
                if text and not is_empty(text) and not may_know:
                    opened.append(f"{role} {address}: {text[:80]}")
        assert opened == []
    assert len(shown) >= 12


# --- pages --------------------------------------------------------------------------------------------------------


def visit(trying: Trying, role: str) -> Client:
    """Let a role in with a browser."""
    client = Client(headers={"host": HOST})
    client.force_login(trying.callers[role].user)
    return client


def page(client: Client, path: str) -> str:
    """Return a page, or nothing when it is refused."""
    with undone():
        response = client.get(path)
    return response.text if response.status_code == 200 and "html" in response["Content-Type"] else ""


def crawl(client: Client, *, most: int) -> dict[str, str]:
    """Follow the links from home, at most so many pages of a kind; return the text of each."""
    seen: dict[str, str] = {}
    kinds: dict[str, int] = {}
    waiting = ["/"]
    while waiting:
        path = waiting.pop(0)
        kind = resolve(path).view_name
        if path not in seen and kinds.get(kind, 0) < most:
            kinds[kind] = kinds.get(kind, 0) + 1
            seen[path] = page(client, path)
            links = re.findall(r'href="(/[^"#?]*)"', seen[path])
            waiting += [link for link in links if not link.startswith(("/static", "/api"))]
    return seen


def test_pages_show_each_role_nothing_of_another_world(trying):
    centre = crawl(visit(trying, "officer"), most=2)
    theirs = [path for path, text in centre.items() if OTHER.search(path.replace("/", " ")) and text]
    assert len(theirs) >= 15, "the county centre reads many pages of world b"
    for role in NARROW:
        client = visit(trying, role)
        pages = crawl(client, most=1) | {path: page(client, path) for path in theirs}
        leaked = {path: strangers(text, known_to(role, path)) for path, text in pages.items()}
        assert (role, {path: sorted(seen)[:5] for path, seen in leaked.items() if seen}) == (role, {})
