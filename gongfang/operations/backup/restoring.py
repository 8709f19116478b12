"""Bringing a county back from its backup: frozen, its logins ended, its long work in the queue again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg import sql
from pyrage import x25519

from gongfang.core import clock, jobs
from gongfang.core.action import By
from gongfang.core.models import Continuity, Job
from gongfang.counties import schemas
from gongfang.counties.models import County
from gongfang.counties.queries import living
from gongfang.database import scope
from gongfang.database.roles import county_role
from gongfang.founding import system_user
from gongfang.operations import foundation
from gongfang.operations.backup import actions
from gongfang.operations.backup.archive import unpack
from gongfang.operations.backup.dump import check, close_county, describe, lay, open_county, owner, take_away
from gongfang.operations.backup.errors import BackupFailed, in_one_sentence
from gongfang.operations.backup.making import workroom
from gongfang.operations.backup.manifest import Manifest

ASIDE = "_aside_"
# More rows than any table of a county gains between a copy and a disaster.
GAP = 1_000_000


def restore(
    path: Path, identities: Sequence[x25519.Identity], *, county: str = "", replace_living: bool = False
) -> County:
    """Open a backup and bring its county back, frozen until somebody has compared its books with the bank.

    A living county of the same name is put aside first when asked for, and comes back when anything fails.
    """
    with workroom() as room:
        manifest = unpack(path, room, identities)
        _refuse_another(manifest, county)
        check(room)
        aside = put_aside(manifest.schema) if replace_living else None
        try:
            lay(room)
            skip_numbers(manifest.schema)
            freeze(manifest.schema, copy_made_at=manifest.moment, shift=manifest.shift)
        except BaseException:
            if aside:
                take_away(manifest.schema)
                bring_back(aside)
            raise
    made = open_county(manifest)
    requeue(manifest.schema)
    return made


def _refuse_another(manifest: Manifest, county: str) -> None:
    if county and county != manifest.schema:
        raise BackupFailed(
            _(
                "This is a backup of %(theirs)s, not of %(county)s. A county comes back under its own name:"
                " its files and the hashes of its numbers carry it."
            )
            % {"theirs": manifest.schema, "county": county}
        )


def skip_numbers(schema: str) -> None:
    """Let every row made from now on have a number no lost row had.

    A phone that sends again may name a row the copy does not have. It must find nothing then, and never somebody
    else's row under the same number.
    """
    with owner() as link:
        names = [
            row[0]
            for row in link.execute("SELECT sequencename FROM pg_sequences WHERE schemaname = %s", [schema])
        ]
        for name in names:
            sequence = sql.Identifier(schema, name)
            link.execute(
                sql.SQL("SELECT setval({}, last_value + {}) FROM {}").format(
                    sql.Literal(sequence.as_string(link)), sql.Literal(GAP), sequence
                )
            )


def freeze(schema: str, *, copy_made_at: datetime, shift: timedelta) -> None:
    """Let a county that was just brought back stand still, before anybody can reach it."""
    with scope.inside(schema), clock.shifted(shift):
        by = By(user=system_user(), via="cli")
        actions.freeze_county(by, Continuity.current(), copy_made_at=copy_made_at)


def freeze_all(copy_made_at: datetime) -> list[str]:
    """Let every county stand still after the whole database was brought back; returns which there are.

    The queue came back as it was, with work in it nobody carries out any more: it is filled anew from the counties.
    """
    foundation.insist_on_keys()
    schemas.migrate_public()
    with scope.inside():
        found = dict(living().values_list("schema_name", "clock_shift"))
    with schemas.as_owner(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    for schema, shift in found.items():
        schemas.migrate_county(schema)
        skip_numbers(schema)
        freeze(schema, copy_made_at=copy_made_at, shift=shift)
        requeue(schema)
    return sorted(found)


def requeue(schema: str) -> int:
    """Put the long work that waited or ran when the copy was made into the queue again; returns how much."""
    with scope.inside(schema):
        Job.objects.filter(state=Job.State.RUNNING).update(state=Job.State.WAITING)
        waiting = list(
            Job.objects.filter(state=Job.State.WAITING).order_by("pk").values_list("pk", flat=True)
        )
    for job in waiting:
        jobs.enqueue(schema, job)
    return len(waiting)


# --- a living county that makes room ----------------------------------------------------------------------------


def put_aside(schema: str) -> Manifest | None:
    """Rename a living county's schema and files out of the way; nothing of it is lost until it is dropped."""
    with scope.inside():
        county = County.objects.filter(schema_name=schema).first()
    if county is None:
        return None
    name = f"{schema}{ASIDE}{timezone.now():%Y%m%d%H%M%S}"
    with in_one_sentence(Path(settings.FILES_ROOT)):
        kept = replace(describe(county), schema=name)
        close_county(schema)
        _rename(schema, name)
    return kept


def bring_back(aside: Manifest) -> None:
    """Give a county that was put aside its place again."""
    schema = aside.schema.partition(ASIDE)[0]
    _rename(aside.schema, schema)
    schemas.adopt_county(schema)
    open_county(replace(aside, schema=schema))


def _rename(schema: str, name: str) -> None:
    with schemas.as_owner(), connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("ALTER SCHEMA {} RENAME TO {}").format(sql.Identifier(schema), sql.Identifier(name))
        )
        # Its functions still name the schema they were made in; nobody may call them under another.
        cursor.execute(
            sql.SQL("REVOKE ALL ON SCHEMA {} FROM {}").format(
                sql.Identifier(name), sql.Identifier(county_role(schema.partition(ASIDE)[0]))
            )
        )
    files = Path(settings.FILES_ROOT)
    if (files / schema).exists():
        (files / schema).rename(files / name)


def set_aside() -> list[str]:
    """List the schemas that were put aside and not dropped yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE %s ORDER BY 1", [f"%{ASIDE}%"])
        return [row[0] for row in cursor.fetchall()]


def drop_aside(name: str) -> None:
    """Drop a schema that was put aside, with its files, for good."""
    if name not in set_aside():
        raise BackupFailed(
            _("Nothing called %(name)s was put aside. There is: %(known)s.")
            % {"name": name, "known": ", ".join(set_aside()) or "-"}
        )
    take_away(name)
