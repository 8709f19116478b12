"""What can be asked about pay: what is owed to whom, what a batch would pay, what a month brought."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import (
    BigIntegerField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import TruncMonth

from gongfang.core import clock
from gongfang.core.bulk import among
from gongfang.core.members import Member
from gongfang.core.money import HAO_PER_FEN, whole_fen
from gongfang.core.parameters import Setting
from gongfang.ledger import models as ledger
from gongfang.ledger import postings
from gongfang.ledger.accounts import CNY, Holder
from gongfang.ledger.queries import balances
from gongfang.pay.models import (
    OPEN,
    Advance,
    Correction,
    Dispute,
    Earning,
    Hold,
    OrganisationAccount,
    Payout,
    PayoutBatch,
    Slip,
    SlipLine,
    SlipTake,
)
from gongfang.pay.summing import ACCEPTED_NOW, MARGIN_NOW
from gongfang.registry.people.models import BankAccount, Organisation, Relation, Resident
from gongfang.work.dispatch.models import Lot
from gongfang.work.orders.models import Order, OrderLine
from gongfang.work.piecework.models import Bag, HandIn, Inspection

PAY_WITHIN_DAYS = Setting("pay.within_days", 15, 1, 60)

_BAG = "hand_in__bag"
_RELATION = "hand_in__relation"
_OPERATOR = f"{_RELATION}__organisation"
_WORK = (
    "lot__step",
    "lot__organisation",
    "lot__line__version__product",
    "lot__line__order__enterprise",
    "lot__line__order__operator",
)


@dataclass(frozen=True)
class Money:
    """What the ledger holds for a person or an organisation, purpose by purpose, in 毫."""

    owed: int = 0
    transit: int = 0
    paid: int = 0
    overpaid: int = 0
    kept: int = 0
    tax: int = 0

    def __add__(self, other: Money) -> Money:
        return Money(
            self.owed + other.owed,
            self.transit + other.transit,
            self.paid + other.paid,
            self.overpaid + other.overpaid,
            self.kept + other.kept,
            self.tax + other.tax,
        )

    @property
    def accrued(self) -> int:
        """Everything that was ever earned or advanced; what was overpaid stands below zero."""
        return self.owed + self.transit + self.paid + self.overpaid + self.kept + self.tax


@dataclass(frozen=True)
class Payable:
    """What one payee could be paid now, and where to."""

    relation: Relation | None
    organisation: Organisation | None
    account: BankAccount | None
    organisation_account: OrganisationAccount | None
    owed_hao: int
    payable_hao: int

    @property
    def payee(self) -> Holder:
        """Return who is paid, as the ledger names them."""
        if self.relation:
            return postings.relation(self.relation.pk)
        assert self.organisation is not None
        return postings.organisation(self.organisation.pk)

    @property
    def amount_fen(self) -> int:
        """The whole fen that can be paid; the rest stays owed."""
        return self.payable_hao // HAO_PER_FEN

    @property
    def method(self) -> str:
        """To the payee's own account where there is one, otherwise in cash."""
        return Payout.Method.BANK if self.account or self.organisation_account else Payout.Method.CASH


@dataclass(frozen=True)
class Trace:
    """The way of one slip line: from the money back to the pieces, the rate's document, the bag and the order."""

    line: SlipLine
    slip: Slip
    bag: Bag
    lot: Lot
    order_line: OrderLine
    order: Order
    inspection: Inspection
    hand_in: HandIn
    correction: Correction | None
    payout: Payout | None


def terms_of(resident: Resident) -> list[Relation]:
    """Return a person's terms with each operator, those that run in front."""
    rows = Relation.objects.filter(resident=resident).select_related("organisation")
    return list(rows.order_by(F("until").desc(nulls_first=True), "pk"))


