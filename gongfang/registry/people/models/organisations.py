"""Organisations, the roles held at them or over a place, and the relations under which people work."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from gongfang.core.models import User
from gongfang.registry.people.models.residents import Resident
from gongfang.registry.places.models import Division


class Organisation(models.Model):
    """An enterprise, workshop, agent, co-operative, office or community that takes part."""

    class Kind(models.TextChoices):
        ENTERPRISE = "enterprise", _("enterprise")
        GOVERNMENT = "government", _("government office")
        WORKSHOP = "workshop", _("workshop")
        OPERATOR = "operator", _("operator")
        AGENT = "agent", _("agent")
        COOPERATIVE = "cooperative", _("co-operative")
        COMMUNITY = "community", _("community")

    class Category(models.TextChoices):
        SUPPLIED = "supplied", _("processing of supplied materials")
        HIRING = "hiring", _("hiring for one enterprise")
        LIVESTREAM = "livestream", _("livestream sales")
        TOURISM = "tourism", _("farming and tourism")
        BRAND = "brand", _("led by a brand")
        INDUSTRY = "industry", _("strengthening an industry")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    name = models.CharField(_("name"), max_length=80, unique=True)
    credit_code = models.CharField(_("credit code"), max_length=18, null=True, unique=True)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    category = models.CharField(_("kind of workshop"), max_length=10, choices=Category, blank=True)
    opened_on = models.DateField(_("opened on"))
    closed_on = models.DateField(_("closed on"), null=True)
    is_operator = models.BooleanField(_("signs contracts and keeps the books"), default=False)
    phone = models.CharField(_("phone"), max_length=20, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closed_on=None) | models.Q(closed_on__gte=models.F("opened_on")),
                name="organisation_closes_after_opening",
            ),
        ]
        indexes = [models.Index(fields=["kind", "id"], name="organisation_by_kind")]

    def __str__(self) -> str:
        return self.name


class Seats(models.Model):
    """How many people can sit at a workshop's benches and machines at once, and for how long a day, from a day on.

    No number: from that day on nobody counts, and whoever comes has a place.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="seats")
    since = models.DateField(_("since"))
    seats = models.PositiveSmallIntegerField(_("places"), null=True)
    minutes_a_day = models.PositiveSmallIntegerField(_("minutes a day"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "since"], name="seats_once_a_day"),
            models.CheckConstraint(
                condition=models.Q(minutes_a_day__gt=0, minutes_a_day__lte=24 * 60), name="seats_within_a_day"
            ),
        ]

    def __str__(self) -> str:
        return str(self.seats)


class Relation(models.Model):
    """The terms under which a person works for an operator: contract for work or employment."""

    class Kind(models.TextChoices):
        CONTRACT = "contract", _("contract for work")
        EMPLOYMENT = "employment", _("employment")
        PART_TIME = "part_time", _("part-time employment")

    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="relations")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="relations")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.CONTRACT)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True)
    document = models.CharField(_("document"), max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "organisation"],
                condition=models.Q(until=None),
                name="one_running_relation",
            ),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")),
                name="relation_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class Cover(models.Model):
    """An insurance the operator pays for one person at work: never taken from the person."""

    class Kind(models.TextChoices):
        ACCIDENT = "accident", _("accident insurance")
        WORK_INJURY = "work_injury", _("work injury insurance")

    relation = models.ForeignKey(Relation, on_delete=models.PROTECT, related_name="covers")
    kind = models.CharField(_("kind"), max_length=11, choices=Kind, default=Kind.ACCIDENT)
    policy = models.CharField(_("policy"), max_length=60)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"))
    month_hao = models.PositiveBigIntegerField(_("premium a month"))
    paid_hao = models.PositiveBigIntegerField(_("premium paid"))
    paid_on = models.DateField(_("paid on"))

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(until__gt=models.F("since")), name="a_cover_lasts"),
            models.UniqueConstraint(fields=["relation", "policy", "since"], name="one_cover_a_policy"),
        ]

    def __str__(self) -> str:
        return self.policy


class Role(models.Model):
    """What somebody may do, over a place or at an organisation, from day to day."""

    class Name(models.TextChoices):
        OFFICER = "officer", _("county centre officer")
        TOWNSHIP = "township", _("township centre officer")
        STEWARD = "steward", _("workshop steward")
        AUDITOR = "auditor", _("auditor")
        MANAGER = "manager", _("workshop manager")
        CLERK = "clerk", _("stores clerk")
        INSPECTOR = "inspector", _("inspector")
        MAKER = "maker", _("maker")
        AGENT = "agent", _("agent")
        BUYER = "buyer", _("enterprise buyer")

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(_("role"), max_length=10, choices=Name)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+", null=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="roles", null=True)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "division", "organisation"],
                condition=models.Q(until=None),
                nulls_distinct=False,
                name="one_running_role",
            ),
            models.CheckConstraint(
                condition=models.Q(division=None) ^ models.Q(organisation=None), name="role_has_one_scope"
            ),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")),
                name="role_ends_after_start",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "role"], name="role_at_organisation")]

    def __str__(self) -> str:
        return self.get_role_display()
