"""Two worlds in one county, alike to the last bag: what belongs to one is no business of the other.

Each has a township with its steward, a workshop and an agent, an operator, an enterprise, and the people of all of
them. Whoever prepared a thing is somebody else than whoever the tests let try it, so that nobody is refused as the
second person where only the right is asked about.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import psycopg
from django.db import connection

from gongfang.core import clock
from gongfang.core.models import User
from gongfang.database import scope
from gongfang.registry.people import actions as registry
from gongfang.registry.people.models import Organisation, Resident, SkillKind
from gongfang.registry.people.rows import ResidentRow
from gongfang.registry.places.actions import load_divisions
from gongfang.registry.places.divisions import published
from gongfang.registry.places.models import Division
from gongfang.work.dispatch import actions as dispatch
from gongfang.work.dispatch.models import Lot
from gongfang.work.orders import actions as orders
from gongfang.work.orders.models import Contract, Material, Order, OrderLine, ProductVersion, Step
from tests import cluster
from tests.cast import COUNTY, Person, bank_card, id_number, system_user

TOWNSHIPS = {"a": ("330727203000", "330727203216"), "b": ("330727001000", "330727001002")}
OTHERS = 7_000_000
SURNAMES = {"a": "林", "b": "贝"}  # who reads 贝 has seen somebody of world b
_numbers = itertools.count(100)


@dataclass(frozen=True)
class Unit:
    """A workshop with its desk, or an agent alone, and two of its makers."""

    organisation: Organisation
    desk: Person  # who prepares things there, and is never among those who try
    maker: Person
    colleague: Person
    share: Lot


@dataclass(frozen=True)
class World:
    """A township, its organisations, and one order under way between them."""

    name: str
    township: Division
    village: Division
    operator: Organisation
    enterprise: Organisation
    books: Person  # keeps the operator's books before anybody tries
    buyer: Person
    contract: Contract
    version: ProductVersion
    order: Order
    units: dict[str, Unit]
    roles: dict[str, Person]

    @property
    def line(self) -> OrderLine:
        """The line of the order, as it stands now."""
        return self.order.lines.get()


@dataclass(frozen=True)
class County:
    """The county centre and both worlds."""

    place: Division
    officer: Person
    second: Person
    auditor: Person
    nobody: Person
    cord: Material
    step: Step
    version: ProductVersion
    worlds: dict[str, World] = field(default_factory=dict)

    def callers(self) -> dict[str, Person]:
        """Who tries, by role: the people of world a, and those of the county centre."""
        own = {"officer": self.officer, "auditor": self.auditor, "anyone": self.nobody}
        return own | self.worlds["a"].roles


def due() -> date:
    """A day by which everything can be made."""
    return clock.today() + timedelta(days=20)


def build(worlds: Iterable[str] = tuple(TOWNSHIPS)) -> County:
    """Let the county and both worlds come about through the real actions."""
    system = Person(system_user())
    load_divisions(system.by(via="cli"), None, rows=published("330727"))
    place = Division.objects.get(code=COUNTY)
    officer, second, auditor = (
        _over(system, place, role, name)
        for role, name in (("officer", "王芳"), ("officer", "李强"), ("auditor", "钱进"))
    )
    knotting: SkillKind = registry.add_skill_kind(officer.by(), None, code="knotting", name="编结")
    cord = orders.add_material(officer.by(), None, code="cord", name="红绳", unit_kind="mm")
    product = orders.add_product(officer.by(), None, code="knot", name="中国结")
    work = orders.Work(
        name="编结",
        skill=knotting,
        standard_seconds=180,
        bag_pieces=10,
        recipe=[orders.Ingredient(cord, 1200)],
    )
    version = orders.publish_version(officer.by(), product, steps=[work])
    step = version.steps.get()
    orders.set_rate(officer.by(), step, hao=5500, valid_from=clock.today(), document="单价表1号")
    nobody = Person(User.objects.create(username="su", name="苏晴"))
    county = County(place, officer, second, auditor, nobody, cord, step, version)
    for name in worlds:
        county.worlds[name] = _world(county, name)
    return county


def apart() -> County:
    """The same, with every row of world b numbered from seven millions on, each table in a thousand of its own."""
    county = build(worlds=("a",))
    with psycopg.connect(**_place(), autocommit=True) as link:
        found = link.execute(
            "SELECT sequencename FROM pg_sequences WHERE schemaname = %s ORDER BY 1", [scope.current()]
        ).fetchall()
        for number, (name,) in enumerate(found):
            start = OTHERS + 1000 * number
            link.execute(
                "SELECT setval(format('%%I.%%I', %s::text, %s::text), %s)", [scope.current(), name, start]
            )
    county.worlds["b"] = _world(county, "b")
    return county


def _place() -> dict[str, Any]:
    return {**cluster.SERVER.params(), "dbname": connection.settings_dict["NAME"]}


def _world(county: County, name: str) -> World:
    officer = county.officer
    township, village = (Division.objects.get(code=code) for code in TOWNSHIPS[name])
    add = registry.add_organisation
    called = f"{SURNAMES[name]}静"
    operator = add(officer.by(), township, kind="cooperative", name=f"{name}合作社", is_operator=True)
    enterprise = add(officer.by(), county.place, kind="enterprise", name=f"{name}中国结公司")
    workshop = add(officer.by(), village, kind="workshop", name=f"{name}共富工坊", category="supplied")
    agency = add(officer.by(), village, kind="agent", name=f"{name}经纪人")
    books, buyer = _at(officer, operator, "manager", called), _at(officer, enterprise, "buyer", called)
    contract, order = _order(county, books, buyer, operator, enterprise, f"{name}-1")
    units = {
        "workshop": _unit(county, workshop, order, village, "manager", SURNAMES[name]),
        "agent": _unit(county, agency, order, village, "agent", SURNAMES[name]),
    }
    roles = {
        "township": _over(officer, township, "township", called),
        "steward": _over(officer, village, "steward", called),
        "manager": _at(officer, workshop, "manager", called),
        "clerk": _at(officer, workshop, "clerk", called),
        "inspector": _at(officer, workshop, "inspector", called),
        "maker": units["workshop"].maker,
        "agent": _at(officer, agency, "agent", called),
        "operator": _at(officer, operator, "manager", called),
        "operator_clerk": _at(officer, operator, "clerk", called),
        "operator_inspector": _at(officer, operator, "inspector", called),
        "buyer": _at(officer, enterprise, "buyer", called),
    }
    return World(
        name,
        township,
        village,
        operator,
        enterprise,
        books,
        buyer,
        contract,
        county.version,
        order,
        units,
        roles,
    )


def _order(
    county: County,
    books: Person,
    buyer: Person,
    operator: Organisation,
    enterprise: Organisation,
    number: str,
) -> tuple[Contract, Order]:
    sample = orders.make_sample(county.officer.by(), enterprise, version=county.version)
    orders.approve_sample_for_enterprise(buyer.by(), sample)
    orders.approve_sample_for_centre(county.officer.by(), sample)
    contract = orders.sign_contract(
        books.by(), operator, enterprise=enterprise, number=number, signed_on=clock.today()
    )
    order = orders.open_order(books.by(), contract, due=due())
    orders.add_line(books.by(), order, version=county.version, pieces=2000, fee_hao=8000)
    orders.place_order(books.by(), order)
    orders.receive_material(books.by(), order, number="SH-1", rows=[orders.Arrival(county.cord, 2_400_000)])
    return contract, order


def _unit(
    county: County, organisation: Organisation, order: Order, village: Division, role: str, surname: str
) -> Unit:
    desk = _at(county.officer, organisation, role, f"{surname}静")
    maker, colleague = (
        _maker(county.officer, organisation, village, surname + name) for name in ("秀英", "小妹")
    )
    share = dispatch.share_out(
        county.officer.by(), order.lines.get(), organisation=organisation, pieces=600, margin_hao=500
    )
    return Unit(organisation, desk, maker, colleague, share)


def _maker(officer: Person, at: Organisation, village: Division, name: str) -> Person:
    born = next(_numbers)
    row = ResidentRow(
        name=name, id_number=id_number("19800101", born), division=village.code, cannot_work_away=True,
        household=f"{village.code}-{born}",
    )  # fmt: skip
    resident = registry.take_on(officer.by(), at, row=row)
    kind = SkillKind.objects.get(code="knotting")
    registry.add_skill(officer.by(), resident, kind=kind, level=2)
    registry.record_wish(officer.by(), resident, minutes_a_day=240, home_work=True)
    return Person(resident.user, Resident.objects.get(pk=resident.pk))


def _over(by: Person, place: Division, role: str, name: str) -> Person:
    username = f"{role}{next(_numbers)}"
    given = registry.add_officer(by.by(), place, username=username, name=name, password="", role=role)
    return Person(given.user)


def _at(by: Person, organisation: Organisation, role: str, name: str) -> Person:
    username = f"{role}{next(_numbers)}"
    given = registry.add_staff(by.by(), organisation, username=username, name=name, password="", role=role)
    return Person(given.user)


def card_number() -> str:
    """A card number that checks and that nobody here has named."""
    return bank_card(f"62284803300{next(_numbers):07}")


def person_row(village: Division) -> dict[str, Any]:
    """Somebody who walks in for the first time, as a program writes it."""
    return {"name": "张三妹", "id_number": id_number("19750505", next(_numbers)), "division": village.code}
