"""The database and a ledger in plain Python, told the same things, hold the same: alone and with several clients."""

import random
import threading
from collections import Counter
from typing import Any

from django.db import IntegrityError, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from gongfang.core.errors import Moved as MovedOn
from gongfang.core.errors import Refused
from gongfang.counties.models import County
from gongfang.database import scope
from gongfang.ledger.accounts import CNY, Account, Holder
from gongfang.ledger.models import Account as AccountRow
from gongfang.ledger.models import Transfer as Row
from gongfang.ledger.posting import Transfer
from gongfang.ledger.reconcile import reconcile
from gongfang.ledger.shortages import Short
from tests.ledger.conftest import by, move, person
from tests.ledger.model import Model, RefusalError

OPERATOR = ("organisation", 1)
PEOPLE = [("relation", n) for n in (1, 2, 3)]
COST = (OPERATOR, "cost")


def account(name):
    (kind, pk), purpose = name
    return Account(Holder(kind, pk), purpose, CNY)


def in_database():
    rows = AccountRow.objects.exclude(balance=0)
    return {((row.holder_kind, row.holder_id), row.purpose): row.balance for row in rows}


# Few people and small sums, so that what is told often meets on one account.
amounts = some.integers(1, 4)
people = some.sampled_from(PEOPLE[:2])
earn = some.tuples(some.just("earn"), people, amounts)
approve = some.tuples(some.just("approve"), people, amounts)
confirm = some.tuples(some.just("confirm"), people, amounts)
fail = some.tuples(some.just("fail"), people, amounts)
back = some.tuples(some.just("back"), some.integers(0, 30), amounts)
acts = some.lists(some.one_of(earn, approve, confirm, fail, back), min_size=1, max_size=3)


def steps_of(told, transfers):
    """Turn what hypothesis tells into steps; reversals point at some transfer that is there."""
    ways = {"approve": ("owed", "transit"), "confirm": ("transit", "paid"), "fail": ("transit", "owed")}
    for verb, whom, amount in told:
        if verb == "earn":
            yield (COST, (whom, "owed"), amount, None)
        elif verb in ways:
            source, target = ways[verb]
            yield ((whom, source), (whom, target), amount, None)
        elif transfers:
            number = whom % len(transfers)
            yield (transfers[number].target, transfers[number].source, amount, number)


def booked(steps, ids):
    return [
        Transfer(
            account(source),
            account(target),
            amount,
            "tests.model:1",
            reverses=None if number is None else ids[number],
        )
        for source, target, amount, number in steps
    ]


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some.lists(acts, min_size=4, max_size=14))
def test_whatever_is_told_the_database_and_the_model_agree(clerk, history):
    sid = transaction.savepoint()
    model = Model()
    for told in history:
        ids = list(Row.objects.order_by("id").values_list("pk", flat=True))
        steps = list(steps_of(told, model.transfers))
        try:
            model.act(steps)
            agreed = True
        except RefusalError:
            agreed = False
        try:
            move(by(clerk), booked(steps, ids))
            done = True
        except (
            Refused,
            IntegrityError,
        ):  # a reversal of a reversal is no refusal but a mistake of the caller
            done = False
        assert done == agreed, steps
        assert in_database() == model.balances()
        assert Row.objects.count() == len(model.transfers)
    assert reconcile().differences == ()
    transaction.savepoint_rollback(sid)


def in_threads(county, *works):
    """Run works at the same time, each on a connection of its own in the county; returns what each raised."""
    ready, raised = threading.Barrier(len(works)), []

    def run(work):
        try:
            scope.enter(County(schema_name=county.schema_name))
            ready.wait()
            work()
        except Exception as error:  # noqa: BLE001 -- each is handed to the test
            raised.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return raised


def test_clients_posting_across_each_other_lose_and_double_nothing_and_never_lock_up(committing):
    clerk = person("Clerk Chen")
    told: Counter[Any] = Counter()
    telling = threading.Lock()

    def client(seed):
        chance = random.Random(seed)

        def work():
            for _ in range(40):
                whom = chance.sample(PEOPLE, 2)
                chance.shuffle(whom)
                steps = [(COST, (one, "owed"), chance.randint(1, 9), None) for one in whom]
                steps += [
                    ((one, "owed"), (one, "transit"), chance.randint(1, 9), None) for one in reversed(whom)
                ]
                try:
                    move(by(clerk), booked(steps, []))
                except Short:
                    continue
                with telling:
                    for source, target, amount, _reverses in steps:
                        told[source] -= amount
                        told[target] += amount

        return work

    assert in_threads(committing, *(client(seed) for seed in (1, 2, 3, 4))) == []
    assert in_database() == {name: amount for name, amount in told.items() if amount}
    assert reconcile().differences == ()


def test_two_clients_sending_the_same_act_book_it_once(committing):
    clerk = person("Clerk Chen")
    same = by(clerk)
    transfers = booked([(COST, (PEOPLE[0], "owed"), 450, None)], [])
    assert in_threads(committing, *([lambda: move(same, transfers)] * 4)) == []
    assert in_database() == {COST: -450, (PEOPLE[0], "owed"): 450}


def test_of_four_clients_emptying_one_account_as_many_win_as_it_holds(committing):
    clerk = person("Clerk Chen")
    move(by(clerk), booked([(COST, (PEOPLE[0], "owed"), 25, None)], []))
    step = [((PEOPLE[0], "owed"), (PEOPLE[0], "transit"), 10, None)]
    raised = in_threads(committing, *([lambda: move(by(clerk), booked(step, []))] * 4))
    assert [type(error) for error in raised] == [Short, Short]
    assert in_database() == {COST: -25, (PEOPLE[0], "owed"): 5, (PEOPLE[0], "transit"): 20}


def test_of_four_clients_taking_the_same_transfer_back_one_wins(committing):
    clerk = person("Clerk Chen")
    move(by(clerk), booked([(COST, (PEOPLE[0], "owed"), 25, None)], []))
    step = [((PEOPLE[0], "owed"), COST, 25, 0)]
    ids = [Row.objects.get().pk]
    raised = in_threads(committing, *([lambda: move(by(clerk), booked(step, ids))] * 4))
    assert [type(error) for error in raised] == [MovedOn] * 3
    assert in_database() == {}


def test_single_transfers_in_opposite_directions_never_lock_up(committing):
    clerk = person("Clerk Chen")
    one, other = (PEOPLE[0], "owed"), (PEOPLE[1], "owed")
    move(by(clerk), booked([(COST, one, 500, None), (COST, other, 500, None)], []))

    def client(source, target):
        def work():
            for _ in range(40):
                move(by(clerk), booked([(source, target, 3, None)], []))

        return work

    pairs = [(one, other), (other, one)] * 2
    assert in_threads(committing, *(client(*pair) for pair in pairs)) == []
    assert in_database() == {COST: -1000, one: 500, other: 500}
    assert reconcile().differences == ()


def test_the_same_single_transfer_in_acts_side_by_side_is_booked_once(committing):
    clerk = person("Clerk Chen")
    transfers = booked([(COST, (PEOPLE[0], "owed"), 450, None)], [])
    assert in_threads(committing, *([lambda: move(by(clerk), transfers)] * 4)) == []
    assert in_database() == {COST: -450, (PEOPLE[0], "owed"): 450}
