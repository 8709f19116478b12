"""The two counties a soak happens in: a cluster of its own with fsync on, and a template with everybody in it.

A place is one operator with its workshop, its agent, five makers and their staff; each history has one to itself, so
that a history can be repeated alone. Staff of every other place are the strangers of this one.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import logging
import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from gongfang import embedded
from gongfang.database.roles import OWNER

COUNTIES = (("330727", "panan", "磐安县"), ("530602", "zhaoyang", "昭阳区"))
PLACES = 8
# One a checkout, as the suite's own cluster is, and one soak at a time in it: each sweeps before it begins.
_HERE = hashlib.sha256(str(Path(__file__).resolve()).encode()).hexdigest()[:8]
DATA = Path(tempfile.gettempdir()) / f"gongfang-soak-{os.getuid()}-{_HERE}"
VILLAGE = "330727203216"


@contextmanager
def alone() -> Iterator[None]:
    """Wait until no other soak uses this folder."""
    DATA.mkdir(parents=True, exist_ok=True)
    with (DATA / "soak.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def start() -> embedded.Server:
    """Start the soak's own PostgreSQL and tell Django of it; nothing is connected yet."""
    server = embedded.start(DATA)
    os.environ["GONGFANG_DATA"] = str(DATA)
    os.environ["DATABASE_URL"] = server.url(OWNER, "soak_empty")
    os.environ["DJANGO_SETTINGS_MODULE"] = "gongfang.settings"
    import django

    django.setup()
    from django.utils import translation

    translation.activate("en")
    logging.disable(logging.CRITICAL)  # a killed database is no news here
    # Loaded before anybody is forked: whoever is killed is there again at once.
    from tests.soak import checks, faults, hands  # noqa: F401

    return server


def admin(server: embedded.Server, name: str = "postgres") -> psycopg.Connection:
    return psycopg.connect(**server.params(dbname=name), autocommit=True)


def use(name: str) -> None:
    """Point this process at a database."""
    from django.db import connections

    connections.close_all()
    connections.settings["default"]["NAME"] = name
    connections["default"].settings_dict["NAME"] = name


def fresh(server: embedded.Server) -> str:
    """Copy the template; a history begins where nothing has happened yet."""
    name = f"soak_{uuid.uuid4().hex[:12]}"
    with admin(server) as link:
        made = sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {} STRATEGY file_copy")
        link.execute(made.format(*map(sql.Identifier, (name, template_name(), OWNER))))
    return name


def drop(server: embedded.Server, name: str) -> None:
    with admin(server) as link:
        link.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@cache
def template_name() -> str:
    from gongfang.counties import schemas

    stamp = uuid.uuid5(uuid.NAMESPACE_URL, schemas.fingerprint() + Path(__file__).read_text(encoding="utf-8"))
    return f"soak_template_{stamp.hex[:12]}"


def template(server: embedded.Server) -> dict[str, list[dict[str, Any]]]:
    """Have the template, and return the places of both counties with the numbers of their rows."""
    name, kept = template_name(), DATA / "places.json"
    with admin(server) as link:
        there = link.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        old = link.execute("SELECT datname FROM pg_database WHERE datname LIKE 'soak\\_%'").fetchall()
    for (other,) in old:
        if other != name:
            drop(server, other)
    if not there:
        _make(server, name, kept)
    found: dict[str, list[dict[str, Any]]] = json.loads(kept.read_text(encoding="utf-8"))
    return found


def _make(server: embedded.Server, name: str, kept: Path) -> None:
    from django.db import connections

    from gongfang.counties import schemas
    from gongfang.counties.actions import add_county
    from gongfang.counties.models import County
    from gongfang.database import scope

    draft = f"soak_draft_{uuid.uuid4().hex[:8]}"
    schemas.prepare_cluster(server.params(), name=draft)
    with admin(server) as link:
        link.execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(sql.Identifier(draft)))
    use(draft)
    places = {}
    for code, slug, title in COUNTIES:
        add_county(code, slug, title)
        scope.enter(County.objects.get(schema_name=slug))
        places[slug] = _gather()
        scope.leave()
    connections.close_all()
    with admin(server) as link:
        link.execute(sql.SQL("ALTER DATABASE {} RESET synchronous_commit").format(sql.Identifier(draft)))
        link.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*map(sql.Identifier, (draft, name))))
    kept.write_text(json.dumps(places), encoding="utf-8")


