"""A workshop with knots to share out, its desk, and the people who make them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from gongfang.core import clock, jobs
from gongfang.core.action import By
from gongfang.core.models import User
from gongfang.registry.people.models import Organisation, Resident, Role, Skill, SkillKind, Wish
from gongfang.registry.places.models import Division
from gongfang.work.dispatch import actions
from gongfang.work.dispatch.models import Offer
from gongfang.work.orders.models import Contract, Order, OrderLine, Product, ProductVersion, Rate, Step

TODAY = date(2022, 9, 8)
MORNING = datetime(2022, 9, 8, 1, tzinfo=UTC)
DUE = date(2022, 9, 18)


def by(user, *, for_=None, via="page"):
    return By(user, via, for_=for_)


def someone(name, role="", *, organisation=None, place=None):
    user = User.objects.create(username=f"user{User.objects.count()}", name=name)
    if role:
        Role.objects.create(
            user=user, role=role, organisation=organisation, division=place, since=date(2022, 1, 1)
        )
    return user


@dataclass
class Village:
    """Who is around, and the work they share."""

    place: Division
    operator: Organisation
    workshop: Organisation
    elsewhere: Organisation
    agent: Organisation
    officer: User
    manager: User
    clerk: User
    agent_user: User
    stranger: User
    auditor: User
    system: User
    knotting: SkillKind
    step: Step
    line: OrderLine

    def maker(self, name, *, skilled=True, minutes=120, pieces=None, organisation=None):
        """A person who makes knots at the workshop and said how long they wish to."""
        user = someone(name, "maker", organisation=organisation or self.workshop)
        maker = Resident.objects.create(
            user=user,
            name=name,
            name_hash=name.encode(),
            id_number=name,
            id_hash=name.encode(),
            sex="female",
            born_on=date(1970, 1, 1),
            division=self.place,
        )
        if skilled:
            Skill.objects.create(resident=maker, kind=self.knotting)
        Wish.objects.create(resident=maker, minutes_a_day=minutes, pieces_a_week=pieces)
        return maker

    def share(self, pieces=100, *, organisation=None):
        """A lot of the workshop."""
        return actions.share_out(
            by(self.officer),
            self.line,
            organisation=organisation or self.workshop,
            pieces=pieces,
            margin_hao=500,
        )


def settle():
    """Make the people and the order of the village."""
    place = Division.objects.filter(pk="330727000000").first() or Division.objects.create(
        code="330727000000", name="磐安县", level="county", edition=2022
    )

    def organisation(name, kind, **facts):
        return Organisation.objects.create(
            name=name, kind=kind, division=place, opened_on=date(2020, 1, 1), **facts
        )

    operator = organisation("双溪共富公司", "operator", is_operator=True)
    enterprise = organisation("东阳中国结公司", "enterprise")
    workshop, elsewhere = organisation("双溪工坊", "workshop"), organisation("尖山工坊", "workshop")
    agent = organisation("经纪人陈", "agent")
    knotting = SkillKind.objects.get_or_create(code="knotting", defaults={"name": "编结"})[0]
    version = ProductVersion.objects.create(
        product=Product.objects.create(code="knot", name="同心结"), no=1, published_at=MORNING
    )
    step = Step.objects.create(
        version=version,
        name="编结",
        skill=knotting,
        standard_seconds=120,
        bag_pieces=10,
        pieces_cap=60,
    )
    Rate.objects.create(step=step, valid_from=date(2022, 1, 1), hao=4_500, document="2022 年工价表")
    contract = Contract.objects.create(
        enterprise=enterprise, operator=operator, number="磐工 2022-17", signed_on=date(2022, 9, 1)
    )
    order = Order.objects.create(
        contract=contract,
        enterprise=enterprise,
        operator=operator,
        number="K-30000",
        ordered_on=date(2022, 9, 8),
        due=DUE,
        stage="open",
    )
    line = OrderLine.objects.create(
        order=order, version=version, step=step, pieces=1_000, due=DUE, fee_hao=7_000, stage="open"
    )
    return Village(
        place=place, operator=operator, workshop=workshop, elsewhere=elsewhere, agent=agent,
        officer=someone("Officer Ouyang", "officer", place=place),
        manager=someone("Manager Mao", "manager", organisation=workshop),
        clerk=someone("Clerk Chen", "clerk", organisation=workshop),
        agent_user=someone("Agent An", "agent", organisation=agent),
        stranger=someone("Clerk Cao of Jianshan", "clerk", organisation=elsewhere),
        auditor=someone("Auditor Ai", "auditor", place=place),
        system=User.objects.filter(is_system=True).first()
        or User.objects.create(username="system", name="gongfang", is_system=True),
        knotting=knotting, step=step, line=line,
    )  # fmt: skip


def sent_out(user, run):
    """Have the offers of a plan sent out, and wait until they are."""
    job = jobs.run(actions.publish_plan(by(user), run).pk)
    assert job.state == "done", job.sentence
    return list(Offer.objects.filter(plan_run=run).order_by("pk"))


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def _morning():
    with clock.at(MORNING):
        yield


@pytest.fixture
def village(county, _morning):
    return settle()


@pytest.fixture
def share(village):
    return village.share(100)


@pytest.fixture
def guihua(village):
    return village.maker("张桂花")


@pytest.fixture
def xiuying(village):
    return village.maker("李秀英")
