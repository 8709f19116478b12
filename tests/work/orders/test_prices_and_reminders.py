"""Through the pages: several products in one order, prices in steps, and reminders on paper anybody can check."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from gongfang.core import clock
from gongfang.work.orders import actions, papers
from gongfang.work.orders.models import Order, Reminder
from tests.work.orders.conftest import by
from tests.work.orders.counting import work


@pytest.fixture
def tassel(town, knotting):
    product = actions.add_product(by(town.officer), None, code="tassel", name="流苏", category="中国结")
    step = actions.Work(name="扎流苏", skill=knotting, standard_seconds=60)
    return actions.publish_version(by(town.officer), product, steps=(step,))


@pytest.fixture
def bill(town, line):
    numbers = {"shared": 1_000, "issued": 1_000, "handed_in": 1_000, "accepted": 1_000, "delivered": 1_000}
    work(by(town.clerk), line, **numbers)
    return actions.invoice(by(town.manager), line.order, number="F/1", due=date(2022, 10, 15))


def page(user) -> Client:
    client = Client(headers={"host": "panan.localhost"})
    client.force_login(user)
    client.cookies["language"] = "en"
    return client


def add(town, order, **facts):
    return page(town.manager).post(
        reverse("orders:add_line", args=[order.pk]),
        {"key": uuid.uuid4(), "over_permille": 0, "under_permille": 0, **facts},
    )


def test_several_products_go_into_one_order_each_at_a_price_by_quantity(town, draft, knot, tassel):
    before = draft.lines.count()
    steps = {"from_1": 300, "price_1": "0.75", "from_2": 1000, "price_2": "0.7"}
    assert add(town, draft, version=knot.pk, pieces=500, fee_hao="0.8", **steps).status_code == 302
    assert add(town, draft, version=tassel.pk, pieces=40, fee_hao="1.2").status_code == 302
    knots, tassels = draft.lines.order_by("pk")[before:]
    assert (knots.fee_hao, tassels.fee_hao) == (7_500, 12_000)
    assert list(knots.price_steps.order_by("from_pieces").values_list("from_pieces", "fee_hao")) == [
        (1, 8_000), (300, 7_500), (1000, 7_000)
    ]  # fmt: skip
    shown = " ".join(
        page(town.manager).get(reverse("orders:order", args=[draft.pk])).content.decode().split()
    )
    assert "from 300 pieces 0.75 yuan each" in shown
    half = add(town, draft, version=knot.pk, pieces=5, fee_hao="0.8", from_1=10)
    assert (half.status_code, "Fill in both, or neither." in half.content.decode()) == (422, True)
    twice = add(
        town, draft, version=knot.pk, pieces=5, fee_hao="0.8", from_1=10, price_1=1, from_2=10, price_2=2
    )
    assert (twice.status_code, draft.lines.count()) == (422, before + 2)
    assert Order.objects.get(pk=draft.pk).stage == "draft"


def test_a_reminder_is_printed_with_its_number_and_checked_by_anybody(town, bill):
    day = bill.due + timedelta(days=2)
    with clock.at(clock.now() + (day - clock.today())):
        actions.remind(by(town.officer), bill)
        sent = Reminder.objects.get()
        printed = page(town.manager).get(reverse("orders:reminder_pdf", args=[sent.pk]))
        assert (printed["Content-Type"], printed.content[:5]) == ("application/pdf", b"%PDF-")
        listed = page(town.manager).get(reverse("orders:bill", args=[bill.pk])).content.decode()
        assert f"{sent.number} as PDF" in listed
    assert page(town.other_buyer).get(reverse("orders:reminder_pdf", args=[sent.pk])).status_code == 404
    stranger = Client(headers={"host": "panan.localhost"})
    shown = stranger.get(reverse("orders:reminder_check", args=[papers.code(sent)]))
    assert (shown.status_code, sent.number in shown.content.decode()) == (200, True)
    assert town.enterprise.name not in shown.content.decode()
    for wrong in (
        f"{sent.number}-{'A' * 16}",
        papers.code(sent)[:-1] + "1",
        "CK9",
        "催款",
        f"CK{'9' * 30}-A",
    ):
        assert stranger.get(reverse("orders:reminder_check", args=[wrong])).status_code == 404
