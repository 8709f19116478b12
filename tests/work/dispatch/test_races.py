"""Many hands at once, and never a piece given twice."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from gongfang.core import clock
from gongfang.core.errors import Refused
from gongfang.database import scope
from gongfang.work.dispatch import actions
from gongfang.work.dispatch.models import Lot
from tests.work.dispatch.conftest import MORNING, by, settle
from tests.work.dispatch.counting import work


@pytest.fixture
def crowd(committing):
    """A workshop with a hundred pieces and twenty people who want some."""
    with clock.at(MORNING):
        village = settle()
        share = village.share(100)
        makers = [village.maker(f"工人{number}") for number in range(20)]
    return village, share, makers


def racing(verb, things):
    def run(thing):
        try:
            with scope.inside("panan"), clock.at(MORNING):
                return verb(thing)
        except Refused:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=len(things)) as pool:
        return list(pool.map(run, things))


def test_twenty_people_take_from_a_hundred_pieces_and_never_more_than_a_hundred(crowd):
    _village, share, makers = crowd
    taken = racing(lambda maker: actions.claim(by(maker.user), share, maker=maker, pieces=7), makers)
    lots = [lot for lot in taken if lot]
    assert len(lots) == 14
    assert Lot.objects.get(pk=share.pk).claimed == 98
    assert sum(lot.pieces for lot in Lot.objects.filter(parent=share)) == 98


def test_one_person_on_twenty_devices_stays_within_the_cap(crowd):
    _village, share, makers = crowd
    racing(lambda _: actions.claim(by(makers[0].user), share, maker=makers[0], pieces=9), range(20))
    assert Lot.objects.get(pk=share.pk).claimed == 54  # six times nine, the cap is sixty


def test_two_clerks_with_crossing_sacks_count_everything_once(crowd):
    village, share, makers = crowd
    with clock.at(MORNING):
        lots = [actions.claim(by(maker.user), share, maker=maker, pieces=5) for maker in makers]
    sacks = [lots[:15], lots[::-1][:15], lots[5:], lots]
    racing(lambda sack: work(by(village.clerk), sack, issued=[1] * len(sack)), sacks)
    assert Lot.objects.get(pk=share.pk).issued == 65
    assert sum(Lot.objects.filter(parent=share).values_list("issued", flat=True)) == 65
