"""What can be asked about shared-out work: who holds what, and what work there is for a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, QuerySet

from gongfang.registry.people.models import Organisation, Resident, Role, Skill
from gongfang.registry.people.models.residents import running
from gongfang.registry.places.models import Division
from gongfang.work.dispatch import reasons
from gongfang.work.dispatch.caps import room_for
from gongfang.work.dispatch.models import Lot, Offer, PlanRun
from gongfang.work.orders.models import Order, OrderLine, Step
from gongfang.work.orders.queries import hourly, rates_on

WITH_WORK = ("line__order", "step__skill", "line__version__product", "organisation")
LOT_WITH_WORK = tuple(f"lot__{name}" for name in WITH_WORK)


@dataclass(frozen=True)
class Opening:
    """Work a person could take: at which rate, about how much an hour, how many pieces at most."""

    share: Lot
    rate_hao: int
    hourly_hao: int
    most: int

    @property
    def picture(self) -> str:
        """The picture of the piece, as the step or its product shows it."""
        return self.share.step.picture or self.share.line.version.picture


@dataclass(frozen=True)
class Proposed:
    """An offer as the person reads it."""

    offer: Offer
    rate_hao: int
    hourly_hao: int
    why: Sequence[str]

    @property
    def picture(self) -> str:
        """The picture of the piece, as the step or its product shows it."""
        return self.offer.lot.step.picture or self.offer.lot.line.version.picture


def shares_of_line(line: OrderLine) -> QuerySet[Lot]:
    """Return to which workshops and agents a line was shared out, in the order it was done."""
    return Lot.objects.filter(line=line, parent=None).select_related("organisation").order_by("pk")


def lines_to_share(lines: QuerySet[OrderLine]) -> QuerySet[OrderLine]:
    """Narrow lines down to the open ones of which pieces can still be shared out, the first due in front."""
    found = lines.filter(stage=Order.Stage.OPEN, pieces__gt=F("shared") - F("rejected") - F("lost"))
    return found.select_related("order__enterprise", "version__product").order_by("due", "pk")


def unconfirmed(lots: QuerySet[Lot]) -> QuerySet[Lot]:
    """Narrow lots down to those that wait for the person's own yes."""
    found = lots.filter(provisional=True, stage=Lot.Stage.OPEN)
    return found.select_related(*WITH_WORK, "maker").order_by("pk")


def takers(day: date) -> QuerySet[Organisation]:
    """Return the workshops and agents that can be given work on a day."""
    kinds = (Organisation.Kind.WORKSHOP, Organisation.Kind.AGENT)
    return Organisation.objects.filter(kind__in=kinds).exclude(closed_on__lte=day).order_by("name")


def open_lots_of(maker: Resident) -> QuerySet[Lot]:
    """Return what a person holds to make, the first due in front."""
    held = Lot.objects.filter(maker=maker, stage=Lot.Stage.OPEN)
    return held.select_related(*WITH_WORK).order_by("due", "pk")


def open_work_for(maker: Resident, day: date) -> list[Opening]:
    """Return the work a person could come and take today: of their workshops, with a skill they have, within caps."""
    places = Role.objects.filter(running(day), user=maker.user_id, role=Role.Name.MAKER).values(
        "organisation"
    )
    shares = Lot.objects.filter(
        parent=None, stage=Lot.Stage.OPEN, organisation__in=places, pieces__gt=F("claimed") + F("offered"),
        step__skill__in=Skill.objects.filter(resident=maker).values("kind"),
    ).select_related(*WITH_WORK).order_by("due", "pk")  # fmt: skip
    return list(_openings(maker, list(shares), day))


def _openings(maker: Resident, shares: list[Lot], day: date) -> list[Opening]:
    rates = rates_on({share.step_id for share in shares}, day)
    rooms = {share.step_id: room_for(maker, share.step, day).least for share in shares}
    return [
        Opening(share, *_worth(share.step, rates), min(share.free, rooms[share.step_id])) for share in shares
    ]


def offers_for(maker: Resident, day: date) -> list[Proposed]:
    """Return what a person is asked about and has not answered, the first to run out in front."""
    offers = Offer.objects.filter(maker=maker, stage=Offer.Stage.OPEN).order_by("expires_at", "pk")
    rows = list(offers.select_related("plan_run", *LOT_WITH_WORK))
    rates = rates_on({offer.lot.step_id for offer in rows}, day)
    return [Proposed(offer, *_worth(offer.lot.step, rates), _why(offer)) for offer in rows]


def _worth(step: Step, rates: Mapping[int, int]) -> tuple[int, int]:
    """What a piece brings, and about how much that is an hour."""
    return rates[step.pk], hourly(rates[step.pk], step.standard_seconds)


def _why(offer: Offer) -> list[str]:
    planned_on = offer.plan_run.planned_on if offer.plan_run else offer.lot.shared_on
    return reasons.offer_sentences(offer.reason, planned_on=planned_on)


def latest_plan(organisation: Organisation | None) -> PlanRun | None:
    """Return the plan of a workshop, or of the county, that was asked for last and not put aside."""
    runs = PlanRun.objects.filter(organisation=organisation).exclude(stage=PlanRun.Stage.DISCARDED)
    return runs.select_related("job", "sending").order_by("-pk").first()


def county_division() -> Division:
    """Return the county itself, as the register of places names it."""
    return Division.objects.filter(level=Division.Level.COUNTY).order_by("pk")[0]
