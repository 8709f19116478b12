"""Founding a county: its schema, its divisions, its first officer, all through the ordinary actions."""

from __future__ import annotations

import csv
import secrets
from pathlib import Path

from django.utils.translation import gettext as _

from gongfang.core.action import By
from gongfang.core.errors import Refused
from gongfang.core.models import User
from gongfang.counties.actions import add_county
from gongfang.counties.models import County
from gongfang.database import scope
from gongfang.registry.people.actions import add_officer
from gongfang.registry.places.actions import load_divisions

DIVISIONS = Path(__file__).resolve().parent / "registry" / "places" / "divisions"


def found_county(
    code: str, slug: str, *, name: str = "", officer: str = "officer", password: str = "", demo: bool = False
) -> tuple[County, str]:
    """Make a county with everything it needs to begin; returns it and the first officer's password, shown once."""
    rows = divisions_of(code)
    title = name or next((row["name"] for row in rows if row["level"] == "county"), "")
    if not title:
        raise Refused(
            _("The divisions of this county are not bundled. Give its name with --name."), field="name"
        )
    county = add_county(code, slug, title, demo=demo)
    scope.enter(county)
    by = By(user=system_user(), via="cli")
    load_divisions(
        by, None, rows=rows or [{"code": county.code, "level": "county", "name": title, "parent_code": ""}]
    )
    password = password or secrets.token_urlsafe(12)
    add_officer(
        By(user=by.user, via="cli"),
        None,
        division=county.code,
        username=officer,
        name=officer,
        password=password,
    )
    return county, password


def divisions_of(code: str) -> list[dict[str, str]]:
    """Return the bundled divisions of a county: provinces above it, townships and villages below it."""
    for path in sorted(DIVISIONS.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        if any(row["code"] == code.ljust(12, "0") for row in rows):
            return rows
    return []


def system_user() -> User:
    """Return the county's own user, who acts for the clock and the installer and cannot log in."""
    user, made = User.objects.get_or_create(
        username="system", defaults={"name": "gongfang", "is_system": True}
    )
    if made:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    return user
