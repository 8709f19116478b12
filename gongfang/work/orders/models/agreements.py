"""From the enterprise's question to the signed contract."""

from __future__ import annotations

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from gongfang.core.models import User
from gongfang.work.orders.models.products import ProductVersion


class Enquiry(models.Model):
    """An enterprise asks whether we could make something."""

    class Stage(models.TextChoices):
        OPEN = "open", _("waits for a quote")
        QUOTED = "quoted", _("quoted")
        CLOSED = "closed", _("closed")

    enterprise = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    product = models.CharField(max_length=120)
    pieces = models.PositiveIntegerField()
    due = models.DateField()
    note = models.TextField(blank=True)
    asked_on = models.DateField()
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.OPEN)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pieces__gt=0), name="an_enquiry_asks_for_pieces")]
        indexes = [models.Index(fields=["stage", "due"], name="enquiry_by_due")]

    def __str__(self) -> str:
        return self.product


class Quote(models.Model):
    """What we offer an enterprise: material, minutes, fee, and what of it the maker and the agent get."""

    class Stage(models.TextChoices):
        DRAFT = "draft", _("draft")
        SENT = "sent", _("sent")
        ACCEPTED = "accepted", _("accepted by the enterprise")
        DECLINED = "declined", _("declined")

    enquiry = models.ForeignKey(Enquiry, on_delete=models.PROTECT, related_name="quotes")
    version = models.ForeignKey(ProductVersion, on_delete=models.PROTECT, related_name="quotes")
    pieces = models.PositiveIntegerField()
    due = models.DateField()
    material = models.TextField(blank=True)
    seconds = models.PositiveIntegerField()
    fee_hao = models.PositiveBigIntegerField()
    wage_hao = models.PositiveBigIntegerField()
    margin_hao = models.PositiveBigIntegerField(default=0)
    minutes = models.GeneratedField(
        expression=(Cast("pieces", models.BigIntegerField()) * F("seconds") + 59) / 60,
        output_field=models.PositiveBigIntegerField(),
        db_persist=True,
    )
    hourly_equivalent_hao = models.GeneratedField(
        expression=F("wage_hao") * 3600 / F("seconds"),
        output_field=models.PositiveBigIntegerField(),
        db_persist=True,
    )
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.DRAFT)
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    document = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pieces__gt=0), name="a_quote_is_for_pieces"),
            models.CheckConstraint(condition=Q(seconds__gt=0), name="a_quoted_piece_takes_time"),
            models.CheckConstraint(
                condition=Q(fee_hao__gte=F("wage_hao") + F("margin_hao")),
                name="the_fee_covers_wage_and_margin",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} × {self.pieces}"


class Sample(models.Model):
    """The piece both sides approve before the first bag is packed, then sealed."""

    class Stage(models.TextChoices):
        MADE = "made", _("waits for approval")
        SEALED = "sealed", _("sealed")
        REFUSED = "refused", _("refused")

    enterprise = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(ProductVersion, on_delete=models.PROTECT, related_name="samples")
    quote = models.ForeignKey(Quote, on_delete=models.PROTECT, related_name="samples", null=True)
    picture = models.CharField(max_length=200, blank=True)
    made_on = models.DateField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    approved_by_enterprise = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    approved_by_enterprise_at = models.DateTimeField(null=True)
    approved_by_centre = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    approved_by_centre_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.MADE)
    status = models.GeneratedField(
        expression=Case(
            When(~Q(stage="made"), then=F("stage")),
            When(approved_by_enterprise__isnull=False, then=Value("waits_for_centre")),
            When(approved_by_centre__isnull=False, then=Value("waits_for_enterprise")),
            default=F("stage"),
        ),
        output_field=models.CharField(max_length=24),
        db_persist=True,
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(stage="sealed")
                | Q(approved_by_enterprise__isnull=False, approved_by_centre__isnull=False),
                name="sealed_by_both_sides",
            ),
            models.CheckConstraint(
                condition=~Q(approved_by_enterprise=F("approved_by_centre")),
                name="two_people_approve_a_sample",
            ),
        ]

    def __str__(self) -> str:
        return str(self.version)


class Contract(models.Model):
    """An operator undertakes work for an enterprise and owes the fees to the makers; a county signs nothing.

    Of a frame contract over a sum or a number of pieces orders call off, within its days.
    """

    class Kind(models.TextChoices):
        FRAME = "frame", _("frame contract")
        SINGLE = "single", _("single order")

    class Overdraw(models.TextChoices):
        WARN = "warn", _("is allowed and shown")
        REFUSE = "refuse", _("is refused")

    enterprise = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    operator = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=40, unique=True)
    signed_on = models.DateField()
    value_hao = models.PositiveBigIntegerField(null=True)
    pieces = models.PositiveIntegerField(null=True)
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    overdraw = models.CharField(max_length=10, choices=Overdraw, default=Overdraw.WARN)
    partnership = models.BooleanField(default=False)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.SINGLE)
    document = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(enterprise=F("operator")), name="nobody_contracts_with_oneself"
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_from=None) | Q(valid_until__gte=F("valid_from")),
                name="a_contract_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.number
