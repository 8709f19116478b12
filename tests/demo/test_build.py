"""The morning the knots are asked for: a year of history, and the same one every time."""

import time
from datetime import date

import pytest
from django.contrib.auth import authenticate

from gongfang.core import clock, outbox
from gongfang.core.errors import Refused
from gongfang.core.models import Event
from gongfang.database import scope
from gongfang.demo import actions
from gongfang.demo.accounts import ACCOUNTS, PASSWORD, table
from gongfang.demo.build import build, is_missing
from gongfang.ledger.models import Checkpoint
from gongfang.ledger.reconcile import reconcile
from gongfang.oversight.figures import figures
from gongfang.registry.people.models import Resident, Role
from gongfang.work.orders.models import Enquiry, Invoice, Order
from tests import cluster
from tests.demo.conftest import build_in, inside

pytestmark = pytest.mark.slow


def test_it_is_the_morning_the_knots_are_asked_for(built):
    assert clock.today() == date(2022, 11, 7)
    enquiry = Enquiry.objects.get()
    assert (enquiry.pieces, enquiry.stage, enquiry.quotes.count()) == (30_000, "open", 0)
    assert not Order.objects.filter(stage="open").exists()


def test_the_history_is_booked_on_its_own_days_and_reconciles(built):
    assert {order.ordered_on.month for order in Order.objects.all()} == {5, 6, 8, 9}
    assert Checkpoint.objects.get().day == date(2022, 11, 6)
    assert reconcile().differences == ()


def test_everything_that_happened_is_told(built):
    # What is told waits for every transaction of the cluster that is older, another process's tests among them.
    deadline = time.monotonic() + 120
    while Event.objects.filter(told_at=None).exists():
        assert time.monotonic() < deadline
        outbox.tell(at_most=100_000)
        time.sleep(0.2)


def test_one_fee_is_late_so_that_the_officer_has_something_to_do(built):
    late = Invoice.objects.get(stage="open")
    assert late.due < clock.today()


def test_everybody_on_the_printed_table_can_log_in(built):
    for account in ACCOUNTS:
        user = authenticate(username=account.username, password=PASSWORD)
        assert user is not None, account.username
        assert Role.objects.filter(user=user, role=account.role, until=None).exists()
        assert user.name == account.name
    assert all(account.username in table() for account in ACCOUNTS)


def test_identity_numbers_are_shown_masked(built):
    person = Resident.objects.order_by("pk").first()
    assert str(person.id_number)[3:-4] == "*" * 11


def test_nobody_but_the_county_itself_plays(built):
    from gongfang.core.action import By
    from gongfang.core.errors import NotAllowed
    from gongfang.core.models import User

    with pytest.raises(NotAllowed):
        actions.play_day(By(user=User.objects.get(username="wangfang"), via="cli"), None, number=1)


def test_a_county_that_is_there_is_not_built_over(built):
    scope.leave()
    assert not is_missing()
    with pytest.raises(Refused):
        build()
    scope.enter(built)


def test_two_builds_with_one_seed_are_the_same_county(built):
    def of_county():
        rows = [(row["id"], row["derived"]) for row in figures("panan")]
        people = [(one.name.reveal(), one.born_on) for one in Resident.objects.order_by("pk")[:500]]
        return rows, people, sorted(Invoice.objects.values_list("number", "amount_hao"))

    first = of_county()
    draft = "draft_second_demo"
    cluster.drop(draft)
    build_in(draft)
    try:
        with cluster.connected_to(draft), inside():
            assert of_county() == first
    finally:
        cluster.drop(draft)
    scope.enter(built)