def _gather() -> list[dict[str, Any]]:
    """Let everybody come in through the real verbs."""
    from gongfang.core import clock
    from tests.soak.hands import BEGAN

    with clock.at(BEGAN - timedelta(days=30)):
        return _Gathering().places()


class _Gathering:
    def __init__(self) -> None:
        from gongfang.core.models import User
        from gongfang.registry.people import actions as people
        from gongfang.registry.places.actions import load_divisions
        from gongfang.registry.places.divisions import published
        from gongfang.registry.places.models import Division
        from tests import cast
        from tests.cast import Person

        self.people = people
        system = Person(cast.system_user())
        load_divisions(system.by(via="cli"), None, rows=published("330727"))
        places = {code: Division.objects.get(code=code) for code in (cast.COUNTY, cast.TOWNSHIP, VILLAGE)}
        self.county, self.township, self.village = places.values()
        self.wang = cast._officer(system, self.county, "wang", "王芳", "officer")
        self.users = {"system": system.user, "wang": self.wang.user}
        for who, name, place, role in (
            ("li", "李强", self.county, "officer"),
            ("feng", "冯丽", self.township, "township"),
            ("qian", "钱进", self.county, "auditor"),
            ("ma", "马超", self.village, "steward"),
        ):
            self.users[who] = cast._officer(self.wang, place, who, name, role).user
        self.users["su"] = User.objects.create(username="su", name="苏晴")
        self.enterprise = self._organisation("enterprise", "东阳中国结有限公司")
        self.users["sun"] = cast._staff(self.wang, self.enterprise, "sun", "孙丽", "buyer").user
        self.staff: dict[str, Any] = {}
        self.materials = self._materials()

    def _organisation(self, kind: str, name: str, **facts: Any) -> Any:
        return self.people.add_organisation(self.wang.by(), self.village, kind=kind, name=name, **facts)

    def _materials(self) -> dict[str, Any]:
        from gongfang.work.orders import actions as orders

        by = self.wang.by
        self.skill = self.people.add_skill_kind(by(), None, code="knotting", name="编结")
        return {
            "rope": orders.add_material(by(), None, code="rope", name="红绳", unit_kind="mm"),
            "bead": orders.add_material(by(), None, code="bead", name="木珠", unit_kind="piece"),
            "thread": orders.add_material(by(), None, code="thread", name="缝线", unit_kind="mm"),
            "silk": orders.add_material(
                by(), None, code="silk", name="丝线", unit_kind="mm", tracking="batch"
            ),
            "shell": orders.add_material(by(), None, code="shell", name="贝扣", unit_kind="piece"),
        }

    def places(self) -> list[dict[str, Any]]:
        made = [self._place(number) for number in range(PLACES)]
        strangers = {}
        for number, place in enumerate(made):
            other = made[number - 1]["users"]
            strangers = {f"{who}_elsewhere": other[who] for who in ("chen", "wu", "luo")}
            place["users"] |= {**strangers, "maker_elsewhere": other["m0"]}
        return made

    def _place(self, number: int) -> dict[str, Any]:
        orgs = {
            "O": self._organisation("cooperative", f"来料加工合作社{number}", is_operator=True),
            "W": self._organisation("workshop", f"共富工坊{number}", category="supplied"),
            "A": self._organisation("agent", f"经纪人{number}"),
        }
        users = {who: user.pk for who, user in {**self.users, **self._staff(number % 2, orgs)}.items()}
        makers = {f"m{n}": self._maker(number * 5 + n, orgs["W" if n < 3 else "A"]) for n in range(5)}
        self.people.add_skills(self.wang.by(), list(makers.values()), kind=self.skill)
        users |= {who: maker.user_id for who, maker in makers.items()}
        pks = {
            name: row.pk for name, row in {**orgs, **makers, **self.materials, "E": self.enterprise}.items()
        }
        return {
            "pks": pks,
            "users": {who: str(pk) for who, pk in users.items()},
            **self._product(number, orgs["O"]),
        }

    def _staff(self, team: int, orgs: dict[str, Any]) -> dict[str, Any]:
        """Two teams take turns, so that the people next door are real people with real roles elsewhere."""
        from tests import cast

        roles = (
            ("he", "W", "manager"), ("chen", "W", "clerk"), ("zhao", "W", "inspector"),
            ("wu", "A", "agent"), ("jiang", "A", "inspector"), ("luo", "O", "manager"),
        )  # fmt: skip
        for who, org, role in roles:
            name = f"{who}{team}"
            if name not in self.staff:
                self.staff[name] = cast._staff(self.wang, orgs[org], name, f"职员{name}", role).user
            else:
                self.people.give_role(self.wang.by(), orgs[org], user=self.staff[name], role=role)
        return {who: self.staff[f"{who}{team}"] for who, _org, _role in roles}

    def _maker(self, number: int, org: Any) -> Any:
        from tests import cast

        row = cast.rows(1, start=number, division=VILLAGE)[0]
        maker = self.people.take_on(self.wang.by(), org, row=row)
        self.people.record_wish(self.wang.by(), maker, minutes_a_day=480)
        return maker

    def _product(self, number: int, operator: Any) -> dict[str, Any]:
        from datetime import date

        from gongfang.work.orders import actions as orders
        from tests.soak.model import CONTRACT, PRODUCTS

        versions = {name: self._version(f"{name}{number}", steps) for name, steps in PRODUCTS.items()}
        rows = {step.name: step.pk for version in versions.values() for step in version.steps.all()}
        facts: dict[str, Any] = {"number": f"磐工 {number}", "signed_on": date(2022, 9, 8)}
        facts |= {"pieces": CONTRACT, "overdraw": "refuse"}
        contract = orders.sign_contract(self.wang.by(), operator, enterprise=self.enterprise, **facts)
        return {
            "versions": {name: version.pk for name, version in versions.items()},
            "steps": rows,
            "contract": contract.pk,
        }

    def _version(self, code: str, steps: tuple[str, ...]) -> Any:
        """How a product is made, what each step earns, and its sample, sealed by both sides."""
        from datetime import date

        from gongfang.work.orders import actions as orders
        from tests.cast import Person
        from tests.soak.model import FIRST_RATES

        by = self.wang.by
        product = orders.add_product(by(), None, code=code, name=code)
        version = orders.publish_version(by(), product, steps=[self._work(name) for name in steps])
        for step in version.steps.all():
            hao = FIRST_RATES[step.name]
            orders.set_rate(by(), step, hao=hao, valid_from=date(2022, 1, 1), document="2022 年工价表")
        sample = orders.make_sample(by(), self.enterprise, version=version)
        orders.approve_sample_for_enterprise(Person(self.users["sun"]).by(), sample)
        orders.approve_sample_for_centre(Person(self.users["li"]).by(), sample)
        return version

    def _work(self, name: str) -> Any:
        from gongfang.work.orders.actions import Ingredient, Work
        from tests.soak.model import BAG, COUNTED, OFFCUTS, OURS, RECIPES, THREAD_HAO

        recipe = [
            Ingredient(
                self.materials[mat],
                amount,
                ownership="ours" if mat == OURS else "enterprise",
                value_hao_per_1000=THREAD_HAO * 1000 if mat == OURS else 0,
                policy="flexible" if mat == COUNTED else "strict",
                offcut=OFFCUTS.get((name, mat), 0),
            )
            for mat, amount in RECIPES[name].items()
        ]
        caps: dict[str, Any] = {"pieces_cap": 1_000_000, "material_cap_hao": 10**12}
        return Work(name=name, recipe=recipe, skill=self.skill, standard_seconds=120, bag_pieces=BAG, **caps)


def sweep(server: embedded.Server) -> None:
    """Take away the copies of this run; the template stays for the next."""
    with admin(server) as link:
        rows = link.execute(
            "SELECT datname FROM pg_database WHERE datname ~ '^soak_[0-9a-f]{12}$'"
        ).fetchall()
    for (name,) in rows:
        drop(server, name)
