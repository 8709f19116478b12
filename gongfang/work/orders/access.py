"""Who may do what with orders, and which of them somebody sees."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from gongfang.core.members import Member
from gongfang.registry.people.models import Organisation
from gongfang.work.orders.models import (
    Contract,
    CreditNote,
    DefectKind,
    Enquiry,
    Invoice,
    Order,
    OrderLine,
    OrderMaterial,
    Product,
    ProductVersion,
    Quote,
    Receipt,
    RecipeItem,
    Sample,
    Step,
    StockBatch,
    Stocktake,
)

READERS = ("officer", "auditor")
OPERATING = ("manager", "agent")
STORING = ("manager", "agent", "clerk")


def may_keep_products(member: Member, nothing: None) -> bool:
    return member.is_system or member.holds("officer")


def may_publish_version(member: Member, product: Product) -> bool:
    return may_keep_products(member, None)


def may_set_rate(member: Member, step: Step) -> bool:
    return may_keep_products(member, None)


def may_set_inspection_plan(member: Member, step: Step) -> bool:
    """The centre says how closely a product is inspected and what counts as wrong, the same for every workshop."""
    return may_keep_products(member, None)


def may_retire_defect_kind(member: Member, kind: DefectKind) -> bool:
    """As for adding one."""
    return may_keep_products(member, None)


def may_see_products(member: Member) -> bool:
    return member.is_system or member.holds(*READERS, *STORING, "township", "inspector", "steward")


def may_enquire(member: Member, enterprise: Organisation) -> bool:
    return member.holds("officer") or member.at(enterprise.pk, "buyer")


def may_close_enquiry(member: Member, enquiry: Enquiry) -> bool:
    return member.holds("officer") or member.at(enquiry.enterprise_id, "buyer")


def may_quote(member: Member, enquiry: Enquiry) -> bool:
    return member.holds("officer")


def may_send_quote(member: Member, quote: Quote) -> bool:
    return member.holds("officer")


def may_answer_quote(member: Member, quote: Quote) -> bool:
    """The buyer answers in the pages; an officer records an answer that came on paper."""
    return member.holds("officer") or member.at(quote.enquiry.enterprise_id, "buyer")


def may_make_sample(member: Member, enterprise: Organisation) -> bool:
    return member.holds("officer")


def may_approve_for_enterprise(member: Member, sample: Sample) -> bool:
    return member.at(sample.enterprise_id, "buyer")


def may_approve_for_centre(member: Member, sample: Sample) -> bool:
    return member.holds("officer")


def may_refuse_sample(member: Member, sample: Sample) -> bool:
    return may_approve_for_enterprise(member, sample) or may_approve_for_centre(member, sample)


def may_sign_contract(member: Member, operator: Organisation) -> bool:
    return member.holds("officer") or member.at(operator.pk, *OPERATING)


def may_open_order(member: Member, contract: Contract) -> bool:
    return member.holds("officer") or member.at(contract.operator_id, *OPERATING)


def may_run_order(member: Member, order: Order) -> bool:
    return member.holds("officer") or member.at(order.operator_id, *OPERATING)


def may_run_line(member: Member, line: OrderLine) -> bool:
    return may_run_order(member, line.order)


def may_store(member: Member, order: Order) -> bool:
    """Material is taken in by whoever keeps a store; the verb checks that it is the store named."""
    return may_run_order(member, order) or bool(member.organisations(*STORING))


def may_store_at(member: Member, order: Order, store_id: int) -> bool:
    return may_run_order(member, order) or member.at(store_id, *STORING)


def may_run_material(member: Member, row: OrderMaterial) -> bool:
    return may_run_order(member, row.order)


def may_allow_substitute(member: Member, item: RecipeItem) -> bool:
    return may_keep_products(member, None)


def may_book_stocktake(member: Member, taken: Stocktake) -> bool:
    """The officer or those who answer for the store or the order book what somebody else counted."""
    return may_run_order(member, taken.order) or member.at(taken.store_id, *OPERATING)


def may_discard_stocktake(member: Member, taken: Stocktake) -> bool:
    return may_store_at(member, taken.order, taken.store_id)


def may_cancel_receipt(member: Member, receipt: Receipt) -> bool:
    """Whoever keeps the store may take a slip back, as they entered it."""
    return may_store_at(member, receipt.order, receipt.store_id)


def may_count_batches(member: Member, batches: Sequence[StockBatch]) -> bool:
    """Counters move inside a higher verb that asked for its own permission; alone they are refused."""
    return True


def stores_of(member: Member, order: Order) -> QuerySet[Organisation]:
    """The stores that hold material of an order, and that this person keeps."""
    used = Organisation.objects.filter(pk__in=order.receipts.values("store")).order_by("name")
    return used if may_run_order(member, order) else used.filter(pk__in=member.organisations(*STORING))


def may_run_invoice(member: Member, invoice: Invoice) -> bool:
    return may_run_order(member, invoice.order)


def may_run_credit(member: Member, note: CreditNote) -> bool:
    return may_run_invoice(member, note.invoice)


def may_set_reminders(member: Member, nothing: None) -> bool:
    return member.is_system or member.holds("officer")


def may_count_all(member: Member, lines: Sequence[OrderLine]) -> bool:
    """Counters move inside a higher verb that asked for its own permission; alone they are refused."""
    return True


def may_count(member: Member, line: OrderLine) -> bool:
    """Counters move inside a higher verb that asked for its own permission; alone they are refused."""
    return True


def _own(member: Member, *, operator: str = "operator_id", enterprise: str = "enterprise_id") -> Q:
    at_operator = {f"{operator}__in": member.organisations(*STORING, "inspector")}
    at_enterprise = {f"{enterprise}__in": member.organisations("buyer")}
    return Q(**at_operator) | Q(**at_enterprise)


def _sees_all(member: Member) -> bool:
    return member.is_system or member.holds(*READERS)


def visible_orders(member: Member) -> QuerySet[Order]:
    """Officers and auditors see every order, a buyer and an operator's people their own."""
    orders = Order.objects.all()
    return orders if _sees_all(member) else orders.filter(_own(member))


