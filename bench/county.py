"""A real county to measure on: 72,586 residents and 100,000 bags in every stage, made by the rooms' own verbs.

It grows out of the demo county, so that its accounts can log in. Chance comes from a seed; the county is kept in the
bench's own data folder, so that a second run starts at once. `python -m bench.county` builds and reconciles it.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count, cycle
from pathlib import Path
from typing import TYPE_CHECKING

from gongfang.cli.place import inside

if TYPE_CHECKING:
    from gongfang.counties.models import County
    from gongfang.demo.persons import Crowd
    from gongfang.demo.scene import Scene
    from gongfang.registry.people.models import Resident
    from gongfang.registry.people.rows import ResidentRow
    from gongfang.work.orders.models import OrderLine
    from gongfang.work.piecework.actions import Verdict
    from gongfang.work.piecework.models import Bag, HandIn

EDITION = "1"  # another one when the county is built otherwise, so that a kept one is built anew
SLUG, SEED = "panan", 72_586
RESIDENTS, BAGS, ORDERS = 72_586, 100_000, 194
NEW_WORKSHOPS, MAKERS, WISHING = 25, 120, 40
FIRST, LAST = date(2022, 4, 8), date(2022, 11, 4)
A_SHEET, A_ROSTER = 300, 2_000
# How far the last orders have come on the morning everything is measured; all before them are over.
UNFINISHED = ("inspected",) * 8 + ("waiting",) * 6 + ("out",) * 10 + ("packed",) * 6
PAYDAYS = ((5, 31), (6, 30), (7, 31), (8, 31), (9, 30), (10, 31))


def folder() -> Path:
    """Return the bench's own data folder; GONGFANG_BENCH_DATA names another."""
    usual = Path(tempfile.gettempdir()) / f"gongfang-bench-{os.getuid()}"
    return Path(os.environ.get("GONGFANG_BENCH_DATA") or usual)


def ready() -> Path:
    """Return the data folder with the county in it, building it when it is missing or was built by other code."""
    where = folder()
    os.environ["GONGFANG_DATA"] = str(where)
    done = where / "county-is-built"
    if not done.exists() or done.read_text() != EDITION:
        where.mkdir(parents=True, exist_ok=True)
        done.unlink(missing_ok=True)
        _build()
        done.write_text(EDITION)
    return where


def _build() -> None:
    from gongfang.cli.place import database

    with database():
        from django.db import connection

        from gongfang.counties.actions import remove_county
        from gongfang.counties.models import County
        from gongfang.database import scope
        from gongfang.demo.build import build, live_on
        from gongfang.demo.progress import bar
        from gongfang.demo.scene import MORNING, found_again

        for old in County.objects.filter(schema_name=SLUG):
            remove_county(old)
        county = build(SLUG)
        with bar(NEW_WORKSHOPS + ORDERS + 2 * len(PAYDAYS) + 2) as tell:
            _grow(found_again(tell))
        live_on(county, MORNING)
        scope.enter(county)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as autovacuum would have done long ago


def _grow(scene: Scene) -> None:
    """Fill the county up: people, workshops, orders, money."""
    from gongfang.demo.scene import on

    _find_makers(scene)
    with on(date(2022, 4, 1)):
        keys = _open_workshops(scene)
        _fill_register(scene)
    _make_orders(scene, [*keys, *_of_knots()])
    _pay(scene)
    with on(LAST):
        _wish(scene, keys)


def _of_knots() -> list[str]:
    from gongfang.demo.scenario.history import OF_KNOTS

    return list(OF_KNOTS)


def _find_makers(scene: Scene) -> None:
    from gongfang.registry.people.queries import makers_of

    for key in scene.desks:
        scene.makers[key] = list(makers_of(scene.bodies[key]))


# --- people and workshops --------------------------------------------------------------------------------------


