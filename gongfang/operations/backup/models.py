"""What is read after a restore: operators' bank statements, and the payments in them our books do not know."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from gongfang.core.models import User
from gongfang.core.money import HAO_PER_FEN
from gongfang.core.secrets import EncryptedField
from gongfang.pay.models import Payout
from gongfang.registry.people.models import Organisation, Relation


class Statement(models.Model):
    """One operator's bank statement, compared with our payouts; only what we do not know is kept of it."""

    operator = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    until = models.DateField(_("up to"))
    lines = models.PositiveIntegerField()
    known = models.PositiveIntegerField()
    read_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.operator_id} {self.until}"


class Payment(models.Model):
    """A payment the bank made that our books do not show as paid: to be booked, or said not to be ours."""

    class Stage(models.TextChoices):
        OPEN = "open", _("to be looked at")
        BOOKED = "booked", _("booked")
        NOT_OURS = "not_ours", _("not from here")

    operator = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="payments")
    paid_on = models.DateField(_("paid on"))
    amount_fen = models.PositiveBigIntegerField()
    reference = models.CharField(max_length=60, blank=True)
    card = EncryptedField(_("account number"), kind="bank_card", null=True)
    same = (
        models.BinaryField()
    )  # a keyed hash of day, amount, reference and account: what makes two lines alike
    nth = models.PositiveSmallIntegerField()  # of lines that are alike
    relation = models.ForeignKey(Relation, on_delete=models.PROTECT, related_name="+", null=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", null=True)
    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, related_name="+", null=True)
    stage = models.CharField(max_length=8, choices=Stage, default=Stage.OPEN)
    settled_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    settled_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["operator", "same", "nth"], name="a_payment_is_found_once"),
            models.CheckConstraint(
                condition=~Q(stage="not_ours") | ~Q(why=""), name="what_is_not_ours_has_a_reason"
            ),
            models.CheckConstraint(
                condition=~Q(stage="booked") | Q(payout__isnull=False), name="what_is_booked_has_its_payout"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.paid_on} {self.amount_fen}"

    @property
    def amount_hao(self) -> int:
        """Return the amount as the ledger counts it."""
        return self.amount_fen * HAO_PER_FEN
