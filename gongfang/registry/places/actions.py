"""The verbs of places."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from gongfang.core.action import Act, action
from gongfang.core.errors import Refused
from gongfang.registry.places import access
from gongfang.registry.places.divisions import DivisionRow
from gongfang.registry.places.models import Division, Site, Unit

_LEVELS = [level.value for level in Division.Level]


@action(access.may_load_divisions, creates=True)
def load_divisions(act: Act, nothing: None, *, rows: Sequence[DivisionRow]) -> int:
    """Take in a list of divisions; a code that is there gets the name and edition of the list."""
    codes = {row.code for row in rows}
    astray = [row for row in rows if len(row.code) != 12 or row.level not in _LEVELS]
    if astray or any(row.parent and row.parent not in codes for row in rows):
        raise Refused(_("A row has no 12-digit code, no known level, or a parent that is not in the list."))
    if any(row.edition < 1 for row in rows):
        raise Refused(_("A row does not say of which year the list is. Enter the year as its edition."))
    for level in _LEVELS:
        Division.objects.bulk_create(
            [_division(row) for row in rows if row.level == level],
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=["level", "name", "parent", "edition"],
        )
    act.note(divisions=len(rows))
    return len(rows)


def _division(row: DivisionRow) -> Division:
    return Division(
        code=row.code, level=row.level, name=row.name, parent_id=row.parent or None, edition=row.edition
    )


@action(access.may_add_site, creates=True)
def add_site(act: Act, division: Division, *, kind: str, name: str) -> Site:
    """Write down a place where people work or live; a name stands once in a division."""
    if Site.objects.filter(division=division, name=name).exists():
        raise Refused(
            _("A site of this name is already here. Open it, or choose another name."), field="name"
        )
    return Site.objects.create(division=division, kind=kind, name=name)


@action(access.may_add_unit)
def add_unit(act: Act, site: Site, *, name: str, area_dm2: int) -> Unit:
    """Write down a room of a site with its area in square decimetres."""
    if area_dm2 <= 0:
        raise Refused(_("A unit has an area. Enter it in square metres."), field="area")
    if site.units.filter(name=name).exists():
        raise Refused(_("This site already has a unit of this name. Choose another."), field="name")
    return Unit.objects.create(site=site, name=name, area_dm2=area_dm2)
