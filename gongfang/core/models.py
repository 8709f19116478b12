"""Tables of the spine: logins, acts and their audit, outbox, jobs, dated parameters."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from gongfang.core import clock


class XactId(models.Func):
    """The id of the writing transaction: the outbox reads only rows older than every running one."""

    template = "pg_current_xact_id()::text::bigint"
    output_field = models.BigIntegerField()


class Users(BaseUserManager["User"]):
    """Finds a login by its name; PostgreSQL compares names without case."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username__iexact=username or "")


class User(AbstractBaseUser):
    """A login and nothing else; who somebody is stands in the registry."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField(_("user name"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=60)
    language = models.CharField(max_length=10, default="zh-hans")
    is_active = models.BooleanField(default=True)
    is_system = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())

    objects: ClassVar[Users] = Users()
    # Who this is, where the row was read together with it for one page; an act asks anew.
    visiting: Any = None

    USERNAME_FIELD = "username"

    class Meta:
        constraints = [
            models.UniqueConstraint(models.functions.Lower("username"), name="one_user_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Tokens(models.Manager["Token"]):
    """Finds a token by its hash."""

    def usable(self, digest: bytes) -> Token | None:
        """Return the token with this hash, unless it was revoked, is over, or its user may not log in."""
        lives = models.Q(expires_at=None) | models.Q(expires_at__gt=clock.now())
        found = self.select_related("user").filter(
            lives, digest=digest, revoked_at=None, user__is_active=True
        )
        return found.first()


class Token(models.Model):
    """A machine's way in: only the hash is kept, the token is shown once."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    label = models.CharField(max_length=60)
    digest = models.BinaryField(unique=True)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    objects: ClassVar[Tokens] = Tokens()

    def __str__(self) -> str:
        return self.label


class Badge(models.Model):
    """A card with a random number, no category; only its hash is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    digest = models.BinaryField(unique=True)
    revoked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return str(self.pk)


class Receipt(models.Model):
    """The idempotency row of an act: for 400 days the same key gives the same answer to the same person.

    It names its act and counts the act's audit lines, so that neither can be taken away without the other telling.
    """

    key = models.UUIDField(unique=True)
    verb = models.CharField(max_length=60)
    digest = models.BinaryField()
    actor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    on_behalf = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    device = models.CharField(max_length=64, blank=True)
    result = models.JSONField(null=True)
    act = models.UUIDField(null=True)  # null where it was written before receipts named their acts
    entries = models.PositiveIntegerField(db_default=0)
    received_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.verb} {self.key}"


class Entry(models.Model):
    """One line of the audit: who did which verb through which door, and what it changed. Never altered."""

    txn = models.UUIDField(db_index=True)
    act = models.UUIDField(unique=True)
    parent = models.UUIDField(null=True)
    verb = models.CharField(max_length=60, db_index=True)
    actor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    on_behalf = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    via = models.CharField(max_length=10)
    device = models.CharField(max_length=64, blank=True)
    subject = models.CharField(max_length=80, db_index=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    facts = models.JSONField(default=dict)
    acted_at = models.DateTimeField(null=True)
    skew = models.DurationField(null=True)
    received_at = models.DateTimeField()
    posted_at = models.DateTimeField(db_default=Now())
    booked_on = models.DateField()

    class Meta:
        indexes = [BrinIndex(fields=["posted_at"], name="entry_by_time")]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject}"


class Event(models.Model):
    """Something that happened, written with the act and told to listeners afterwards, at least once."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=60)
    subject = models.CharField(max_length=80)
    facts = models.JSONField(default=dict)
    txn = models.UUIDField()
    xact = models.BigIntegerField(db_default=XactId())
    created_at = models.DateTimeField(db_default=Now())
    told_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["id"], condition=models.Q(told_at=None), name="event_waiting")]

    def __str__(self) -> str:
        return f"{self.name} {self.subject}"


class Job(models.Model):
    """Long work with its progress; the truth from which the queue is filled again after a restore."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=80, blank=True)
    arguments = models.JSONField(default=dict)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    cancel_asked = models.BooleanField(default=False)
    tries = models.PositiveSmallIntegerField(default=0)
    result = models.JSONField(null=True)
    sentence = models.TextField(blank=True)
    created_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["state"], condition=models.Q(state__in=["waiting", "running"]), name="job_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Parameter(models.Model):
    """A rule's number as data: by place and date, with the document it stands in."""

    key = models.CharField(max_length=60)
    place = models.CharField(max_length=12, blank=True)
    value = models.JSONField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    document = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "place", "valid_from"], name="one_value_a_day"),
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gte=models.F("valid_from")),
                name="parameter_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Continuity(models.Model):
    """One row: how far acts are safe in a backup elsewhere, and whether the county waits after a restore."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    safe_upto = models.BigIntegerField(default=0)
    frozen_at = models.DateTimeField(null=True)
    frozen_because = models.TextField(blank=True)
    # Numbers of receipts start again from the copy: a phone that sees another moment here sends all it keeps again.
    restored_at = models.DateTimeField(null=True)
    copy_made_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_continuity")]

    def __str__(self) -> str:
        return str(self.safe_upto)

    @classmethod
    def current(cls) -> Continuity:
        return cls.objects.get(id=1)


def ref(row: models.Model) -> str:
    """Name a row in audit, events and jobs: `orders.order:5`."""
    return f"{row._meta.label_lower}:{row.pk}"


def fields_of(row: models.Model) -> dict[str, Any]:
    """Return a row's plain values for the audit; encrypted fields and the hash of a password are left out."""
    return {
        field.attname: field.value_from_object(row)
        for field in row._meta.concrete_fields
        if not getattr(field, "sealed", False)
        and not isinstance(field, models.BinaryField)
        and field.name != "password"
    }
