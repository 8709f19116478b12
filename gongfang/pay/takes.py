"""What the law, the person's own yes and earlier slips say about taking something off a slip."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import BigIntegerField, F, Sum

from gongfang.pay.models import Advance, Correction, Deduction, Slip, SlipLine, SlipTake
from gongfang.pay.reckoning import Asked, Bounds, Taken, reckon
from gongfang.pay.taxes import labour_tax, wage_tax
from gongfang.registry.people.models import Relation
from gongfang.registry.places.law import Rule, rules_on
from gongfang.work.piecework.models import Bag, Inspection

EMPLOYED = (Relation.Kind.EMPLOYMENT, Relation.Kind.PART_TIME)


@dataclass(frozen=True)
class Law:
    """The rules of one day; a missing one takes nothing."""

    tax_kind: Rule | None
    tax: Mapping[str, Rule | None]
    share: Rule | None
    month: Rule | None
    hour: Rule | None

    @classmethod
    def on(cls, day: date) -> Law:
        """Read them once for a whole drawing."""
        taxes, others = ("tax_labour", "tax_wage"), ("deduction_permille", "minimum_month", "minimum_hour")
        found = rules_on(["tax_kind", *taxes, *others], day)
        share, month, hour = (found.get(key) for key in others)
        tax = {key: found.get(key) for key in taxes}
        return cls(tax_kind=found.get("tax_kind"), tax=tax, share=share, month=month, hour=hour)

    def tax_rule(self, kind: str) -> Rule | None:
        """Return by which rule tax is withheld of people on these terms."""
        return self.tax.get(str(self.tax_kind.value.get(kind, ""))) if self.tax_kind else None


@dataclass(frozen=True)
class Before:
    """What earlier slips of the same person already say, in the month and in the year."""

    month_gross: int = 0
    month_tax: int = 0
    month_deducted: int = 0
    year_gross: int = 0
    year_tax: int = 0


def before(relations: Sequence[int], day: date) -> dict[int, Before]:
    """Return the same for many people: slips of this year up to a day, cancelled ones left out."""
    slips = Slip.objects.filter(relation__in=relations, period_to__year=day.year, period_to__lte=day).exclude(
        stage=Slip.Stage.CANCELLED
    )
    found = dict.fromkeys(relations, Before())
    for row in slips.values_list("pk", "relation", "period_to", "gross_hao"):
        found[row[1]] = _with_gross(found[row[1]], row[2], row[3], day)
    takes = SlipTake.objects.filter(slip__in=slips).exclude(kind=SlipTake.Kind.ADVANCE)
    for relation, kind, upto, hao in takes.values_list(
        "slip__relation", "kind", "slip__period_to", "amount_hao"
    ):
        found[relation] = _with_take(found[relation], kind, upto, hao, day)
    return found


def _with_gross(known: Before, upto: date, hao: int, day: date) -> Before:
    here = hao if upto.month == day.month else 0
    return Before(
        known.month_gross + here,
        known.month_tax,
        known.month_deducted,
        known.year_gross + hao,
        known.year_tax,
    )


def _with_take(known: Before, kind: str, upto: date, hao: int, day: date) -> Before:
    here = hao if upto.month == day.month else 0
    tax = kind == SlipTake.Kind.TAX
    return Before(
        known.month_gross,
        known.month_tax + (here if tax else 0),
        known.month_deducted + (0 if tax else here),
        known.year_gross,
        known.year_tax + (hao if tax else 0),
    )


def tax_of(relation: Relation, gross: int, known: Before, law: Law, day: date) -> int:
    """Return the tax of a slip: of the month's fees, or of the year's wages, less what was withheld."""
    rule = law.tax_rule(relation.kind)
    if rule is None:
        return 0
    if "free_month_hao" in rule.value:
        first = relation.since.month if relation.since.year == day.year else 1
        due = wage_tax(known.year_gross + gross, day.month - first + 1, rule.value)
        return max(0, due - known.year_tax)
    return max(0, labour_tax(known.month_gross + gross, rule.value) - known.month_tax)


def bounds_of(relation: Relation, gross: int, hours: int, known: Before, law: Law, tax: int) -> Bounds:
    """Return what may be deducted: a share of the month's wage, and only above the minimum wage.

    `hours` are the seconds of work on the slip, for people paid by the hour's minimum.
    """
    permille = int(law.share.value.get(relation.kind, 0)) if law.share else 0
    share = max(0, known.month_gross + gross) * permille // 1000 - known.month_deducted
    if relation.kind == Relation.Kind.EMPLOYMENT and law.month:
        kept = known.month_gross - known.month_tax - known.month_deducted
        return Bounds(share, max(0, int(law.month.value) - kept))
    if relation.kind == Relation.Kind.PART_TIME and law.hour:
        return Bounds(share, -(-int(law.hour.value) * hours // 3600))
    return Bounds(share, 0)


def seconds_of(lines: Sequence[SlipLine]) -> int:
    """Return the working time on a slip: timed hours, and accepted pieces at the standard speed."""
    total = 0
    for line in lines:
        if line.earning is not None:
            total += (line.earning.minutes or 0) * 60
        elif line.inspection is not None and line.bag is not None:
            total += line.pieces * line.bag.lot.step.standard_seconds
    return total


def asked_of(relations: Sequence[int]) -> tuple[dict[int, list[Deduction]], dict[int, list[Advance]]]:
    """Return, by relation, the deductions people agreed to and the advances that were paid."""
    deductions: dict[int, list[Deduction]] = {}
    agreed = Deduction.objects.filter(relation__in=relations, stage=Deduction.Stage.AGREED)
    for row in agreed.order_by("pk"):
        deductions.setdefault(row.relation_id, []).append(row)
    advances: dict[int, list[Advance]] = {}
    for paid in Advance.objects.filter(relation__in=relations, stage=Advance.Stage.PAID).order_by("pk"):
        advances.setdefault(paid.relation_id, []).append(paid)
    return deductions, advances


def bags_pay(bag: Bag, relation_id: int) -> int:
    """Return what somebody has earned with a bag, corrections included: all that a spoiled one can ever cost."""
    said = Inspection.objects.filter(hand_in__bag=bag, hand_in__relation=relation_id).aggregate(
        hao=Sum("amount_hao", output_field=BigIntegerField(), default=0)
    )
    own = {"inspection__hand_in__bag": bag, "inspection__hand_in__relation": relation_id}
    corrected = Correction.objects.filter(**own).aggregate(
        hao=Sum(F("after_hao") - F("before_hao"), output_field=BigIntegerField(), default=0)
    )
    return max(0, int(said["hao"]) + int(corrected["hao"]))


def reckon_slip(
    relation: Relation,
    lines: Sequence[SlipLine],
    *,
    known: Before,
    law: Law,
    day: date,
    deductions: Sequence[Deduction],
    advances: Sequence[Advance],
    overpaid_hao: int,
) -> list[Taken]:
    """Return what one slip takes off, each with its reason."""
    gross = sum(line.amount_hao for line in lines)
    tax = tax_of(relation, gross, known, law, day)
    return reckon(
        gross,
        tax_hao=tax,
        deductions=_wishes(deductions, overpaid_hao),
        advances=[Asked(row.pk, min(row.instalment_hao, row.left_hao)) for row in advances],
        bounds=bounds_of(relation, gross, seconds_of(lines), known, law, tax),
    )


def _wishes(rows: Sequence[Deduction], overpaid_hao: int) -> list[Asked]:
    """What was overpaid is asked for once, however many deductions were agreed for it."""
    wishes = []
    for row in rows:
        wishes.append(_wish(row, overpaid_hao))
        overpaid_hao -= wishes[-1].hao if row.kind == Deduction.Kind.OVERPAID else 0
    return wishes


def _wish(row: Deduction, overpaid_hao: int) -> Asked:
    rest = row.amount_hao - row.taken_hao
    if row.bag is not None:
        return Asked(row.pk, rest, max(0, bags_pay(row.bag, row.relation_id) - row.taken_hao))
    if row.kind == Deduction.Kind.OVERPAID:
        return Asked(row.pk, min(rest, overpaid_hao))
    return Asked(row.pk, rest)
