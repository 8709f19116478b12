"""The ten days of the knots: from the enquiry, or wherever a visitor left it, to delivered and paid.

Each day is one transaction that also writes down that it was played. Whoever is interrupted plays on from the next
day, and chance comes from the seed and the day alone.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from random import Random

from django.db import transaction
from django.utils.translation import gettext as _

from gongfang.core import clock, jobs, outbox
from gongfang.core.action import By
from gongfang.core.errors import Refused
from gongfang.counties.models import County
from gongfang.database import scope
from gongfang.demo import floor as work
from gongfang.demo.actions import days_played, play_day
from gongfang.demo.agreeing import agree, knot_line
from gongfang.demo.build import KNOTS, live_on
from gongfang.demo.closing import (
    come_after,
    invoice_first,
    pay_out,
    receive_late_fee,
    send,
    settle_fee,
    take_back_rope,
)
from gongfang.demo.floor import Floor
from gongfang.demo.progress import bar
from gongfang.demo.scene import OFFICER, SEED, Scene, day_after, found_again, on
from gongfang.founding import system_user
from gongfang.work.dispatch import actions as dispatch
from gongfang.work.dispatch.caps import rooms
from gongfang.work.dispatch.models import Lot, Offer, PlanRun
from gongfang.work.orders import actions as orders
from gongfang.work.orders.actions import Arrival
from gongfang.work.orders.models import OrderLine
from gongfang.work.orders.queries import left_to_share

DAYS = 10
# Where the knots are made: by how many people, and how many of every hundred knots.
FLOORS = {
    "shuangxi": (46, 30),
    "shuangxi-2": (26, 17),
    "yaochuan": (26, 18),
    "jiuhe": (26, 18),
    "agent-wu": (26, 17),
}
PLANNED = ("shuangxi", "agent-wu")
_SPARE_PERMILLE = 50
_FIRST_ROPE = 60  # of a hundred parts of what was promised: the first delivery came short


def play(slug: str) -> str:
    """Play the days that are left, and say in one sentence how it ended."""
    done = days_played()
    if done >= DAYS:
        return _("%(county)s has been played: the knots are delivered, and everybody is paid.") % {
            "county": slug
        }
    with scope.inside():
        county = County.objects.get(schema_name=slug)
    if not county.demo:
        raise Refused(_("%(county)s is no demo. Only a demo county can be played.") % {"county": slug})
    first = clock.today()
    with bar((DAYS - done) * (len(FLOORS) + 1)) as tell:
        for number in range(done, DAYS):
            day = day_after(first, number - done)
            _play_one(found_again(tell), number, day)
            live_on(county, datetime.combine(day_after(day), time(8), tzinfo=clock.SHANGHAI))
    with clock.shifted(county.clock_shift):
        outbox.tell(at_most=100_000)
        facts = {"county": slug, "day": clock.today(), "pieces": KNOTS}
    return (
        _("%(county)s was played to %(day)s: %(pieces)s knots are delivered, and everybody is paid.") % facts
    )


def _play_one(scene: Scene, number: int, day: date) -> None:
    with transaction.atomic():
        with on(day, 8):
            play_day(By(user=system_user(), via="cli"), None, number=number + 1)
            line = knot_line() or agree(scene)
        _DAYS[number](scene, line, day)
        scene.tell(f"{day:%m-%d}")


def _floors(scene: Scene, line: OrderLine, day: date) -> list[Floor]:
    return [
        Floor(scene, line, key, Random(f"{SEED} {day} {key}"), people)  # noqa: S311 -- the same every time
        for key, (people, _percent) in FLOORS.items()
    ]


# --- the days -------------------------------------------------------------------------------------------------


def _begin(scene: Scene, line: OrderLine, day: date) -> None:
    """Receive the first rope, share the order out, let the first people take theirs, and ask others by a plan."""
    with on(day, 9):
        _receive_rope(scene, line, "L1", _FIRST_ROPE)
        _share_out(scene, line)
    for floor in _floors(scene, line, day):
        with on(day, 10):
            people = floor.workers()
            walk_in = len(people) // 2 if floor.key in PLANNED else len(people)
            if floor.key == "shuangxi":
                _take_for_oneself(scene, floor)
            work.take(floor, work.idle(floor, people[:walk_in]), 100)
            work.hand_out(floor)
        if floor.key in PLANNED:
            with on(day, 14):
                _ask_by_plan(scene, floor)
        scene.tell(floor.body.name)


def _answers(scene: Scene, line: OrderLine, day: date) -> None:
    """Let those who were asked answer: most accept, some not this time, some never look."""
    for floor in _floors(scene, line, day):
        with on(day, 9):
            for offer in _asked(floor):
                _answer(scene, floor, offer)
            work.hand_out(floor)
        _bring_and_inspect(floor, day)
        scene.tell(floor.body.name)


def _run_out(scene: Scene, line: OrderLine, day: date) -> None:
    """Let the offers nobody answered run out, and a bag come back unworked."""
    with on(day, 15):
        over = list(Offer.objects.filter(lot__line=line, stage=Offer.Stage.OPEN, expires_at__lte=clock.now()))
        if over:
            dispatch.expire_offers(By(user=system_user(), via="task"), over)
    for floor in _floors(scene, line, day):
        with on(day, 8, 30):
            if floor.key in ("yaochuan", "agent-wu"):
                work.give_a_bag_back(floor)
        _ordinary(floor, day)
        scene.tell(floor.body.name)


def _second_rope(scene: Scene, line: OrderLine, day: date) -> None:
    """Receive the rest of the rope; at Jiuhe a bag is lost to the rain."""
    with on(day, 8, 30):
        _receive_rope(scene, line, "L2", 100 - _FIRST_ROPE, spare=_SPARE_PERMILLE)
    for floor in _floors(scene, line, day):
        if floor.key == "jiuhe":
            with on(day, 8, 45):
                work.lose_a_bag(floor, "山路遇雨，料包掉进溪里冲走")
        _ordinary(floor, day)
        scene.tell(floor.body.name)


def _first_delivery(scene: Scene, line: OrderLine, day: date) -> None:
    """Send what is accepted so far, and invoice it."""
    _an_ordinary_day(scene, line, day)
    with on(day, 17):
        send(scene, line)
        invoice_first(scene, line, due=day_after(day, 2))


def _an_ordinary_day(scene: Scene, line: OrderLine, day: date) -> None:
    for floor in _floors(scene, line, day):
        _ordinary(floor, day)
        scene.tell(floor.body.name)


def _late_fee(scene: Scene, line: OrderLine, day: date) -> None:
    """Bring in everything that is out; the fee that was due two days ago arrives."""
    for floor in _floors(scene, line, day):
        with on(day, 8, 30):
            work.leave_unissued(floor)
            work.take(floor, floor.workers(), 100)
            work.hand_out(floor)
        _finish(floor, day)
        scene.tell(floor.body.name)
    with on(day, 17):
        receive_late_fee(scene, line)


def _make_up(scene: Scene, line: OrderLine, day: date) -> None:
    """Make again what was rejected or lost, until thirty thousand are accepted."""
    line.refresh_from_db()
    floors = _floors(scene, line, day)
    missing = left_to_share(line)
    with on(day, 8, 30):
        for share in Lot.objects.filter(line=line, parent=None, stage=Lot.Stage.OPEN):
            if share.free:
                missing += share.free
                dispatch.take_back_share(scene.by(OFFICER), share, pieces=share.free)
        if missing:
            floor = floors[0]
            margin = line.fee_hao and _margin(line)
            dispatch.share_out(
                scene.by(OFFICER), line, organisation=floor.body, pieces=missing, margin_hao=margin
            )
            work.take(floor, floor.workers(), 100)
            work.hand_out(floor)
    for floor in floors:
        _finish(floor, day)
        scene.tell(floor.body.name)


def _end(scene: Scene, line: OrderLine, day: date) -> None:
    """Deliver the rest, pay everybody, give back the rope; the morning after two enterprises come by themselves."""
    with on(day, 9):
        send(scene, line)
        settle_fee(scene, line)
    pay_out(scene, day)
    with on(day, 17):
        take_back_rope(scene, line)
        order = orders.close_order(scene.by(OFFICER), line.order)
        # The outbox waits for every older transaction of the server, of other counties too; the ten days do not.
        dispatch.forget_offers(By(user=system_user(), via="task"), order)
    with on(day_after(day), 7, 30):
        come_after(scene)
    for key in FLOORS:
        scene.tell(scene.bodies[key].name)


_DAYS: tuple[Callable[[Scene, OrderLine, date], None], ...] = (
    _begin,
    _answers,
    _run_out,
    _second_rope,
    _first_delivery,
    _an_ordinary_day,
    _an_ordinary_day,
    _late_fee,
    _make_up,
    _end,
)


# --- what the days are made of --------------------------------------------------------------------------------


def _ordinary(floor: Floor, day: date) -> None:
    with on(day, 9):
        free = work.idle(floor, floor.workers())
        work.take(floor, free, 100)
        work.hand_out(floor)
    _bring_and_inspect(floor, day)


def _bring_and_inspect(floor: Floor, day: date) -> None:
    with on(day, 11):
        taken = [*work.bring_mended(floor), *work.bring_in(floor)]
    with on(day, 15):
        work.inspect(floor, taken, strict=True)


def _finish(floor: Floor, day: date) -> None:
    """Everything that is out comes in, and what has to be mended is mended the same day."""
    with on(day, 11):
        taken = [*work.bring_mended(floor), *work.bring_in(floor, everything=True)]
    with on(day, 15):
        work.inspect(floor, taken, strict=False)


def _receive_rope(scene: Scene, line: OrderLine, slip: str, percent: int, *, spare: int = 0) -> None:
    rope = line.order.materials.select_related("material").get()
    if line.order.receipts.filter(number=f"{line.order.number}-{slip}").exists():
        return
    amount = rope.promised * percent // 100 + rope.promised * spare // 1000
    if spare:
        amount = max(amount, rope.promised + rope.promised * spare // 1000 - rope.received)
    orders.receive_material(
        scene.by(OFFICER),
        line.order,
        number=f"{line.order.number}-{slip}",
        rows=[Arrival(rope.material, amount)],
    )


def _share_out(scene: Scene, line: OrderLine) -> None:
    left = left_to_share(line)
    for key, (_people, percent) in FLOORS.items():
        pieces = left * percent // 100
        if pieces:
            dispatch.share_out(
                scene.by(OFFICER),
                line,
                organisation=scene.bodies[key],
                pieces=pieces,
                margin_hao=_margin(line),
            )


def _margin(line: OrderLine) -> int:
    return line.order.quote.margin_hao if line.order.quote else 0


def _take_for_oneself(scene: Scene, floor: Floor) -> None:
    """The three who can log in take theirs on their own page, if they hold none and any is free."""
    for username in ("linxiuying", "zhouguihua", "yangxiaoyu"):
        maker = next((one for one in floor.workers() if one.user_id == scene.users[username].pk), None)
        share = floor.shares().select_related("step").first()
        if not share or not maker or not work.idle(floor, [maker]):
            continue
        pieces = min(100, share.free, rooms([maker], share.step, share.due)[maker.pk].least)
        if pieces:
            dispatch.claim(By(user=scene.users[username], via="page"), share, maker=maker, pieces=pieces)


def _ask_by_plan(scene: Scene, floor: Floor) -> None:
    """Have the free pieces planned, and ask the people the plan names."""
    head = scene.by(scene.users["hewei"] if floor.key == "shuangxi" else scene.users["wujianguo"])
    if not any(share.free for share in floor.shares()):
        return
    job = dispatch.start_plan(head, floor.body)
    jobs.run(job.pk)
    run = PlanRun.objects.get(job=job)
    jobs.run(dispatch.publish_plan(By(user=head.user, via="cli"), run).pk)


def _asked(floor: Floor) -> list[Offer]:
    open_offers = Offer.objects.filter(lot__in=floor.shares(), stage=Offer.Stage.OPEN)
    return list(open_offers.select_related("maker__user").order_by("pk"))


def _answer(scene: Scene, floor: Floor, offer: Offer) -> None:
    draw, user = floor.chance.randrange(10), offer.maker.user
    assert user is not None
    if draw < 7:
        dispatch.accept_offer(By(user=user, via="page"), offer, pieces=min(offer.pieces, 100))
    elif draw < 9:
        dispatch.not_this_time(By(user=user, via="page"), offer)
