"""What can be asked about orders, products and fees."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.contrib.postgres.aggregates import StringAgg
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BigIntegerField,
    CharField,
    Exists,
    F,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce, JSONObject
from django.utils.translation import gettext as _

from gongfang.core.errors import Refused
from gongfang.core.models import Entry, ref
from gongfang.ledger import queries as ledger
from gongfang.ledger.accounts import Account, Holder, material
from gongfang.work.orders.models import (
    BilledMaterial,
    CreditNote,
    DefectKind,
    FeePayment,
    InspectionPlan,
    Invoice,
    Order,
    OrderLine,
    OrderMaterial,
    PriceStep,
    ProductVersion,
    Quote,
    Rate,
    Receipt,
    RecipeItem,
    Sample,
    Step,
    StockBatch,
)

SECONDS_AN_HOUR = 3600


@dataclass(frozen=True)
class Stock:
    """What a store holds of one material of an order, and of which batches."""

    order_material: OrderMaterial
    amount: int
    batches: Sequence[StockBatch]


class NoRate(Refused):
    """A step has no rate on the day in question."""

    code = "no_rate"


def find_rate(step: Step, day: date) -> Rate | None:
    """Return the rate of a step that is in force on a day, for pieces of no particular grade."""
    return Rate.objects.filter(step=step, grade="", valid_from__lte=day).order_by("-valid_from").first()


def rate_on(step: Step, day: date) -> int:
    """Return what an accepted piece of a step earns on a day, in 毫; refused when nothing was set."""
    rate = find_rate(step, day)
    if rate is None:
        raise NoRate(
            _("“%(step)s” has no rate on that day. Enter the rate on the product's page.") % {"step": step}
        )
    return rate.hao


def rates_on(steps: Collection[int], day: date) -> dict[int, int]:
    """Return the rates of many steps on a day, in one query; steps without one are left out."""
    rows = (
        Rate.objects.filter(step__in=steps, grade="", valid_from__lte=day)
        .order_by("step", "-valid_from")
        .distinct("step")
    )
    return dict(rows.values_list("step_id", "hao"))


def inspection_plans(steps: Collection[int], day: date) -> dict[int, InspectionPlan]:
    """Return the inspection plans of steps in force on a day; of a step without one every piece is looked at."""
    rows = InspectionPlan.objects.filter(step__in=steps, valid_from__lte=day)
    found = rows.order_by("step", "-valid_from", "-pk").distinct("step").select_related("step")
    return {row.step_id: row for row in found}


def defect_kinds(step: Step) -> QuerySet[DefectKind]:
    """Return what may be wrong with a piece after a step, as the county's list has it now."""
    rows = DefectKind.objects.filter(product=step.version.product_id, step_no=step.no, retired_on=None)
    return rows.order_by("name")


def hourly(hao: int, seconds: int) -> int:
    """Return what an hour earns, in 毫, at this rate a piece and these seconds a piece."""
    return hao * SECONDS_AN_HOUR // seconds


def hourly_equivalent(step: Step, day: date) -> int:
    """Return what an hour of a step earns on a day, in 毫, at the standard speed."""
    return hourly(rate_on(step, day), step.standard_seconds)


def current_version(product_id: int) -> ProductVersion | None:
    """Return the version of a product that was published last."""
    return ProductVersion.objects.filter(product=product_id).order_by("-no").first()


def sealed_versions(versions: Collection[int], enterprise_id: int) -> set[int]:
    """Return those of the versions that have a sample sealed by the enterprise and the centre."""
    sealed = Sample.objects.filter(version__in=versions, enterprise=enterprise_id, stage=Sample.Stage.SEALED)
    return set(sealed.values_list("version_id", flat=True))


def quotes_to_order() -> QuerySet[Quote]:
    """Return the accepted quotes that no order stands for; a cancelled order frees its quote."""
    ordered = Order.objects.filter(quote=OuterRef("pk")).exclude(stage=Order.Stage.CANCELLED)
    return Quote.objects.filter(~Exists(ordered), stage=Quote.Stage.ACCEPTED)


def bag_sizes(step: Step, pieces: int) -> list[int]:
    """Divide pieces into full bags and a last smaller one."""
    full, rest = divmod(pieces, step.bag_pieces)
    return [step.bag_pieces] * full + [rest] * bool(rest)


def most_pieces(line: OrderLine) -> int:
    """The most the enterprise takes: the pieces ordered and its tolerance above."""
    return line.pieces + line.pieces * line.over_permille // 1000


