"""Many hands at once: one wins, the others read why, and nothing is counted twice."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.db import connection
from django.utils import translation

from gongfang.core import clock
from gongfang.core.errors import Refused
from gongfang.database import scope
from gongfang.ledger import postings
from gongfang.ledger.reconcile import reconcile
from gongfang.work.dispatch.models import Lot
from gongfang.work.piecework import actions
from gongfang.work.piecework.actions import HandInRow, Verdict
from gongfang.work.piecework.models import Bag, HandIn, Inspection
from tests.work.piecework.conftest import GOOD, MORNING, RATE, settle


@pytest.fixture
def busy(committing):
    """The workshop in a county of its own, where acts really commit."""
    with clock.at(MORNING):
        yield settle()
        assert reconcile().differences == ()


def racing(verb, things):
    """Do a verb in as many threads as there are things; return what was done and what was refused."""

    def run(thing):
        try:
            with scope.inside("panan"), clock.at(MORNING), translation.override("en"):
                return verb(thing)
        except Refused as refusal:
            return str(refusal.sentence)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=len(things)) as pool:
        answers = list(pool.map(run, things))
    done = [answer for answer in answers if not isinstance(answer, str)]
    return done, [answer for answer in answers if isinstance(answer, str)]


def test_twenty_threads_issue_one_bag_once(busy):
    bag = busy.packed(busy.people.zhou)[0]
    done, refused = racing(lambda _n: actions.issue_bags(busy.people.chen.by(), [bag]), range(20))
    assert len(done) == 1
    assert set(refused) == {
        f"Bag {bag.code} is “with the maker” by now. Somebody was faster, or the wrong bag was scanned."
    }
    assert Lot.objects.get(pk=bag.lot_id).issued == 30


def test_two_clerks_take_in_the_same_bag_and_one_reads_why(busy):
    bag, people = busy.bag(), busy.people
    row = HandInRow(bag_id=bag.pk, pieces=20)
    clerks = [people.chen, people.he]
    done, refused = racing(lambda clerk: actions.hand_in(clerk.by(), [bag], rows=[row]), clerks)
    assert len(done) == 1
    assert refused == [f"Only 10 pieces of bag {bag.code} are outside. Enter 1 to 10."]
    assert sum(HandIn.objects.values_list("pieces", flat=True)) == 20


def test_twenty_verdicts_on_one_hand_in_earn_once(busy):
    row = busy.hand_in(busy.bag(), 30)
    verdict = Verdict(hand_in_id=row.pk, accepted=30, readings=GOOD)
    done, refused = racing(
        lambda _n: actions.inspect(busy.people.zhao.by(), [row], rows=[verdict]), range(20)
    )
    assert len(done) == 1
    assert set(refused) == {"This hand-in was inspected already. Look at the bag's page for the result."}
    assert Inspection.objects.count() == 1
    assert busy.owed(Lot.objects.get(pk=row.bag.lot_id)) == 30 * RATE


def test_one_key_from_twenty_threads_hands_in_once(busy):
    bag = busy.bag()
    by, row = busy.people.chen.by(via="scan"), HandInRow(bag_id=bag.pk, pieces=20)
    done, refused = racing(lambda _n: actions.hand_in(by, [bag], rows=[row]), range(20))
    assert (len(done), refused) == (20, [])
    assert {taken[0].pk for taken in done} == set(HandIn.objects.values_list("pk", flat=True))
    assert Bag.objects.get(pk=bag.pk).handed_in == 20


def test_two_sacks_that_want_the_last_rope_never_share_it(committing):
    with clock.at(MORNING):
        floor = settle(rope=40 * 2_400)
        first, second = floor.packed(floor.people.zhou), floor.packed(floor.people.lin)
        racing(lambda bags: actions.issue_bags(floor.people.chen.by(), bags), [first, second])
        with suppress(Refused):
            actions.issue_bags(floor.people.chen.by(), second)
        out = floor.held(postings.lot(first[0].lot_id), "custody") + floor.held(
            postings.lot(second[0].lot_id), "custody"
        )
        assert out <= 40 * 2_400
        assert reconcile().differences == ()


def test_sacks_in_opposite_order_all_end(busy):
    bags = [busy.bag(busy.people.zhou, 10) for _n in range(6)] + [
        busy.bag(busy.people.lin, 10) for _n in range(4)
    ]

    def bring(order):
        rows = [HandInRow(bag_id=bag.pk, pieces=2) for bag in order]
        return actions.hand_in(busy.people.chen.by(), order, rows=rows)

    done, refused = racing(bring, [bags, bags[::-1], bags[:7], bags[::-1][:7]])
    assert (len(done), refused) == (4, [])
    assert sum(Bag.objects.values_list("handed_in", flat=True)) == 2 * (10 + 10 + 7 + 7)
