"""A whole truckload is one act of a few seconds, and its queries do not grow with the bags."""

import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gongfang.registry.people import actions as people_actions
from gongfang.registry.people.models import Resident, SkillKind
from gongfang.work.dispatch import actions as dispatch
from gongfang.work.dispatch.actions import ClaimRow
from gongfang.work.orders.models import OrderLine
from gongfang.work.piecework import actions
from gongfang.work.piecework.actions import BackRow, HandInRow, Verdict
from tests.cast import rows as people_rows
from tests.work.piecework.conftest import GOOD, settle

SECONDS = 5  # each act takes well under one; the machine is shared


@pytest.fixture
def truckload(county, _morning):
    """Fifty people with ten bags each."""
    floor = settle(rope=2_400 * 20_000, bead=20_000, pieces=16_000)
    people = floor.people
    knotting = SkillKind.objects.get(code="knot")
    added = people_actions.add_residents(people.wang.by(), people.village, rows=people_rows(50))
    joined = Resident.objects.filter(pk__in=[row.pk for row in added])
    people_actions.join_workshop(people.he.by(), people.workshop, residents=list(joined))
    for maker in joined:
        people_actions.add_skill(people.wang.by(), maker, kind=knotting)
    claims = [ClaimRow(maker_id=maker.pk, pieces=300) for maker in joined]
    floor.lots = dispatch.claim_many(people.chen.by(), floor.share, rows=claims)
    return floor


def within(verb):
    began = time.monotonic()
    with CaptureQueriesContext(connection) as queries:
        done = verb()
    assert time.monotonic() - began < SECONDS
    assert len(queries) < 60
    return done


def test_five_hundred_bags_go_out_come_in_and_are_inspected(truckload):
    chen, zhao = truckload.people.chen, truckload.people.zhao
    bags = within(lambda: actions.pack_bags(chen.by(), truckload.lots))
    assert len(bags) == 500
    within(lambda: actions.issue_bags(chen.by(), bags))
    rows = [HandInRow(bag_id=bag.pk, pieces=25) for bag in bags]
    taken = within(lambda: actions.hand_in(chen.by(), bags, rows=rows))
    verdicts = [
        Verdict(hand_in_id=row.pk, accepted=24, rejected=1, reason="松", readings=GOOD) for row in taken
    ]
    within(lambda: actions.inspect(zhao.by(), taken, rows=verdicts))
    back = [BackRow(bag_id=bag.pk, pieces=5) for bag in bags]
    within(lambda: actions.give_back(chen.by(), bags, rows=back))
    line = OrderLine.objects.get(pk=truckload.line.pk)
    assert (line.issued, line.handed_in, line.accepted, line.rejected) == (12_500, 12_500, 12_000, 500)