def open_questions(member: Member, day: date) -> tuple[int, int]:
    """Return how many questions about slips this person has to answer, and how many days the oldest waits."""
    books = Organisation.objects.filter(pk__in=member.organisations("manager"))
    waiting = Dispute.objects.filter(stage=Dispute.Stage.OPEN, line__slip__relation__organisation__in=books)
    days = list(waiting.order_by("asked_on").values_list("asked_on", flat=True))
    return len(days), (day - days[0]).days if days else 0


def waiting_advances(rows: QuerySet[Advance]) -> tuple[int, int]:
    """Return how many of these wait for the person's own yes, and how many to be approved."""
    asked = rows.filter(stage=Advance.Stage.ASKED)
    unsure = Q(provisional=True)
    found = asked.aggregate(unsure=Count("pk", filter=unsure), sure=Count("pk", filter=~unsure))
    return found["unsure"], found["sure"]


def unconfirmed_advances(resident: Resident) -> QuerySet[Advance]:
    """Return the advances somebody else asked for in a person's name that wait for their yes."""
    rows = Advance.objects.filter(relation__resident=resident, provisional=True, stage=Advance.Stage.ASKED)
    return rows.select_related("relation__organisation", "asked_by").order_by("pk")


def holds_of(resident: Resident, day: date) -> list[Hold]:
    """Return why a person's pay waits on a day."""
    rows = Hold.objects.filter(relation__resident=resident, released_on=None, until__gte=day)
    return list(rows.select_related("relation__organisation").order_by("pk"))


def money_to(resident: Resident) -> Money:
    """Return what the ledger holds for a person over all relations."""
    relations = Relation.objects.filter(resident=resident).values("pk")
    held = ledger.Account.objects.filter(holder_kind="relation", holder_id__in=relations, commodity=CNY)
    return Money(**dict(held.order_by().values_list("purpose").annotate(Sum("balance"))))


def margin_of(organisation: Organisation) -> Money:
    """Return what the ledger holds for an agent or workshop as its margin."""
    held = balances(postings.organisation(organisation.pk))
    known = ("owed", "transit", "paid", "overpaid")
    mine = {row.purpose: sum_ for row, sum_ in held.items() if row.commodity == CNY and row.purpose in known}
    return Money(**mine)


# --- what slips are drawn up from ------------------------------------------------------------------------------


def undrawn_inspections(operator: Organisation) -> QuerySet[Inspection]:
    """Return the inspections of an operator's relations that are on no slip yet."""
    return Inspection.objects.filter(among(_bare()), **{_OPERATOR: operator})


def _bare() -> QuerySet[Inspection]:
    """Return the inspections no slip names; among a year's they are few."""
    return Inspection.objects.filter(~Exists(SlipLine.objects.filter(inspection=OuterRef("pk"))))


def undrawn_corrections(operator: Organisation) -> QuerySet[Correction]:
    """Return the corrections of an operator's pay that are on no slip yet."""
    drawn = SlipLine.objects.filter(correction=OuterRef("pk"))
    return Correction.objects.filter(~Exists(drawn), **{f"inspection__{_OPERATOR}": operator})


def undrawn_earnings(operator: Organisation) -> QuerySet[Earning]:
    """Return the approved earnings of an operator's relations that are on no standing slip yet."""
    drawn = SlipLine.objects.filter(earning=OuterRef("pk"))
    return Earning.objects.filter(
        ~Exists(drawn), relation__organisation=operator, stage=Earning.Stage.APPROVED
    )


def overpaid_of(relations: Iterable[int]) -> dict[int, int]:
    """Return what was paid too much to each of these people, above zero."""
    rows = ledger.Account.objects.filter(
        holder_kind="relation",
        holder_id__in=list(relations),
        purpose="overpaid",
        commodity=CNY,
        balance__lt=0,
    )
    return {holder: -balance for holder, balance in rows.values_list("holder_id", "balance")}


@dataclass(frozen=True)
class Undrawn:
    """What no slip of an operator says yet: from how many inspections, and how much of it each relation earned."""

    inspections: int
    hao: Mapping[int, int]