def stocked_orders(member: Member) -> QuerySet[Order]:
    """The visible orders, and those of which something was taken into a store one keeps."""
    orders = Order.objects.all()
    if _sees_all(member):
        return orders
    here = Receipt.objects.filter(store__in=member.organisations(*STORING))
    return orders.filter(_own(member) | Q(pk__in=here.values("order")))


def visible_stocktakes(member: Member) -> QuerySet[Stocktake]:
    """The counts of visible orders, and those of the stores one keeps."""
    taken = Stocktake.objects.all()
    if _sees_all(member):
        return taken
    own = _own(member, operator="order__operator_id", enterprise="order__enterprise_id")
    return taken.filter(own | Q(store__in=member.organisations(*STORING)))


def visible_receipts(member: Member) -> QuerySet[Receipt]:
    """The slips of material of visible orders, and those of the stores one keeps."""
    slips = Receipt.objects.all()
    if _sees_all(member):
        return slips
    own = _own(member, operator="order__operator_id", enterprise="order__enterprise_id")
    return slips.filter(own | Q(store__in=member.organisations(*STORING)))


def visible_lines(member: Member) -> QuerySet[OrderLine]:
    """The lines of the visible orders."""
    lines = OrderLine.objects.all()
    if _sees_all(member):
        return lines
    return lines.filter(_own(member, operator="order__operator_id", enterprise="order__enterprise_id"))


def visible_contracts(member: Member) -> QuerySet[Contract]:
    """The contracts of the visible orders, and those without an order yet."""
    contracts = Contract.objects.all()
    return contracts if _sees_all(member) else contracts.filter(_own(member))


def visible_invoices(member: Member) -> QuerySet[Invoice]:
    """The invoices of the visible orders."""
    invoices = Invoice.objects.all()
    if _sees_all(member):
        return invoices
    return invoices.filter(_own(member, operator="order__operator_id", enterprise="order__enterprise_id"))


def visible_enquiries(member: Member) -> QuerySet[Enquiry]:
    """A buyer sees the own enterprise's enquiries, officers and auditors all."""
    enquiries = Enquiry.objects.all()
    return enquiries if _sees_all(member) else enquiries.filter(enterprise__in=member.organisations("buyer"))


def visible_quotes(member: Member) -> QuerySet[Quote]:
    """A buyer sees quotes once they are sent."""
    if _sees_all(member):
        return Quote.objects.all()
    return Quote.objects.exclude(stage=Quote.Stage.DRAFT).filter(
        enquiry__enterprise__in=member.organisations("buyer")
    )


def visible_samples(member: Member) -> QuerySet[Sample]:
    """A buyer sees the samples made for the own enterprise."""
    samples = Sample.objects.all()
    return samples if _sees_all(member) else samples.filter(enterprise__in=member.organisations("buyer"))


def visible_versions(member: Member) -> QuerySet[ProductVersion]:
    """Whoever works with products sees all of them; a buyer those quoted, sampled or ordered."""
    versions = ProductVersion.objects.all()
    if may_see_products(member):
        return versions
    own = member.organisations("buyer")
    return versions.filter(
        Q(pk__in=Quote.objects.filter(enquiry__enterprise__in=own).values("version"))
        | Q(pk__in=Sample.objects.filter(enterprise__in=own).values("version"))
        | Q(pk__in=OrderLine.objects.filter(order__enterprise__in=own).values("version"))
    )
