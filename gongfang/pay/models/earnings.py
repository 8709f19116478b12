"""What is earned beside pieces, and what may be taken off: advances, deductions, and pay that waits."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gongfang.core.models import User
from gongfang.pay.models.payouts import Payout
from gongfang.registry.people.models import Consent, Relation
from gongfang.work.piecework.models import Bag, Inspection


class Earning(models.Model):
    """Hours, an allowance or a bonus: written down by one, approved by another, opposite entries included."""

    class Kind(models.TextChoices):
        HOURS = "hours", _("hours")
        ALLOWANCE = "allowance", _("allowance")
        BONUS = "bonus", _("bonus")
        LEAVING = "leaving", _("rounded up on leaving")
        MENDING = "mending", _("mended for somebody else")

    class Stage(models.TextChoices):
        DRAFT = "draft", _("to be approved")
        APPROVED = "approved", _("approved")
        DROPPED = "dropped", _("dropped")

    relation = models.ForeignKey(Relation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=9, choices=Kind)
    minutes = models.PositiveIntegerField(_("minutes"), null=True)
    hour_hao = models.PositiveBigIntegerField(_("an hour"), null=True)
    amount_hao = models.BigIntegerField(_("amount"))
    reason = models.CharField(_("what for"), max_length=200)
    document = models.CharField(_("document"), max_length=200)
    earned_on = models.DateField(_("day"))
    claim_until = models.DateField(_("can be claimed until"), null=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    approved_on = models.DateField(null=True)
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, related_name="reversed_by", null=True)
    mended = models.OneToOneField(Inspection, on_delete=models.PROTECT, related_name="+", null=True)
    stage = models.CharField(max_length=8, choices=Stage, default=Stage.DRAFT)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(document=""), name="an_earning_has_reason_and_document"
            ),
            models.CheckConstraint(
                condition=~Q(stage="approved") | Q(kind="leaving") | Q(approved_by__isnull=False),
                name="an_earning_is_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(made_by=F("approved_by")), name="another_approves_an_earning"
            ),
            models.CheckConstraint(
                condition=~Q(kind="mending") | Q(mended__isnull=False) | Q(reverses__isnull=False),
                name="mending_was_inspected",
            ),
            models.CheckConstraint(
                condition=Q(reverses__isnull=False, amount_hao__lt=0) | Q(reverses=None, amount_hao__gt=0),
                name="only_an_opposite_entry_is_below_nothing",
            ),
            models.CheckConstraint(
                condition=~Q(kind="hours")
                | Q(reverses__isnull=False)
                | Q(
                    minutes__gt=0,
                    amount_hao__gte=F("minutes") * F("hour_hao") / 60,
                    amount_hao__lte=F("minutes") * F("hour_hao") / 60 + 1,
                ),
                name="hours_are_time_times_rate",
            ),
        ]
        indexes = [models.Index(fields=["relation", "-id"], name="earning_by_relation")]

    def __str__(self) -> str:
        return self.reason


class Advance(models.Model):
    """Pay before it is earned: asked for, approved by another, paid with the next batch, set off slip by slip."""

    class Stage(models.TextChoices):
        ASKED = "asked", _("asked for")
        APPROVED = "approved", _("approved, comes with the next payout")
        PAID = "paid", _("paid, being set off")
        CLOSED = "closed", _("set off")
        REFUSED = "refused", _("not given")

    relation = models.ForeignKey(Relation, on_delete=models.PROTECT, related_name="+")
    amount_hao = models.PositiveBigIntegerField(_("amount"))
    instalment_hao = models.PositiveBigIntegerField(_("set off on each slip"))
    reason = models.CharField(_("what for"), max_length=200, blank=True)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_on = models.DateField()
    provisional = models.BooleanField(default=False)
    consent_how = models.CharField(_("how it was given"), max_length=5, choices=Consent.How, blank=True)
    consent_document = models.CharField(_("where it is kept"), max_length=200, blank=True)
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    approved_on = models.DateField(null=True)
    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, related_name="advances", null=True)
    set_off_hao = models.PositiveBigIntegerField(default=0)
    refusal = models.CharField(max_length=200, blank=True)
    stage = models.CharField(max_length=8, choices=Stage, default=Stage.ASKED)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_hao__gt=0, instalment_hao__gt=0, instalment_hao__lte=F("amount_hao")),
                name="an_advance_is_paid_back_in_parts",
            ),
            models.CheckConstraint(
                condition=Q(set_off_hao__lte=F("amount_hao")), name="an_advance_is_set_off_once"
            ),
            models.CheckConstraint(
                condition=~Q(asked_by=F("approved_by")), name="another_approves_an_advance"
            ),
            models.CheckConstraint(
                condition=Q(stage__in=["asked", "refused"]) | Q(approved_by__isnull=False),
                name="no_advance_unapproved",
            ),
            models.CheckConstraint(
                condition=Q(stage__in=["asked", "refused"]) | Q(provisional=False),
                name="no_advance_without_a_yes",
            ),
            models.UniqueConstraint(
                fields=["relation"],
                condition=Q(stage__in=["asked", "approved", "paid"]),
                name="one_open_advance_a_person",
            ),
        ]

    def __str__(self) -> str:
        return self.reason or str(self.pk)

    @property
    def left_hao(self) -> int:
        """What is still to be set off."""
        return self.amount_hao - self.set_off_hao


class Deduction(models.Model):
    """What the operator would keep of somebody's pay, and the person's own yes to it; never a deposit."""

    class Kind(models.TextChoices):
        SPOILED = "spoiled", _("a spoiled bag")
        MEALS = "meals", _("meals")
        TOOLS = "tools", _("tools bought through the operator")
        OVERPAID = "overpaid", _("paid too much before")
        OTHER = "other", _("something else agreed in writing")

    class Stage(models.TextChoices):
        PROPOSED = "proposed", _("waits for the person's yes")
        AGREED = "agreed", _("agreed")
        CLOSED = "closed", _("taken")
        DROPPED = "dropped", _("dropped")

    relation = models.ForeignKey(Relation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    bag = models.ForeignKey(Bag, on_delete=models.PROTECT, related_name="+", null=True)
    amount_hao = models.PositiveBigIntegerField(_("amount"))
    taken_hao = models.PositiveBigIntegerField(default=0)
    reason = models.CharField(_("what for"), max_length=200)
    document = models.CharField(_("document"), max_length=200, blank=True)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_on = models.DateField()
    consent_how = models.CharField(max_length=5, choices=Consent.How, blank=True)
    consent_document = models.CharField(max_length=200, blank=True)
    agreed_on = models.DateField(null=True)
    agreed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    stage = models.CharField(max_length=8, choices=Stage, default=Stage.PROPOSED)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_hao__gt=0, taken_hao__lte=F("amount_hao")),
                name="a_deduction_is_taken_once",
            ),
            models.CheckConstraint(
                condition=Q(kind="spoiled", bag__isnull=False) | ~Q(kind="spoiled") & Q(bag=None),
                name="a_spoiled_bag_is_named",
            ),
            models.CheckConstraint(
                condition=Q(taken_hao=0) | Q(agreed_on__isnull=False) & ~Q(consent_how=""),
                name="nothing_is_taken_without_consent",
            ),
            models.CheckConstraint(
                condition=Q(consent_how__in=["", "page"]) | ~Q(consent_document=""),
                name="a_yes_not_on_the_page_is_kept",
            ),
            models.UniqueConstraint(
                fields=["bag"],
                condition=Q(stage__in=["proposed", "agreed", "closed"]),
                name="a_bag_is_deducted_once",
            ),
        ]
        indexes = [models.Index(fields=["relation", "stage"], name="deduction_by_relation")]

    def __str__(self) -> str:
        return self.reason


class Hold(models.Model):
    """Pay that waits: why, by whom, and until when at the latest; the person reads all three."""

    relation = models.ForeignKey(Relation, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("why"), max_length=200)
    placed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    placed_on = models.DateField()
    until = models.DateField(_("until"))
    released_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    released_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="a_hold_has_a_reason"),
            models.CheckConstraint(condition=Q(until__gte=F("placed_on")), name="a_hold_ends"),
            models.UniqueConstraint(
                fields=["relation"], condition=Q(released_on=None), name="one_running_hold_a_person"
            ),
        ]

    def __str__(self) -> str:
        return self.reason