def undrawn(operator: Organisation) -> Undrawn:
    """Return what each relation has earned that no slip says yet; what a correction takes is gone already."""
    spoken = undrawn_inspections(operator).filter(amount_hao__gt=0)
    raised = undrawn_corrections(operator).filter(difference_hao__gt=0)
    parts = (
        _earned(spoken, _RELATION, "amount_hao", Count("pk")),
        _earned(raised, f"inspection__{_RELATION}", "difference_hao", Value(0)),
        _earned(undrawn_earnings(operator).filter(amount_hao__gt=0), "relation", "amount_hao", Count("pk")),
    )
    inspections, hao = 0, defaultdict[int, int](int)
    for relation, sum_, number in parts[0].union(*parts[1:], all=True):
        inspections += number
        hao[relation] += int(sum_)
    return Undrawn(inspections, hao)


def _earned(rows: QuerySet[Any], by: str, of: str, number: Combinable) -> Any:
    summed = rows.order_by().values_list(by).annotate(sum=Sum(of, output_field=BigIntegerField()))
    return summed.annotate(number=ExpressionWrapper(number, output_field=BigIntegerField()))


# --- what can be paid ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Due:
    """What one payee of an operator is owed and could be paid now, before anybody is named."""

    relation_id: int | None
    organisation_id: int | None
    owed_hao: int
    payable_hao: int

    @property
    def amount_fen(self) -> int:
        """The whole fen that can be paid; the rest stays owed."""
        return self.payable_hao // HAO_PER_FEN


def payable(operator: Organisation) -> list[Payable]:
    """Return everybody an operator could pay now: what is owed and on slips, and no payout is on its way for."""
    return named([due for due in dues(operator) if due.amount_fen])


def owing(operator: Organisation) -> list[Payable]:
    """Return everybody an operator owes something, payable or not, people first."""
    return named(dues(operator))


def dues(operator: Organisation, not_drawn: Undrawn | None = None) -> list[Due]:
    """Return the same as bare numbers: thousands of them are added up before fifty are named."""
    not_drawn, moves = not_drawn or undrawn(operator), _moves(operator, clock.today())
    relations = Relation.objects.filter(organisation=operator).values("pk")
    owed = _owed("relation").filter(balance__gt=0, holder_id__in=relations)
    both = _margins(operator).order_by().values_list(*_HELD).union(owed.values_list(*_HELD), all=True)
    accounts = [_Held(*row) for row in both]
    people = sorted((row.holder, row.hao) for row in accounts if row.kind == "relation")
    earned = _margins_owed(operator, [row for row in accounts if row.kind != "relation"], moves.left)
    return [
        Due(pk, None, hao, _now(hao - not_drawn.hao.get(pk, 0), pk in moves.people)) for pk, hao in people
    ] + [Due(None, pk, hao, _now(hao, pk in moves.organisations)) for pk, hao in sorted(earned.items())]


def named(rows: Sequence[Due]) -> list[Payable]:
    """Return who these are and where their money would go."""
    relations = Relation.objects.select_related("resident").in_bulk(
        [row.relation_id for row in rows if row.relation_id]
    )
    cards = _cards(relation.resident_id for relation in relations.values())
    earners = Organisation.objects.in_bulk([row.organisation_id for row in rows if row.organisation_id])
    running = OrganisationAccount.objects.filter(organisation__in=earners, until=None) if earners else ()
    accounts = {account.organisation_id: account for account in running}
    return [_named(row, relations, cards, earners, accounts) for row in rows]


def _named(
    row: Due,
    relations: Mapping[int, Relation],
    cards: Mapping[int, BankAccount],
    earners: Mapping[int, Organisation],
    accounts: Mapping[int, OrganisationAccount],
) -> Payable:
    relation = relations[row.relation_id] if row.relation_id else None
    earner = earners[row.organisation_id] if row.organisation_id else None
    return Payable(
        relation=relation,
        organisation=earner,
        account=cards.get(relation.resident_id) if relation else None,
        organisation_account=accounts.get(earner.pk) if earner else None,
        owed_hao=row.owed_hao,
        payable_hao=row.payable_hao,
    )


