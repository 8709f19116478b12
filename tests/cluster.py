"""The suite's own PostgreSQL: started before the settings are read, with fsync off and a template to copy.

Two counties are made once in a template database named by the migrations' fingerprint; every run gets a copy for tests
that roll back, and every test that really commits gets a copy of its own. The first is migrated; the second, and those
of every other installation a test starts, are laid as the first was made.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import psycopg
from psycopg import sql

from gongfang import embedded
from gongfang.database.roles import OWNER

# One cluster a checkout: two of them side by side would make and drop each other's templates.
_HERE = hashlib.sha256(str(Path(__file__).resolve().parent).encode()).hexdigest()[:8]
_DEFAULT = Path(tempfile.gettempdir()) / f"gongfang-tests-{os.getuid()}-{_HERE}"
DATA = Path(os.environ.get("GONGFANG_TEST_DATA") or _DEFAULT)
os.environ["GONGFANG_DATA"] = str(DATA)
SERVER = embedded.start(DATA, fsync=False)
os.environ["DATABASE_URL"] = SERVER.url(OWNER, "gongfang_empty")

KEPT = "pattern-*.sql"  # gongfang.counties.pattern, which reads the settings

COUNTIES = (("330727", "panan", "磐安县"), ("530602", "zhaoyang", "昭阳区"))


def admin() -> psycopg.Connection:
    """Connect as the superuser of the suite's own server."""
    return psycopg.connect(**SERVER.params(), autocommit=True)


def copy(template: str) -> str:
    """Copy a database and return the copy's name."""
    name = f"run_{uuid.uuid4().hex[:16]}"
    with admin() as link:
        link.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(
                sql.Identifier(name), sql.Identifier(template), sql.Identifier(OWNER)
            )
        )
    return name


def drop(name: str) -> None:
    """Remove a copy, whoever is still connected."""
    with admin() as link:
        link.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def connected_to(name: str) -> Iterator[None]:
    """Point Django's connections, of this thread and of new ones, at another database."""
    from django.db import connections

    settings = connections.settings["default"]
    before = settings["NAME"]
    connections.close_all()
    settings["NAME"] = name
    try:
        yield
    finally:
        connections.close_all()
        settings["NAME"] = before


@cache
def template() -> str:
    """Return the template database of the migrations as they stand, making it when it is missing."""
    from gongfang.counties import schemas

    name = f"template_{schemas.fingerprint()[:16]}"
    with admin() as link:
        link.execute("SELECT pg_advisory_lock(7326)")
        if not link.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            _make_template(link, name)
    return name


def lend(data: Path) -> Path:
    """Let an installation of the test's own lay its county as the suite's were, once `django_db_setup` has made them."""
    data.mkdir(parents=True, exist_ok=True)
    for kept in DATA.glob(KEPT):
        shutil.copy(kept, data)
    return data


def _make_template(link: psycopg.Connection, name: str) -> None:
    from gongfang.counties import schemas
    from gongfang.counties.actions import add_county
    from gongfang.database import scope

    for kept in DATA.glob(KEPT):  # or the first would be laid, too
        kept.unlink()
    for (old,) in link.execute(
        "SELECT datname FROM pg_database WHERE datname LIKE 'template\\_%'"
    ).fetchall():
        drop(old)
    draft = f"draft_{uuid.uuid4().hex[:16]}"
    schemas.prepare_cluster(SERVER.params(), name=draft)
    with connected_to(draft):
        for code, slug, title in COUNTIES:
            add_county(code, slug, title)
        scope.leave()
    link.execute(
        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(draft), sql.Identifier(name))
    )
