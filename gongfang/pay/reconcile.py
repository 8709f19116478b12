"""Pay worked out once more: slips from inspections, what is paid from what was accrued."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from django.db.models import BigIntegerField, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from gongfang.core.models import ref
from gongfang.core.money import HAO_PER_FEN
from gongfang.ledger import models as ledger
from gongfang.ledger.accounts import CNY
from gongfang.ledger.reconcile import Difference, check
from gongfang.pay.models import (
    OPEN,
    Advance,
    Correction,
    Deduction,
    Earning,
    MarginAdvance,
    Payout,
    Slip,
    SlipLine,
    SlipTake,
)
from gongfang.pay.queries import Money
from gongfang.registry.people.models import Relation
from gongfang.work.piecework.models import Inspection

_RELATION = "hand_in__relation"
Payee = tuple[str, int]


@check("slip lines")
def slip_lines() -> Iterator[Difference]:
    """Compare every slip line with its inspection or correction, and every slip with its lines."""
    lines = SlipLine.everything.select_related("slip").annotate(
        due=Coalesce(
            "inspection__amount_hao",
            "correction__difference_hao",
            "earning__amount_hao",
            output_field=BigIntegerField(),
        )
    )
    for line in lines.exclude(amount_hao=F("due")).order_by("pk"):
        yield Difference(_("Slip line"), _where(line), line.due, line.amount_hao)
    made_by = Coalesce(
        "inspection__hand_in__relation", "correction__inspection__hand_in__relation", "earning__relation"
    )
    for line in lines.annotate(whose=made_by).exclude(slip__relation=F("whose")).order_by("pk"):
        yield Difference(
            _("Whose slip"),
            _where(line),
            f"relation:{line.whose}",
            f"relation:{line.slip.relation_id}",
        )
    summed = Slip.objects.annotate(sum=Sum("lines__amount_hao", output_field=BigIntegerField(), default=0))
    for slip in summed.exclude(gross_hao=F("sum")).order_by("pk"):
        yield Difference(_("Sum of a slip"), slip.number, slip.sum, slip.gross_hao)


def _where(line: SlipLine) -> str:
    return f"{line.slip.number}, {line.inspection_id or line.correction_id or line.earning_id}"


@check("payouts")
def payouts() -> Iterator[Difference]:
    """Compare what the ledger calls paid and in transit with the payouts that say so."""
    paid, transit = (
        _payouts(Q(stage="confirmed")),
        _payouts(Q(stage="sent") | Q(stage="approved", method=Payout.Method.BANK)),
    )
    money = _money()
    for payee in sorted(set(paid) | set(transit) | set(money)):
        held = money.get(payee, Money())
        if held.paid != paid.get(payee, 0):
            yield Difference(_("Paid out"), _name(payee), paid.get(payee, 0), held.paid)
        if held.transit != transit.get(payee, 0):
            yield Difference(_("At the bank"), _name(payee), transit.get(payee, 0), held.transit)


def _payouts(which: Q) -> dict[Payee, int]:
    rows = Payout.objects.filter(which).order_by().values_list("relation", "organisation")
    return {
        ("relation", relation) if relation else ("organisation", organisation): fen * HAO_PER_FEN
        for relation, organisation, fen in rows.annotate(
            sum=Sum("amount_fen", output_field=BigIntegerField())
        )
    }


def _money() -> dict[Payee, Money]:
    """Return what the ledger holds for every payee."""
    known = ("owed", "transit", "paid", "overpaid", "kept", "tax")
    found: dict[Payee, dict[str, int]] = defaultdict(dict)
    rows = ledger.Account.objects.filter(
        holder_kind__in=("relation", "organisation"), purpose__in=known, commodity=CNY
    )
    for kind, pk, purpose, balance in rows.values_list("holder_kind", "holder_id", "purpose", "balance"):
        found[kind, pk][purpose] = balance
    return {payee: Money(**purposes) for payee, purposes in found.items()}


def _name(payee: Payee) -> str:
    return f"{payee[0]}:{payee[1]}"


@check("accrued")
def accrued() -> Iterator[Difference]:
    """Compare what each person has earned in the ledger with accepted pieces times rate, corrections included."""
    earned: dict[int, int] = defaultdict(int)
    for field, rows in (
        ("amount_hao", Inspection.objects.order_by().values_list(_RELATION)),
        ("difference_hao", Correction.objects.order_by().values_list(f"inspection__{_RELATION}")),
    ):
        for relation, hao in rows.annotate(sum=Sum(field, output_field=BigIntegerField())):
            earned[relation] += hao
    for relation, hao in _beside():
        earned[relation] += hao
    held = {pk: money.accrued for (kind, pk), money in _money().items() if kind == "relation"}
    for relation in sorted(set(earned) | set(held)):
        if earned.get(relation, 0) != held.get(relation, 0):
            name = _name(("relation", relation))
            yield Difference(_("Earned"), name, earned.get(relation, 0), held.get(relation, 0))


def _beside() -> Iterator[tuple[int, int]]:
    """Return what was earned beside pieces, and what was advanced and not yet set off."""
    big = BigIntegerField()
    approved = Earning.objects.filter(stage=Earning.Stage.APPROVED).order_by().values_list("relation")
    yield from approved.annotate(sum=Sum("amount_hao", output_field=big))
    given = Advance.objects.exclude(stage__in=(Advance.Stage.ASKED, Advance.Stage.REFUSED))
    yield from (
        given.order_by()
        .values_list("relation")
        .annotate(sum=Sum(F("amount_hao") - F("set_off_hao"), output_field=big))
    )


@check("takes")
def takes() -> Iterator[Difference]:
    """Compare what slips took off with the ledger, and with what advances and deductions say was taken."""
    standing = SlipTake.objects.exclude(slip__stage=Slip.Stage.CANCELLED)
    money = _money()
    overpaid = Q(deduction__kind=Deduction.Kind.OVERPAID)
    for purpose, rows in (
        ("tax", standing.filter(kind=SlipTake.Kind.TAX)),
        ("kept", standing.filter(kind=SlipTake.Kind.DEDUCTION).exclude(overpaid)),
    ):
        said = _summed(rows, "slip__relation")
        held = {pk: getattr(found, purpose) for (kind, pk), found in money.items() if kind == "relation"}
        for relation in sorted(set(said) | {pk for pk, hao in held.items() if hao}):
            if said.get(relation, 0) != held.get(relation, 0):
                name = _name(("relation", relation))
                yield Difference(_("Taken off slips"), name, said.get(relation, 0), held.get(relation, 0))
    yield from _counted(standing)


def _counted(standing: QuerySet[SlipTake]) -> Iterator[Difference]:
    off, kept = _summed(standing, "advance"), _summed(standing, "deduction")
    for advance in Advance.objects.order_by("pk"):
        if advance.set_off_hao != off.get(advance.pk, 0):
            yield Difference(_("Set off"), ref(advance), off.get(advance.pk, 0), advance.set_off_hao)
    for row in Deduction.objects.order_by("pk"):
        if row.taken_hao != kept.get(row.pk, 0):
            yield Difference(_("Deducted"), ref(row), kept.get(row.pk, 0), row.taken_hao)
    summed = Slip.objects.annotate(sum=Sum("takes__amount_hao", output_field=BigIntegerField(), default=0))
    for slip in summed.exclude(taken_hao=F("sum")).order_by("pk"):
        yield Difference(_("Taken off a slip"), slip.number, slip.sum, slip.taken_hao)


def _summed(rows: QuerySet[SlipTake], by: str) -> dict[int, int]:
    found = rows.filter(**{f"{by}__isnull": False}).order_by().values_list(by)
    return {
        key: int(hao) for key, hao in found.annotate(sum=Sum("amount_hao", output_field=BigIntegerField()))
    }


@check("advances on margin")
def advances_on_margin() -> Iterator[Difference]:
    """Compare what was advanced on margin and set off again with what the ledger booked for it."""
    costs = ledger.Account.objects.filter(purpose="cost", commodity=CNY).values("pk")
    booked = ledger.Transfer.objects.filter(cause__startswith="pay.marginadvance:").order_by()
    big = BigIntegerField()
    given = dict(
        booked.filter(src__in=costs).values_list("cause").annotate(sum=Sum("amount", output_field=big))
    )
    back = dict(
        booked.filter(dst__in=costs).values_list("cause").annotate(sum=Sum("amount", output_field=big))
    )
    for row in MarginAdvance.objects.order_by("pk"):
        stands = row.stage in (MarginAdvance.Stage.APPROVED, MarginAdvance.Stage.CLOSED)
        for what, said, there in (
            (_("Advanced"), row.amount_hao if stands else 0, given.get(ref(row), 0)),
            (_("Set off"), row.set_off_hao, back.get(ref(row), 0)),
        ):
            if said != there:
                yield Difference(what, ref(row), said, there)


@check("paid up")
def paid_up() -> Iterator[Difference]:
    """Where every piece is on a paid slip, paid is what was accrued less under one fen."""
    busy = set(Payout.objects.filter(stage__in=OPEN).values_list("relation", flat=True))
    unpaid = set(Slip.objects.filter(stage=Slip.Stage.OPEN).values_list("relation", flat=True))
    drawn = SlipLine.objects.filter(inspection__isnull=False).values("inspection")
    undrawn = set(
        Inspection.objects.exclude(pk__in=drawn).filter(amount_hao__gt=0).values_list(_RELATION, flat=True)
    )
    corrected = SlipLine.objects.filter(correction__isnull=False).values("correction")
    undrawn |= set(
        Correction.objects.exclude(pk__in=corrected).values_list(f"inspection__{_RELATION}", flat=True)
    )
    undrawn |= set(_undrawn_beside())
    settled = Relation.objects.exclude(pk__in=busy - {None} | unpaid | undrawn).values_list("pk", flat=True)
    money = _money()
    for relation in settled:
        held = money.get(("relation", relation), Money())
        if held.owed >= HAO_PER_FEN:
            yield Difference(
                _("Owed after everything is paid"),
                _name(("relation", relation)),
                _("less than one fen"),
                held.owed,
            )


def _undrawn_beside() -> Iterator[int]:
    """Return who has an approved earning on no slip, or an advance that waits for a payout."""
    drawn = SlipLine.objects.filter(earning__isnull=False).values("earning")
    approved = Earning.objects.filter(stage=Earning.Stage.APPROVED)
    yield from approved.exclude(pk__in=drawn).values_list("relation", flat=True)
    yield from Advance.objects.filter(stage=Advance.Stage.APPROVED).values_list("relation", flat=True)
