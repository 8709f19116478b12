"""Tax withheld, month by month: what an operator files for everybody it paid, and by which day."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import BigIntegerField, OuterRef, Subquery, Sum

from gongfang.pay.models import Slip, SlipTake
from gongfang.registry.people.models import Organisation, Relation
from gongfang.registry.places.law import Rule, rule_on

FILE_DAY = "tax_file_day"


@dataclass(frozen=True)
class Withheld:
    """One person's income from one payer in a month, and the tax withheld of it."""

    relation: Relation
    gross_hao: int
    tax_hao: int


@dataclass(frozen=True)
class Filing:
    """What an operator files for a month: everybody with a slip whose work ended in it, cancelled ones left out."""

    month: date
    rows: Sequence[Withheld]
    due: date | None
    rule: Rule | None

    @property
    def tax_hao(self) -> int:
        return sum(row.tax_hao for row in self.rows)

    @property
    def gross_hao(self) -> int:
        return sum(row.gross_hao for row in self.rows)


def filing(operator: Organisation, day: date) -> Filing:
    """Return what an operator files for the month of a day; without a rule nobody says by when."""
    month = day.replace(day=1)
    rule = rule_on(FILE_DAY, _next(month))
    return Filing(month, _rows(operator, month), _due(_next(month), int(rule.value)) if rule else None, rule)


def _due(month: date, day: int) -> date:
    """Return that day of a month, or its last where it is shorter."""
    return month.replace(day=max(1, min(day, monthrange(month.year, month.month)[1])))


def _next(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)


def _rows(operator: Organisation, month: date) -> Sequence[Withheld]:
    slips = Slip.objects.filter(
        relation__organisation=operator, period_to__gte=month, period_to__lt=_next(month)
    )
    standing = slips.exclude(stage=Slip.Stage.CANCELLED)
    big = BigIntegerField()
    tax = SlipTake.objects.filter(slip=OuterRef("pk"), kind=SlipTake.Kind.TAX).order_by().values("slip")
    summed = standing.annotate(tax_hao=Subquery(tax.annotate(sum=Sum("amount_hao")).values("sum"), big))
    found = {
        relation: (int(gross), int(taken or 0))
        for relation, gross, taken in summed.order_by()
        .values_list("relation")
        .annotate(gross=Sum("gross_hao", output_field=big), taken=Sum("tax_hao", output_field=big))
    }
    people = Relation.objects.select_related("resident").filter(pk__in=found).order_by("pk")
    return [Withheld(row, *found[row.pk]) for row in people]
