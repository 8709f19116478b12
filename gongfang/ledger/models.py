"""Tables of the ledger, for reading: functions of the database are the one way to write.

A transfer holds ids and no foreign keys: they doubled the time of a large posting, and the functions check.
"""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q

from gongfang.ledger.accounts import Account as Name
from gongfang.ledger.accounts import Holder

# The only purposes that may stand below zero: the world's side of things, what a stocktake found beyond the books, and
# what somebody was overpaid.
BELOW_ZERO = ("cost", "difference", "making", "outside", "overpaid")


class ClockTimestamp(models.Func):
    """The moment of the row itself; `now()` would say when the transaction began."""

    function = "clock_timestamp"
    output_field = models.DateTimeField()


class Account(models.Model):
    """What a holder has of one commodity for one purpose, kept up to date by every posting."""

    holder_kind = models.CharField(max_length=20)
    holder_id = models.BigIntegerField()
    purpose = models.CharField(max_length=20)
    commodity = models.CharField(max_length=60)
    balance = models.BigIntegerField(db_default=0)
    version = models.BigIntegerField(db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["holder_kind", "holder_id", "purpose", "commodity"], name="ledger_one_account"
            ),
            models.CheckConstraint(
                condition=Q(balance__gte=0) | Q(purpose__in=BELOW_ZERO), name="ledger_no_overdraft"
            ),
            models.CheckConstraint(
                condition=~Q(purpose="overpaid") | Q(balance__lte=0), name="ledger_overpaid_is_a_debt"
            ),
            models.CheckConstraint(
                condition=Q(holder_kind__regex="^[a-z_]+$")
                & Q(purpose__regex="^[a-z_]+$")
                & Q(holder_id__gt=0),
                name="ledger_account_is_named",
            ),
            models.CheckConstraint(
                condition=Q(commodity__regex="^(CNY|POINT|material:[0-9]+:[0-9]+|piece:[0-9]+)$"),
                name="ledger_known_commodity",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.holder_kind}:{self.holder_id} {self.purpose} {self.commodity}"

    @property
    def name(self) -> Name:
        return Name(Holder(self.holder_kind, self.holder_id), self.purpose, self.commodity)


class Transfer(models.Model):
    """So much of one commodity from one account to another, and why. A correction is a new transfer."""

    key = models.UUIDField(unique=True)
    txn = models.UUIDField()
    src = models.BigIntegerField()
    dst = models.BigIntegerField()
    commodity = models.CharField(max_length=60)
    amount = models.BigIntegerField()
    cause = models.CharField(max_length=80)
    reverses = models.BigIntegerField(null=True)
    acted_at = models.DateTimeField(null=True)
    skew = models.DurationField(null=True)
    received_at = models.DateTimeField()
    posted_at = models.DateTimeField(db_default=ClockTimestamp())
    booked_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="ledger_amount_is_positive"),
            models.CheckConstraint(condition=~Q(src=F("dst")), name="ledger_two_accounts"),
            models.CheckConstraint(condition=~Q(cause=""), name="ledger_has_a_cause"),
        ]
        indexes = [
            models.Index(fields=["src", "id"], name="ledger_out_of"),
            models.Index(fields=["dst", "id"], name="ledger_into"),
            models.Index(fields=["reverses"], condition=~Q(reverses=None), name="ledger_reversals"),
            models.Index(fields=["cause"], name="ledger_by_cause"),
            BrinIndex(fields=["booked_on"], name="ledger_by_day"),
            BrinIndex(fields=["txn"], name="ledger_by_act"),  # acts are numbered by time
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.commodity} {self.cause}"


class Closing(models.Model):
    """A closed period: nothing is booked on or before this day any more; its digest covers the snapshot."""

    until = models.DateField(unique=True)
    accounts = models.BigIntegerField()
    digest = models.BinaryField()
    closed_at = models.DateTimeField(db_default=ClockTimestamp())

    def __str__(self) -> str:
        return str(self.until)


class Snapshot(models.Model):
    """What an account held at the end of a closed period; accounts at zero are left out."""

    closing_id = models.BigIntegerField()
    account_id = models.BigIntegerField()
    balance = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["closing_id", "account_id"], name="ledger_one_snapshot")
        ]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.balance}"


class Checkpoint(models.Model):
    """A day's seal over every transfer and closing since the checkpoint before, chained to it and signed."""

    day = models.DateField(unique=True)
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    last_closing = models.BigIntegerField()
    transfers = models.BigIntegerField()
    previous = models.BinaryField()
    digest = models.BinaryField(unique=True)
    signature = models.BinaryField()
    key_id = models.CharField(max_length=16)
    sealed_at = models.DateTimeField(db_default=ClockTimestamp())

    def __str__(self) -> str:
        return str(self.day)
