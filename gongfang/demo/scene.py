"""Who and what the demo works with while it is built and played, found again in a county that is there already."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from gongfang.core import clock
from gongfang.core.action import By
from gongfang.core.models import User
from gongfang.demo.persons import Crowd
from gongfang.demo.progress import Tell
from gongfang.demo.scenario.organisations import BODIES
from gongfang.registry.people.models import Organisation, Resident, Role, SkillKind
from gongfang.registry.places.models import Division
from gongfang.registry.places.queries import villages_of
from gongfang.work.orders.models import ProductVersion

SEED = 330727
CODE = "330727"
SLUG = "panan"
FIRST_DAY = date(2022, 1, 10)
MORNING = datetime(2022, 11, 7, 8, tzinfo=clock.SHANGHAI)
OFFICER, SECOND_OFFICER, BOOKKEEPER = "wangfang", "liqiang", "luoping"


@dataclass(frozen=True)
class Desk:
    """Who issues and takes in at a workshop or with an agent, and who inspects there."""

    clerk: User
    inspector: User


@dataclass
class Scene:
    """The county as the demo sees it: logins, organisations and products by their names."""

    tell: Tell
    crowd: Crowd = field(default_factory=lambda: Crowd(SEED))
    users: dict[str, User] = field(default_factory=dict)
    bodies: dict[str, Organisation] = field(default_factory=dict)
    desks: dict[str, Desk] = field(default_factory=dict)
    makers: dict[str, list[Resident]] = field(default_factory=dict)
    named: dict[str, int] = field(default_factory=dict)
    versions: dict[str, ProductVersion] = field(default_factory=dict)
    skills: dict[str, SkillKind] = field(default_factory=dict)

    def by(self, who: str | User) -> By:
        """Return somebody at the command line, with a fresh key."""
        return By(user=self.users[who] if isinstance(who, str) else who, via="cli")

    def buyer(self, key: str) -> str:
        """Return the login of somebody who buys for an enterprise."""
        return {"town": "dongzhenhua", "hongyun": "sunli"}.get(key, f"{key}-buyer")

    def villages(self, township: str) -> list[str]:
        """Return the codes of a township's villages."""
        return list(villages_of(township).order_by("code").values_list("code", flat=True))

    def place(self, code: str) -> Division:
        """Return the place an organisation stands in: the first village of a township, or the county."""
        first = villages_of(code).order_by("code").first() if code[6:] != "000000" else None
        return first or Division.objects.get(code=code)


@contextmanager
def on(day: date, hour: int = 9, minute: int = 0) -> Iterator[None]:
    """Be in the county at a time of a day; a second visit of the same hour begins where time stands now."""
    with clock.at(datetime.combine(day, time(hour, minute), tzinfo=clock.SHANGHAI)):
        yield


def day_after(day: date, days: int = 1) -> date:
    """Return the day so many days later."""
    return day + timedelta(days=days)


def found_again(tell: Tell) -> Scene:
    """Find the demo's people and organisations in a county that was built before."""
    scene = Scene(tell)
    scene.users = {user.username: user for user in User.objects.exclude(username__regex=r"^r[0-9]+$")}
    names = {body.name: body.key for body in BODIES}
    scene.bodies = {names[one.name]: one for one in Organisation.objects.filter(name__in=names)}
    newest = ProductVersion.objects.select_related("product").order_by("no")
    scene.versions = {version.product.code: version for version in newest}
    scene.desks = {key: desk for key, one in scene.bodies.items() if (desk := _desk(one))}
    return scene


def _desk(organisation: Organisation) -> Desk | None:
    roles = Role.objects.filter(organisation=organisation, until=None).select_related("user").order_by("pk")
    people = {role.role: role.user for role in reversed(roles)}
    clerk = people.get("clerk") or people.get("agent")
    return Desk(clerk, people["inspector"]) if clerk and "inspector" in people else None
