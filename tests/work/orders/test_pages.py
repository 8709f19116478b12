"""The pages of orders: who sees what, what to press next, and one query count for 1 and for 30 rows."""

import uuid
from datetime import date
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from gongfang.work.orders import actions
from gongfang.work.orders.actions import Work
from gongfang.work.orders.models import Enquiry, Invoice, Order
from tests.work.orders.conftest import DUE, TODAY, by
from tests.work.orders.counting import work


@pytest.fixture(autouse=True)
def _house(settings):
    settings.STATIC_ROOT.mkdir(exist_ok=True)


@pytest.fixture
def visit(county):
    def as_(user):
        client = Client(headers={"host": "panan.localhost"})
        client.force_login(user)
        client.cookies["language"] = "en"
        return client

    return as_


def post(client, url, **facts):
    return client.post(url, {"key": str(uuid.uuid4())} | facts)


def text(response):
    return response.content.decode()


def test_the_order_page_answers_first_how_many_pieces_and_days_are_left(town, visit, order, line):
    work(by(town.clerk), line, shared=30_000, issued=30_000, handed_in=20_000, accepted=18_420)
    page = text(visit(town.officer).get(f"/orders/{order.pk}/"))
    assert "11,580 pieces still to go, 29 days left." in page
    assert "1,000 bags" in page


def test_a_draft_says_that_it_waits_for_a_sealed_sample(town, visit, draft):
    page = text(visit(town.officer).get(f"/orders/{draft.pk}/"))
    assert "has no sealed sample" in page


@pytest.mark.parametrize(
    ("who", "sentence"), [("officer", "Enter what a piece earns"), ("manager", "Ask the county centre")]
)
def test_a_draft_without_a_rate_says_who_enters_it(town, visit, draft, sealed, knot, knotting, who, sentence):
    step = Work(name="编结", skill=knotting, standard_seconds=120, bag_pieces=30)
    newer = actions.publish_version(by(town.officer), knot.product, steps=(step,))
    sample = actions.make_sample(by(town.officer), town.enterprise, version=newer)
    actions.approve_sample_for_enterprise(by(town.buyer), sample)
    actions.approve_sample_for_centre(by(town.officer), sample)
    actions.add_line(by(town.officer), draft, version=newer, pieces=10, fee_hao=7_000)
    page = text(visit(getattr(town, who)).get(f"/orders/{draft.pk}/"))
    assert sentence in page
    assert "/place/" not in page


def test_the_officer_places_an_order_by_its_button(town, visit, draft, sealed):
    client = visit(town.officer)
    assert f'action="/orders/{draft.pk}/place/"' in text(client.get(f"/orders/{draft.pk}/"))
    response = post(client, f"/orders/{draft.pk}/place/")
    draft.refresh_from_db()
    assert (response.status_code, draft.stage) == (302, "open")


def test_a_refused_verb_says_why_on_the_next_page(town, visit, draft):
    client = visit(town.officer)
    post(client, f"/orders/{draft.pk}/place/")
    draft.refresh_from_db()
    assert draft.stage == "draft"
    assert "approve a sample first" in text(client.get(f"/orders/{draft.pk}/"))


@pytest.mark.parametrize(
    ("who", "status"), [("buyer", 200), ("auditor", 200), ("other_buyer", 404), ("maker", 404)]
)
def test_an_order_is_not_there_for_whom_it_does_not_concern(town, visit, order, who, status):
    assert visit(getattr(town, who)).get(f"/orders/{order.pk}/").status_code == status


def test_a_buyer_sees_no_button_of_the_operator(town, visit, order):
    page = text(visit(town.buyer).get(f"/orders/{order.pk}/"))
    assert "Close the order" not in page
    assert visit(town.buyer).get(f"/orders/{order.pk}/invoice/").status_code == 403


