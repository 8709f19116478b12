"""The county's organisations and people: who opened what, who works at which desk, who lives where and makes what."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from gongfang.core.models import User
from gongfang.demo.accounts import BY_NAME, PASSWORD
from gongfang.demo.persons import Kind, card_number, credit_code
from gongfang.demo.scenario.history import OF_KNOTS, OF_PARTS, PAST
from gongfang.demo.scenario.organisations import (
    BODIES,
    COUNTY,
    EMPLOYERS,
    KNOT_TOWNSHIPS,
    SHUANGXI,
    Body,
)
from gongfang.demo.scenario.products import BY_CODE
from gongfang.demo.scene import OFFICER, Desk, Scene
from gongfang.oversight.codes import KNOTTING
from gongfang.registry.people import actions
from gongfang.registry.people.actions import CardRow
from gongfang.registry.people.models import Organisation, Resident
from gongfang.registry.people.rows import ResidentRow
from gongfang.registry.places.models import Division

LOW_INCOME, OTHERS = 88, 22  # makers of knots at each of the twelve workshops and agents
PARTS = 300  # makers of other things at each of their workshops
HIRED = 205  # people each employer has hired
NO_CARD = 60  # one in so many has no card and is paid in cash
NAMED = ("linxiuying", "zhouguihua", "yangxiaoyu")

_POOR = Kind(date(1953, 1, 1), date(2003, 12, 31), 82, status="low_income", stays=70)
_KNOTTER = Kind(date(1962, 1, 1), date(1999, 12, 31), 90, stays=40)
_HIRED = Kind(date(1963, 1, 1), date(2002, 12, 31), 58, stays=25)
_CODES = {"government": "11", "cooperative": "93"}
_HOME = {
    "hewei": "shuangxi", "chenjing": "shuangxi", "zhaomin": "shuangxi", "wujianguo": "agent-wu",
    "luoping": "cooperative", "sunli": "hongyun", "dongzhenhua": "town",
}  # fmt: skip


# --- organisations and their desks ----------------------------------------------------------------------------


def open_bodies(scene: Scene) -> None:
    """Open the organisations, with somebody at every desk."""
    for username, place in (
        ("liqiang", COUNTY), ("fengli", SHUANGXI), ("qianjin", COUNTY), ("machao", SHUANGXI),
    ):  # fmt: skip
        account = BY_NAME[username]
        _at_place(scene, place, username, account.name, PASSWORD, account.role)
    for township in KNOT_TOWNSHIPS[1:]:
        _at_place(scene, township, f"township-{township[6:9]}", scene.crowd.name(), "", "township")
    for number, body in enumerate(BODIES, start=1):
        scene.bodies[body.key] = open_body(scene, body, number)
    for username, key in _HOME.items():
        account = BY_NAME[username]
        staff(scene, key, account.role, username=username, name=account.name, password=PASSWORD)
    _open_desks(scene)


def open_body(scene: Scene, body: Body, number: int) -> Organisation:
    """Open one organisation, as the county centre does."""
    return actions.add_organisation(
        scene.by(OFFICER),
        scene.place(body.place),
        kind=body.kind,
        name=body.name,
        credit_code="" if body.kind == "agent" else credit_code(number, kind=_CODES.get(body.kind, "91")),
        category=body.category,
        opened_on=body.opened_on,
        is_operator=body.signs,
        phone=f"0579-8466{number:04}",
    )


def staff(
    scene: Scene, key: str, role: str, *, username: str = "", name: str = "", password: str = ""
) -> User:
    """Give an organisation somebody in a role, with a login."""
    username = username or f"{key}-{role}"
    given = actions.add_staff(
        scene.by(OFFICER), scene.bodies[key], username=username, name=name or scene.crowd.name(),
        password=password, role=role,
    )  # fmt: skip
    scene.users[username] = given.user
    return given.user


def _at_place(scene: Scene, place: str, username: str, name: str, password: str, role: str) -> None:
    division = Division.objects.get(code=place)
    given = actions.add_officer(
        scene.by(OFFICER), division, username=username, name=name, password=password, role=role
    )
    scene.users[username] = given.user


def _open_desks(scene: Scene) -> None:
    scene.desks["shuangxi"] = Desk(scene.users["chenjing"], scene.users["zhaomin"])
    for key in (*OF_KNOTS[1:], *OF_PARTS):
        agency = key.startswith("agent-")
        clerk = (
            scene.users["wujianguo"]
            if key == "agent-wu"
            else staff(scene, key, "agent" if agency else "clerk")
        )
        if not agency:
            staff(scene, key, "manager")
        scene.desks[key] = Desk(clerk, staff(scene, key, "inspector"))
    staff(scene, "company", "manager")
    for key in ("yaoxiang", "mingshi", "jieqing"):
        staff(scene, key, "buyer")


# --- people ---------------------------------------------------------------------------------------------------


def settle_people(scene: Scene) -> None:
    """Write everybody who makes into the register, with a login, a skill and their own card."""
    for body in BODIES:
        if body.key in OF_KNOTS:
            rows = scene.crowd.draw(LOW_INCOME, _POOR, scene.villages(body.place))
            rows += scene.crowd.draw(OTHERS, _KNOTTER, scene.villages(body.place))
            named = _named(scene) if body.key == "shuangxi" else []
            _take_on(scene, body.key, [*named, *add_people(scene, rows)], KNOTTING)
        elif body.key in OF_PARTS:
            people = add_people(scene, scene.crowd.draw(PARTS, _KNOTTER, scene.villages(body.place)))
            _take_on(scene, body.key, people, _skill_at(body.key))


def hire(scene: Scene) -> None:
    """Let the employers hire people of their township."""
    for body in EMPLOYERS:
        people = add_people(scene, scene.crowd.draw(HIRED, _HIRED, scene.villages(body.place)))
        terms = {
            "organisation": scene.bodies[body.key],
            "kind": "employment",
            "document": "劳动合同 2022 年版",
        }
        actions.agree_terms_many(scene.by(OFFICER), people, **terms)  # type: ignore[arg-type]
        scene.tell(body.name)


def add_people(scene: Scene, rows: Sequence[ResidentRow]) -> list[Resident]:
    """Write people into the register, as a roster does."""
    return actions.add_residents(scene.by(OFFICER), Division.objects.get(code=COUNTY), rows=rows)


def _take_on(scene: Scene, key: str, people: list[Resident], skill: str) -> None:
    actions.join_workshop(scene.by(OFFICER), scene.bodies[key], residents=people)
    actions.add_skills(scene.by(OFFICER), people, kind=scene.skills[skill])
    carded = [person for place, person in enumerate(people) if place % NO_CARD != 1]
    actions.set_bank_accounts(scene.by(OFFICER), carded, rows=[_card(person) for person in carded])
    scene.makers[key] = people
    scene.tell(scene.bodies[key].name)


def _card(person: Resident) -> CardRow:
    name = person.name.reveal()
    return CardRow(
        resident_id=person.pk, number=card_number(person.pk), bank="磐安农商银行", holder_name=name
    )


def _skill_at(key: str) -> str:
    return next(BY_CODE[past.product].skill for past in PAST if key in past.sharers)


def _named(scene: Scene) -> list[Resident]:
    """The three makers one can log in as, and the children of one of them."""
    village = scene.villages(SHUANGXI)[0]
    home, old, young = (scene.crowd.household(village) for _name in range(3))
    poor = {"division": village, "status": "low_income", "cannot_work_away": True}
    mother, grandmother, daughter, *_children = add_people(
        scene,
        [
            _row(scene, "林秀英", date(1984, 8, 15), household=home, phone=scene.crowd.phone(), **poor),
            _row(scene, "周桂花", date(1952, 3, 2), household=old, capacity="partial", **poor),
            _row(scene, "杨晓雨", date(2004, 2, 18), household=young, phone=scene.crowd.phone(), **poor),
            *(
                _row(scene, name, born, household=home, division=village, capacity="none")
                for name, born in (
                    ("杨梓萱", date(2010, 5, 6)), ("杨梓涵", date(2013, 9, 21)), ("杨梓轩", date(2017, 1, 9)),
                )
            ),
        ],
    )  # fmt: skip
    makers = [mother, grandmother, daughter]
    for username, person in zip(NAMED, makers, strict=True):
        enrolled = actions.enrol_user(scene.by(OFFICER), person, username=username, password=PASSWORD)
        assert enrolled.user is not None
        scene.users[username], scene.named[username] = enrolled.user, person.pk
    return makers


def _row(scene: Scene, name: str, born: date, **facts: object) -> ResidentRow:
    number = scene.crowd.id_number(born, woman=name != "杨梓轩")
    return ResidentRow(name=name, id_number=number, **facts)  # type: ignore[arg-type]
