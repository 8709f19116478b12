"""Payouts that bring money to the person, their batches, and how a bank wants its sheet."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from gongfang.core.models import User
from gongfang.core.money import HAO_PER_FEN
from gongfang.core.secrets import EncryptedField
from gongfang.ledger import postings
from gongfang.ledger.accounts import Holder
from gongfang.registry.people.models import BankAccount, Organisation, Relation


class BankProfile(models.Model):
    """How one bank wants its sheet: which columns, under which titles, in which kind of file."""

    class Form(models.TextChoices):
        XLSX = "xlsx", _("Excel workbook")
        CSV = "csv", _("text, comma separated")

    class Charset(models.TextChoices):
        UTF_8 = "utf-8", "UTF-8"
        GB18030 = "gb18030", "GB 18030"

    name = models.CharField(_("bank"), max_length=60, unique=True)
    columns = models.JSONField(default=list)
    form = models.CharField(_("file"), max_length=4, choices=Form, default=Form.XLSX)
    charset = models.CharField(_("signs"), max_length=8, choices=Charset, default=Charset.UTF_8)

    def __str__(self) -> str:
        return self.name


class OrganisationAccount(models.Model):
    """The account in the name of an agent or workshop that its margin is paid to."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    number = EncryptedField(_("account number"), kind="bank_card")
    number_hash = models.BinaryField()
    bank = models.CharField(_("bank"), max_length=60)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(until=None), name="one_account_an_organisation"
            ),
            models.UniqueConstraint(
                fields=["number_hash"], condition=Q(until=None), name="one_organisation_an_account"
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)


class PayoutBatch(models.Model):
    """Payouts of one operator that were prepared together, by one person, and approved by another."""

    class Stage(models.TextChoices):
        PREPARED = "prepared", _("to be approved")
        APPROVED = "approved", _("approved")
        SENT = "sent", _("sent to the bank")
        DONE = "done", _("done")
        CANCELLED = "cancelled", _("cancelled")

    operator = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=40, unique=True)
    profile = models.ForeignKey(BankProfile, on_delete=models.PROTECT, related_name="+", null=True)
    prepared_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    prepared_on = models.DateField()
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    approved_on = models.DateField(null=True)
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    sent_on = models.DateField(null=True)
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.PREPARED)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(prepared_by=F("approved_by")), name="another_approves_a_batch"
            ),
            models.CheckConstraint(
                condition=Q(stage__in=["prepared", "cancelled"]) | Q(approved_by__isnull=False),
                name="nothing_moves_unapproved",
            ),
        ]
        indexes = [models.Index(fields=["operator", "-id"], name="batch_by_operator")]

    def __str__(self) -> str:
        return self.number


OPEN = ("prepared", "approved", "sent")  # a payout on its way: nobody has two of them


class Payout(models.Model):
    """An amount in whole fen for one person, or for the agent or workshop whose margin it is."""

    class Stage(models.TextChoices):
        PREPARED = "prepared", _("to be approved")
        APPROVED = "approved", _("approved")
        SENT = "sent", _("at the bank")
        CONFIRMED = "confirmed", _("paid")
        FAILED = "failed", _("returned by the bank")
        CANCELLED = "cancelled", _("cancelled")

    class Method(models.TextChoices):
        BANK = "bank", _("bank transfer")
        CASH = "cash", _("cash")

    batch = models.ForeignKey(PayoutBatch, on_delete=models.PROTECT, related_name="payouts")
    operator = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=48, unique=True)
    relation = models.ForeignKey(Relation, on_delete=models.PROTECT, related_name="+", null=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", null=True)
    account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, related_name="+", null=True)
    organisation_account = models.ForeignKey(
        OrganisationAccount, on_delete=models.PROTECT, related_name="payouts", null=True
    )
    amount_fen = models.PositiveBigIntegerField()
    method = models.CharField(max_length=4, choices=Method)
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.PREPARED)
    prepared_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    settled_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    settled_on = models.DateField(null=True)
    witness = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    document = models.CharField(max_length=200, blank=True)
    failure = models.CharField(max_length=200, blank=True)
    retry_of = models.ForeignKey("self", on_delete=models.PROTECT, related_name="retries", null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(relation=None) ^ Q(organisation=None), name="a_payout_has_one_payee"
            ),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="a_payout_brings_money"),
            models.CheckConstraint(
                condition=Q(method="cash", account=None, organisation_account=None)
                | Q(method="bank", account__isnull=False, organisation_account=None, organisation=None)
                | Q(method="bank", account=None, organisation_account__isnull=False, relation=None),
                name="a_transfer_goes_to_the_payees_account",
            ),
            models.CheckConstraint(
                condition=~Q(method="cash", stage="confirmed") | Q(witness__isnull=False) & ~Q(document=""),
                name="cash_has_a_witness_and_a_signature",
            ),
            models.CheckConstraint(
                condition=~Q(witness=F("settled_by")), name="nobody_witnesses_what_they_hand_over"
            ),
            models.CheckConstraint(
                condition=~Q(stage="failed") | ~Q(failure=""), name="a_failure_has_a_reason"
            ),
            models.UniqueConstraint(
                fields=["relation"], condition=Q(stage__in=OPEN), name="one_open_payout_a_person"
            ),
            models.UniqueConstraint(
                fields=["operator", "organisation"],
                condition=Q(stage__in=OPEN),
                name="one_open_payout_of_margin",
            ),
            models.UniqueConstraint(
                fields=["retry_of"], condition=~Q(stage="cancelled"), name="a_failure_is_retried_once"
            ),
        ]
        indexes = [
            models.Index(fields=["batch", "stage"], name="payout_by_batch"),
            models.Index(fields=["operator", "stage"], name="payout_by_operator"),
            models.Index(fields=["relation", "stage"], name="payout_by_relation"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def payee(self) -> Holder:
        """Return who is paid, as the ledger names them."""
        if self.relation_id is not None:
            return postings.relation(self.relation_id)
        assert self.organisation_id is not None  # one of the two, the database checks it
        return postings.organisation(self.organisation_id)

    @property
    def amount_hao(self) -> int:
        """Return the amount as the ledger counts it."""
        return self.amount_fen * HAO_PER_FEN

    @property
    def is_open(self) -> bool:
        """Say whether the payout is still on its way."""
        return self.stage in OPEN


class BankSheet(models.Model):
    """A bank sheet somebody took out, with everybody's account in full: who, when, how many, how much."""

    batch = models.ForeignKey(PayoutBatch, on_delete=models.PROTECT, related_name="sheets")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now())
    rows = models.PositiveIntegerField()
    amount_fen = models.PositiveBigIntegerField()

    def __str__(self) -> str:
        return f"{self.batch_id} {self.made_at}"
