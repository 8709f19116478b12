"""How closely the pieces of a step are looked at, and what may be wrong with them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gongfang.work.orders.models.products import Product, Step


class InspectionPlan(models.Model):
    """How many pieces of a hand-in of a step the inspector looks at, from a day on; without one it is every piece.

    `aql` is the quality limit in hundredths of a percent. After `skip_after` good hand-ins of the product in a row only
    one in `one_in` is looked at. A new plan begins a new record, with normal inspection.
    """

    class Kind(models.TextChoices):
        EVERY = "every", _("every piece")
        SAMPLE = "sample", _("a sample of each hand-in")
        SKIP = "skip", _("a sample, and not of each hand-in while the record is good")

    class Level(models.TextChoices):
        S1 = "S-1", "S-1"
        S2 = "S-2", "S-2"
        S3 = "S-3", "S-3"
        S4 = "S-4", "S-4"
        I = "I", "I"  # noqa: E741 - the standard's own name
        II = "II", "II"
        III = "III", "III"

    class Limit(models.IntegerChoices):
        V065 = 65, "0.65 %"
        V10 = 100, "1.0 %"
        V15 = 150, "1.5 %"
        V25 = 250, "2.5 %"
        V40 = 400, "4.0 %"
        V65 = 650, "6.5 %"

    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="inspection_plans")
    valid_from = models.DateField()
    kind = models.CharField(max_length=6, choices=Kind)
    level = models.CharField(max_length=3, choices=Level, default=Level.II)
    aql = models.PositiveSmallIntegerField(choices=Limit, default=Limit.V25)
    skip_after = models.PositiveSmallIntegerField(null=True)
    one_in = models.PositiveSmallIntegerField(null=True)
    document = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="skip")
                | Q(skip_after__gte=5, skip_after__lte=30, one_in__gte=2, one_in__lte=5),
                name="skipping_has_its_numbers",
            ),
        ]
        indexes = [models.Index(fields=["step", "-valid_from"], name="inspection_plan_by_step")]

    def __str__(self) -> str:
        return f"{self.step} {self.valid_from}"


class DefectKind(models.Model):
    """Something that may be wrong with a piece after a step, with a picture of how it should be instead."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="defect_kinds")
    step_no = models.PositiveSmallIntegerField(default=1)
    name = models.CharField(max_length=60)
    guide = models.CharField(max_length=200, blank=True)
    picture = models.CharField(max_length=200, blank=True)
    retired_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["product", "step_no", "name"],
                condition=Q(retired_on=None),
                name="a_defect_once_a_step",
            ),
        ]

    def __str__(self) -> str:
        return self.name
