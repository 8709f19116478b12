"""Adding a county: a schema, a role, a host name, its divisions and its first officer."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from gongfang.core.errors import Refused
from gongfang.counties.models import SLUG, County, Domain
from gongfang.counties.schemas import drop_county, migrate_county, migrate_public
from gongfang.database import scope


def add_county(code: str, slug: str, name: str, *, demo: bool = False) -> County:
    """Make a county with its schema and host name; it is empty until its divisions are loaded."""
    if not code.isdecimal() or len(code) != 6:
        raise Refused(_("A county's code has six digits, such as 330727."), field="code")
    SLUG(slug)
    migrate_public()
    scope.leave()
    if (
        County.objects.filter(schema_name=slug).exists()
        or County.objects.filter(code=code.ljust(12, "0")).exists()
    ):
        raise Refused(_("This county is there already."), code="county_exists")
    migrate_county(slug)
    scope.leave()
    county = County.objects.create(schema_name=slug, code=code.ljust(12, "0"), name=name, demo=demo)
    Domain.objects.create(tenant=county, domain=f"{slug}.{settings.HOST}", is_primary=True)
    return county


def remove_county(county: County) -> None:
    """Remove a county with everything in it; nothing of it can be had back except from a backup."""
    drop_county(county.schema_name)
    scope.leave()
    county.delete()  # type: ignore[no-untyped-call]
