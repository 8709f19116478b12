"""Margin paid to an agent or workshop before it is earned, and how it comes back."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gongfang.core.models import User
from gongfang.registry.people.models import Organisation


class MarginAdvance(models.Model):
    """An advance an operator gives an agent or workshop: asked for, approved by another, set off against its margin."""

    read_with = ("operator", "organisation")

    class Stage(models.TextChoices):
        ASKED = "asked", _("asked for")
        APPROVED = "approved", _("given, being set off")
        CLOSED = "closed", _("set off")
        REFUSED = "refused", _("not given")

    operator = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    amount_hao = models.PositiveBigIntegerField(_("amount"))
    set_off_hao = models.PositiveBigIntegerField(default=0)
    reason = models.CharField(_("what for"), max_length=200)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_on = models.DateField()
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    approved_on = models.DateField(null=True)
    refusal = models.CharField(max_length=200, blank=True)
    stage = models.CharField(max_length=8, choices=Stage, default=Stage.ASKED)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_hao__gt=0, set_off_hao__lte=F("amount_hao")),
                name="a_margin_advance_is_set_off_once",
            ),
            models.CheckConstraint(
                condition=~Q(asked_by=F("approved_by")), name="another_approves_a_margin_advance"
            ),
            models.CheckConstraint(
                condition=Q(stage__in=["asked", "refused"]) | Q(approved_by__isnull=False),
                name="no_margin_advance_unapproved",
            ),
            models.UniqueConstraint(
                fields=["operator", "organisation"],
                condition=Q(stage__in=["asked", "approved"]),
                name="one_open_margin_advance",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "-id"], name="margin_advance_by_agent")]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def left_hao(self) -> int:
        """What of it is still to be set off."""
        return self.amount_hao - self.set_off_hao
