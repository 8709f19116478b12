"""Every role has a home that answers first, leads on by one click, and costs few queries."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongfang.work.orders.models import Order

ENGLISH = {"X-Language": "en"}
ROLES = ("wang", "feng", "he", "wu", "chen", "zhao", "zhou", "lin", "sun", "ma", "qian", "luo")


def sentence(page) -> str:
    return re.search(r'class="sentence.*?<span>(.*?)</span>', page.text, re.DOTALL)[1]


@pytest.mark.parametrize("who", ROLES)
def test_a_home_costs_no_more_than_twelve_queries_and_leads_on(full, who):
    client = getattr(full.people, who).client()
    client.get("/")  # the first page of a session also writes its key down
    with CaptureQueriesContext(connection) as asked:
        page = client.get("/")
    counted = [row["sql"][:90] for row in asked if "set_config" not in row["sql"]]
    assert len(counted) <= 12, "\n".join(counted)
    for url in re.findall(r'class="tile [^"]*" href="([^"]+)"', page.text):
        assert client.get(url).status_code == 200, url


def test_each_home_says_what_is_to_be_done_now(full):
    said = {
        "wang": "Today 1 order presses.",
        "he": "Today 1 hand-in waits to be inspected.",
        "wu": "Today 60 pieces are free to hand out.",
        "chen": "Today 1 bag lies ready, 1 person waits for bags.",
        "zhao": "Today 1 hand-in waits to be inspected.",
        "luo": "Today 2 pieces are ready to be delivered.",
    }
    assert {who: sentence(getattr(full.people, who).client(**ENGLISH).get("/")) for who in said} == said


def test_whoever_wished_for_work_and_has_none_is_counted(people):
    people.zhou.client().post(
        f"/people/residents/{people.zhou.row.pk}/wish/",
        {"minutes_a_day": "60", "key": "6f9619ff-8b86-4d01-b42d-00cf4fc964ff"},
    )
    assert sentence(people.wang.client(**ENGLISH).get("/")) == "Today 1 person wants work and has none."


def test_what_was_handed_in_is_no_longer_to_be_made(full):
    page = full.people.lin.client(**ENGLISH).get("/")  # of 40 pieces 20 were handed in, 2 of them came back
    assert sentence(page).startswith("Today you have 22 pieces to make")


def test_a_maker_is_told_at_home_what_others_wrote_down_for_her(full):
    page = full.people.zhou.client(**ENGLISH).get("/")
    assert sentence(page).endswith("1 entry made for you waits for your yes.")


def test_a_township_sees_the_bags_of_its_own_workshops(full):
    page = full.people.feng.client(**ENGLISH).get("/piecework/")
    assert full.opens("piecework:bag")[1] in page.text


def test_the_menu_has_at_most_five_rows(full):
    for who in ROLES:
        page = getattr(full.people, who).client().get("/").text
        rows = re.search(r'<nav class="rows".*?</nav>', page, re.DOTALL)[0]
        assert 2 <= rows.count("<a ") <= 5


def test_somebody_without_a_role_is_told_whom_to_ask(people):
    page = people.su.client(**ENGLISH).get("/")
    assert "Ask the county centre for one." in page.text


def test_a_manager_and_a_clerk_find_their_people_in_the_menu(full):
    url = f"/people/organisations/{full.people.workshop.pk}/"
    for who in ("he", "chen"):
        client = getattr(full.people, who).client()
        assert url in client.get("/").text
        assert client.get(url).status_code == 200


def test_an_officer_reads_how_many_orders_run_not_only_how_many_press(full):
    page = full.people.wang.client(**ENGLISH).get("/").text
    tile = re.search(r'<a class="tile [^"]*" href="/orders/">.*?</a>', page, re.DOTALL)[0]
    running = Order.objects.filter(stage=Order.Stage.OPEN).count()
    assert f'<span class="tile-count">{running}</span>' in tile
    assert "1 due soon or late" in tile


def test_an_officer_finds_organisations_and_roles_in_the_menu(full):
    client = full.people.wang.client()
    home = client.get("/").text
    for url in ("/people/organisations/", "/people/roles/"):
        assert f'href="{url}"' in home
        assert client.get(url).status_code == 200