def _open_workshops(scene: Scene) -> list[str]:
    """Open workshops and agents all over the county, with desks and makers who have a card."""
    from gongfang.demo import settling
    from gongfang.demo.scenario.organisations import Body
    from gongfang.demo.scene import OFFICER, Desk
    from gongfang.oversight.codes import KNOTTING
    from gongfang.pay import actions as pay
    from gongfang.registry.people import actions as people
    from gongfang.registry.people.models import SkillKind

    knotting = SkillKind.objects.get(code=KNOTTING)
    places, drawn = cycle(_townships()), _drawn(scene)
    keys = []
    for number in range(NEW_WORKSHOPS):
        key, kind = f"bench-{number}", "agent" if number % 5 == 4 else "workshop"
        body = Body(key, f"{number + 1}号来料加工点", kind, next(places), date(2021, 6, 1), _category(kind))
        scene.bodies[key] = settling.open_body(scene, body, 200 + number)
        pay.set_account(
            scene.by(OFFICER), scene.bodies[key], number=f"20100044{number:010}", bank="磐安农商银行"
        )
        clerk = settling.staff(scene, key, "agent" if kind == "agent" else "clerk")
        if kind == "workshop":
            settling.staff(scene, key, "manager")
        scene.desks[key] = Desk(clerk, settling.staff(scene, key, "inspector"))
        made = settling.add_people(scene, [next(drawn) for _person in range(MAKERS)])
        people.join_workshop(scene.by(OFFICER), scene.bodies[key], residents=made)
        people.add_skills(scene.by(OFFICER), made, kind=knotting)
        _give_cards(scene, made)
        scene.makers[key] = made
        scene.tell(body.name)
        keys.append(key)
    return keys


def _category(kind: str) -> str:
    return "supplied" if kind == "workshop" else ""


def _give_cards(scene: Scene, people: Sequence[Resident]) -> None:
    from gongfang.demo.persons import card_number
    from gongfang.demo.scene import OFFICER
    from gongfang.registry.people import actions
    from gongfang.registry.people.actions import CardRow

    carded = [person for place, person in enumerate(people) if place % 60 != 1]
    cards = [
        CardRow(
            resident_id=one.pk,
            number=card_number(one.pk),
            bank="磐安农商银行",
            holder_name=one.name.reveal(),
        )
        for one in carded
    ]
    actions.set_bank_accounts(scene.by(OFFICER), carded, rows=cards)


def _townships() -> list[str]:
    from gongfang.registry.places.models import Division

    return list(Division.objects.filter(level="township").order_by("code").values_list("code", flat=True))


