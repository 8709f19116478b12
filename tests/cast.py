"""The people of the tests: everybody has a name, a place and a role, and came in through the real actions.

王芳 and 李强 run the county centre, 冯丽 the township's; 何伟 manages the workshop at Shuangxi, 陈静 keeps its stores,
赵敏 inspects. 周桂花 (周奶奶, 70) and 林秀英 (小林, with a child) make knots there; 吴建国 (老吴) is an agent and 方小妹
makes for him at home. 孙丽 buys for the enterprise from Dongyang, 罗平 keeps the operator's books, 钱进 audits, 马超 is a
steward. 苏晴 belongs to nobody here.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.test import Client

from gongfang.core.action import By
from gongfang.core.members import Member, member_of
from gongfang.core.models import User
from gongfang.counties.models import County
from gongfang.database import scope
from gongfang.registry.people import actions as people_actions
from gongfang.registry.people.models import Organisation, Resident, Role
from gongfang.registry.people.rows import ResidentRow
from gongfang.registry.places.actions import load_divisions
from gongfang.registry.places.divisions import published
from gongfang.registry.places.models import Division
from tests.snapshot import once

COUNTY, TOWNSHIP, VILLAGE = "330727000000", "330727203000", "330727203216"
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def id_number(born: str, order: int, *, place: str = "330727") -> str:
    """Make a number that checks: `born` as 19560302, an odd `order` for men."""
    front = f"{place}{born}{order:03}"
    return front + "10X98765432"[sum(w * int(d) for w, d in zip(ID_WEIGHTS, front, strict=True)) % 11]


def bank_card(front: str = "622848033001234567") -> str:
    """Make a card number whose last digit checks."""
    doubled = [int(d) * (1 if index % 2 else 2) for index, d in enumerate(reversed(front))]
    return front + str(-sum(n // 10 + n % 10 for n in doubled) % 10)


@dataclass(frozen=True)
class Person:
    """Somebody of the cast: a login, and the resident behind it if there is one."""

    user: User
    resident: Resident | None = None

    @property
    def member(self) -> Member:
        return member_of(self.user)

    @property
    def row(self) -> Resident:
        """The resident, for those who are one."""
        assert self.resident is not None
        return self.resident

    def by(
        self, *, via: str = "page", for_: Person | None = None, key: uuid.UUID | None = None, **more: Any
    ) -> By:
        """This person at a door, with a fresh key unless one is given."""
        return By(user=self.user, via=via, key=key or uuid.uuid4(), for_=for_.user if for_ else None, **more)

    def client(self, **headers: str) -> Client:
        """A browser of this person's, logged in at the county's own host name."""
        host = f"{scope.current()}.localhost"
        client = Client(headers={"host": host, **headers})
        client.force_login(self.user)
        return client


@dataclass(frozen=True)
class People:
    """The whole cast and the organisations they belong to."""

    system: Person
    wang: Person
    li: Person
    feng: Person
    he: Person
    chen: Person
    zhao: Person
    zhou: Person
    lin: Person
    wu: Person
    fang: Person
    sun: Person
    luo: Person
    qian: Person
    ma: Person
    su: Person
    county: Division
    township: Division
    village: Division
    workshop: Organisation
    operator: Organisation
    agency: Organisation
    enterprise: Organisation


def system_user() -> User:
    """The county's own user, who is there before anybody else."""
    user, _made = User.objects.get_or_create(
        username="system", defaults={"name": "gongfang", "is_system": True}
    )
    return user


def gather() -> People:
    """Return everybody, in the county of the current connection."""
    return once(_gather)


def _gather() -> People:
    """Let everybody come in through the real actions."""
    system = Person(system_user())
    load_divisions(system.by(via="cli"), None, rows=published("330727"))
    county, township, village = (Division.objects.get(code=code) for code in (COUNTY, TOWNSHIP, VILLAGE))
    wang = _officer(system, county, "wang", "王芳", "officer")
    workshop = people_actions.add_organisation(
        wang.by(), village, kind="workshop", name="双溪共富工坊", category="supplied"
    )
    operator = people_actions.add_organisation(
        wang.by(), township, kind="cooperative", name="双溪来料加工专业合作社", is_operator=True
    )
    agency = people_actions.add_organisation(wang.by(), village, kind="agent", name="吴建国经纪人")
    enterprise = people_actions.add_organisation(
        wang.by(), county, kind="enterprise", name="东阳中国结有限公司", phone="0579-86551234"
    )
    he = _staff(wang, workshop, "he", "何伟", "manager")
    zhou, lin = (_maker(he, workshop, row) for row in (ZHOU, LIN))
    wu = _staff(wang, agency, "wu", "吴建国", "agent")
    return People(
        system=system,
        wang=wang,
        li=_officer(wang, county, "li", "李强", "officer"),
        feng=_officer(wang, township, "feng", "冯丽", "township"),
        he=he,
        chen=_staff(he, workshop, "chen", "陈静", "clerk"),
        zhao=_staff(he, workshop, "zhao", "赵敏", "inspector"),
        zhou=zhou,
        lin=lin,
        wu=wu,
        fang=_maker(wu, agency, FANG),
        sun=_staff(wang, enterprise, "sun", "孙丽", "buyer"),
        luo=_staff(wang, operator, "luo", "罗平", "manager"),
        qian=_officer(wang, county, "qian", "钱进", "auditor"),
        ma=_officer(wang, village, "ma", "马超", "steward"),
        su=Person(User.objects.create(username="su", name="苏晴")),
        county=county,
        township=township,
        village=village,
        workshop=workshop,
        operator=operator,
        agency=agency,
        enterprise=enterprise,
    )


ZHOU = ResidentRow(
    name="周桂花",
    id_number=id_number("19560302", 26),
    division=VILLAGE,
    household="SX-001",
    status="low_income",
    cannot_work_away=True,
    capacity="partial",
)
LIN = ResidentRow(
    name="林秀英",
    id_number=id_number("19910815", 48),
    division=VILLAGE,
    phone="13857901234",
    household="SX-002",
    cannot_work_away=True,
)
FANG = ResidentRow(
    name="方小妹",
    id_number=id_number("19781120", 62),
    division=VILLAGE,
    phone="13857905678",
    household="SX-003",
)


def rows(count: int, *, start: int = 0, **facts: Any) -> list[ResidentRow]:
    """Make so many people of the village, all different, none of the cast."""
    facts = {"division": VILLAGE, **facts}
    return [
        ResidentRow(name=f"张{'一二三四五六七八九十'[n % 10]}妹", id_number=_number(n), **facts)
        for n in range(start, start + count)
    ]


def _number(n: int) -> str:
    born = date.fromordinal(date(1960, 1, 1).toordinal() + n // 450)
    return id_number(born.strftime("%Y%m%d"), 100 + 2 * (n % 450))


def _officer(by: Person, place: Division, username: str, name: str, role: str) -> Person:
    given = people_actions.add_officer(by.by(), place, username=username, name=name, password="", role=role)
    return Person(given.user)


def _staff(by: Person, at: Organisation, username: str, name: str, role: str) -> Person:
    given = people_actions.add_staff(by.by(), at, username=username, name=name, password="", role=role)
    return Person(given.user)


def _maker(by: Person, at: Organisation, row: ResidentRow) -> Person:
    resident = people_actions.take_on(by.by(), at, row=row)
    assert resident.user is not None
    assert Role.objects.filter(user=resident.user, organisation=at, role="maker").exists()
    return Person(resident.user, resident)


@pytest.fixture
def people(county: County) -> People:
    """Everybody, in Pan'an; rolled back afterwards."""
    return gather()
