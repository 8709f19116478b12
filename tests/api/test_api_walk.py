"""docs/api.md is executed: one order from an empty county to money on a card, through the API alone."""

from datetime import timedelta

import pytest

from gongfang.core import clock
from gongfang.core.action import By
from gongfang.founding import system_user
from gongfang.ledger.reconcile import reconcile
from gongfang.registry.people.actions import add_officer
from gongfang.registry.places.actions import load_divisions
from gongfang.registry.places.divisions import published
from gongfang.registry.places.models import Division
from tests.api.walk import Walker, calls
from tests.cast import COUNTY, bank_card, id_number

PASSWORD = "printed once and kept"


@pytest.fixture
def founded(county):
    """Pan'an as `gongfang county add 330727 panan` leaves it: divisions, and a first officer."""
    by = By(user=system_user(), via="cli")
    load_divisions(by, None, rows=published("330727"))
    place = Division.objects.get(code=COUNTY)
    add_officer(By(user=by.user, via="cli"), place, username="officer", name="officer", password=PASSWORD)
    return county


def test_the_page_takes_an_order_from_an_empty_county_to_a_card(founded):
    walker = Walker(
        "panan.localhost",
        password=PASSWORD,
        today=clock.today().isoformat(),
        later=(clock.today() + timedelta(days=30)).isoformat(),
        id_of_lin=id_number("19910815", 48),
        id_of_zhou=id_number("19560302", 26),
        card=bank_card(),
        account=bank_card("621700123456789012"),
    )
    for call in calls():
        walker.send(call)
    assert reconcile().differences == ()
