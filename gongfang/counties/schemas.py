"""Making and keeping the schemas: roles, migrations, and what the application may do to each table.

The owner makes tables and functions; the application logs in as a role that owns nothing. In each county it wears
that county's role, which may read and write the county's tables, except those only the ledger's functions write
and those that are only ever added to.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import LiteralString, cast

import psycopg
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

from gongfang.counties import pattern
from gongfang.database import scope
from gongfang.database.roles import APPLICATION, OWNER, PUBLIC, county_role


@contextmanager
def as_owner() -> Iterator[None]:
    """Work on the default connection as the role that owns the tables (migrations, new counties, restores)."""
    login = connection.settings_dict["USER"]
    connection.close()
    connection.settings_dict["USER"] = settings.DATABASE_OWNER
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["USER"] = login


def prepare_cluster(superuser: dict[str, str], *, name: str) -> None:
    """Make the two login roles and the database of a fresh embedded server."""
    with psycopg.connect(**superuser, autocommit=True) as link:  # type: ignore[arg-type]
        _make_role(link, OWNER, "LOGIN CREATEROLE CREATEDB")
        _make_role(link, APPLICATION, "LOGIN NOINHERIT")
        if not link.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            link.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), sql.Identifier(OWNER))
            )


def prepare_foreign_cluster() -> None:
    """Make the application's role on a PostgreSQL somebody else keeps; it shares the owner's password."""
    with as_owner(), connection.cursor() as cursor:
        raw = cursor.connection
        _make_role(raw, APPLICATION, "LOGIN NOINHERIT")
        if password := connection.settings_dict["PASSWORD"]:
            cursor.execute(
                sql.SQL("ALTER ROLE {} PASSWORD {}").format(
                    sql.Identifier(APPLICATION), sql.Literal(password)
                )
            )


def _make_role(link: psycopg.Connection, role: str, rights: LiteralString) -> None:
    # Two processes may start at once: the second finds the role made a moment ago.
    link.execute(
        sql.SQL(
            "DO $$ BEGIN CREATE ROLE {} {}; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
        ).format(sql.Identifier(role), sql.SQL(rights))
    )


def fingerprint() -> str:
    """Return a hash over every migration and grant: as long as it stands in a schema's comment, nothing is to do."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    digest = hashlib.sha256(repr((guarded("read_only"), guarded("add_only"))).encode())
    for app, name in sorted(loader.disk_migrations):
        module = loader.disk_migrations[app, name].__module__
        digest.update(f"{app}.{name}".encode())
        path = Path(__import__(module, fromlist=["__file__"]).__file__ or "")
        if path.is_relative_to(settings.BASE):
            digest.update(path.read_bytes())
    digest.update(Path(__file__).read_bytes())
    return digest.hexdigest()


def migrate_public() -> None:
    """Bring the public schema up to date."""
    with as_owner():
        if _comment(PUBLIC) == fingerprint():
            return
        pattern.fill(PUBLIC, fingerprint())
        _run(
            PUBLIC,
            "REVOKE ALL ON SCHEMA {schema} FROM PUBLIC",
            "GRANT USAGE ON SCHEMA {schema} TO {app}",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {app}",
            "GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {app}",
            "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA {schema} TO {app}",
        )
        _sign(PUBLIC)


def migrate_county(schema: str) -> None:
    """Make or bring up to date one county's schema, its role and its rights."""
    with as_owner():
        if _comment(schema) == fingerprint():
            return
        with connection.cursor() as cursor:
            _make_role(cursor.connection, county_role(schema), "NOLOGIN")
        _run(schema, "CREATE SCHEMA IF NOT EXISTS {schema}", "GRANT {role} TO {app}")
        pattern.fill(schema, fingerprint())
        grant(schema)
        with scope.inside(schema), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO core_continuity (id, safe_upto, frozen_because) VALUES (1, 0, '') ON CONFLICT DO NOTHING"
            )
        _sign(schema)


def adopt_county(schema: str) -> None:
    """Give a schema that came out of a backup its role and its rights here, and bring it up to date."""
    with as_owner():
        # The signature came along with it. Unsigned, rights are given anew, and after migrating: to tables that exist.
        _run(schema, "COMMENT ON SCHEMA {schema} IS NULL")
    migrate_county(schema)


def grant(schema: str) -> None:
    """Give the county's role exactly what the application needs, and take away everything else."""
    _run(
        schema,
        "REVOKE ALL ON SCHEMA {schema} FROM PUBLIC",
        "REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role}",
        "GRANT USAGE ON SCHEMA {schema} TO {role}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}",
        "GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {role}",
        "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA {schema} FROM PUBLIC",
        "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA {schema} TO {role}",
    )
    for table in guarded("read_only"):
        _run(schema, "REVOKE INSERT, UPDATE, DELETE ON {schema}.{table} FROM {role}", table=table)
    for table in guarded("add_only"):
        _run(schema, "REVOKE UPDATE, DELETE ON {schema}.{table} FROM {role}", table=table)


def guarded(kind: str) -> list[str]:
    """Return the tables their rooms declare `read_only` (written by functions alone) or `add_only`."""
    return [
        room.get_model(name)._meta.db_table
        for room in apps.get_app_configs()
        for name in getattr(room, kind, ())
    ]


def drop_county(schema: str) -> None:
    """Remove a county's schema and everything in it."""
    with as_owner(), scope.inside():
        _run(schema, "DROP SCHEMA IF EXISTS {schema} CASCADE")


def _run(schema: str, *statements: LiteralString, table: str = "") -> None:
    names = {
        "schema": sql.Identifier(schema),
        "role": sql.Identifier(county_role(schema)),
        "app": sql.Identifier(APPLICATION),
        "table": sql.Identifier(table or "-"),
    }
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(sql.SQL(statement).format(**names))


def _comment(schema: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT obj_description(to_regnamespace(%s)::oid, 'pg_namespace')", [f'"{schema}"'])
        row = cursor.fetchone()
    return cast("str", (row and row[0]) or "")


def _sign(schema: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL("COMMENT ON SCHEMA {} IS {}").format(sql.Identifier(schema), sql.Literal(fingerprint()))
        )
