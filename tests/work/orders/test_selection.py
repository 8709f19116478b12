"""Choosing products by figures from rows: who can make them, what an hour brings, how steadily they are ordered."""

from django.test import Client

from gongfang.work.orders import actions
from gongfang.work.orders.selection import Wanted, choices
from tests.work.orders.conftest import DUE, TODAY, by
from tests.work.orders.counting import work


def order_again(town, contract, knot, fee_hao):
    draft = actions.open_order(by(town.officer), contract, due=DUE)
    actions.add_line(by(town.officer), draft, version=knot, pieces=100, fee_hao=fee_hao)
    return actions.place_order(by(town.officer), draft).lines.get()


def test_the_sheet_tells_a_product_from_its_rows(town, knot, contract, sealed):
    order_again(town, contract, knot, 7_000)
    line = order_again(town, contract, knot, 8_000)
    work(by(town.clerk), line, shared=100, issued=100, handed_in=100, accepted=100, delivered=100)
    line.returned = 5
    line.save(update_fields=["returned"])
    found = choices(TODAY)[0]
    assert (found.hourly_hao, found.stays_hao, found.months, found.orders) == (135_000, 3_000, 1, 2)
    assert (found.repeat_permille, found.back_permille, found.material_hao) == (500, 50, 0)


def test_an_officer_keeps_what_is_well_paid_and_steady(town, knot, contract, sealed):
    order_again(town, contract, knot, 7_000)
    assert len(choices(TODAY, Wanted(hourly_hao=135_000, months=1))) == 1
    assert choices(TODAY, Wanted(hourly_hao=135_001)) == []
    assert choices(TODAY, Wanted(months=2)) == []
    assert choices(TODAY, Wanted(people=1)) == []


def test_orders_of_more_than_a_year_ago_do_not_count(town, knot, contract, sealed):
    order_again(town, contract, knot, 7_000)
    assert choices(TODAY.replace(year=2023, month=9, day=2))[0].orders == 0


def client_of(user):
    client = Client(headers={"host": "panan.localhost"})
    client.force_login(user)
    return client


def test_the_page_filters_and_saves_a_sheet(town, knot, contract, sealed):
    order_again(town, contract, knot, 7_000)
    officer = client_of(town.officer)
    assert "同心结" in officer.get("/orders/selection/?months=1").content.decode()
    assert officer.get("/orders/selection/?months=2").context["table"].rows == []
    assert officer.get("/orders/selection/sheet/?months=1").status_code == 200
    assert client_of(town.maker).get("/orders/selection/").status_code == 403
