"""Founding a county: its schema, its divisions, its first officer, all through the ordinary actions."""

from __future__ import annotations

import secrets

from django.utils.translation import gettext as _

from gongfang.core.action import By
from gongfang.core.errors import Refused
from gongfang.core.models import User
from gongfang.counties.actions import add_county
from gongfang.counties.models import County
from gongfang.database import scope
from gongfang.registry.people.actions import add_officer
from gongfang.registry.places.actions import load_divisions
from gongfang.registry.places.divisions import DivisionRow, published
from gongfang.registry.places.models import Division


def found_county(
    code: str, slug: str, *, name: str = "", officer: str = "officer", password: str = "", demo: bool = False
) -> tuple[County, str]:
    """Make a county with everything it needs to begin; returns it and the first officer's password, shown once."""
    rows = published(code)
    title = name or next((row.name for row in rows if row.level == "county"), "")
    if not title:
        raise Refused(
            _("The divisions of this county are not bundled. Give its name with --name."), field="name"
        )
    county = add_county(code, slug, title, demo=demo)
    scope.enter(county)
    by = By(user=system_user(), via="cli")
    load_divisions(
        by, None, rows=rows or [DivisionRow(code=county.code, level="county", name=title, parent="")]
    )
    password = password or secrets.token_urlsafe(12)
    add_officer(
        By(user=by.user, via="cli"),
        Division.objects.get(code=county.code),
        username=officer,
        name=officer,
        password=password,
    )
    return county, password


def system_user() -> User:
    """Return the county's own user, who acts for the clock and the installer and cannot log in."""
    user, made = User.objects.get_or_create(
        username="system", defaults={"name": "gongfang", "is_system": True}
    )
    if made:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    return user
