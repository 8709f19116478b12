"""What is made, of what, how long it takes, what a piece earns, and what the inspector looks at."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gongfang.core.models import User


class Material(models.Model):
    """A kind of material, counted in its smallest unit."""

    class Unit(models.TextChoices):
        LENGTH = "mm", _("length, in millimetres")
        WEIGHT = "g", _("weight, in grams")
        COUNT = "piece", _("pieces")

    class Tracking(models.TextChoices):
        NONE = "none", _("only the amount")
        BATCH = "batch", _("by batch")
        SERIAL = "serial", _("each piece by its number")

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    unit_kind = models.CharField(max_length=5, choices=Unit)
    tracking = models.CharField(max_length=6, choices=Tracking, default=Tracking.NONE)

    def __str__(self) -> str:
        return self.name


class Product(models.Model):
    """Something the county can make."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    category = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return self.name


class ProductVersion(models.Model):
    """A product as it is made from some day on; a published version never changes."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="versions")
    no = models.PositiveSmallIntegerField()
    published_at = models.DateTimeField()
    picture = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["product", "no"], name="one_version_a_number")]

    def __str__(self) -> str:
        return gettext("%(product)s, version %(no)s") % {"product": self.product, "no": self.no}


class Step(models.Model):
    """One stretch of work on a piece, done by one person; most products have a single step."""

    class Method(models.TextChoices):
        HAND = "hand", _("by hand")
        MACHINE = "machine", _("by machine")

    version = models.ForeignKey(ProductVersion, on_delete=models.PROTECT, related_name="steps")
    no = models.PositiveSmallIntegerField(default=1)
    name = models.CharField(max_length=60)
    skill = models.ForeignKey("people.SkillKind", on_delete=models.PROTECT, related_name="+")
    method = models.CharField(max_length=7, choices=Method, default=Method.HAND)
    standard_seconds = models.PositiveIntegerField()
    demonstrated_seconds = models.PositiveIntegerField(null=True)
    picture = models.CharField(max_length=200, blank=True)
    bag_pieces = models.PositiveIntegerField(default=50)
    pieces_cap = models.PositiveIntegerField(default=400)
    material_cap_hao = models.PositiveBigIntegerField(default=5_000_000)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "no"], name="one_step_a_number"),
            models.CheckConstraint(condition=Q(standard_seconds__gt=0), name="a_step_takes_time"),
            models.CheckConstraint(condition=Q(bag_pieces__gt=0), name="a_bag_holds_pieces"),
        ]

    def __str__(self) -> str:
        return self.name


class Rate(models.Model):
    """What an accepted piece of a step earns its maker from a day on, in 毫.

    `tiers` are pairs of a count and a price: whoever takes at least so many pieces at once gets that price for each
    of them. A rate with a grade is for pieces the inspector puts into that grade, the one without for all others.
    """

    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="rates")
    grade = models.CharField(_("grade"), max_length=20, blank=True)
    valid_from = models.DateField()
    hao = models.PositiveBigIntegerField()
    tiers = models.JSONField(default=list)
    document = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["step", "grade", "valid_from"], name="one_rate_a_day"),
            models.CheckConstraint(condition=Q(hao__gt=0), name="a_rate_pays"),
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.valid_from}"

    def price(self, pieces: int) -> int:
        """Return what each piece earns of somebody who took so many."""
        reached = [hao for count, hao in self.tiers if count <= pieces]
        return int(reached[-1]) if reached else self.hao


class RecipeItem(models.Model):
    """How much of a material a piece takes, whose it is, what a thousand units are worth, and what falls off.

    `policy` says what becomes of a count that differs from the recipe; `offcut` is the part of `amount` that is left
    over from each piece.
    """

    class Ownership(models.TextChoices):
        ENTERPRISE = "enterprise", _("supplied by the enterprise")
        OURS = "ours", _("bought by the operator")

    class Policy(models.TextChoices):
        STRICT = "strict", _("by the recipe only")
        WARN = "warn", _("a count may differ, with a reason")
        FLEXIBLE = "flexible", _("by the count")

    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="recipe")
    material = models.ForeignKey(Material, on_delete=models.PROTECT, related_name="recipe_items")
    amount = models.PositiveIntegerField()
    ownership = models.CharField(max_length=10, choices=Ownership, default=Ownership.ENTERPRISE)
    value_hao_per_1000 = models.PositiveBigIntegerField(default=0)
    policy = models.CharField(max_length=8, choices=Policy, default=Policy.STRICT)
    offcut = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["step", "material"], name="a_material_once_a_step"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_recipe_takes_material"),
            models.CheckConstraint(
                condition=Q(offcut__lt=F("amount")), name="an_offcut_is_less_than_the_whole"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.material} {self.amount}"


class Substitute(models.Model):
    """Another material that may stand in for one of a recipe, and how much of it a piece then takes."""

    item = models.ForeignKey(RecipeItem, on_delete=models.PROTECT, related_name="substitutes")
    material = models.ForeignKey(Material, on_delete=models.PROTECT, related_name="+")
    amount = models.PositiveIntegerField()
    document = models.CharField(max_length=200)
    allowed_on = models.DateField()
    allowed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "material"], name="a_substitute_once_a_recipe_item"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_substitute_takes_material"),
            models.CheckConstraint(condition=~Q(document=""), name="who_agreed_to_a_substitute_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.material} {self.amount}"


class InspectionPoint(models.Model):
    """What the inspector looks at, measures or photographs beside the sealed sample, on the pieces of a step."""

    class Kind(models.TextChoices):
        BOOLEAN = "boolean", _("yes or no")
        NUMERIC = "numeric", _("measured")
        PHOTO = "photo", _("photographed")

    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="inspection_points")
    no = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.BOOLEAN)
    low = models.IntegerField(null=True)
    high = models.IntegerField(null=True)
    unit = models.CharField(max_length=12, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["step", "no"], name="one_point_a_number"),
            models.CheckConstraint(
                condition=Q(kind__in=["boolean", "photo"], low=None, high=None)
                | Q(kind="numeric", low__isnull=False, high__isnull=False, low__lte=F("high")),
                name="a_measure_has_bounds",
            ),
        ]

    def __str__(self) -> str:
        return self.name
