"""What the enterprise owes for delivered pieces, and what it has paid."""

from __future__ import annotations

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from gongfang.core.models import User
from gongfang.work.orders.models.orders import Order


class Invoice(models.Model):
    """The operator asks the enterprise for the fee of delivered pieces."""

    class Stage(models.TextChoices):
        OPEN = "open", _("to be paid")
        PAID = "paid", _("paid")
        CANCELLED = "cancelled", _("cancelled")

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="invoices")
    number = models.CharField(max_length=40, unique=True)
    amount_hao = models.PositiveBigIntegerField()
    received_hao = models.PositiveBigIntegerField(default=0)
    credited_hao = models.PositiveBigIntegerField(default=0)
    invoiced_on = models.DateField()
    due = models.DateField()
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.OPEN)
    status = models.GeneratedField(
        expression=Case(
            When(Q(stage="open", received_hao__gt=0), then=Value("partly_paid")),
            default=F("stage"),
        ),
        output_field=models.CharField(max_length=12),
        db_persist=True,
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_hao__gt=0), name="an_invoice_asks_for_money"),
            models.CheckConstraint(
                condition=Q(amount_hao__gte=F("received_hao") + F("credited_hao")),
                name="no_more_received_or_credited_than_invoiced",
            ),
        ]
        indexes = [models.Index(fields=["due"], condition=Q(stage="open"), name="invoice_open_by_due")]

    def __str__(self) -> str:
        return self.number

    @property
    def owing_hao(self) -> int:
        """What is neither paid nor credited, in 毫."""
        return self.amount_hao - self.received_hao - self.credited_hao


class CreditNote(models.Model):
    """Part of an invoice taken back; what of it was paid already is to be paid back."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="credits")
    number = models.CharField(max_length=48, unique=True)
    amount_hao = models.PositiveBigIntegerField()
    refund_hao = models.PositiveBigIntegerField(default=0)
    reason = models.CharField(max_length=200)
    credited_on = models.DateField()
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    refunded_on = models.DateField(null=True)
    refunded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    document = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_hao__gt=0), name="a_credit_note_takes_back_money"),
            models.CheckConstraint(
                condition=Q(refund_hao__lte=F("amount_hao")), name="no_more_refunded_than_credited"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Reminder(models.Model):
    """The enterprise was reminded of an invoice, at one level, in these words."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="reminders")
    level = models.PositiveSmallIntegerField()
    text = models.TextField()
    sent_on = models.DateField()
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["invoice", "level"], name="a_level_once_an_invoice")]

    def __str__(self) -> str:
        return f"{self.invoice} {self.level}"

    @property
    def number(self) -> str:
        """The number its paper carries."""
        return f"CK{self.pk:06}"


class FeePayment(models.Model):
    """Money of an enterprise arriving for an invoice."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="payments")
    amount_hao = models.PositiveBigIntegerField()
    received_on = models.DateField()
    document = models.CharField(max_length=200)
    taken_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount_hao__gt=0), name="a_payment_brings_money")]

    def __str__(self) -> str:
        return f"{self.invoice} {self.amount_hao}"
