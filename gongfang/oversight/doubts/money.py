"""Doubts about money: pay without pieces, pay sent again, one's own pay, fees that go round in a ring."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import BigIntegerField, Count, Exists, F, Max, Min, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Cast

from gongfang.oversight.doubts.finding import Finding, hands, named, search
from gongfang.oversight.doubts.loops import rings
from gongfang.oversight.doubts.parameters import (
    CORRECTION_PERMILLE,
    LOOP_STEPS,
    SAME_PAY_DAYS,
    SAME_PAY_PEOPLE,
    WITHOUT_PIECES_DAYS,
)
from gongfang.pay.models import Advance, BankSheet, Correction, Earning, Payout, Slip, SlipLine
from gongfang.registry.people.models import Organisation, Role
from gongfang.work.orders.models import Contract, Invoice
from gongfang.work.piecework.models import HandIn, Inspection

_DAY = timedelta(days=1)
_PIECES = "inspection__hand_in__pieces"


# --- pay and pieces --------------------------------------------------------------------------------------------


@search("pay_without_pieces")
def pay_without_pieces(day: date) -> Iterator[Finding]:
    """Hours, allowances or bonuses of somebody under a contract for work who brought nothing in the weeks around."""
    reach = timedelta(days=WITHOUT_PIECES_DAYS.on(day))
    brought = HandIn.objects.filter(
        relation=OuterRef("relation"),
        handed_in_on__gte=OuterRef("earned_on") - reach,
        handed_in_on__lte=OuterRef("earned_on") + reach,
    ).exclude(stage=HandIn.Stage.CANCELLED)
    rows = (
        Earning.objects.filter(~Exists(brought), stage=Earning.Stage.APPROVED, relation__kind="contract")
        .filter(kind__in=("hours", "allowance", "bonus"), reverses=None, reversed_by=None)
        .order_by()
        .values("relation")
        .annotate(
            found=ArrayAgg("pk"),
            made=ArrayAgg("made_by"),
            said=ArrayAgg("approved_by"),
            hao=Sum("amount_hao", output_field=BigIntegerField()),
        )
    )
    for row in rows:
        facts = {"number": len(row["found"]), "hao": row["hao"]}
        refs = named("pay.earning", row["found"])
        yield Finding(f"terms:{row['relation']}", refs, facts, hands(row["made"], row["said"]))


@search("pay_beyond_pieces")
def pay_beyond_pieces(day: date) -> Iterator[Finding]:
    """A line of a slip for more pieces than were accepted or counted, or pay put right upwards by far."""
    lines = SlipLine.objects.filter(inspection__isnull=False).filter(
        Q(pieces__gt=F("inspection__accepted"))
        | Q(pieces__gt=F(_PIECES))
        | Q(inspection__hand_in__stage=HandIn.Stage.CANCELLED)
    )
    for line in lines.select_related("slip", "inspection__hand_in").order_by("pk"):
        assert line.inspection is not None
        facts = {"paid": line.pieces, "pieces": min(line.inspection.accepted, line.inspection.hand_in.pieces)}
        yield Finding(
            f"line:{line.pk}", named("pay.slipline", [line.pk]), facts, hands([line.slip.drawn_by_id])
        )
    yield from _far_corrections(1000 + CORRECTION_PERMILLE.on(day))


def _far_corrections(permille: int) -> Iterator[Finding]:
    most = Cast(F("inspection__rate_hao"), BigIntegerField()) * F(_PIECES) * permille / 1000
    rows = Correction.objects.filter(after_hao__gt=F("before_hao")).filter(after_hao__gt=most)
    for row in rows.select_related("inspection__hand_in").order_by("pk"):
        facts = {
            "hao": row.after_hao,
            "pieces": row.inspection.hand_in.pieces,
            "rate": row.inspection.rate_hao,
        }
        refs = (*named("pay.correction", [row.pk]), *named("piecework.inspection", [row.inspection_id]))
        yield Finding(f"correction:{row.pk}", refs, facts, hands([row.made_by_id]))


# --- sent again ------------------------------------------------------------------------------------------------


@search("batch_again")
def batch_again(day: date) -> Iterator[Finding]:
    """People who are paid the same amount in two batches within some days, the second time without any slip."""
    reach = timedelta(days=SAME_PAY_DAYS.on(day))
    went = Payout.objects.filter(relation__isnull=False, retry_of=None).exclude(
        stage__in=(Payout.Stage.CANCELLED, Payout.Stage.FAILED)
    )
    before = went.filter(
        relation=OuterRef("relation"), amount_fen=OuterRef("amount_fen"), batch__lt=OuterRef("batch"),
        batch__prepared_on__gte=OuterRef("batch__prepared_on") - reach,
    )  # fmt: skip
    bare = went.filter(~Exists(Slip.objects.filter(payout=OuterRef("pk"))), Exists(before))
    rows = (
        bare.filter(~Exists(Advance.objects.filter(payout=OuterRef("pk"))))
        .order_by()
        .values("batch", "batch__number")
        .annotate(many=Count("pk"), found=ArrayAgg("pk"), made=ArrayAgg("prepared_by"))
        .filter(many__gte=SAME_PAY_PEOPLE.on(day))
    )
    for row in rows:
        refs = (*named("pay.payoutbatch", [row["batch"]]), *named("pay.payout", row["found"]))
        facts = {"batch": row["batch__number"], "people": row["many"]}
        yield Finding(f"batch:{row['batch']}", refs, facts, hands(row["made"], _approvers(row["batch"])))


def _approvers(batch: int) -> QuerySet[Payout, Any]:
    return Payout.objects.filter(batch=batch).values_list("batch__approved_by", flat=True).distinct()


@search("sheet_again")
def sheet_again(day: date) -> Iterator[Finding]:
    """A batch whose bank sheet was taken out again more than a day after the first time."""
    rows = (
        BankSheet.objects.order_by()
        .values("batch", "batch__number")
        .annotate(times=Count("pk"), first=Min("made_at"), last=Max("made_at"), made=ArrayAgg("made_by"))
        .filter(last__gt=F("first") + _DAY)
    )
    for row in rows:
        facts = {"batch": row["batch__number"], "times": row["times"]}
        sheets = BankSheet.objects.filter(batch=row["batch"]).values_list("pk", flat=True)
        refs = (*named("pay.payoutbatch", [row["batch"]]), *named("pay.banksheet", sheets))
        yield Finding(f"batch:{row['batch']}", refs, facts, hands(row["made"]))


# --- one's own -------------------------------------------------------------------------------------------------


@search("own_pay")
def own_pay(day: date) -> Iterator[Finding]:
    """Pay somebody wrote down, approved, put right or handed over to themselves."""
    user = F("relation__resident__user")
    earned = Earning.objects.filter(Q(made_by=user) | Q(approved_by=user)).exclude(
        stage=Earning.Stage.DROPPED
    )
    paid = Payout.objects.filter(
        Q(prepared_by=user) | Q(batch__approved_by=user) | Q(settled_by=user) | Q(witness=user)
    ).exclude(stage=Payout.Stage.CANCELLED)
    corrected = Correction.objects.filter(made_by=F("inspection__hand_in__bag__lot__maker__user"))
    refs: dict[Any, list[str]] = defaultdict(list)
    for table, rows, who in (
        ("pay.earning", earned, "relation__resident__user"),
        ("pay.payout", paid, "relation__resident__user"),
        ("pay.correction", corrected, "made_by"),
    ):
        for pk, payee in rows.order_by("pk").values_list("pk", who):
            refs[payee].append(f"{table}:{pk}")
    for payee, found in sorted(refs.items(), key=str):
        yield Finding(f"payee:{payee}", tuple(found), {"number": len(found)}, hands([payee]))


@search("both_sides")
def both_sides(day: date) -> Iterator[Finding]:
    """A contract on both sides of which the same person has a post."""
    buys = Role.objects.filter(
        organisation=OuterRef(OuterRef("enterprise")), role=Role.Name.BUYER, until=None
    )
    keeps = Role.objects.filter(organisation=OuterRef("operator"), until=None).exclude(role=Role.Name.MAKER)
    rows = Contract.objects.filter(Exists(keeps.filter(user__in=buys.values("user"))))
    for contract in rows.order_by("pk"):
        both = Role.objects.filter(organisation=contract.enterprise_id, role=Role.Name.BUYER, until=None)
        posts = Role.objects.filter(organisation=contract.operator_id, until=None)
        users = posts.filter(user__in=both.values("user")).values_list("user", flat=True)
        refs = named("orders.contract", [contract.pk])
        yield Finding(f"contract:{contract.pk}", refs, {"contract": contract.number}, hands(users))


@search("fee_loop")
def fee_loop(day: date) -> Iterator[Finding]:
    """Fees and margins that go from one organisation to the next and back to the first."""
    pays, invoices = _fees()
    for source, target in _margins():
        pays[source].add(target)
    found = rings(pays, longest=LOOP_STEPS.on(day))
    names = dict(
        Organisation.objects.filter(pk__in={one for ring in found for one in ring}).values_list("pk", "name")
    )
    for ring in found:
        steps = list(zip(ring, (*ring[1:], ring[0]), strict=True))
        bills = [pk for step in steps for pk in invoices.get(step, ())]
        refs = (*named("people.organisation", ring), *named("orders.invoice", bills))
        way = " → ".join(names[one] for one in (*ring, ring[0]))
        yield Finding("ring:" + "-".join(str(one) for one in ring), refs, {"way": way})


def _fees() -> tuple[dict[int, set[int]], dict[tuple[int, int], list[int]]]:
    """Return which enterprise was billed by which operator, and the bills of each pair."""
    pays: dict[int, set[int]] = defaultdict(set)
    invoices: dict[tuple[int, int], list[int]] = defaultdict(list)
    rows = Invoice.objects.exclude(stage=Invoice.Stage.CANCELLED).order_by("pk")
    for pk, enterprise, operator in rows.values_list("pk", "order__enterprise", "order__operator"):
        pays[enterprise].add(operator)
        invoices[enterprise, operator].append(pk)
    return pays, invoices


def _margins() -> QuerySet[Inspection, Any]:
    lot = "hand_in__bag__lot"
    earned = Inspection.objects.filter(margin_hao__gt=0).exclude(
        **{f"{lot}__organisation": F(f"{lot}__line__order__operator")}
    )
    return earned.order_by().values_list(f"{lot}__line__order__operator", f"{lot}__organisation").distinct()
