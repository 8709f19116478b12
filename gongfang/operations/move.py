"""A county moves to another installation (a cell): it rests, is copied, compared, opened there, and stays closed here.

While it rests every visitor reads that it is moving. Its role may not even look into its schema, so an act already
under way is refused by the database and undone as a whole; the phone sends it again and finds the county in its new
place, with every receipt it had. Acts that were committed are waited for and go along.

What leads a host name to a cell is the proxy in front; `places` prints the list it reads.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import LiteralString

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg import sql

from gongfang.core import clock
from gongfang.counties import schemas
from gongfang.counties.models import County, Domain
from gongfang.database import scope
from gongfang.database.roles import county_role
from gongfang.ledger.reconcile import reconcile
from gongfang.operations import foundation
from gongfang.operations.backup.dump import close_county, dump, lay, open_county, take_away
from gongfang.operations.backup.errors import BackupFailed
from gongfang.operations.backup.making import workroom
from gongfang.operations.backup.manifest import Manifest
from gongfang.operations.backup.restoring import requeue


def move(schema: str, cell: Mapping[str, str], *, address: str) -> Manifest:
    """Move a county to the cell whose settings are `cell` (GONGFANG_DATA, DATABASE_URL); it stays here if that fails.

    address: where the proxy finds the cell, written into the list of places.
    """
    with workroom() as room:
        folder = room / schema
        manifest = send(schema, folder)
        try:
            _receive_there(folder, cell)
        except BaseException:
            stay(schema)
            raise
    leave(schema, address=address)
    return manifest


def send(schema: str, folder: Path) -> Manifest:
    """Let a county rest and write a copy of it into an empty folder, to be carried to its new cell."""
    rest(schema)
    try:
        return dump(schema, folder)
    except BaseException:
        stay(schema)
        raise


def receive(folder: Path) -> County:
    """Lay a resting county's copy into this cell and open it when its books agree to the last row."""
    manifest = Manifest.read(folder)
    _refuse_other_keys(manifest)
    _make_room(manifest.schema)
    lay(folder)
    try:
        _refuse_differences(manifest)
        county = open_county(manifest)
    except BaseException:
        take_away(manifest.schema)
        raise
    requeue(manifest.schema)
    return county


def rest(schema: str) -> None:
    """Let nothing be done in a county any more: visitors are told, and its role loses its schema."""
    with scope.inside():
        found = County.objects.filter(schema_name=schema, resting_since=None)
        if not found.update(resting_since=timezone.now()):
            raise BackupFailed(_("There is no county %(schema)s at work here.") % {"schema": schema})
    _allow(schema, "REVOKE USAGE ON SCHEMA {schema} FROM {role}")


def stay(schema: str) -> None:
    """Let a resting county work on here: it did not move after all."""
    _allow(schema, "GRANT USAGE ON SCHEMA {schema} TO {role}")
    with scope.inside():
        County.objects.filter(schema_name=schema).update(resting_since=None, cell="")
    requeue(schema)


def leave(schema: str, *, address: str) -> None:
    """Write down where a county lives now; its rows here stay as they were, closed, until they are dropped."""
    with scope.inside():
        gone = County.objects.filter(schema_name=schema).exclude(resting_since=None)
        if not gone.update(cell=address):
            raise BackupFailed(_("%(schema)s does not rest; send it first.") % {"schema": schema})
    with schemas.as_owner(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE args->>'schema' = %s", [schema])


def drop(schema: str) -> None:
    """Drop what is left here of a county that lives elsewhere; only the list keeps where it went."""
    with scope.inside():
        if not County.objects.filter(schema_name=schema).exclude(cell="").exists():
            raise BackupFailed(_("%(schema)s did not move away; nothing was dropped.") % {"schema": schema})
    take_away(schema)


def places() -> Iterator[str]:
    """Say of each host name whose county lives elsewhere where that is, as nginx reads it in a `map $host`."""
    with scope.inside():
        gone = Domain.objects.exclude(tenant__cell="").order_by("domain")
        rows = list(gone.values_list("domain", "tenant__cell"))
    return (f"{domain} {cell};" for domain, cell in rows)


def _allow(schema: str, statement: LiteralString) -> None:
    names = {"schema": sql.Identifier(schema), "role": sql.Identifier(county_role(schema))}
    with schemas.as_owner(), connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(**names))


def _receive_there(folder: Path, cell: Mapping[str, str]) -> None:
    keep = {
        name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "GONGFANG_DATA"}
    }
    command = [sys.executable, "-m", "gongfang", "county", "receive", str(folder)]
    done = subprocess.run(command, env=keep | dict(cell), capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()
        raise BackupFailed(
            _("The other cell did not take the county, so it stays here. It said: %(said)s")
            % {"said": said[-1] if said else "-"}
        )


def _make_room(schema: str) -> None:
    """Drop what is left of a county that lived here before it lived elsewhere and now comes back."""
    with scope.inside():
        if not County.objects.filter(schema_name=schema).exclude(cell="").exists():
            return
    close_county(schema)
    take_away(schema)


def _refuse_other_keys(manifest: Manifest) -> None:
    if foundation.strange(manifest.keys, foundation.marks()):
        raise BackupFailed(
            _("This cell has other keys than the county's. Copy the keys (%(folder)s) here first.")
            % {"folder": settings.KEYS_ROOT}
        )


def _refuse_differences(manifest: Manifest) -> None:
    with scope.inside(manifest.schema), clock.shifted(manifest.shift):
        found = reconcile().differences
    if found:
        raise BackupFailed(
            _(
                "The books do not agree after the move, so the county stays where it was. First: %(difference)s"
            )
            % {"difference": found[0]}
        )
