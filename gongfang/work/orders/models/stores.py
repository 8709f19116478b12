"""The material of orders: whose it is, slips in and back, batches, and what counting a store found."""

from __future__ import annotations

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from gongfang.core.models import User
from gongfang.work.orders.models.fees import Invoice
from gongfang.work.orders.models.orders import Order
from gongfang.work.orders.models.products import Material, RecipeItem


class OrderMaterial(models.Model):
    """One material of an order: whose it is, how much was promised, what came, and what a thousand units are worth.

    `value_hao_per_1000` is the average of what is on hand, freight and other costs included. `difference` is what
    stocktakes found beyond the books, below zero what they missed.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="materials")
    material = models.ForeignKey(Material, on_delete=models.PROTECT, related_name="order_materials")
    ownership = models.CharField(
        max_length=10, choices=RecipeItem.Ownership, default=RecipeItem.Ownership.ENTERPRISE
    )
    promised = models.PositiveBigIntegerField(default=0)
    received = models.PositiveBigIntegerField(default=0)
    returned = models.PositiveBigIntegerField(default=0)
    offcuts_returned = models.PositiveBigIntegerField(default=0)
    difference = models.BigIntegerField(default=0)
    value_hao_per_1000 = models.PositiveBigIntegerField(default=0)
    status = models.GeneratedField(
        expression=Case(
            When(promised=0, then=Value("extra")),
            When(received=0, then=Value("awaited")),
            When(received__lt=F("promised"), then=Value("short")),
            When(received__gt=F("promised"), then=Value("over")),
            default=Value("complete"),
        ),
        output_field=models.CharField(max_length=10),
        db_persist=True,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "material"], name="a_material_once_an_order"),
            models.CheckConstraint(condition=Q(returned__lte=F("received")), name="returned_was_received"),
        ]

    def __str__(self) -> str:
        return str(self.material)

    @property
    def is_ours(self) -> bool:
        """Say whether the operator buys it, and bills what was used."""
        return self.ownership == RecipeItem.Ownership.OURS

    def worth(self, amount: int) -> int:
        """What an amount is worth, in 毫."""
        return amount * self.value_hao_per_1000 // 1000


class Receipt(models.Model):
    """A delivery of material, with the number of its slip: into a store, or from it back to the enterprise."""

    class Kind(models.TextChoices):
        IN = "in", _("taken in")
        BACK = "back", _("returned to the enterprise")
        OFFCUTS = "offcuts", _("offcuts returned to the enterprise")

    class Stage(models.TextChoices):
        ENTERED = "entered", _("entered")
        CANCELLED = "cancelled", _("entered wrongly")

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="receipts")
    store = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.IN)
    received_on = models.DateField()
    number = models.CharField(max_length=40)
    costs_hao = models.PositiveBigIntegerField(default=0)
    taken_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.ENTERED)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order", "kind", "number"],
                condition=Q(stage="entered"),
                name="a_slip_is_received_once",
            ),
            models.CheckConstraint(
                condition=Q(stage="entered") | ~Q(reason=""), name="a_cancelled_slip_says_why"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ReceiptItem(models.Model):
    """One material on a receipt: what was counted, what the slip said if that differs, and what it is worth.

    `value_hao` is what the slip declares; `cost_hao` is this line's share of the freight and other costs.
    """

    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="items")
    order_material = models.ForeignKey(OrderMaterial, on_delete=models.PROTECT, related_name="receipt_items")
    amount = models.PositiveBigIntegerField()
    on_slip = models.PositiveBigIntegerField(null=True)
    note = models.CharField(max_length=200, blank=True)
    value_hao = models.PositiveBigIntegerField(default=0)
    cost_hao = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_receipt_brings_something"),
            models.UniqueConstraint(fields=["receipt", "order_material"], name="a_material_once_a_receipt"),
            models.CheckConstraint(
                condition=Q(on_slip=None) | Q(on_slip=F("amount")) | ~Q(note=""),
                name="what_differs_from_the_slip_is_explained",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_material} {self.amount}"

    @property
    def missing(self) -> int:
        """What the slip promised and was not there; below zero what was there beyond it."""
        return (self.amount if self.on_slip is None else self.on_slip) - self.amount


class StockBatch(models.Model):
    """A batch of a material in one store, or a single piece with its number: a counter below the ledger's store."""

    order_material = models.ForeignKey(OrderMaterial, on_delete=models.PROTECT, related_name="batches")
    store = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=60)
    since = models.DateField()
    left = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order_material", "store", "code"], name="a_batch_once_a_store")
        ]
        indexes = [
            models.Index(
                fields=["order_material", "store", "since"], condition=Q(left__gt=0), name="batch_to_issue"
            )
        ]

    def __str__(self) -> str:
        return self.code


class ReceiptBatch(models.Model):
    """How much of a batch one line of a slip brought or took along."""

    item = models.ForeignKey(ReceiptItem, on_delete=models.PROTECT, related_name="batches")
    batch = models.ForeignKey(StockBatch, on_delete=models.PROTECT, related_name="slips")
    amount = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_batch_on_a_slip_is_something"),
            models.UniqueConstraint(fields=["item", "batch"], name="a_batch_once_a_slip"),
        ]

    def __str__(self) -> str:
        return f"{self.batch} {self.amount}"


class Stocktake(models.Model):
    """A store counted for one order: one person counts, another looks at the differences and books them."""

    class Stage(models.TextChoices):
        COUNTED = "counted", _("to be booked")
        BOOKED = "booked", _("booked")
        DISCARDED = "discarded", _("discarded")

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="stocktakes")
    store = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    counted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    counted_on = models.DateField()
    booked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.COUNTED)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(booked_by=F("counted_by")), name="two_people_book_a_stocktake"
            )
        ]

    def __str__(self) -> str:
        return f"{self.store} {self.counted_on}"


class StocktakeItem(models.Model):
    """What was booked and what was counted of one material, or of one batch of it; what differs has a reason."""

    stocktake = models.ForeignKey(Stocktake, on_delete=models.PROTECT, related_name="items")
    order_material = models.ForeignKey(OrderMaterial, on_delete=models.PROTECT, related_name="+")
    batch = models.ForeignKey(StockBatch, on_delete=models.PROTECT, related_name="+", null=True)
    booked = models.PositiveBigIntegerField()
    counted = models.PositiveBigIntegerField()
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["stocktake", "order_material", "batch"],
                nulls_distinct=False,
                name="counted_once_a_stocktake",
            ),
            models.CheckConstraint(
                condition=Q(counted=F("booked")) | ~Q(reason=""), name="a_difference_is_explained"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_material} {self.counted}"

    @property
    def difference(self) -> int:
        """What was found beyond the books; below zero what was missing."""
        return self.counted - self.booked


class BilledMaterial(models.Model):
    """Our own material that went into pieces, on the invoice that asks the enterprise for it."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="materials")
    order_material = models.ForeignKey(OrderMaterial, on_delete=models.PROTECT, related_name="bills")
    amount = models.PositiveBigIntegerField()
    hao = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_bill_of_material_is_for_something"),
            models.UniqueConstraint(fields=["invoice", "order_material"], name="a_material_once_a_bill"),
        ]

    def __str__(self) -> str:
        return f"{self.order_material} {self.amount}"
