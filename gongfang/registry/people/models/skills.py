"""What people can do, what they must not be asked to do, and what they wish."""

from __future__ import annotations

from django.db import models
from django.db.models import Case, F, IntegerField, Value, When
from django.utils.translation import gettext_lazy as _

from gongfang.registry.people.models.residents import Resident


class FunctionalLimit(models.Model):
    """What work must not ask of a person; never why."""

    class Kind(models.TextChoices):
        HOURS_A_DAY = "hours_a_day", _("hours a day at most")
        NO_FINE_SIGHT = "no_fine_sight", _("no work that needs sharp eyes")
        NO_LIFTING = "no_lifting", _("no lifting")
        SITTING_ONLY = "sitting_only", _("sitting work only")
        NO_MACHINES = "no_machines", _("no running machines")
        AT_HOME_ONLY = "at_home_only", _("work at home only")

    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="limits")
    kind = models.CharField(_("limit"), max_length=14, choices=Kind)
    value = models.PositiveSmallIntegerField(_("how much"), null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["resident", "kind"], name="one_limit_of_a_kind")]

    def __str__(self) -> str:
        return self.get_kind_display()


class Wish(models.Model):
    """How much and what a person wishes to make; theirs to change at any time."""

    resident = models.OneToOneField(Resident, on_delete=models.PROTECT, related_name="wish")
    pieces_a_week = models.PositiveIntegerField(_("pieces a week"), null=True)
    minutes_a_day = models.PositiveSmallIntegerField(_("minutes a day"), null=True)
    home_work = models.BooleanField(_("at home"), default=False)
    products = models.CharField(_("what they like to make"), max_length=200, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    def __str__(self) -> str:
        return str(self.pk)


class UnauditedAmount(models.PositiveBigIntegerField):  # type: ignore[type-arg]
    """Money that is nobody's to read later, so it is never written into the audit."""

    sealed = True


class IncomeWish(models.Model):
    """What somebody would like to earn a week: for the planner, themselves, and the desk that writes it down for them.

    What another wrote down is provisional until the person says it themselves.
    """

    resident = models.OneToOneField(Resident, on_delete=models.PROTECT, related_name="income_wish")
    week_hao = UnauditedAmount(_("yuan a week"))
    provisional = models.BooleanField(_("waits for your yes"), default=False)

    def __str__(self) -> str:
        return str(self.pk)


class UnauditedDay(models.DateField):  # type: ignore[type-arg]
    """A day that is nobody's to remember, so it is never written into the audit."""

    sealed = True


class Absence(models.Model):
    """Days on which somebody is not asked for work; `until` is the day they are back. Deleted once it is over."""

    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="absences")
    since = UnauditedDay(_("since"))
    until = UnauditedDay(_("until"))

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(until__gt=models.F("since")), name="absence_lasts")
        ]

    def __str__(self) -> str:
        return str(self.pk)


class SkillKind(models.Model):
    """Something a step may ask for, such as knotting or sewing."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=60)

    def __str__(self) -> str:
        return self.name


class Skill(models.Model):
    """What a person can do, with the sums its pace and pass rate come from.

    The sums are added up by inspections only and deleted after a year without a hand-in.
    """

    class Level(models.IntegerChoices):
        LEARNING = 1, _("learning")
        ABLE = 2, _("able")
        TEACHES = 3, _("can teach")

    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="skills")
    kind = models.ForeignKey(SkillKind, on_delete=models.PROTECT, related_name="skills")
    level = models.PositiveSmallIntegerField(_("level"), choices=Level, default=Level.ABLE)
    hand_ins = models.PositiveIntegerField(_("hand-ins"), default=0)
    pieces = models.PositiveBigIntegerField(_("pieces handed in"), default=0)
    accepted = models.PositiveBigIntegerField(_("pieces accepted"), default=0)
    seconds = models.PositiveBigIntegerField(_("seconds worked"), default=0)
    standard_seconds = models.PositiveBigIntegerField(_("standard seconds"), default=0)
    last_on = models.DateField(_("last hand-in"), null=True)
    contested_at = models.DateTimeField(_("contested"), null=True)
    pace_percent = models.GeneratedField(
        expression=Case(
            When(seconds__gt=0, then=F("standard_seconds") * 100 / F("seconds")), default=Value(100)
        ),
        output_field=IntegerField(),
        db_persist=True,
    )
    pass_permille = models.GeneratedField(
        expression=Case(When(pieces__gt=0, then=F("accepted") * 1000 / F("pieces")), default=Value(1000)),
        output_field=IntegerField(),
        db_persist=True,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["resident", "kind"], name="one_skill_of_a_kind"),
            models.CheckConstraint(
                condition=models.Q(accepted__lte=F("pieces")), name="accepted_is_part_of_pieces"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind_id} {self.level}"
