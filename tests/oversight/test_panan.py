"""The published figures where a verdict was put right, and where a piece is made in several steps."""

from datetime import date

import pytest

from gongfang.oversight import panan
from gongfang.oversight.published import Report
from gongfang.pay import actions as pay
from gongfang.registry.people import actions as people_actions
from gongfang.work.orders.models import OrderLine, Product, ProductVersion, Step
from gongfang.work.piecework import actions as piecework
from tests.acceptance.test_steps import Embroidery, embroidery  # noqa: F401 -- a fixture
from tests.cast import Person
from tests.pay.conftest import _november, purse  # noqa: F401 -- fixtures
from tests.work.piecework.conftest import _morning  # noqa: F401 -- a fixture

NOVEMBER = Report("panan", date(2026, 11, 1))
SEPTEMBER = Report("panan", date(2022, 9, 1))


def _second_inspector(purse) -> Person:  # noqa: F811
    role = people_actions.add_staff(
        purse.people.wang.by(),
        purse.people.workshop,
        username="shen",
        name="沈静",
        password="",
        role="inspector",
    )
    return Person(role.user)


def test_who_is_counted_follows_the_verdict_that_stands(purse):  # noqa: F811
    zhou, lin = purse.people.zhou, purse.people.lin
    passed, refused = purse.earn(zhou, 10), purse.earn(lin, 10, accepted=0)
    assert list(panan.people_employed(NOVEMBER).rows) == [zhou.row]
    second = _second_inspector(purse)
    pay.correct_verdict(second.by(), passed, accepted=0, rework=0, rejected=10, reason="结形全散")
    pay.correct_verdict(second.by(), refused, accepted=10, rework=0, rejected=0, reason="其实合格")
    assert list(panan.people_employed(NOVEMBER).rows) == [lin.row]
    assert list(panan._knots(NOVEMBER).values_list("hand_in__bag__lot__maker", flat=True)) == [lin.row.pk]


@pytest.mark.usefixtures("_morning")
def test_a_piece_of_three_steps_is_delivered_once(embroidery: Embroidery, monkeypatch):  # noqa: F811
    monkeypatch.setattr(panan, "CONCENTRIC", Product.objects.get().code)
    people = embroidery.people
    for step, maker in enumerate((people.zhou, people.lin, people.fang)):
        embroidery.made(embroidery.out(embroidery.share(step, 20), maker, 20)[0])
    piecework.deliver(people.luo.by(), embroidery.line(2), pieces=20)
    found = panan.concentric_knots(SEPTEMBER)
    assert (found.value, found.rows.get()) == (20, embroidery.line(2))
    assert panan.days_to_delivery(SEPTEMBER).value is None  # of a hundred, eighty are still to come
    OrderLine.objects.filter(pk=embroidery.lines[2].pk).update(pieces=20)
    assert panan.days_to_delivery(SEPTEMBER).value == 0


@pytest.mark.usefixtures("_morning")
def test_showing_a_piece_takes_as_long_as_all_its_steps(embroidery: Embroidery, monkeypatch):  # noqa: F811
    monkeypatch.setattr(panan, "CONCENTRIC", Product.objects.get().code)
    steps = Step.objects.filter(version=ProductVersion.objects.get()).order_by("no")
    steps.update(demonstrated_seconds=90)
    assert panan.minutes_shown(SEPTEMBER).value * 60 == 3 * 90
    Step.objects.filter(pk=steps[1].pk).update(demonstrated_seconds=None)
    assert panan.minutes_shown(SEPTEMBER).value is None