def least_pieces(line: OrderLine) -> int:
    """The fewest with which the enterprise is content."""
    return line.pieces - line.pieces * line.under_permille // 1000


def in_hands(line: OrderLine) -> int:
    """How many pieces are shared out or made already; an order is never amended to fewer."""
    return max(0, line.shared - _again(line))


def _again(line: OrderLine) -> int:
    """How many pieces of a step are made once more: spoiled, lost or to be replaced, at this step or a later one."""
    return sum(each.rejected + each.lost + each.replaced for each in (line, *after(line)))


def fewest_pieces(line: OrderLine) -> int:
    """The fewest pieces a line can be amended to, so that what is in hands stays within the tolerance above."""
    return -(-in_hands(line) * 1000 // (1000 + line.over_permille))


def price_at(steps: Iterable[PriceStep], pieces: int) -> int | None:
    """Return what a piece costs when so many are ordered; nothing when no step of the price is reached."""
    reached = [step for step in steps if step.from_pieces <= pieces]
    return max(reached, key=lambda step: step.from_pieces).fee_hao if reached else None


def with_prices(lines: QuerySet[OrderLine]) -> QuerySet[OrderLine]:
    """Give lines the steps of their price, the smallest quantity in front: prices."""
    steps = PriceStep.objects.filter(line=OuterRef("pk")).order_by("from_pieces")
    return lines.annotate(
        prices=ArraySubquery(steps.values(told=JSONObject(pieces="from_pieces", hao="fee_hao")))
    )


def left_to_share(line: OrderLine) -> int:
    """How many pieces can still be shared out; what was rejected, lost or is to be replaced is made again."""
    return max(0, most_pieces(line) + _again(line) - line.shared)


def before(line: OrderLine) -> list[OrderLine]:
    """Return the lines of the steps before this one, the first step in front; most lines have none."""
    found: list[OrderLine] = []
    while (line.fed_by_id if not found else found[0].fed_by_id) is not None:
        found.insert(0, (found[0] if found else line).fed_by)  # type: ignore[arg-type]
    return found


def after(line: OrderLine) -> list[OrderLine]:
    """Return the lines of the steps after this one, in their order; most lines have none."""
    found: list[OrderLine] = []
    while not (found[-1] if found else line).final:
        found.append((found[-1] if found else line).feeds)
    return found


def within_tolerance(line: OrderLine, pieces: int) -> Literal["short", "within", "over"]:
    """Say how a delivered quantity stands to the quantity ordered and its tolerance."""
    if pieces < least_pieces(line):
        return "short"
    return "over" if pieces > most_pieces(line) else "within"


def with_totals(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Give orders the sums of their lines: pieces, handed_in, accepted, delivered."""
    names = ("pieces", *_SUMMED)
    sums: dict[str, Any] = {name: Coalesce(Sum(f"lines__{name}", filter=_kept()), 0) for name in names}
    for name in ("accepted", "delivered"):  # a piece that has to be made again is not there
        sums[name] -= Coalesce(Sum("lines__replaced", filter=_kept()), 0)
    return orders.annotate(**sums)


def named(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Give orders the names of their products: product_names."""
    names = StringAgg("lines__version__product__name", ", ", distinct=True, filter=_kept(), default=Value(""))
    return orders.annotate(product_names=names)


_SUMMED = ("shared", "issued", "handed_in", "accepted", "delivered")


def _kept() -> Q:
    return ~Q(lines__stage=Order.Stage.CANCELLED) & Q(lines__final=True)


@dataclass(frozen=True)
class Pace:
    """How an order comes on: pieces missing, days left, pieces a day so far, the day it would be done."""

    missing: int
    days_left: int
    a_day: int
    done_on: date | None


def pace(*, pieces: int, accepted: int, ordered_on: date, due: date, today: date) -> Pace:
    """Work out from what was accepted so far when an order will be made at this pace."""
    missing = max(0, pieces - accepted)
    worked = max(1, (today - ordered_on).days)
    a_day = accepted // worked
    done_on = date.fromordinal(today.toordinal() + -(-missing // a_day)) if a_day else None
    return Pace(missing, (due - today).days, a_day, today if not missing else done_on)


OWED = F("amount_hao") - F("received_hao") - F("credited_hao")


def fee_arrears(day: date) -> QuerySet[Invoice]:
    """Invoices whose day of payment has passed with money still owed, the oldest first."""
    owed = Invoice.objects.filter(stage=Invoice.Stage.OPEN, due__lt=day)
    return owed.annotate(owed_hao=OWED).order_by("due")


def late_pieces(day: date) -> dict[int, int]:
    """Return by order how many pieces should have been delivered before a day and were not."""
    open_ = OrderLine.objects.filter(stage=Order.Stage.OPEN, final=True, due__lt=day)
    lacking = F("pieces") + F("replaced") - F("delivered")
    late = open_.annotate(missing=lacking).filter(missing__gt=0).order_by()
    return dict(late.values_list("order").annotate(sum=Sum("missing")))


AGES = ("not_due", "to_30", "to_60", "to_90", "older")


@dataclass(frozen=True)
class Ageing:
    """What one enterprise owes, by how long it is late: not yet, 1–30, 31–60, 61–90 and more days."""

    enterprise: str
    by_age: Sequence[int]

    @property
    def owed_hao(self) -> int:
        return sum(self.by_age)


def ageing(invoices: QuerySet[Invoice], day: date) -> list[Ageing]:
    """Return what each enterprise owes by age, who owes most first."""
    owed: dict[str, list[int]] = {}
    rows = invoices.filter(stage=Invoice.Stage.OPEN).annotate(
        owed_hao=OWED, name=F("order__enterprise__name")
    )
    for name, due, hao in rows.order_by("name").values_list("name", "due", "owed_hao"):
        owed.setdefault(name, [0] * len(AGES))[_age((day - due).days)] += hao
    return sorted((Ageing(name, sums) for name, sums in owed.items()), key=lambda row: -row.owed_hao)


def _age(days: int) -> int:
    """Return the place of an age in `AGES`."""
    return 0 if days < 1 else min(4, 1 + (days - 1) // 30)


def delivered_fee(lines: Iterable[OrderLine]) -> int:
    """Return what the enterprise owes for everything delivered of an order's lines, in 毫."""
    return sum(line.earned_hao for line in lines)


def to_invoice(order: Order, lines: Iterable[OrderLine] | None = None) -> int:
    """Return the fee of delivered pieces that no invoice asks for yet, in 毫."""
    return max(0, delivered_fee(order.lines.all() if lines is None else lines) - invoiced(order))


def invoiced(order: Order) -> int:
    """Return what the invoices of an order ask for its pieces, less what was credited, in 毫; material is apart."""
    credited = CreditNote.objects.filter(invoice=OuterRef("pk")).order_by().values("invoice")
    taken_back = Subquery(credited.annotate(hao=Sum("amount_hao")).values("hao"))
    billed = BilledMaterial.objects.filter(invoice=OuterRef("pk")).order_by().values("invoice")
    material_hao = Subquery(billed.annotate(sum=Sum("hao")).values("sum"), BigIntegerField())
    asked = order.invoices.exclude(stage=Invoice.Stage.CANCELLED)
    for_pieces = F("amount_hao") - Coalesce(taken_back, 0) - Coalesce(material_hao, 0)
    net: int | None = asked.aggregate(hao=Sum(for_pieces))["hao"]
    return int(net or 0)


def choosing_products(day: date) -> QuerySet[Step]:
    """Steps with what choosing a product needs: skill, rate of the day, seconds, pieces ordered in a year."""
    a_year_ago = date.fromordinal(day.toordinal() - 365)
    rate = Rate.objects.filter(step=OuterRef("pk"), grade="", valid_from__lte=day).order_by("-valid_from")
    newest = ProductVersion.objects.filter(product=OuterRef("version__product")).order_by("-no")
    ordered = Sum(
        "version__product__versions__order_lines__pieces",
        filter=Q(version__product__versions__order_lines__order__ordered_on__gt=a_year_ago)
        & ~Q(version__product__versions__order_lines__stage=Order.Stage.CANCELLED),
    )
    return (
        Step.objects.filter(version=Subquery(newest.values("pk")[:1]))
        .select_related("version__product", "skill")
        .annotate(rate_hao=Subquery(rate.values("hao")[:1]), ordered=Coalesce(ordered, 0))
    )


def with_a_rate(day: date) -> QuerySet[Step]:
    """Return the newest steps that could be made for an enterprise: those that say what a piece brings."""
    priced = Rate.objects.filter(step=OuterRef("pk"), grade="", valid_from__lte=day)
    return choosing_products(day).filter(Exists(priced)).order_by("pk")


def paid_on(invoice: Invoice) -> date | None:
    """Return the day the last money of an invoice arrived."""
    payments = FeePayment.objects.filter(invoice=invoice).order_by("-received_on")
    return payments.values_list("received_on", flat=True).first()


def replaceable(step: Step) -> QuerySet[Any]:
    """Return the recipe of a step with the names of what may stand in for each material: replaced_by."""
    names = StringAgg("substitutes__material__name", ", ", distinct=True, default=Value(""))
    return step.recipe.select_related("material").annotate(replaced_by=names).order_by("pk")


def on_hand(row: OrderMaterial) -> int:
    """Return how much of an order's material lies in stores and with makers."""
    held = ledger.totals(material(row.order_id, row.material_id))
    return held.get("store", 0) + held.get("custody", 0)


def booked_in(store_id: int, row: OrderMaterial) -> int:
    """Return how much of an order's material the books say a store holds."""
    commodity = material(row.order_id, row.material_id)
    return ledger.balance(Account(Holder("organisation", store_id), "store", commodity))


def stock_of(order: Order, store_id: int) -> list[Stock]:
    """Return what a store holds of an order, batch by batch where it is kept so: what would go back in full."""
    rows = list(order.materials.select_related("material").order_by("pk"))
    lying = StockBatch.objects.filter(order_material__in=rows, store=store_id, left__gt=0)
    batches: dict[int, list[StockBatch]] = {row.pk: [] for row in rows}
    for batch in lying.order_by("since", "pk"):
        batches[batch.order_material_id].append(batch)
    holder = Holder("organisation", store_id)
    named = {row: Account(holder, "store", material(order.pk, row.material_id)) for row in rows}
    held = ledger.balances_of(named.values())
    return [Stock(row, held[named[row]], batches[row.pk]) for row in rows if held[named[row]]]


def offcuts_in(order: Order, store_id: int) -> dict[int, int]:
    """Return what lies in a store of an order's offcuts, by material."""
    held = ledger.balances(Holder("organisation", store_id))
    rows = order.materials.values_list("material_id", flat=True)
    named = {
        kind: Account(Holder("organisation", store_id), "offcuts", material(order.pk, kind)) for kind in rows
    }
    return {kind: held[account] for kind, account in named.items() if held.get(account)}


def material_to_bill(order: Order) -> dict[int, BilledMaterial]:
    """Propose what a bill for our own material asks for: used, and on no bill that stands, by material."""
    standing = Q(bills__invoice__isnull=False) & ~Q(bills__invoice__stage=Invoice.Stage.CANCELLED)
    ours = order.materials.filter(ownership=RecipeItem.Ownership.OURS).select_related("material")
    rows = ours.annotate(
        billed=Coalesce(Sum("bills__amount", filter=standing), 0, output_field=BigIntegerField())
    )
    open_ = {}
    for row in rows.order_by("pk"):
        amount = used_up(row) - row.billed
        if amount > 0:
            open_[row.material_id] = BilledMaterial(order_material=row, amount=amount, hao=row.worth(amount))
    return open_


def used_up(row: OrderMaterial) -> int:
    """Return how much of an order's material went into pieces, what fell off them included."""
    held = ledger.totals(material(row.order_id, row.material_id))
    returned = row.offcuts_returned
    return held.get("used", 0) + held.get("offcuts", 0) + returned


def _beneath(order: Order) -> list[Model]:
    """Return the lines, receipts and invoices of an order, as bare keys and in one query."""
    tables: Mapping[str, type[Model]] = {"lines": OrderLine, "receipts": Receipt, "invoices": Invoice}
    first, *others = [
        table._base_manager.filter(order=order).values_list(Value(name, CharField()), "pk")
        for name, table in tables.items()
    ]
    return [tables[name](pk=pk) for name, pk in first.union(*others, all=True)]


def trace_order(order: Order) -> QuerySet[Entry]:
    """Return every act on an order, from the enquiry to the fee, in the order they were done."""
    rows: list[Model] = [order, *_beneath(order)]
    opened = Q(subject=ref(order.contract), after__has_key=ref(order))
    if order.quote:
        enquiry = order.quote.enquiry
        rows += [order.quote, enquiry]
        opened |= Q(subject=ref(order.enterprise), after__has_key=ref(enquiry))
    acts = Entry.objects.filter(opened | Q(subject__in=[ref(row) for row in rows]), parent=None)
    return acts.select_related("actor").order_by("pk")