def test_a_buyer_enquires_and_answers_the_quote_in_the_pages(town, visit, knot):
    buyer, officer = visit(town.buyer), visit(town.officer)
    post(
        buyer,
        "/orders/enquiries/new/",
        enterprise=town.enterprise.pk,
        product="同心结",
        pieces="30,000",
        due=DUE,
    )
    enquiry = Enquiry.objects.get()
    answer = post(
        officer,
        f"/orders/enquiries/{enquiry.pk}/quote/",
        version=knot.pk,
        pieces="30000",
        due=DUE,
        fee_hao="0.7",
        wage_hao="0.45",
        margin_hao="0.05",
    )
    quote = enquiry.quotes.get()
    assert answer.headers["Location"] == f"/orders/quotes/{quote.pk}/"
    assert buyer.get(f"/orders/quotes/{quote.pk}/").status_code == 404
    post(officer, f"/orders/quotes/{quote.pk}/send/")
    page = text(buyer.get(f"/orders/quotes/{quote.pk}/"))
    assert "a maker earns about ¥13.50 an hour" in page
    assert "To the agent" not in page
    post(buyer, f"/orders/quotes/{quote.pk}/accept/", document="")
    quote.refresh_from_db()
    assert quote.stage == "accepted"


def test_what_was_typed_stays_when_a_quote_is_refused(town, visit, enquiry, knot):
    answer = post(
        visit(town.officer),
        f"/orders/enquiries/{enquiry.pk}/quote/",
        version=knot.pk,
        pieces="30000",
        due=DUE,
        fee_hao="0.4",
        wage_hao="0.45",
        margin_hao="0.05",
    )
    assert answer.status_code == 422
    assert "The fee does not cover the wage and the margin" in text(answer)
    assert 'value="0.45"' in text(answer)


def test_both_sides_seal_a_sample_in_the_pages(town, visit, sample):
    post(visit(town.buyer), f"/orders/samples/{sample.pk}/enterprise/")
    post(visit(town.officer), f"/orders/samples/{sample.pk}/centre/")
    sample.refresh_from_db()
    assert sample.stage == "sealed"


def test_a_contract_leads_to_a_new_order_with_its_quote(town, visit, accepted):
    manager = visit(town.manager)
    answer = post(
        manager,
        "/orders/contracts/new/",
        operator=town.operator.pk,
        enterprise=town.enterprise.pk,
        number="17",
        signed_on=TODAY,
        kind="single",
        overdraw="warn",
    )
    assert answer.headers["Location"].startswith("/orders/new/?contract=")
    contract = answer.headers["Location"].rpartition("=")[2]
    post(manager, "/orders/new/", contract=contract, offer=accepted.pk)
    assert Order.objects.get().lines.get().pieces == 30_000


def test_a_quote_makes_one_order_and_is_free_again_when_that_is_cancelled(town, visit, draft, accepted):
    client = visit(town.officer)
    assert f"offer={accepted.pk}" not in text(client.get(f"/orders/quotes/{accepted.pk}/"))
    actions.cancel_order(by(town.officer), draft, reason="wrong contract")
    assert f"offer={accepted.pk}" in text(client.get(f"/orders/quotes/{accepted.pk}/"))
    assert f'value="{accepted.pk}"' in text(client.get("/orders/new/"))


def test_a_slip_is_entered_with_one_field_for_each_promised_material(town, visit, order, rope, bead):
    client = visit(town.manager)
    assert "红绳" in text(client.get(f"/orders/{order.pk}/receive/"))
    slip = {"number": "S-1", "store": town.operator.pk, "received_on": TODAY}
    post(
        client,
        f"/orders/{order.pk}/receive/",
        **slip,
        **{f"amount_{rope.pk}": "72,000", f"amount_{bead.pk}": "5"},
    )
    page = text(client.get(f"/orders/{order.pk}/"))
    assert "72,000 m" in page
    assert "too little came" in page


def test_the_invoice_form_proposes_what_was_delivered(town, visit, line):
    work(by(town.clerk), line, handed_in=1_000, accepted=1_000, delivered=1_000)
    client = visit(town.manager)
    assert 'value="700"' in text(client.get(f"/orders/{line.order_id}/invoice/"))
    post(client, f"/orders/{line.order_id}/invoice/", number="F-1", amount_hao="700", due=date(2022, 8, 1))
    bill = Invoice.objects.get()
    page = text(visit(town.officer).get("/orders/invoices/"))
    assert "1 invoice is overdue, ¥700.00 in all" in page
    post(
        visit(town.officer),
        f"/orders/invoices/{bill.pk}/receive/",
        amount_hao="700",
        received_on=TODAY,
        document="回单",
    )
    bill.refresh_from_db()
    assert bill.stage == "paid"