def _now(hao: int, busy: bool) -> int:
    return 0 if busy else whole_fen(max(0, hao))


def _owed(kind: str) -> QuerySet[ledger.Account]:
    return ledger.Account.objects.filter(holder_kind=kind, purpose="owed", commodity=CNY)


@dataclass(frozen=True)
class _Moves:
    """For whom a payout of an operator is on its way or held, and what has left each margin owed, in fen."""

    people: frozenset[int]
    organisations: frozenset[int]
    left: Mapping[int, int]


def _moves(operator: Organisation, day: date) -> _Moves:
    """A margin's payout has left what is owed when it is at the bank, or paid."""
    moved = Q(stage__in=("sent", "confirmed")) | Q(stage="approved", method=Payout.Method.BANK)
    rows = Payout.objects.filter(Q(stage__in=OPEN) | Q(organisation__isnull=False), operator=operator)
    summed = rows.order_by().values_list("relation_id", "organisation_id")
    paid = summed.annotate(
        open=Count("pk", filter=Q(stage__in=OPEN)), left=Sum("amount_fen", filter=moved, default=0)
    )
    found = list(paid.union(_held_on(day, operator), all=True))
    return _Moves(
        frozenset(person for person, _organisation, open_, _left in found if person and open_),
        frozenset(earner for _person, earner, open_, _left in found if earner and open_),
        {earner: int(left) for _person, earner, _open, left in found if earner},
    )


def _held_on(day: date, operator: Organisation) -> Any:
    """Return whose pay waits on a day, in the columns of what is on its way."""
    rows = Hold.objects.filter(relation__organisation=operator, released_on=None, until__gte=day).order_by()
    nobody = Value(None, output_field=BigIntegerField())
    return rows.values_list("relation_id").annotate(nobody=nobody, open=Count("pk"), left=Value(0))


def _cards(residents: Iterable[int]) -> dict[int, BankAccount]:
    running = BankAccount.objects.filter(resident__in=list(residents), until=None)
    return {account.resident_id: account for account in running}


_HELD = ("holder_kind", "holder_id", "purpose", "pk", "balance")


@dataclass(frozen=True)
class _Held:
    """What one account of the ledger holds, and whose it is."""

    kind: str
    holder: int
    purpose: str
    account: int
    hao: int


def _margins(operator: Organisation) -> QuerySet[ledger.Account]:
    """Return the operator's own cost, and what every agent and workshop is owed or was overpaid."""
    named = Q(holder_id=operator.pk, purpose="cost") | Q(purpose__in=("owed", "overpaid"))
    return ledger.Account.objects.filter(named, holder_kind="organisation", commodity=CNY)


def margin_owed(operator: Organisation, organisation_id: int) -> int:
    """Return what one operator owes one agent or workshop as margin."""
    rows = dues(operator, Undrawn(0, {}))
    return next((row.owed_hao for row in rows if row.organisation_id == organisation_id), 0)


def _margins_owed(operator: Organisation, held: Sequence[_Held], left: Mapping[int, int]) -> dict[int, int]:
    """Return what one operator still owes each agent or workshop: an agent may work for several operators."""
    cost = [row.account for row in held if row.purpose == "cost"]
    holders = {row.account: row.holder for row in held if row.purpose != "cost"}
    owed = {row.holder: row.hao for row in held if row.purpose == "owed"}
    if not cost:
        return {}
    net = defaultdict[int, int](int, {earner: -fen * HAO_PER_FEN for earner, fen in left.items()})
    for account, hao in _accrued(cost[0], holders):
        net[holders[account]] += hao
    due = {earner: min(hao, owed.get(earner, 0)) for earner, hao in net.items()}
    return {earner: hao for earner, hao in due.items() if hao > 0}


