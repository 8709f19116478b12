"""What belongs to a person alone: consents, bank accounts, the book of who looked."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from gongfang.core.models import Job, User
from gongfang.core.secrets import EncryptedField
from gongfang.registry.people.models.residents import Resident
from gongfang.registry.places.models import Division


class Consent(models.Model):
    """A person's yes to one purpose; it runs until withdrawn."""

    class Purpose(models.TextChoices):
        ROSTER = "roster", _("being kept in the register")
        HEALTH = "health", _("functional limits")
        BANK = "bank", _("bank account for payouts")
        PICTURE = "picture", _("pictures of the person at work")
        WARNING = "warning", _("sharing income with the early warning")

    class How(models.TextChoices):
        PAGE = "page", _("own page")
        BADGE = "badge", _("badge")
        VOICE = "voice", _("recorded yes")
        SLIP = "slip", _("signed slip")

    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose)
    how = models.CharField(_("how it was given"), max_length=5, choices=How)
    document = models.CharField(_("document"), max_length=200, blank=True)
    given_at = models.DateTimeField(_("given"))
    withdrawn_at = models.DateTimeField(_("taken back"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "purpose"],
                condition=models.Q(withdrawn_at=None),
                name="one_running_consent",
            ),
        ]

    def __str__(self) -> str:
        return self.get_purpose_display()


class BankAccount(models.Model):
    """A person's own card: the holder is the person, and one number belongs to one person."""

    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="accounts")
    number = EncryptedField(_("card number"), kind="bank_card")
    number_hash = models.BinaryField()
    bank = models.CharField(_("bank"), max_length=60)
    holder_name = EncryptedField(_("holder"), kind="name")
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["resident"], condition=models.Q(until=None), name="one_running_account_a_person"
            ),
            models.UniqueConstraint(
                fields=["number_hash"], condition=models.Q(until=None), name="one_person_an_account"
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)


class Look(models.Model):
    """One line of the book of looks: who saw this person, on which page, and, when unmasked, what for."""

    viewer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="looks")
    page = models.CharField(_("page"), max_length=60)
    purpose = models.CharField(_("purpose"), max_length=120, blank=True)
    day = models.DateField(_("day"))
    looked_at = models.DateTimeField(_("seen at"), db_default=Now())

    class Meta:
        constraints = [
            # The masked page, opened ten times a day, is one line; each unmasking is a line of its own.
            models.UniqueConstraint(
                fields=["viewer", "resident", "page", "day"],
                condition=models.Q(purpose=""),
                name="one_line_a_page_and_day",
            ),
        ]
        indexes = [models.Index(fields=["resident", "-looked_at"], name="look_by_resident")]

    def __str__(self) -> str:
        return f"{self.page} {self.purpose}"


class RosterImport(models.Model):
    """A roster somebody brought: what came of it, and the copy with the problems when it was refused.

    A long one waits for the queue; `kept` is the file until then, encrypted like every number in it.
    """

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("being worked through")
        STOPPED = "stopped", _("stopped")
        TAKEN = "taken", _("taken in")
        REFUSED = "refused", _("returned with problems")

    brought_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+", null=True)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="+", null=True)
    file_name = models.CharField(_("file"), max_length=120)
    outcome = models.CharField(_("outcome"), max_length=7, choices=Outcome)
    rows = models.PositiveIntegerField(_("rows"))
    added = models.PositiveIntegerField(_("added"), default=0)
    amended = models.PositiveIntegerField(_("amended"), default=0)
    unchanged = models.PositiveIntegerField(_("already there"), default=0)
    problems = models.PositiveIntegerField(_("rows with a problem"), default=0)
    returned = EncryptedField(kind="text", null=True)
    kept = EncryptedField(kind="text", null=True)
    brought_at = models.DateTimeField(_("brought"), db_default=Now())

    def __str__(self) -> str:
        return self.file_name
