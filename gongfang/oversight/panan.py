"""The figures of Pan'an (2022), each worked out from the rows beneath it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db.models import Count, F, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from gongfang.core.money import HAO_PER_YUAN
from gongfang.oversight.codes import CONCENTRIC, KNOTTING
from gongfang.oversight.derivations import Found, derives
from gongfang.oversight.published import Report
from gongfang.pay.queries import Earned, monthly_earnings
from gongfang.registry.people.models import HouseholdStatus, Organisation, Relation, Resident, Role
from gongfang.registry.places.models import Division
from gongfang.work.dispatch.models import Lot
from gongfang.work.orders.models import Contract, InspectionPoint, Order, OrderLine, ProductVersion, Step
from gongfang.work.piecework.models import Delivery, Inspection, SecondLook

GROWN_UP = 18
CHILDREN = 3
_MAKER = "hand_in__relation__resident"
_PLACED = ("open", "closed")
_HUNDREDTH = Decimal("0.01")


# --- workshops and people -------------------------------------------------------------------------------------


@derives("A01")
def workshops(report: Report) -> Found:
    rows = _open_workshops()
    return Found(rows.count(), rows)


@derives("A02")
def kinds_of_workshop(report: Report) -> Found:
    rows = _open_workshops().exclude(category="").order_by("category", "pk")
    return Found(rows.order_by().values("category").distinct().count(), rows)


def _open_workshops() -> QuerySet[Organisation]:
    return Organisation.objects.filter(kind=Organisation.Kind.WORKSHOP, closed_on=None).order_by("pk")


@derives("A03")
def people_employed(report: Report) -> Found:
    """Count people, each once: hired for some time of the year, or with a lot accepted in it."""
    first, last = report.year
    hired = Relation.objects.filter(Q(until=None) | Q(until__gt=first), kind="employment", since__lte=last)
    made = _accepted().filter(inspected_on__range=report.year)
    rows = Resident.objects.filter(Q(pk__in=hired.values("resident")) | Q(pk__in=made.values(_MAKER)))
    return Found(rows.count(), rows.order_by("pk"))


# --- the order of thirty thousand -----------------------------------------------------------------------------


@derives("A04")
def concentric_knots(report: Report) -> Found:
    line = _knot_line()
    return Found(line.delivered if line else None, _rows_of(line))


@derives("A05")
def days_to_delivery(report: Report) -> Found:
    """Count the days from the order to its last delivery; while pieces are missing there is no such day."""
    line = _knot_line()
    done = _delivered_on(line)
    return Found((done - line.order.ordered_on).days if line and done else None, _rows_of(line))


@derives("A06")
def orders_of_the_town(report: Report) -> Found:
    rows = Contract.objects.filter(
        kind=Contract.Kind.FRAME, partnership=True, enterprise__kind=Organisation.Kind.GOVERNMENT
    ).order_by("pk")
    hao = rows.aggregate(sum=Sum("value_hao"))["sum"]
    return Found(None if hao is None else _yuan(hao), rows)


@derives("A19")
def enterprises_that_came_after(report: Report) -> Found:
    """Count enterprises whose first order was placed after the knots had been delivered."""
    done = _delivered_on(_knot_line())
    if done is None:
        return Found(None)
    buyers = Organisation.objects.filter(kind=Organisation.Kind.ENTERPRISE)
    orders = Order.objects.filter(stage__in=_PLACED).order_by().values("enterprise")
    first = orders.annotate(first=Min("ordered_on")).filter(first__gt=done)
    rows = buyers.filter(pk__in=first.values("enterprise")).order_by("pk")
    return Found(rows.count(), rows)


def _knot_line() -> OrderLine | None:
    """Return the line of the last step: a knot made in three steps is one knot, delivered once."""
    lines = OrderLine.objects.filter(version__product__code=CONCENTRIC, stage__in=_PLACED, final=True)
    return lines.select_related("order").order_by("order__ordered_on", "pk").first()


def _rows_of(line: OrderLine | None) -> QuerySet[OrderLine]:
    return OrderLine.objects.filter(pk=line.pk) if line else OrderLine.objects.none()


def _delivered_on(line: OrderLine | None) -> date | None:
    if line is None or line.delivered < line.pieces:
        return None
    last: date | None = Delivery.objects.filter(line=line).aggregate(last=Max("delivered_on"))["last"]
    return last


# --- low-income people in knots -------------------------------------------------------------------------------


@derives("A07")
def townships_doing_knots(report: Report) -> Found:
    lots = Lot.objects.filter(step__skill__code=KNOTTING, maker__isnull=False, accepted__gt=0)
    codes = {f"{code[:9]}000" for code in lots.values_list("maker__division", flat=True).distinct()}
    rows = Division.objects.filter(code__in=codes)
    return Found(rows.count(), rows)


@derives("A08")
def low_income_people(report: Report) -> Found:
    rows = _in_knots(report)
    return Found(rows.count(), rows)


@derives("A09")
def youngest(report: Report) -> Found:
    return _age(report, "-born_on")


@derives("A10")
def oldest(report: Report) -> Found:
    return _age(report, "born_on")


def _age(report: Report, order: str) -> Found:
    """Return somebody's age on the last day on which knots of theirs were accepted."""
    row = _in_knots(report).order_by(order).first()
    if row is None:
        return Found(None, Resident.objects.none())
    last = _knots(report).filter(**{_MAKER: row}).aggregate(last=Max("inspected_on"))["last"]
    return Found(row.age_on(last), Resident.objects.filter(pk=row.pk))


