"""Tables of places: divisions as the statistics bureau numbers them, sites and the units in them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Division(models.Model):
    """A province, prefecture, county, township or village; the code names every one above it."""

    class Level(models.TextChoices):
        PROVINCE = "province", _("province")
        PREFECTURE = "prefecture", _("prefecture")
        COUNTY = "county", _("county")
        TOWNSHIP = "township", _("township")
        VILLAGE = "village", _("village")

    code = models.CharField(_("division code"), max_length=12, primary_key=True)
    level = models.CharField(_("level"), max_length=10, choices=Level)
    name = models.CharField(_("name"), max_length=60)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, related_name="children", null=True)
    # Codes are split and merged every year; the edition says which list this row stands in.
    edition = models.PositiveSmallIntegerField(_("edition"))

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Site(models.Model):
    """A place people work or live at: a resettlement site, a park, a shop, a market, an office."""

    class Kind(models.TextChoices):
        RESETTLEMENT = "resettlement", _("resettlement site")
        PARK = "park", _("industrial park")
        SHOP = "shop", _("ground-floor shops")
        MARKET = "market", _("market")
        OFFICE = "office", _("office")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    name = models.CharField(_("name"), max_length=80)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="sites")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["division", "name"], name="one_site_of_a_name")]

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """A room or hall of a site that can be let; its area is kept in square decimetres."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="units")
    name = models.CharField(_("name"), max_length=40)
    area_dm2 = models.PositiveIntegerField(_("area"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["site", "name"], name="one_unit_of_a_name"),
            models.CheckConstraint(condition=models.Q(area_dm2__gt=0), name="unit_has_an_area"),
        ]

    def __str__(self) -> str:
        return self.name
