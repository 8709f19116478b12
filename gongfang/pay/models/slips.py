"""Slips: what somebody earned in a period, line by line, and what was taken off with its reason."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gongfang.core.models import User
from gongfang.pay.models.earnings import Advance, Deduction, Earning
from gongfang.pay.models.payouts import Payout
from gongfang.registry.people.models import Relation
from gongfang.work.piecework.models import Bag, Inspection


class Slip(models.Model):
    """What one person earned with one operator in a period: a settlement slip or a payslip, as the terms are."""

    class Kind(models.TextChoices):
        SETTLEMENT = "settlement", _("settlement slip")
        PAYSLIP = "payslip", _("payslip")

    class Stage(models.TextChoices):
        OPEN = "open", _("to be paid")
        CLOSED = "closed", _("paid")
        CANCELLED = "cancelled", _("cancelled")

    relation = models.ForeignKey(Relation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    number = models.CharField(max_length=40, unique=True)
    period_from = models.DateField()
    period_to = models.DateField()
    gross_hao = models.BigIntegerField()
    taken_hao = models.PositiveBigIntegerField(default=0)
    net_hao = models.GeneratedField(
        expression=F("gross_hao") - F("taken_hao"), output_field=models.BigIntegerField(), db_persist=True
    )
    drawn_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    drawn_on = models.DateField()
    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, related_name="slips", null=True)
    stage = models.CharField(max_length=9, choices=Stage, default=Stage.OPEN)
    cancelled_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    cancelled_on = models.DateField(null=True)
    cancel_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(period_to__gte=F("period_from")), name="a_period_ends_after_its_start"
            ),
            models.CheckConstraint(
                condition=~Q(stage="closed") | Q(payout__isnull=False), name="a_paid_slip_has_its_payout"
            ),
            models.CheckConstraint(
                condition=~Q(stage="cancelled") | Q(payout=None) & ~Q(cancel_reason=""),
                name="a_cancelled_slip_pays_nothing",
            ),
            models.CheckConstraint(
                condition=Q(taken_hao=0) | Q(taken_hao__lte=F("gross_hao")),
                name="a_slip_never_falls_below_nothing",
            ),
        ]
        indexes = [
            models.Index(fields=["relation", "-id"], name="slip_by_relation"),
            models.Index(fields=["period_to"], condition=Q(stage="open"), name="slip_open_by_day"),
        ]

    def __str__(self) -> str:
        return self.number


class Correction(models.Model):
    """What an inspection should have earned instead, with the reason and the document; the person sees both."""

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="+")
    before_hao = models.PositiveBigIntegerField()
    after_hao = models.PositiveBigIntegerField()
    difference_hao = models.GeneratedField(
        expression=F("after_hao") - F("before_hao"), output_field=models.BigIntegerField(), db_persist=True
    )
    reason = models.CharField(max_length=200)
    document = models.CharField(max_length=200)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(before_hao=F("after_hao")), name="a_correction_changes_something"
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(document=""), name="a_correction_has_reason_and_document"
            ),
        ]

    def __str__(self) -> str:
        return self.reason


class Standing(models.Manager["SlipLine"]):
    """Lines that count: those of a cancelled slip stay readable there and count nowhere."""

    def get_queryset(self) -> models.QuerySet[SlipLine]:
        return super().get_queryset().filter(void=False)


class SlipLine(models.Model):
    """One inspection of one bag, one correction of it, or one earning, on the one standing slip it is on."""

    slip = models.ForeignKey(Slip, on_delete=models.PROTECT, related_name="lines")
    bag = models.ForeignKey(Bag, on_delete=models.PROTECT, related_name="+", null=True)
    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="+", null=True)
    correction = models.ForeignKey(Correction, on_delete=models.PROTECT, related_name="+", null=True)
    earning = models.ForeignKey(Earning, on_delete=models.PROTECT, related_name="+", null=True)
    earned_on = models.DateField()
    pieces = models.PositiveIntegerField(default=0)
    rate_hao = models.PositiveBigIntegerField(default=0)
    amount_hao = models.BigIntegerField()
    void = models.BooleanField(default=False)

    objects = Standing()
    everything = models.Manager["SlipLine"]()

    class Meta:
        base_manager_name = "everything"
        constraints = [
            models.CheckConstraint(
                condition=Q(inspection__isnull=False, correction=None, earning=None, bag__isnull=False)
                | Q(inspection=None, correction__isnull=False, earning=None, bag__isnull=False)
                | Q(inspection=None, correction=None, earning__isnull=False, bag=None),
                name="a_line_has_one_cause",
            ),
            models.CheckConstraint(
                condition=Q(inspection=None) | Q(amount_hao=F("pieces") * F("rate_hao")),
                name="a_line_is_pieces_times_rate",
            ),
            *(
                models.UniqueConstraint(
                    fields=[cause], condition=Q(void=False), name=f"one_standing_line_a_{cause}"
                )
                for cause in ("inspection", "correction", "earning")
            ),
        ]
        indexes = [models.Index(fields=["bag"], name="slip_line_by_bag")]

    def __str__(self) -> str:
        return f"{self.bag_id} {self.amount_hao}"


class SlipTake(models.Model):
    """What a slip takes off: tax, an instalment of an advance, a deduction; and what cut it, if anything did."""

    class Kind(models.TextChoices):
        TAX = "tax", _("tax withheld")
        DEDUCTION = "deduction", _("deduction you agreed to")
        ADVANCE = "advance", _("advance paid back")

    class Cut(models.TextChoices):
        NONE = "", _("nothing was cut")
        LEGAL_SHARE = "legal_share", _("the share the law allows")
        MINIMUM = "minimum", _("the minimum wage")
        BAGS_PAY = "bags_pay", _("what the bag earned")
        NOTHING_LEFT = "nothing_left", _("nothing was left")

    slip = models.ForeignKey(Slip, on_delete=models.PROTECT, related_name="takes")
    kind = models.CharField(max_length=9, choices=Kind)
    advance = models.ForeignKey(Advance, on_delete=models.PROTECT, related_name="+", null=True)
    deduction = models.ForeignKey(Deduction, on_delete=models.PROTECT, related_name="+", null=True)
    asked_hao = models.PositiveBigIntegerField()
    amount_hao = models.PositiveBigIntegerField()
    cut = models.CharField(max_length=12, choices=Cut, blank=True)
    limit_hao = models.PositiveBigIntegerField(default=0)
    document = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="tax", advance=None, deduction=None)
                | Q(kind="advance", advance__isnull=False, deduction=None)
                | Q(kind="deduction", advance=None, deduction__isnull=False),
                name="a_take_has_one_cause",
            ),
            models.CheckConstraint(
                condition=Q(amount_hao=F("asked_hao")) | Q(amount_hao__lt=F("asked_hao")) & ~Q(cut=""),
                name="a_cut_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_hao}"