def _in_knots(report: Report) -> QuerySet[Resident]:
    last = report.year[1]
    statuses = HouseholdStatus.objects.filter(
        Q(until=None) | Q(until__gt=report.month), kind=HouseholdStatus.Kind.LOW_INCOME, since__lte=last
    )
    low = Resident.objects.filter(household__in=statuses.values("household"))
    return low.filter(pk__in=_knots(report).values(_MAKER)).order_by("pk")


def _knots(report: Report) -> QuerySet[Inspection]:
    return _accepted().filter(hand_in__bag__lot__step__skill__code=KNOTTING, inspected_on__range=report.year)


def _accepted() -> QuerySet[Inspection]:
    """Return the inspections of which pieces stand accepted after every second look."""
    looks = SecondLook.objects.filter(inspection=OuterRef("pk")).order_by().values("inspection")
    changed = looks.annotate(sum=Sum("accepted")).values("sum")
    return Inspection.objects.annotate(stands=F("accepted") + Coalesce(Subquery(changed), 0)).filter(
        stands__gt=0
    )


@derives("A11")
def mean_income(report: Report) -> Found:
    """Add up what they earned in the month and share it by all of them, also those who earned nothing in it."""
    people = set(_in_knots(report).values_list("pk", flat=True))
    rows = [row for row in _earned(report) if row.resident_id in people]
    if not rows:
        return Found(None, rows)
    return Found(_yuan(sum(row.hao for row in rows), len(people)), rows)


@derives("A12")
def a_mothers_month(report: Report) -> Found:
    """Look for what a mother of three earned with her hands in the month; what she sold is not counted."""
    mothers = set(_mothers(report).values_list("pk", flat=True))
    rows = sorted((row for row in _earned(report) if row.resident_id in mothers), key=lambda row: -row.hao)[
        :1
    ]
    return Found(_yuan(rows[0].hao) if rows else None, rows)


def _mothers(report: Report) -> QuerySet[Resident]:
    """Return women in whose household three or more children live."""
    grown_up = date(report.month.year - GROWN_UP, report.month.month, 1)
    children = Count("household__residents", filter=Q(household__residents__born_on__gt=grown_up))
    women = Resident.objects.filter(sex=Resident.Sex.FEMALE, born_on__lte=grown_up)
    return women.annotate(children=children).filter(children__gte=CHILDREN)


def _earned(report: Report) -> list[Earned]:
    return monthly_earnings(report.month, report.next_month)


# --- the product, and the centres -----------------------------------------------------------------------------


@derives("A17")
def minutes_shown(report: Report) -> Found:
    """Add up how long every step of the newest version takes to show; without one of them there is no such time."""
    newest = ProductVersion.objects.filter(product__code=CONCENTRIC).order_by("-no")[:1]
    rows = Step.objects.filter(version__in=newest.values("pk")).order_by("no")
    shown = [step.demonstrated_seconds for step in rows]
    seconds = [one for one in shown if one is not None]
    whole = bool(shown) and len(seconds) == len(shown)
    return Found((Decimal(sum(seconds)) / 60).quantize(_HUNDREDTH) if whole else None, rows)


@derives("A18")
def rope_end(report: Report) -> Found:
    """The middle of what the inspector lets pass, in centimetres."""
    rows = InspectionPoint.objects.filter(
        step__version__product__code=CONCENTRIC, kind=InspectionPoint.Kind.NUMERIC, unit="mm"
    ).order_by("-step__version__no", "no")
    point = rows.first()
    if point is None or point.low is None or point.high is None:
        return Found(None, rows[:1])
    return Found(Decimal(point.low + point.high) / 20, rows[:1])


@derives("A22")
def levels_of_centre(report: Report) -> Found:
    rows = Role.objects.filter(role__in=("officer", "township"), until=None, division__isnull=False)
    levels = rows.order_by().values("division__level").distinct()
    return Found(levels.count(), rows.order_by("division", "pk"))


def _yuan(hao: int, people: int = 1) -> Decimal:
    return (Decimal(hao) / (HAO_PER_YUAN * people)).quantize(_HUNDREDTH)
