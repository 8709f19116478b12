"""One county taken out of a database and laid into another: its schema, its row among the counties, its files.

`dump(schema, folder)` and `load(folder)` do it whole. `lay` and `open_county` are the halves of `load`: between them
the county is there and nobody can reach it.

What a role may do is never taken from a copy: the rights are given anew, as the code says. Sessions and counts of
tries stay behind; the one would let in whoever holds the copy, the other is worth nothing an hour later.
"""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection, models
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _
from psycopg import sql

from gongfang import __version__
from gongfang.core.models import Entry, Event, Receipt
from gongfang.counties import schemas
from gongfang.counties.models import County, Domain
from gongfang.database import scope
from gongfang.ledger.models import Checkpoint, Transfer
from gongfang.operations import foundation
from gongfang.operations.backup.errors import BackupFailed, in_one_sentence
from gongfang.operations.backup.manifest import Host, Manifest, Seal
from gongfang.operations.backup.programs import programs, run, server_version

DATABASE = "database.dump"
FILES = "files"
LEFT_BEHIND = (Session._meta.db_table, "core_throttle")
PATIENCE = timedelta(minutes=5)  # the longest an act in flight is waited for; a large sheet takes seconds


def dump(schema: str, to: Path) -> Manifest:
    """Write a copy of one county, as it is at one moment, into an empty folder; the county goes on working."""
    county = _county(schema)
    with in_one_sentence(to), owner() as link:
        _make_empty(to)
        safe = safe_receipt(link, schema)
        with _snapshot(link) as name:
            made_at = datetime.now(UTC)
            major = server_version(link.info.server_version)
            run(
                programs(major) / "pg_dump",
                *_what(schema),
                f"--snapshot={name}",
                "-f",
                to / DATABASE,
                place=to,
            )
            facts = _facts(link, schema)
        manifest = replace(
            describe(county),
            made_at=made_at.isoformat(),
            postgresql=major,
            safe_receipt=safe,
            files=_copy_files(Path(settings.FILES_ROOT, schema), to / FILES),
            database=digest(to / DATABASE),
            keys=foundation.marks(),
            **facts,
        )
        manifest.write(to)
    return manifest


def describe(county: County) -> Manifest:
    """Return a manifest that says nothing yet but which county it is of."""
    return Manifest(
        schema=county.schema_name,
        code=county.code,
        name=county.name,
        demo=county.demo,
        clock_shift=county.clock_shift.total_seconds(),
        hosts=_hosts(county),
        gongfang=__version__,
    )


def load(folder: Path) -> County:
    """Lay a copy into this database and open it; refused where the county already is."""
    manifest = lay(folder)
    return open_county(manifest)


def lay(folder: Path) -> Manifest:
    """Lay schema, rights and files of a copy into this database, where nobody reaches them yet."""
    manifest = check(folder)
    with in_one_sentence(folder), owner() as link:
        major = server_version(link.info.server_version)
        _refuse_newer(manifest, major)
        refuse_if_there(manifest)
        quiet = ("--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges")
        database = ("--dbname", link.info.dbname)
        run(programs(major) / "pg_restore", *quiet, *database, folder / DATABASE, place=folder)
        try:
            _refuse_other_rows(link, manifest)
            _forget_transactions(link, manifest.schema)
            schemas.adopt_county(manifest.schema)
            _copy_files(folder / FILES, Path(settings.FILES_ROOT, manifest.schema))
        except BaseException:
            take_away(manifest.schema)
            raise
    return manifest


def open_county(manifest: Manifest) -> County:
    """Write the county into the list of counties, so that its host names lead to it."""
    with scope.inside():
        county = County.objects.create(
            schema_name=manifest.schema,
            code=manifest.code,
            name=manifest.name,
            demo=manifest.demo,
            clock_shift=manifest.shift,
        )
        for host in manifest.hosts:
            Domain.objects.create(tenant=county, domain=host.domain, is_primary=host.is_primary)
    return county


def close_county(schema: str) -> None:
    """Take a county off the list: no host name leads to it, no task visits it; its rows stay."""
    with scope.inside():
        County.objects.filter(schema_name=schema).delete()


