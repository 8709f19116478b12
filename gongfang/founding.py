"""Founding a county: its schema, its divisions, its first officer, all through the ordinary actions."""

from __future__ import annotations

import secrets

from django.utils.translation import gettext as _

from gongfang.core import clock
from gongfang.core.action import By
from gongfang.core.errors import Refused
from gongfang.core.models import User
from gongfang.counties.actions import add_county, remove_county
from gongfang.counties.models import County
from gongfang.database import scope
from gongfang.registry.people.actions import add_officer
from gongfang.registry.places.actions import load_divisions
from gongfang.registry.places.divisions import DivisionRow, published
from gongfang.registry.places.models import Division


def found_county(
    code: str,
    slug: str,
    *,
    name: str = "",
    officer: str = "officer",
    officer_name: str = "",
    password: str = "",
    demo: bool = False,
) -> tuple[County, str]:
    """Make a county with everything it needs to begin; returns it and the first officer's password, shown once.

    The connection stays in the new county. Raises `Refused` when the county is there or its divisions are unknown.
    """
    rows = published(code) or _alone(code, name)
    title = name or next(row.name for row in rows if row.level == Division.Level.COUNTY)
    county = add_county(code, slug, title, demo=demo)
    password = password or secrets.token_urlsafe(12)
    try:
        _furnish(county, rows, officer, officer_name or officer, password)
    except Exception:
        remove_county(county)  # half a county would stand in the way of the next try
        raise
    return county, password


def _furnish(county: County, rows: list[DivisionRow], officer: str, name: str, password: str) -> None:
    scope.enter(county)
    user = system_user()
    load_divisions(By(user=user, via="cli"), None, rows=rows)
    place = Division.objects.get(code=county.code)
    add_officer(By(user=user, via="cli"), place, username=officer, name=name, password=password)


def _alone(code: str, name: str) -> list[DivisionRow]:
    """A county whose townships are not among the bundled ones begins with itself."""
    if not name:
        raise Refused(
            _("The divisions of this county are not bundled. Give its name with --name."), field="name"
        )
    return [
        DivisionRow(
            code=code.ljust(12, "0"), level="county", name=name, parent="", edition=clock.today().year
        )
    ]


def system_user() -> User:
    """Return the county's own user, who acts for the clock and the installer and cannot log in."""
    user, made = User.objects.get_or_create(
        username="system", defaults={"name": "gongfang", "is_system": True}
    )
    if made:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    return user
