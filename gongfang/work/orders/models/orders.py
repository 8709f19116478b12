"""Orders, and their lines with the counters everything above counts on."""

from __future__ import annotations

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from gongfang.core.models import User
from gongfang.work.orders.models.agreements import Contract, Quote
from gongfang.work.orders.models.products import ProductVersion, Step


class Order(models.Model):
    """So many pieces for an enterprise until a day, under an operator's contract."""

    class Stage(models.TextChoices):
        DRAFT = "draft", _("draft")
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")
        CANCELLED = "cancelled", _("cancelled")

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="orders")
    quote = models.ForeignKey(Quote, on_delete=models.PROTECT, related_name="orders", null=True)
    enterprise = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    operator = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=40, unique=True)
    ordered_on = models.DateField()
    due = models.DateField()
    phone = models.CharField(max_length=20, blank=True)
    offcuts_return = models.BooleanField(default=False)
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.DRAFT)
    closed_on = models.DateField(null=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["stage", "due"], name="order_by_due")]

    def __str__(self) -> str:
        return self.number


class OrderLine(models.Model):
    """Pieces of one product version in an order. Its status follows from its stage and its counters.

    Of what was delivered, `returned` came back and waits for an answer, `replaced` is made again, `credited` is not.

    `fee_hao` is the price from now on; `earned_hao` the fee of what was delivered, each piece at its day's price.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        OPEN = "open", _("not yet shared out")
        SHARED = "shared", _("shared out")
        PARTLY_ISSUED = "partly_issued", _("partly issued")
        ISSUED = "issued", _("issued")
        PARTLY_IN = "partly_in", _("coming in")
        MADE = "made", _("made")
        DELIVERED = "delivered", _("delivered")
        CLOSED = "closed", _("closed")
        CANCELLED = "cancelled", _("cancelled")

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines")
    version = models.ForeignKey(ProductVersion, on_delete=models.PROTECT, related_name="order_lines")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="order_lines")
    fed_by = models.OneToOneField("self", on_delete=models.PROTECT, related_name="feeds", null=True)
    final = models.BooleanField(default=True)
    pieces = models.PositiveIntegerField()
    due = models.DateField()
    over_permille = models.PositiveSmallIntegerField(default=0)
    under_permille = models.PositiveSmallIntegerField(default=0)
    fee_hao = models.PositiveBigIntegerField()
    earned_hao = models.PositiveBigIntegerField(default=0)
    shared = models.PositiveIntegerField(default=0)
    issued = models.PositiveIntegerField(default=0)
    handed_in = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)
    rework = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    lost = models.PositiveIntegerField(default=0)
    delivered = models.PositiveIntegerField(default=0)
    passed_on = models.PositiveIntegerField(default=0)
    cancelled = models.PositiveIntegerField(default=0)
    returned = models.PositiveIntegerField(default=0)
    replaced = models.PositiveIntegerField(default=0)
    credited = models.PositiveIntegerField(default=0)
    stage = models.CharField(max_length=10, choices=Order.Stage, default=Order.Stage.DRAFT)
    status = models.GeneratedField(
        expression=Case(
            When(~Q(stage="open"), then=F("stage")),
            When(delivered__gte=F("pieces") + F("replaced"), then=Value("delivered")),
            When(accepted__gte=F("pieces") + F("replaced"), then=Value("made")),
            When(handed_in__gt=0, then=Value("partly_in")),
            When(issued__gte=F("pieces"), then=Value("issued")),
            When(issued__gt=0, then=Value("partly_issued")),
            When(shared__gt=0, then=Value("shared")),
            default=F("stage"),
        ),
        output_field=models.CharField(max_length=16, choices=Status),
        db_persist=True,
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pieces__gt=0), name="a_line_orders_pieces"),
            models.CheckConstraint(condition=Q(delivered__lte=F("accepted")), name="delivered_was_accepted"),
            models.CheckConstraint(condition=Q(passed_on__lte=F("accepted")), name="passed_on_was_accepted"),
            models.CheckConstraint(
                condition=Q(final=True, passed_on=0) | Q(final=False, delivered=0),
                name="only_the_last_is_delivered",
            ),
            models.CheckConstraint(
                condition=Q(over_permille__lte=1000, under_permille__lte=1000), name="a_tolerance_is_a_share"
            ),
        ]
        indexes = [models.Index(fields=["stage", "due"], name="line_by_due")]

    def __str__(self) -> str:
        return f"{self.version} × {self.pieces}"
