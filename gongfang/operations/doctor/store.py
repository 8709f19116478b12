"""The database: its version and clock, its keys, its migrations, what the application's role may do, its settings."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from gongfang.core.tasks import counties
from gongfang.counties.schemas import as_owner, guarded
from gongfang.database import scope
from gongfang.database.roles import APPLICATION, county_role
from gongfang.operations import foundation, health, state
from gongfang.operations.doctor.findings import Check, Finding, good, warn, wrong

MOST_SKEW = 2.0


def version() -> Iterator[Finding]:
    """See whether it is a PostgreSQL the program was tried with."""
    found = {"version": foundation.server_version()}
    if foundation.OLDEST <= found["version"] <= foundation.NEWEST:
        yield good("database", _("PostgreSQL %(version)s answers.") % found)
    else:
        yield wrong(
            "database",
            _("PostgreSQL %(version)s was never tried.") % found,
            _("Use PostgreSQL 15 to 18, or leave DATABASE_URL away and use the bundled one."),
        )


def clock() -> Iterator[Finding]:
    """See whether this machine and the database agree on the time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (there,) = cursor.fetchone()
    skew = abs((timezone.now() - there).total_seconds())
    facts = {"seconds": f"{skew:.1f}"}
    if skew > MOST_SKEW:
        yield wrong(
            "clock",
            _("The clocks of this machine and of the database are %(seconds)s s apart.") % facts,
            _("Set both by the network: timedatectl set-ntp true"),
        )
    else:
        yield good("clock", _("This machine and the database agree on the time."))


def founded() -> Iterator[Finding]:
    """See whether the keys are those this database was founded with."""
    with as_owner():
        strange = foundation.strange(foundation.founded_with(), foundation.marks())
    if strange:
        yield wrong(
            "keys of the data",
            _("These keys are not those of this database: %(names)s.") % {"names": ", ".join(strange)},
            _("Bring back the folder of keys from your backup of the keys; new ones open nothing."),
        )
    else:
        yield good("keys of the data", _("The keys are those the data was written with."))


def migrations() -> Iterator[Finding]:
    """See whether every county is as far as the program."""
    pending = health.pending()
    if pending:
        yield wrong(
            "migrations",
            _("Another version of the program left these behind: %(names)s.") % {"names": ", ".join(pending)},
            _("Take a backup, then: gongfang setup"),
        )
    else:
        yield good("migrations", _("Every county is as far as the program."))


def rights() -> Iterator[Finding]:
    """See whether the application's role is kept from writing the ledger and from leaving its county."""
    found = [*_roles(), *(line for slug in counties() for line in _written(slug))]
    for line in found:
        yield wrong(
            "rights", line, _("Give the rights anew: gongfang setup. Then find out who changed them.")
        )
    if not found:
        yield good("rights", _("The pages cannot write the ledger, alter the audit or leave their county."))


def _roles() -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolname FROM pg_roles WHERE rolname = %s"
            " AND (rolsuper OR rolinherit OR rolcreaterole OR rolcreatedb OR rolbypassrls)",
            [APPLICATION],
        )
        powers = cursor.fetchall()
    if powers:
        yield _("The role %(role)s may do more than it needs.") % {"role": APPLICATION}


_MAY_WRITE = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = %s AND c.relname = ANY(%s)
  AND (has_table_privilege(%s, c.oid, %s) OR pg_get_userbyid(c.relowner) IN (%s, %s))
ORDER BY 1
"""


def _written(slug: str) -> Iterator[str]:
    """Name tables only functions write, or that are only added to, and that the county's role may write after all."""
    added = "UPDATE, DELETE, TRUNCATE"
    for kind, forbidden in (("read_only", f"INSERT, {added}"), ("add_only", added)):
        role = county_role(slug)
        with scope.inside(), connection.cursor() as cursor:
            cursor.execute(_MAY_WRITE, [slug, guarded(kind), role, forbidden, role, APPLICATION])
            tables = [table for (table,) in cursor.fetchall()]
        for table in tables:
            yield _("The pages of %(county)s may write the table %(table)s.") % {
                "county": slug,
                "table": table,
            }


def safety() -> Iterator[Finding]:
    """See whether the database keeps what it said it kept."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM pg_settings WHERE setting = 'off'"
            " AND name IN ('fsync', 'full_page_writes', 'synchronous_commit')"
        )
        off = ", ".join(name for (name,) in cursor.fetchall())
    if off:
        yield wrong(
            "durability",
            _("The database may lose what it said it kept: %(names)s is off.") % {"names": off},
            _("Switch it on in postgresql.conf and restart the database."),
        )
    else:
        yield good("durability", _("What the database confirms survives a power cut."))


def connections() -> Iterator[Finding]:
    """See whether there are connections left."""
    found = state.connections()
    facts = {"used": found.used, "limit": found.limit}
    sentence = _("%(used)s of %(limit)s connections are in use.") % facts
    if found.used > 0.8 * found.limit:
        yield warn(
            "connections", sentence, _("Start fewer workers (GONGFANG_WORKERS), or raise max_connections.")
        )
    else:
        yield good("connections", sentence)


CHECKS: dict[str, Check] = {
    "database": version,
    "clock": clock,
    "keys of the data": founded,
    "migrations": migrations,
    "rights": rights,
    "durability": safety,
    "connections": connections,
}
