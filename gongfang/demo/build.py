"""Building the demo county: Pan'an on the morning the order of knots arrives, history included, by actions alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from django.db import transaction

from gongfang.core import outbox
from gongfang.core.action import By
from gongfang.counties.actions import remove_county
from gongfang.counties.models import County
from gongfang.database import scope
from gongfang.demo import making, money, settling
from gongfang.demo.accounts import BY_NAME, PASSWORD
from gongfang.demo.progress import bar
from gongfang.demo.scenario.history import OF_KNOTS, OF_PARTS, PAST
from gongfang.demo.scenario.organisations import EMPLOYERS
from gongfang.demo.scene import CODE, FIRST_DAY, MORNING, OFFICER, SLUG, Scene, day_after, found_again, on
from gongfang.founding import found_county, system_user
from gongfang.ledger.actions import sign_checkpoint
from gongfang.registry.people import actions as people
from gongfang.work.orders import actions as orders

KNOTS, DAYS = 30_000, 10
WISHING = {"shuangxi": 60, "shuangxi-2": 30, "yaochuan": 30, "jiuhe": 30, "agent-wu": 36}
_WISHES = ((60, 120), (100, 180), (150, 240), (240, 240))  # pieces a week, minutes a day


def is_missing() -> bool:
    """Say whether there is no county at all, or only a demo that was interrupted while it was built."""
    return not County.objects.exists() or _unfinished(SLUG) is not None


def build(slug: str = SLUG) -> County:
    """Make the demo county; one that was interrupted is made anew. Raises `Refused` when the county is there."""
    _clear(slug)
    with bar(_steps()) as tell:
        with on(FIRST_DAY):
            county, _password = found_county(
                CODE, slug, officer=OFFICER, officer_name=BY_NAME[OFFICER].name, password=PASSWORD, demo=True
            )
        with transaction.atomic():
            populate(found_again(tell))
        with on(day_after(MORNING.date(), -1), 23):
            outbox.tell(at_most=100_000)
            sign_checkpoint(By(user=system_user(), via="cli"), day_after(MORNING.date(), -1))
    return live_on(county, MORNING)


def populate(scene: Scene) -> None:
    """Fill the current county with a year of people, orders and pay, and let the knots be asked for."""
    with on(date(2022, 1, 12)):
        settling.open_bodies(scene)
        money.open_accounts(scene)
    with on(date(2022, 3, 14)):
        making.publish_products(scene)
        settling.settle_people(scene)
    with on(date(2022, 4, 6)):
        settling.hire(scene)
    with on(date(2022, 7, 20)):
        making.sign_frame(scene)
    making.make_all(scene)
    money.pay_all(scene)
    with on(date(2022, 11, 4)):
        _wish(scene)
    with on(MORNING.date(), 7, 40):
        ask_for_knots(scene)


def ask_for_knots(scene: Scene) -> None:
    """Let the enterprise ask for its thirty thousand knots."""
    orders.enquire(
        scene.by("sunli"),
        scene.bodies["hongyun"],
        product="同心结（大红，5号绳）",
        pieces=KNOTS,
        due=day_after(MORNING.date(), DAYS),
        note="绳子由我方提供，绳头留7厘米。十天内能否交齐？请先寄样品。",
    )


def live_on(county: County, moment: datetime) -> County:
    """Let the county go on from a moment of its own, and enter it."""
    scope.leave()
    county.clock_shift = moment - datetime.now(UTC)
    County.objects.filter(pk=county.pk).update(clock_shift=county.clock_shift)
    scope.enter(county)
    return county


def _wish(scene: Scene) -> None:
    """Ask at a few desks who would like more work, and how much."""
    for key, number in WISHING.items():
        for place, person in enumerate(scene.makers[key][:number]):
            a_week, a_day = _WISHES[place % len(_WISHES)]
            clerk = scene.by(scene.desks[key].clerk)
            people.record_wish(clerk, person, pieces_a_week=a_week, minutes_a_day=a_day, home_work=True)
        scene.tell(scene.bodies[key].name)


def _steps() -> int:
    makers = len(OF_KNOTS) + len(OF_PARTS)
    return (
        makers
        + len(EMPLOYERS)
        + sum(1 + len(past.sharers) for past in PAST)
        + len(money.PAYDAYS)
        + len(WISHING)
    )


def _unfinished(slug: str) -> County | None:
    """A demo county that was never given its own day was interrupted while it was built."""
    return County.objects.filter(schema_name=slug, demo=True, clock_shift=timedelta()).first()


def _clear(slug: str) -> None:
    county = _unfinished(slug)
    if county:
        remove_county(county)
