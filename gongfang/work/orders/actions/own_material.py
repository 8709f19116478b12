"""Verbs on whose material it is: the enterprise's or ours, what may stand in for it, and the bill for what we gave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from gongfang.core.action import Act, action
from gongfang.core.errors import Refused
from gongfang.core.models import ref
from gongfang.ledger import postings
from gongfang.work.orders import access
from gongfang.work.orders.models import (
    BilledMaterial,
    Invoice,
    Material,
    Order,
    OrderMaterial,
    RecipeItem,
    Substitute,
)
from gongfang.work.orders.queries import material_to_bill


@dataclass(frozen=True, kw_only=True)
class Billed:
    """So much of a material of ours; without a price, at what it is worth."""

    material: Material
    amount: int
    hao: int | None = None


@action(access.may_run_material)
def set_ownership(act: Act, row: OrderMaterial, *, ownership: str) -> OrderMaterial:
    """Say for one order that a material is the enterprise's or ours, otherwise than the recipe does."""
    if ownership not in RecipeItem.Ownership.values:
        raise Refused(_("Choose whose material it is."), field="ownership")
    if row.received:
        raise Refused(
            _("Some of “%(material)s” is here already. Whose it is is said before it comes.")
            % {"material": row},
            code="received",
        )
    row.ownership = ownership
    row.save(update_fields=["ownership"])
    return row


@action(access.may_allow_substitute, creates=True)
def allow_substitute(
    act: Act, item: RecipeItem, *, material: Material, amount: int, document: str
) -> Substitute:
    """Let another material stand in for one of a recipe, with how much of it a piece takes and who agreed."""
    if amount < 1 or not document.strip():
        raise Refused(
            _("Enter how much a piece takes of it, and the document in which it was agreed."),
            field="document",
        )
    if material.pk == item.material_id or item.substitutes.filter(material=material).exists():
        raise Refused(_("This material is in the recipe or among its substitutes already."), field="material")
    return Substitute.objects.create(
        item=item, material=material, amount=amount, document=document, allowed_on=act.booked_on,
        allowed_by=act.by.user,
    )  # fmt: skip


@action(access.may_run_order, money=True)
def bill_material(
    act: Act, order: Order, *, number: str, due: date, rows: Sequence[Billed] | None = None
) -> Invoice:
    """Bill the enterprise for our own material: what went into pieces and no bill asks for yet, or part of it."""
    open_ = material_to_bill(order)
    billed = [_priced(open_, row) for row in rows] if rows is not None else list(open_.values())
    total = sum(row.hao for row in billed)
    if not total or any(row.amount < 1 for row in billed):
        raise Refused(
            _("Nothing of our own material was used that no bill asks for yet."), code="nothing_to_bill"
        )
    if Invoice.objects.filter(number=number).exists():
        raise Refused(
            _("There is an invoice with this number. Look it up or correct the number."), field="number"
        )
    made = Invoice.objects.create(
        order=order,
        number=number,
        amount_hao=total,
        invoiced_on=act.booked_on,
        due=due,
        issued_by=act.by.user,
    )
    for row in billed:
        row.invoice = made
    BilledMaterial.objects.bulk_create(billed)
    postings.invoice(act, order_id=order.pk, enterprise_id=order.enterprise_id, amount=total, cause=ref(made))
    return made


def _priced(open_: dict[int, BilledMaterial], row: Billed) -> BilledMaterial:
    proposed = open_.get(row.material.pk)
    if proposed is None or not 0 < row.amount <= proposed.amount:
        raise Refused(
            _("More “%(material)s” would be billed than was used and not billed yet. Enter less.")
            % {"material": row.material},
            code="too_much",
            field="rows",
        )
    proposed.hao = proposed.order_material.worth(row.amount) if row.hao is None else row.hao
    proposed.amount = row.amount
    return proposed
