"""Residents and their households."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from gongfang.core.models import User
from gongfang.core.secrets import EncryptedField
from gongfang.registry.places.models import Division


def running(day: date) -> models.Q:
    """Select the rows that run on a day; `until` is the first day they no longer do."""
    return models.Q(since__lte=day) & (models.Q(until=None) | models.Q(until__gt=day))


class UnauditedField(models.CharField):  # type: ignore[type-arg]
    """A plain column derived from a name: searched, but never written into the audit."""

    sealed = True


class Household(models.Model):
    """People who live together; the code is the one of the village's own book."""

    code = models.CharField(_("household code"), max_length=40, unique=True)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.code


class HouseholdStatus(models.Model):
    """What a household is entitled as, from day to day."""

    class Kind(models.TextChoices):
        LIFTED = "lifted", _("household lifted out of poverty")
        LOW_INCOME = "low_income", _("low-income rural people")
        WATCHED = "watched", _("household watched")

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="statuses")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["household", "kind"], condition=models.Q(until=None), name="one_running_status"
            ),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")),
                name="status_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class Resident(models.Model):
    """A person of the county. Shown masked unless somebody looks with a purpose."""

    class Sex(models.TextChoices):
        FEMALE = "female", _("female")
        MALE = "male", _("male")

    class Capacity(models.TextChoices):
        FULL = "full", _("full labour capacity")
        PARTIAL = "partial", _("partial labour capacity")
        WEAK = "weak", _("weak labour capacity")
        NONE = "none", _("no labour capacity")

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="+", null=True)
    name = EncryptedField(_("name"), kind="name")
    name_hash = models.BinaryField(db_index=True)
    initials = UnauditedField(_("pinyin initials"), max_length=20, blank=True)
    id_number = EncryptedField(_("ID number"), kind="id_number")
    id_hash = models.BinaryField(unique=True)
    phone = EncryptedField(_("phone"), kind="phone", null=True)
    phone_hash = models.BinaryField(null=True, db_index=True)
    sex = models.CharField(_("sex"), max_length=6, choices=Sex)
    born_on = models.DateField(_("date of birth"))
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="residents", null=True)
    cannot_work_away = models.BooleanField(_("cannot go away for work"), default=False)
    capacity = models.CharField(_("labour capacity"), max_length=8, choices=Capacity, default=Capacity.FULL)

    class Meta:
        indexes = [
            models.Index(fields=["division", "id"], name="resident_by_place"),
            models.Index(fields=["initials"], name="resident_by_initials", opclasses=["varchar_pattern_ops"]),
        ]

    def __str__(self) -> str:
        return str(self.name)

    def age_on(self, day: date) -> int:
        """Return the full years lived on a day."""
        return day.year - self.born_on.year - ((day.month, day.day) < (self.born_on.month, self.born_on.day))