def take_away(schema: str) -> None:
    """Remove schema and files of a county that is not on the list."""
    schemas.drop_county(schema)
    shutil.rmtree(Path(settings.FILES_ROOT, schema), ignore_errors=True)


def check(folder: Path) -> Manifest:
    """Read a copy's manifest and compare every file with it."""
    manifest = Manifest.read(folder)
    expected = {f"{FILES}/{path}": sha for path, sha in manifest.files.items()}
    for path, sha in {DATABASE: manifest.database, **expected}.items():
        with in_one_sentence(folder):
            if digest(folder / path) != sha:
                raise BackupFailed(
                    _("%(file)s is not what its manifest says. Take another copy.") % {"file": path}
                )
    return manifest


@contextmanager
def owner() -> Iterator[psycopg.Connection]:
    """Connect as the role that owns the tables, beside Django's own connection."""
    place = connection.settings_dict
    names = {"HOST": "host", "PORT": "port", "NAME": "dbname", "PASSWORD": "password"}
    known: dict[str, Any] = {word: place[name] for name, word in names.items() if place[name]}
    with psycopg.connect(**known, user=settings.DATABASE_OWNER, autocommit=True) as link:
        yield link


# --- one moment -----------------------------------------------------------------------------------------------


def safe_receipt(link: psycopg.Connection, schema: str, *, patience: timedelta = PATIENCE) -> int:
    """Return the highest receipt below which no act is still in flight: a copy made now has all of them.

    A receipt's number is drawn before its act commits, so the highest one seen may have a lower one still coming.
    Whoever writes receipts holds a lock on their table; those that hold one now are waited for, new ones are not.
    """
    table = sql.Identifier(schema, Receipt._meta.db_table).as_string(link)
    last = link.execute(
        "SELECT pg_sequence_last_value(pg_get_serial_sequence(%s, 'id')::regclass)", [table]
    ).fetchone()
    writers = link.execute(_WRITERS, [table]).fetchone()
    deadline = time.monotonic() + patience.total_seconds()
    while link.execute(_STILL, [writers and writers[0]]).fetchone() != (0,):
        if time.monotonic() > deadline:
            raise BackupFailed(_("An act in this county has not ended for minutes. Try again when it has."))
        time.sleep(0.02)
    return int((last and last[0]) or 0)


