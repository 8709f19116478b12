"""The batches and numbers on a slip: what it brings, what it takes along, and how a wrong one is undone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from django.utils.translation import gettext as _

from gongfang.core.action import Act
from gongfang.core.errors import Refused
from gongfang.work.orders.models import Material, Receipt, ReceiptBatch, ReceiptItem, StockBatch


class Named(Protocol):
    """So much under the number of a batch."""

    @property
    def code(self) -> str: ...

    @property
    def amount(self) -> int: ...


def checked_batches(material: Material, amount: int, batches: Sequence[Named]) -> Sequence[Named]:
    """Return the batches of a row; they have to add up to it, and a numbered piece is one."""
    if material.tracking == Material.Tracking.NONE:
        if batches:
            raise Refused(
                _("“%(material)s” is not kept by batch. Leave the batches out.") % {"material": material},
                field="batches",
            )
        return ()
    codes = {one.code.strip() for one in batches}
    if "" in codes or len(codes) < len(batches) or any(one.amount < 1 for one in batches):
        raise Refused(_("Each batch or number stands once on a slip, with an amount."), field="batches")
    if sum(one.amount for one in batches) != amount:
        raise Refused(
            _("The batches of “%(material)s” do not add up to what was counted. Enter them again.")
            % {"material": material},
            code="batches_differ",
            field="batches",
        )
    if material.tracking == Material.Tracking.SERIAL and any(one.amount > 1 for one in batches):
        raise Refused(_("A numbered piece is one piece. Enter each number by itself."), field="batches")
    return batches


def bring_batches(item: ReceiptItem, batches: Iterable[Named]) -> None:
    """Let the batches of a slip lie in its store."""
    for one in batches:
        batch, new = StockBatch.objects.get_or_create(
            order_material=item.order_material,
            store_id=item.receipt.store_id,
            code=one.code.strip(),
            defaults={"since": item.receipt.received_on},
        )
        if not new and item.order_material.material.tracking == Material.Tracking.SERIAL:
            raise Refused(_("Number %(code)s came before.") % {"code": one.code}, field="batches")
        batch.left += one.amount
        batch.save(update_fields=["left"])
        ReceiptBatch.objects.create(item=item, batch=batch, amount=one.amount)


def take_batches_along(act: Act, item: ReceiptItem, batches: Iterable[Named]) -> None:
    """Take the named batches out of the store; what did not come for this order does not go back for it."""
    lying = {
        batch.code: batch
        for batch in act.lock(
            *StockBatch.objects.filter(order_material=item.order_material, store=item.receipt.store_id)
        )
    }
    for one in batches:
        batch = lying.get(one.code.strip())
        if batch is None or batch.left < one.amount:
            raise Refused(
                _("The store does not hold %(amount)s of batch %(code)s. Choose from what the slip proposes.")
                % {"amount": one.amount, "code": one.code},
                code="not_here",
                field="batches",
            )
        batch.left -= one.amount
        batch.save(update_fields=["left"])
        ReceiptBatch.objects.create(item=item, batch=batch, amount=one.amount)


def undo_batches(item: ReceiptItem) -> None:
    """Let the batches stand as before a slip."""
    sign = -1 if item.receipt.kind == Receipt.Kind.IN else 1
    for line in item.batches.select_related("batch").order_by("batch"):
        if line.batch.left + sign * line.amount < 0:
            raise Refused(
                _("Batch %(code)s is no longer in the store. Take it back first.") % {"code": line.batch}
            )
        line.batch.left += sign * line.amount
        line.batch.save(update_fields=["left"])