def _drawn(scene: Scene) -> Iterator[ResidentRow]:
    """Draw people without end: every village, every age, somebody new each time."""
    from gongfang.demo.persons import id_number
    from gongfang.registry.people.rows import ResidentRow
    from gongfang.registry.places.models import Division

    chance = random.Random(SEED + RESIDENTS)
    names = _names(scene.crowd)
    villages = list(Division.objects.filter(level="village").order_by("code").values_list("code", flat=True))
    for number in count():
        home = number // 3
        born = date.fromordinal(date(1946, 1, 1).toordinal() + number * 7919 % 21_900)
        yield ResidentRow(
            name=names[number % len(names)],
            id_number=id_number(born, 960 + number // 21_900 * 2 + chance.randrange(2)),
            division=villages[home % len(villages)],
            phone=f"199{number:08}" if born.year > 1957 else "",
            household=f"{villages[home % len(villages)]}-B{home:05}",
            status="low_income" if home % 8 == 0 else "",
            cannot_work_away=chance.randrange(100) < 30,
            capacity="full" if born.year > 1957 else "partial",
        )


def _names(crowd: Crowd) -> list[str]:
    return [crowd.name() for _name in range(4_001)]


def _fill_register(scene: Scene) -> None:
    """Bring the rest of the county into the register, roster by roster."""
    from gongfang.demo import settling
    from gongfang.registry.people.models import Resident

    drawn = _drawn(scene)
    for _person in range(NEW_WORKSHOPS * MAKERS):
        next(drawn)
    while missing := RESIDENTS - Resident.objects.count():
        settling.add_people(scene, [next(drawn) for _person in range(min(missing, A_ROSTER))])
    scene.tell("register")


def _wish(scene: Scene, keys: Sequence[str]) -> None:
    """Ask at every desk who would like more work."""
    from gongfang.registry.people import actions

    for key in keys:
        clerk = scene.desks[key].clerk
        for person in scene.makers[key][:WISHING]:
            actions.record_wish(scene.by(clerk), person, pieces_a_week=150, minutes_a_day=180, home_work=True)
    scene.tell("wishes")


# --- orders ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Order:
    """One order of many: what, for whom, when, by which workshops, and how far it has come."""

    number: str
    product: str
    buyer: str
    operator: str
    ordered: date
    reach: str

    def day(self, days: int) -> date:
        """Return a day of the order's life, none of them in the future."""
        return min(date.fromordinal(self.ordered.toordinal() + days), date(2022, 11, 6))


def _orders() -> list[Order]:
    days = (LAST - FIRST).days
    reaches = ("over",) * (ORDERS - len(UNFINISHED)) + UNFINISHED
    return [
        Order(
            number=f"DD-2022-{number:03}",
            product=("fu-knot", "pan-chang")[
                number // 18 % 2
            ],  # nobody holds two of one, which is over a cap
            buyer=("town", "yaoxiang", "mingshi", "jieqing", "hongyun")[number % 5],
            operator=("cooperative", "company")[number // 2 % 2],
            ordered=date.fromordinal(FIRST.toordinal() + days * number // ORDERS),
            reach=reach,
        )
        for number, reach in enumerate(reaches)
    ]


def _make_orders(scene: Scene, keys: Sequence[str]) -> None:
    """Let every order go its way, each with a chance of its own."""
    from django.db import transaction

    from gongfang.work.piecework.models import Bag

    desks, each = cycle(keys), _shares(BAGS - Bag.objects.count())
    for order, bags in zip(_orders(), each, strict=True):
        takes = _takers(scene, desks, bags)
        with transaction.atomic():
            _make(scene, order, takes, random.Random(f"{SEED} {order.number}"))
        scene.tell(f"{order.number} {order.reach}")


def _shares(bags: int) -> list[int]:
    """Divide the bags evenly over the orders, to the last one."""
    return [bags * (number + 1) // ORDERS - bags * number // ORDERS for number in range(ORDERS)]


def _takers(scene: Scene, desks: Iterator[str], bags: int) -> dict[str, list[tuple[int, int]]]:
    """Say who takes how many bags: two each, at as many desks in turn as it needs."""
    takes: dict[str, list[tuple[int, int]]] = {}
    while bags > 0:
        key = next(desks)
        rows = []
        for maker in scene.makers[key]:
            if bags > 0:
                rows.append((maker.pk, min(2, bags)))
                bags -= 2
        takes[key] = rows
    return takes


def _make(scene: Scene, order: Order, takes: dict[str, list[tuple[int, int]]], chance: random.Random) -> None:
    size = {"fu-knot": 150, "pan-chang": 75}[order.product]
    line = _place(scene, order, size * sum(bags for rows in takes.values() for _maker, bags in rows))
    for key, rows in takes.items():
        _at_desk(scene, order, line, key, [(maker, bags * size) for maker, bags in rows], chance)
    if order.reach == "over":
        _finish(scene, order, line, chance)


def _place(scene: Scene, order: Order, pieces: int) -> OrderLine:
    from gongfang.demo.making import seal_sample
    from gongfang.demo.scenario.products import BY_CODE
    from gongfang.demo.scene import OFFICER, on
    from gongfang.work.orders import actions as orders
    from gongfang.work.orders.actions import Arrival
    from gongfang.work.orders.models import Contract

    enterprise, operator = scene.bodies[order.buyer], scene.bodies[order.operator]
    with on(order.ordered):
        seal_sample(scene, scene.versions[order.product], order.buyer)
        contract = Contract.objects.filter(enterprise=enterprise, operator=operator).first()
        contract = contract or orders.sign_contract(
            scene.by(OFFICER),
            operator,
            enterprise=enterprise,
            number=f"HT-{order.number}",
            signed_on=order.ordered,
        )
        placed = orders.open_order(scene.by(OFFICER), contract, due=_due(order), number=order.number)
        orders.add_line(
            scene.by(OFFICER), placed, version=scene.versions[order.product], pieces=pieces,
            fee_hao=BY_CODE[order.product].fee, under_permille=30,
        )  # fmt: skip
        orders.place_order(scene.by(OFFICER), placed)
        came = [Arrival(row.material, row.promised) for row in placed.materials.select_related("material")]
        orders.receive_material(scene.by(OFFICER), placed, number=f"{order.number}-L1", rows=came)
    return placed.lines.get()


def _due(order: Order) -> date:
    return date.fromordinal(order.ordered.toordinal() + 20)


def _at_desk(
    scene: Scene, order: Order, line: OrderLine, key: str, rows: list[tuple[int, int]], chance: random.Random
) -> None:
    """Share out, let people take, hand out, take in and inspect, as far as the order has come."""
    from gongfang.demo.scenario.products import BY_CODE
    from gongfang.demo.scene import OFFICER, on
    from gongfang.work.dispatch import actions as dispatch
    from gongfang.work.dispatch.actions import ClaimRow
    from gongfang.work.piecework import actions as piecework

    desk, body = scene.desks[key], scene.bodies[key]
    with on(order.day(1)):
        share = dispatch.share_out(
            scene.by(OFFICER),
            line,
            organisation=body,
            pieces=sum(pieces for _maker, pieces in rows),
            margin_hao=BY_CODE[order.product].margin,
        )
        claims = [ClaimRow(maker_id=maker, pieces=pieces) for maker, pieces in rows]
        lots = dispatch.claim_many(scene.by(desk.clerk), share, rows=claims, signed=f"领料单 {order.number}")
        bags = piecework.pack_bags(scene.by(desk.clerk), lots)
        if order.reach == "packed":
            return
        for sheet in _sheets(bags):
            piecework.issue_bags(scene.by(desk.clerk), sheet)
    for sheet in _sheets(bags):
        _bring_in(scene, order, key, sheet, chance)


def _bring_in(scene: Scene, order: Order, key: str, bags: Sequence[Bag], chance: random.Random) -> None:
    from gongfang.demo.scene import on
    from gongfang.work.piecework import actions as piecework
    from gongfang.work.piecework.actions import HandInRow

    desk = scene.desks[key]
    brought = list(bags) if order.reach != "out" else [bag for bag in bags if chance.randrange(3) == 0]
    share = 1 if order.reach != "out" else 3
    rows = [HandInRow(bag_id=bag.pk, pieces=bag.pieces // share) for bag in brought]
    if not brought:
        return
    with on(order.day(8), 9):
        taken = piecework.hand_in(scene.by(desk.clerk), brought, rows=rows)
    if order.reach != "waiting":
        with on(order.day(8), 15):
            verdicts = [_verdict(order, hand_in, chance) for hand_in in taken]
            piecework.inspect(scene.by(desk.inspector), taken, rows=verdicts)


def _verdict(order: Order, hand_in: HandIn, chance: random.Random) -> Verdict:
    """Most is good; one bag in fourteen has a few pieces that are not, and the last orders' are being mended."""
    from gongfang.demo.making import good_readings
    from gongfang.demo.scenario.history import REASONS
    from gongfang.demo.scenario.products import BY_CODE
    from gongfang.work.piecework.actions import Verdict

    bad = chance.randint(1, 4) if chance.randrange(14) == 0 else 0
    mend = bad if order.reach != "over" else 0
    return Verdict(
        hand_in_id=hand_in.pk,
        accepted=hand_in.pieces - bad,
        rework=mend,
        rejected=bad - mend,
        reason=chance.choice(REASONS) if bad else "",
        readings=good_readings(BY_CODE[order.product]),
    )


def _finish(scene: Scene, order: Order, line: OrderLine, chance: random.Random) -> None:
    """Deliver, invoice, receive most fees, close."""
    from gongfang.demo.scene import OFFICER, SECOND_OFFICER, on
    from gongfang.work.orders import actions as orders
    from gongfang.work.piecework import actions as piecework

    with on(order.day(10)):
        line.refresh_from_db()
        slip = piecework.deliver(scene.by(OFFICER), line, pieces=line.accepted, carrier="磐安邮政")
        piecework.sign_delivery(scene.by(OFFICER), slip, signed_by="收货人")
        bill = orders.invoice(scene.by(OFFICER), line.order, number=f"FP-{order.number}", due=order.day(25))
        orders.close_order(scene.by(OFFICER), line.order)
    if chance.randrange(20):
        with on(order.day(20)):
            orders.receive_fee(
                scene.by(SECOND_OFFICER), bill, amount_hao=bill.amount_hao, received_on=order.day(20),
                document=f"进账单 {order.number}",
            )  # fmt: skip


def _sheets(rows: Sequence[Bag]) -> Iterator[list[Bag]]:
    for first in range(0, len(rows), A_SHEET):
        yield list(rows[first : first + A_SHEET])


# --- money -----------------------------------------------------------------------------------------------------


def _pay(scene: Scene) -> None:
    """Pay everybody month by month; the last payday's slips are drawn and still open."""
    from gongfang.demo.money import hand_over_cash, prepare
    from gongfang.demo.scene import OFFICER, day_after, on
    from gongfang.pay import actions as pay

    keepers = {"cooperative": "luoping", "company": "company-manager"}
    for month, day in PAYDAYS:
        for operator, keeper in keepers.items():
            payday = date(2022, month, day)
            if payday == date(2022, *PAYDAYS[-1]):
                with on(payday):
                    pay.draw_up_slips(scene.by(keeper), scene.bodies[operator])
            else:
                with on(payday):
                    batch = prepare(scene, operator)
                    pay.approve_batch(scene.by(OFFICER), batch)
                    pay.mark_sent(scene.by(keeper), batch)
                with on(day_after(payday)):
                    pay.confirm_payouts(scene.by(keeper), batch)
                    hand_over_cash(scene, operator, batch)
            scene.tell(f"{payday} {operator}")


# --- by itself -------------------------------------------------------------------------------------------------


def live_again(county: County) -> None:
    """Bring a kept county back to the morning it was built for."""
    from gongfang.demo.build import live_on
    from gongfang.demo.scene import MORNING

    live_on(county, MORNING)


def main() -> None:
    """Build the county, count it, and have every balance worked out once more."""
    began = time.monotonic()
    ready()
    with inside(SLUG) as county:
        from gongfang.ledger.models import Transfer
        from gongfang.ledger.reconcile import reconcile
        from gongfang.registry.people.models import Resident
        from gongfang.work.piecework.models import Bag

        live_again(county)
        rows = {"residents": Resident, "bags": Bag, "transfers": Transfer}
        print(f"ready in {time.monotonic() - began:.0f} s")
        for name, table in rows.items():
            print(f"{table.objects.count():,} {name}")  # type: ignore[attr-defined]
        began, report = time.monotonic(), reconcile()
        print(f"{len(report.differences)} differences, found in {time.monotonic() - began:.1f} s")
        sys.exit(bool(report.differences))


if __name__ == "__main__":
    main()