def test_a_product_is_entered_published_and_given_a_rate_in_the_pages(town, visit, knotting, rope):
    client = visit(town.officer)
    to = post(client, "/orders/products/new/", name="平安结", code="peace", category="中国结").headers[
        "Location"
    ]
    facts = {
        "name": "编结",
        "skill": knotting.pk,
        "standard_seconds": "90",
        "bag_pieces": "30",
        "pieces_cap": "400",
    }
    facts |= {"material_1": rope.pk, "amount_1": "1800", "ownership_1": "enterprise"}
    facts |= {"point_1": "绳尾", "low_1": "68", "high_1": "72", "unit_1": "mm"}
    page = post(client, to, **facts)
    assert page.status_code == 302
    product_url = page.headers["Location"]
    assert "68–72 mm" in text(client.get(product_url))
    from gongfang.work.orders.models import Step

    post(client, f"/orders/steps/{Step.objects.get().pk}/rate/", hao="0.3", valid_from=TODAY, document="纪要")
    assert "¥12.00" in text(client.get(product_url))


@pytest.mark.parametrize(
    "path", ["enquiries/new/", "contracts/new/", "new/", "samples/new/", "products/new/"]
)
def test_a_maker_is_not_shown_the_forms_of_the_centre(town, visit, path):
    assert visit(town.maker).get(f"/orders/{path}").status_code == 403
    assert visit(town.officer).get(f"/orders/{path}").status_code == 200


@pytest.mark.parametrize(
    "path", ["", "enquiries/", "samples/", "contracts/", "invoices/", "products/", "materials/"]
)
def test_every_list_opens_and_is_saved_as_a_sheet(town, visit, order, path):
    client = visit(town.officer)
    assert client.get(f"/orders/{path}").status_code == 200
    book = load_workbook(BytesIO(client.get(f"/orders/{path}sheet/").content))
    assert len(book.sheetnames) == 2


def test_the_sheet_of_orders_has_a_row_an_order(town, visit, order):
    book = load_workbook(BytesIO(visit(town.officer).get("/orders/sheet/").content))
    row = [cell.value for cell in book.worksheets[0][2]]
    assert row[:4] == ["同心结 · K-30000", "东阳中国结有限公司", 30_000, 0]


def queries_of(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def thirty_more(town, knot, contract, line):
    for no in range(30):
        enquiry = actions.enquire(by(town.buyer), town.enterprise, product=f"结 {no}", pieces=100, due=DUE)
        actions.quote(by(town.officer), enquiry, version=knot, fee_hao=7_000, wage_hao=4_500)
        order = actions.open_order(by(town.officer), contract, due=DUE)
        actions.add_line(by(town.officer), order, version=knot, pieces=100, fee_hao=7_000)
        actions.place_order(by(town.officer), order)
        actions.make_sample(by(town.officer), town.enterprise, version=knot)
        actions.sign_contract(
            by(town.manager), town.operator, enterprise=town.enterprise, number=f"C-{no}", signed_on=TODAY
        )
        line.refresh_from_db()
        work(by(town.clerk), line, handed_in=1, accepted=1, delivered=1)
        actions.invoice(by(town.manager), line.order, number=f"F-{no}", due=DUE)
        actions.add_material(by(town.officer), None, code=f"m{no}", name=f"线 {no}", unit_kind="mm")


def test_a_list_of_thirty_rows_asks_the_database_no_more_than_a_list_of_one(
    town, visit, order, line, knot, contract, enquiry
):
    client = visit(town.officer)
    work(by(town.clerk), line, handed_in=1, accepted=1, delivered=1)
    actions.invoice(by(town.manager), order, number="F", due=DUE)
    lists = ["", "enquiries/", "samples/", "contracts/", "invoices/", "products/", "materials/"]
    few = {path: queries_of(client, f"/orders/{path}") for path in lists}
    thirty_more(town, knot, contract, line)
    assert {path: queries_of(client, f"/orders/{path}") for path in lists} == few
    assert max(few.values()) <= 16
