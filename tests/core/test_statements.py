"""What the door costs: an act says a fixed number of statements to the database and commits once.

Counted, not timed, so that it says the same on every machine; bench/ledger measures the rest.
"""

import uuid

import pytest
from django.db import DataError, connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from gongfang.core.action import By, action
from gongfang.core.bulk import save_many
from gongfang.core.models import Entry, Event, Job, Receipt, User
from gongfang.database.base import MOST_VALUES, _with_constants
from gongfang.work.orders.models import Order
from gongfang.work.piecework import actions
from gongfang.work.piecework.actions import HandInRow
from tests.core.test_action import write_rule
from tests.work.piecework.conftest import _english, _morning, settle  # noqa: F401 -- the fixtures of a workshop


def said(run):
    """The statements of an act in the order they were said."""
    with CaptureQueriesContext(connection) as heard:
        run()
    return [query["sql"] for query in heard.captured_queries]


@pytest.fixture
def alice(committing):
    return User.objects.create(username="alice", name="Alice")


def test_the_door_says_three_statements_and_the_verb_its_own(alice):
    statements = said(lambda: write_rule(By(alice, "page"), None, rule="one"))
    assert [statement.split()[0] for statement in statements] == [
        "BEGIN",
        "INSERT",  # the receipt
        "SELECT",  # who it is
        "INSERT",  # the verb's own
        "WITH",  # audit, outbox and answer
        "COMMIT",
    ]


def test_audit_outbox_and_answer_are_written_together(alice):
    @action(lambda member, subject: True, creates=True)
    def shout(act, nothing):
        act.emit("Heard", alice, loud=True)
        act.emit("HeardAgain", alice)
        act.note(times=2)
        return 7

    by = By(alice, "page", device="phone 1")
    statements = said(lambda: shout(by, None))
    assert len(statements) == 5
    line, answered = Entry.objects.get(verb="shout"), Receipt.objects.get(key=by.key)
    assert (line.facts, line.device, line.act) == ({"times": 2}, "phone 1", answered.act)
    assert (answered.result, answered.entries) == ({"value": 7}, 1)
    told = Event.objects.order_by("pk").values_list("name", "facts", "txn")
    assert list(told) == [("Heard", {"loud": True}, line.txn), ("HeardAgain", {}, line.txn)]


def test_a_bag_handed_in_takes_twelve_statements_and_one_commit(committing, _morning):  # noqa: F811, PT019
    floor = settle()
    bag, clerk = floor.bag(pieces=30), floor.people.chen
    rows = [HandInRow(bag_id=bag.pk, pieces=10)]
    statements = said(lambda: actions.hand_in(clerk.by(), [bag], rows=rows))
    assert (statements[0], statements[-1]) == ("BEGIN", "COMMIT")
    assert len(statements[1:-1]) == 12, statements


def test_a_whole_sack_takes_no_more_statements_than_a_bag(committing, _morning):  # noqa: F811, PT019
    floor = settle(bag=5)
    bags, clerk = floor.out(floor.people.zhou, pieces=30), floor.people.chen
    rows = [HandInRow(bag_id=bag.pk, pieces=2) for bag in bags]
    statements = said(lambda: actions.hand_in(clerk.by(), bags, rows=rows))
    assert len(bags) == 6
    assert len(statements[1:-1]) == 12, statements


def test_a_statement_carries_more_values_than_travel_beside_it(alice):
    strangers = [uuid.uuid4() for _ in range(MOST_VALUES)]
    assert User.objects.filter(pk__in=[*strangers, alice.pk]).get() == alice


def test_a_percent_sign_among_many_values_stays_what_it_is(alice):
    names = [f"100% of {number}" for number in range(MOST_VALUES + 1)]
    assert User.objects.filter(name__in=names).count() == 0
    User.objects.filter(pk=alice.pk).update(name=names[-1])
    assert User.objects.get(name__in=names) == alice


@pytest.mark.parametrize("number", [2**31, -(2**31) - 1, 2**40, 10**400])
def test_a_whole_number_too_large_for_its_column_is_refused_and_never_cut_off(alice, number):
    receipt = Receipt.objects.create(key=uuid.uuid4(), verb="shout", digest=b"", actor=alice)
    receipt.entries = number
    with pytest.raises(DataError):
        receipt.save()
    with pytest.raises(DataError):
        save_many([receipt], "entries")


def test_a_sum_too_large_for_four_bytes_is_added_whole(alice):
    receipt = Receipt.objects.create(key=uuid.uuid4(), verb="shout", digest=b"", actor=alice)
    large = Receipt.objects.annotate(sum=F("id") + 50_000_000_000).get()
    assert large.sum == receipt.pk + 50_000_000_000


def test_our_own_constants_are_written_into_a_statement_and_what_somebody_chose_is_not(county):
    asked = "SELECT %s, '100%%', %s, stage FROM (SELECT 'open' AS stage) AS it WHERE stage = %s"
    with connection.cursor() as cursor:
        cursor.execute(asked, ["'; --", Job.State.DONE, Order.Stage.OPEN])
        assert cursor.fetchall() == [("'; --", "100%", "done", "open")]
    text, beside = _with_constants(asked, ["x%s'", Job.State.DONE, Order.Stage.OPEN])
    assert beside == ["x%s'"]
    assert (
        text == "SELECT %s, '100%%', 'done', stage FROM (SELECT 'open' AS stage) AS it WHERE stage = 'open'"
    )