_WRITERS = """
SELECT coalesce(array_agg(virtualtransaction), '{}') FROM pg_locks
WHERE relation = %s::regclass AND mode = 'RowExclusiveLock'
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
_STILL = "SELECT count(*) FROM pg_locks WHERE locktype = 'virtualxid' AND virtualtransaction = ANY (%s)"


@contextmanager
def _snapshot(link: psycopg.Connection) -> Iterator[str]:
    with link.transaction():
        link.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        row = link.execute("SELECT pg_export_snapshot()").fetchone()
        yield str(row and row[0])


def _what(schema: str) -> tuple[str, ...]:
    left = (f'--exclude-table-data="{schema}".{table}' for table in LEFT_BEHIND)
    quiet = ("--no-owner", "--no-privileges", "--no-unlogged-table-data")
    return (f'--schema="{schema}"', "--format=custom", *quiet, *left)


def _facts(link: psycopg.Connection, schema: str) -> dict[str, Any]:
    """Read from the same snapshot what a copy is checked by."""
    link.execute(sql.SQL("SET LOCAL search_path = {}").format(sql.Identifier(schema)))
    return {
        "rows": _counts(link, schema),
        "migrations": tuple(_column(link, "SELECT app || '.' || name FROM django_migrations ORDER BY 1")),
        "last_receipt": _highest(link, Receipt),
        "last_entry": _highest(link, Entry),
        "last_transfer": _highest(link, Transfer),
        "checkpoint": _seal(link),
    }


def _counts(link: psycopg.Connection, schema: str) -> dict[str, int]:
    names = _column(link, "SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY 1", schema)
    return {name: _count(link, schema, name) for name in names if name not in LEFT_BEHIND}


def _count(link: psycopg.Connection, schema: str, table: str) -> int:
    row = link.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, table))).fetchone()
    return int(row[0]) if row else 0


def _highest(link: psycopg.Connection, model: type[models.Model]) -> int:
    table = sql.Identifier(model._meta.db_table)
    row = link.execute(sql.SQL("SELECT max(id) FROM {}").format(table)).fetchone()
    return int((row and row[0]) or 0)


def _seal(link: psycopg.Connection) -> Seal | None:
    row = link.execute(
        sql.SQL("SELECT day::text, last_id, encode(digest, 'hex') FROM {} ORDER BY day DESC LIMIT 1").format(
            sql.Identifier(Checkpoint._meta.db_table)
        )
    ).fetchone()
    return Seal(*row) if row else None


def _column(link: psycopg.Connection, query: Any, *arguments: str) -> list[str]:
    return [row[0] for row in link.execute(query, arguments)]


# --- what a copy is compared with -------------------------------------------------------------------------------


def _refuse_newer(manifest: Manifest, major: int) -> None:
    if manifest.postgresql > major:
        raise BackupFailed(
            _(
                "This copy comes from PostgreSQL %(theirs)s and this server is %(ours)s."
                " Restore it on %(theirs)s or newer."
            )
            % {"theirs": manifest.postgresql, "ours": major}
        )
    known = {
        f"{app}.{name}" for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    }
    if set(manifest.migrations) - known:
        raise BackupFailed(
            _(
                "This copy was made by gongfang %(theirs)s. Install that version or a newer one; this is %(ours)s."
            )
            % {"theirs": manifest.gongfang, "ours": __version__}
        )


def refuse_if_there(manifest: Manifest) -> None:
    """Refuse a copy whose county, code or host name is in use here."""
    with scope.inside():
        taken = County.objects.filter(schema_name=manifest.schema) | County.objects.filter(code=manifest.code)
        hosts = Domain.objects.filter(domain__in=[host.domain for host in manifest.hosts])
        if taken.exists() or hosts.exists():
            raise BackupFailed(
                _("%(county)s lives here already. Add --replace to put the copy in its place.")
                % {"county": manifest.name},
                code="county_exists",
            )


def _refuse_other_rows(link: psycopg.Connection, manifest: Manifest) -> None:
    found = _counts(link, manifest.schema)
    for table, rows in manifest.rows.items():
        if found.get(table) != rows:
            raise BackupFailed(
                _("Of table %(table)s %(found)s of %(rows)s rows arrived. Take another copy.")
                % {"table": table, "found": found.get(table, 0), "rows": rows}
            )


def _forget_transactions(link: psycopg.Connection, schema: str) -> None:
    """Another server counts its transactions anew: what waits to be told is older than every one of them."""
    events = sql.Identifier(schema, Event._meta.db_table)
    link.execute(sql.SQL("UPDATE {} SET xact = 0 WHERE told_at IS NULL").format(events))


def _county(schema: str) -> County:
    with scope.inside():
        county = County.objects.filter(schema_name=schema).first()
        if county is None:
            known = ", ".join(County.objects.order_by("schema_name").values_list("schema_name", flat=True))
            raise BackupFailed(
                _("There is no county %(schema)s here. Counties: %(known)s.")
                % {"schema": schema, "known": known or "-"}
            )
    return county


def _hosts(county: County) -> tuple[Host, ...]:
    with scope.inside():
        rows = county.domains.order_by("domain").values_list("domain", "is_primary")
        return tuple(Host(*row) for row in rows)


# --- files ----------------------------------------------------------------------------------------------------


def _make_empty(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if any(folder.iterdir()):
        raise BackupFailed(_("%(folder)s is not empty. Name another folder.") % {"folder": folder})


def _copy_files(source: Path, to: Path) -> dict[str, str]:
    """Copy a county's files and return the hash of each; a kept file is never written again, so a link is a copy."""
    found = sorted(path for path in source.rglob("*") if path.is_file()) if source.is_dir() else []
    for path in found:
        goal = to / path.relative_to(source)
        goal.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with suppress(FileExistsError):
            _link_or_copy(path, goal)
    return {str(path.relative_to(source)): digest(path) for path in found}


def _link_or_copy(path: Path, goal: Path) -> None:
    try:
        goal.hardlink_to(path)
    except FileExistsError:
        raise
    except OSError:  # another disk
        shutil.copyfile(path, goal)


def digest(path: Path) -> str:
    """Return the sha256 of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