def _accrued(cost: int, accounts: Iterable[int]) -> QuerySet[ledger.Transfer, Any]:
    """Return what went from a cost to each of these accounts, and with the sign turned what came back."""
    there = ledger.Transfer.objects.filter(src=cost, dst__in=accounts).order_by().values_list("dst")
    back = ledger.Transfer.objects.filter(dst=cost, src__in=accounts).order_by().values_list("src")
    hao = Sum("amount", output_field=BigIntegerField())
    return there.annotate(hao=hao).union(back.annotate(hao=-hao), all=True)


# --- batches ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Totals:
    """What is in a batch: payouts, their sum, how many are on their way, came back, are cash to be handed over."""

    count: int = 0
    fen: int = 0
    open: int = 0
    failed: int = 0
    cash: int = 0
    bank: int = 0


def totals_of(batches: Iterable[PayoutBatch]) -> dict[int, Totals]:
    """Return the totals of these batches, added up in one go; an empty batch has none."""
    bank, cash = Payout.Method.BANK, Payout.Method.CASH
    kept = ~Q(stage=Payout.Stage.CANCELLED)
    rows = Payout.objects.filter(batch__in=[batch.pk for batch in batches]).order_by().values("batch")
    found = rows.annotate(
        count=Count("pk", filter=kept),
        fen=Sum("amount_fen", filter=kept, default=0),
        open=Count("pk", filter=Q(stage__in=OPEN)),
        failed=Count("pk", filter=Q(stage=Payout.Stage.FAILED)),
        cash=Count("pk", filter=Q(method=cash, stage=Payout.Stage.APPROVED)),
        bank=Count("pk", filter=Q(method=bank, stage__in=(Payout.Stage.APPROVED, Payout.Stage.SENT))),
    )
    return {
        row["batch"]: Totals(row["count"], row["fen"], row["open"], row["failed"], row["cash"], row["bank"])
        for row in found
    }


def late_slips(day: date, last: date | None = None) -> QuerySet[Slip]:
    """Return slips that should have been paid by now: more than the agreed days after their period's end."""
    last = last or _agreed(day)
    return Slip.objects.filter(stage=Slip.Stage.OPEN, period_to__lt=last, net_hao__gte=HAO_PER_FEN)


def late_inspections(day: date, last: date | None = None) -> QuerySet[Inspection]:
    """Return inspections that should be on a slip by now and are not."""
    bare = _bare().filter(inspected_on__lt=last or _agreed(day), amount_hao__gt=0)
    return Inspection.objects.filter(among(bare))


def _agreed(day: date) -> date:
    """Return the day up to which everything should have been paid."""
    return day - timedelta(days=PAY_WITHIN_DAYS.on(day))


# --- what a slip line says -------------------------------------------------------------------------------------


_SPOKEN = ("inspector", "rate", "hand_in__taken_by")
# What the page of one line tells besides, read with the line.
TRACED = (
    "slip__relation__resident",
    "slip__relation__organisation",
    "slip__payout",
    "bag__issued_by",
    "bag__lot__maker",
    *(f"bag__{name}" for name in _WORK),
    *(f"inspection__{name}" for name in _SPOKEN),
    "correction",
)


def trace_line(line: SlipLine) -> Trace:
    """Return where the money of a line comes from that was read with `TRACED`, each stop a row to look at."""
    assert line.bag is not None  # lines from pieces alone have a way to trace
    inspection = line.inspection or _corrected(line)
    inspection.hand_in.bag = line.bag
    return Trace(
        line=line,
        slip=line.slip,
        bag=line.bag,
        lot=line.bag.lot,
        order_line=line.bag.lot.line,
        order=line.bag.lot.line.order,
        inspection=inspection,
        hand_in=inspection.hand_in,
        correction=line.correction,
        payout=line.slip.payout,
    )


def _corrected(line: SlipLine) -> Inspection:
    assert line.correction is not None  # one of the two, the database checks it
    return Inspection.objects.select_related(*_SPOKEN).get(pk=line.correction.inspection_id)


