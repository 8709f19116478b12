"""One order of knots and the people around it: who asks, who quotes, who signs, who stores, who only reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from gongfang.core import clock
from gongfang.core.action import By
from gongfang.core.models import User
from gongfang.registry.people import actions as people_actions
from gongfang.registry.people.models import Organisation, SkillKind
from gongfang.registry.places.models import Division
from gongfang.work.orders import actions
from gongfang.work.orders.actions import Ingredient, Look, Work
from tests.cast import gather

TODAY = date(2022, 9, 1)
DUE = date(2022, 9, 30)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def _september(county):
    with clock.at(datetime(2022, 9, 1, 1, tzinfo=UTC)):
        yield


def by(user: User) -> By:
    return By(user, "page")


@dataclass
class Town:
    """Who is around, by what they do in orders: 王芳, 李强, 孙丽, 罗平, 陈静, 周桂花, 钱进; 易敏 buys for somebody else."""

    place: Division
    enterprise: Organisation
    other_enterprise: Organisation
    operator: Organisation
    workshop: Organisation
    officer: User
    second_officer: User
    buyer: User
    other_buyer: User
    manager: User
    clerk: User
    maker: User
    auditor: User


@pytest.fixture
def town(_september):
    people = gather()
    other = people_actions.add_organisation(
        people.wang.by(), people.county, kind="enterprise", name="义乌饰品有限公司"
    )
    other_buyer = people_actions.add_staff(
        people.wang.by(), other, username="yi", name="易敏", password="", role="buyer"
    )
    return Town(
        place=people.county,
        enterprise=people.enterprise,
        other_enterprise=other,
        operator=people.operator,
        workshop=people.workshop,
        officer=people.wang.user,
        second_officer=people.li.user,
        buyer=people.sun.user,
        other_buyer=other_buyer.user,
        manager=people.luo.user,
        clerk=people.chen.user,
        maker=people.zhou.user,
        auditor=people.qian.user,
    )


@pytest.fixture
def knotting(county):
    return SkillKind.objects.get_or_create(code="knotting", defaults={"name": "编结"})[0]


@pytest.fixture
def rope(town):
    return actions.add_material(by(town.officer), None, code="rope", name="红绳", unit_kind="mm")


@pytest.fixture
def bead(town):
    return actions.add_material(by(town.officer), None, code="bead", name="木珠", unit_kind="piece")


@pytest.fixture
def knot(town, knotting, rope, bead):
    """Version 1 of the concentric knot: 120 s, 2.4 m of rope and a bead, the end 7 cm long."""
    product = actions.add_product(by(town.officer), None, code="knot", name="同心结", category="中国结")
    step = Work(
        name="编结",
        skill=knotting,
        standard_seconds=120,
        demonstrated_seconds=110,
        bag_pieces=30,
        recipe=(Ingredient(rope, 2_400), Ingredient(bead, 1)),
        points=(Look("绳尾长度", low=68, high=72, unit="mm"), Look("结形端正")),
    )
    version = actions.publish_version(by(town.officer), product, steps=(step,))
    actions.set_rate(
        by(town.officer),
        version.steps.get(),
        hao=4_500,
        valid_from=date(2022, 1, 1),
        document="2022 年工价表",
    )
    return version


@pytest.fixture
def enquiry(town):
    return actions.enquire(by(town.buyer), town.enterprise, product="同心结", pieces=30_000, due=DUE)


@pytest.fixture
def quote(town, enquiry, knot):
    return actions.quote(
        by(town.officer),
        enquiry,
        version=knot,
        fee_hao=7_000,
        wage_hao=4_500,
        margin_hao=500,
        material="绳、珠由贵司供",
    )


@pytest.fixture
def accepted(town, quote):
    sent = actions.send_quote(by(town.officer), quote)
    return actions.accept_quote(by(town.buyer), sent)


@pytest.fixture
def sample(town, knot):
    return actions.make_sample(by(town.officer), town.enterprise, version=knot)


@pytest.fixture
def sealed(town, sample):
    actions.approve_sample_for_enterprise(by(town.buyer), sample)
    return actions.approve_sample_for_centre(by(town.officer), sample)


@pytest.fixture
def contract(town):
    return actions.sign_contract(
        by(town.manager), town.operator, enterprise=town.enterprise, number="磐工 2022-17", signed_on=TODAY
    )


@pytest.fixture
def draft(town, contract, accepted):
    return actions.open_order(by(town.officer), contract, offer=accepted, number="K-30000")


@pytest.fixture
def order(town, draft, sealed):
    return actions.place_order(by(town.officer), draft)


@pytest.fixture
def line(order):
    return order.lines.get()