def beside(line: SlipLine) -> list[SlipLine]:
    """Return the other lines of the same bag on the same slip, in the order they were earned."""
    rows = SlipLine.everything.filter(slip=line.slip_id, bag=line.bag_id).exclude(pk=line.pk)
    return list(rows.select_related("correction").order_by("earned_on", "pk"))


@dataclass(frozen=True)
class BagPay:
    """One bag on a slip: everything it earned there, and the lines that say why."""

    bag: Bag
    lines: Sequence[SlipLine]

    @property
    def pieces(self) -> int:
        return sum(line.pieces for line in self.lines)

    @property
    def amount_hao(self) -> int:
        return sum(line.amount_hao for line in self.lines)


def bags_on(slip: Slip) -> list[BagPay]:
    """Return a slip as the person reads it: one entry a bag, in the order they were earned."""
    lines = (
        SlipLine.everything.filter(slip=slip, bag__isnull=False)
        .select_related(
            *(f"bag__{name}" for name in _WORK),
            "inspection__rate",
            "inspection__hand_in",
            "correction",
        )
        .order_by("earned_on", "pk")
    )
    by_bag: dict[Bag, list[SlipLine]] = {}
    for line in lines:
        if line.bag is not None:
            by_bag.setdefault(line.bag, []).append(line)
    return [BagPay(bag, found) for bag, found in by_bag.items()]


def earnings_on(slip: Slip) -> list[SlipLine]:
    """Return the lines of a slip that are not from pieces."""
    lines = SlipLine.everything.filter(slip=slip, earning__isnull=False).select_related("earning")
    return list(lines.order_by("earned_on", "pk"))


def takes_on(slip: Slip) -> list[SlipTake]:
    """Return what a slip takes off."""
    return list(slip.takes.select_related("advance", "deduction__bag").order_by("pk"))


@dataclass(frozen=True)
class Year:
    """What the slips of a year say up to one of them."""

    gross_hao: int
    tax_hao: int
    taken_hao: int
    net_hao: int


def year_to_date(slip: Slip) -> Year:
    """Return what a person's slips with this operator add up to in the year, up to this one."""
    rows = Slip.objects.filter(
        relation=slip.relation_id, period_to__year=slip.period_to.year, pk__lte=slip.pk
    ).exclude(stage=Slip.Stage.CANCELLED)
    big = BigIntegerField()
    sums = rows.aggregate(
        gross=Sum("gross_hao", output_field=big, default=0),
        taken=Sum("taken_hao", output_field=big, default=0),
    )
    tax = SlipTake.objects.filter(slip__in=rows, kind=SlipTake.Kind.TAX)
    taxed = int(tax.aggregate(hao=Sum("amount_hao", output_field=big, default=0))["hao"])
    gross, taken = int(sums["gross"]), int(sums["taken"])
    return Year(gross, taxed, taken - taxed, gross - taken)


def lines_of_bag(bag: Bag) -> QuerySet[SlipLine]:
    """Return on which slips a bag stands."""
    return (
        SlipLine.objects.filter(bag=bag)
        .select_related("slip__payout", "inspection", "correction")
        .order_by("pk")
    )


def standing_hao(inspection: Inspection) -> int:
    """Return what an inspection earns after its corrections."""
    last = Correction.objects.filter(inspection=inspection).order_by("-pk").first()
    return last.after_hao if last else inspection.amount_hao


# --- figures ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Earned:
    """What one person earned in one month."""

    resident_id: int
    month: date
    hao: int


def monthly_earnings(since: date, until: date) -> list[Earned]:
    """Return what each person earned in each month, from the day `since` on and before `until`, people by months."""
    maker = f"{_RELATION}__resident"
    inspected = Inspection.objects.filter(inspected_on__gte=since, inspected_on__lt=until)
    corrected = Correction.objects.filter(made_on__gte=since, made_on__lt=until)
    sums: dict[tuple[int, date], int] = defaultdict(int)
    for rows, day, who, hao in (
        (inspected, "inspected_on", maker, "amount_hao"),
        (corrected, "made_on", f"inspection__{maker}", "difference_hao"),
    ):
        months: Any = rows.order_by().annotate(month=TruncMonth(day)).values_list(who, "month")
        for resident, month, amount in months.annotate(sum=Sum(hao, output_field=BigIntegerField())):
            sums[resident, month] += int(amount)
    return [Earned(resident, month, hao) for (resident, month), hao in sorted(sums.items()) if hao]


def coming(payouts: QuerySet[Payout]) -> QuerySet[Payout]:
    """Return what of these payouts is on its way, the newest first."""
    return payouts.filter(stage__in=OPEN).order_by("-pk")


def margins_by_line(organisation: Organisation) -> list[Mapping[str, Any]]:
    """Return what an agent or workshop earned as margin, order line by order line."""
    here = Inspection.objects.filter(**{f"{_BAG}__lot__organisation": organisation})
    rows = here.annotate(pieces_now=ACCEPTED_NOW, margin_now=MARGIN_NOW).filter(margin_now__gt=0)
    line = f"{_BAG}__lot__line"
    return list(
        rows.order_by()
        .values(
            order=F(f"{line}__order__number"),
            order_id=F(f"{line}__order"),
            product=F(f"{line}__version__product__name"),
            operator=F(f"{line}__order__operator__name"),
        )
        .annotate(pieces=Sum("pieces_now"), hao=Sum("margin_now", output_field=BigIntegerField()))
        .order_by("order")
    )


@dataclass(frozen=True)
class Debt:
    """What one operator owes to how many people, whether it can be paid today or not."""

    operator: Organisation
    people: int
    owed_hao: int


def debts(operators: QuerySet[Organisation]) -> list[Debt]:
    """Return the operators who owe people at least a fen, who owes most first."""
    operator = Relation.objects.filter(pk=OuterRef("holder_id")).values("organisation_id")
    owed = _owed("relation").filter(balance__gte=HAO_PER_FEN).annotate(operator=Subquery(operator))
    summed = owed.order_by().values_list("operator").annotate(people=Count("pk"), sum=Sum("balance"))
    names = operators.in_bulk()
    rows = [Debt(names[pk], people, int(hao)) for pk, people, hao in summed if pk in names]
    return sorted(rows, key=lambda row: (-row.owed_hao, row.operator.pk))


# --- who waits -------------------------------------------------------------------------------------------------


def people_waiting(operators: QuerySet[Organisation], day: date, within: int) -> int:
    """Return how many people wait for pay longer than the agreed days, on a slip or not yet on one."""
    last = day - timedelta(days=within)
    slips = late_slips(day, last).filter(relation__organisation__in=operators).order_by()
    bare = late_inspections(day, last).filter(**{f"{_OPERATOR}__in": operators}).order_by()
    return slips.values("relation__resident").union(bare.values(f"{_RELATION}__resident")).count()


def due_for(resident: Resident, day: date) -> date | None:
    """Return by which day the oldest unpaid work of a person is to be paid."""
    slips = Slip.objects.filter(relation__resident=OuterRef("pk"), stage=Slip.Stage.OPEN, net_hao__gt=0)
    oldest = slips.order_by("period_to").values("period_to")[:1]
    drawn = SlipLine.objects.filter(inspection=OuterRef("pk"))
    own = {f"{_RELATION}__resident": OuterRef("pk")}
    bare = Inspection.objects.filter(~Exists(drawn), **own, amount_hao__gt=0).order_by("inspected_on")
    both = Resident.objects.filter(pk=resident.pk).values_list(
        Subquery(oldest), Subquery(bare.values("inspected_on")[:1])
    )
    days = [found for found in both.get() if found]
    return min(days) + timedelta(days=PAY_WITHIN_DAYS.on(day)) if days else None
