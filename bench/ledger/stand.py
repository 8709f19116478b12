"""The stand: a cluster of its own, a county in it, and beside it what the ledger is held against."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from gongfang import embedded
from gongfang.database.roles import APPLICATION, OWNER, county_role

COUNTY, NAME = "bench", "gongfang"
ACCOUNTS = 10_000

# What somebody would write who wants transfers and nothing else: one insert, two updates, a key.
BARE = f"""
CREATE TABLE account (id bigint PRIMARY KEY, balance bigint NOT NULL DEFAULT 0);
CREATE TABLE transfer (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key uuid NOT NULL UNIQUE,
  src bigint NOT NULL, dst bigint NOT NULL, amount bigint NOT NULL, at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO account (id) SELECT generate_series(1, {ACCOUNTS});
CREATE FUNCTION bare(key uuid, src bigint, dst bigint, amount bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE made bigint;
BEGIN
  INSERT INTO transfer (key, src, dst, amount) VALUES (key, src, dst, amount) RETURNING id INTO made;
  UPDATE account SET balance = balance - amount WHERE id = src;
  UPDATE account SET balance = balance + amount WHERE id = dst;
  RETURN made;
END $$;
"""


# The same three statements on copies of the ledger's own tables: what its indexes and checks cost is in both.
SAME = f"""
CREATE SCHEMA same;
CREATE TABLE same.account (LIKE {COUNTY}.ledger_account INCLUDING ALL);
CREATE TABLE same.transfer (LIKE {COUNTY}.ledger_transfer INCLUDING ALL);
ALTER TABLE same.account SET (fillfactor = 70);
INSERT INTO same.account (id, holder_kind, holder_id, purpose, commodity)
  SELECT n, 'organisation', n, 'cost', 'CNY' FROM generate_series(1, 100) n
  UNION ALL SELECT 100 + n, 'relation', n, 'owed', 'CNY' FROM generate_series(1, {ACCOUNTS}) n;
CREATE FUNCTION same(key uuid, src bigint, dst bigint, amount bigint, cause text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE made bigint;
BEGIN
  INSERT INTO same.transfer (key, txn, src, dst, commodity, amount, cause, received_at, booked_on)
    VALUES (key, key, src, dst, 'CNY', amount, cause, now(), current_date) RETURNING id INTO made;
  UPDATE same.account SET balance = balance - amount WHERE id = src;
  UPDATE same.account SET balance = balance + amount WHERE id = dst;
  RETURN made;
END $$;
"""


@dataclass(frozen=True)
class Stand:
    """A running cluster and where it lies."""

    place: str
    server: embedded.Server

    def link(self, name: str = NAME) -> psycopg.Connection:
        """Connect as the superuser."""
        return psycopg.connect(**self.server.params(dbname=name), autocommit=True)

    def county(self) -> psycopg.Connection:
        """Connect as the application does, in the county."""
        options = f"-c role={county_role(COUNTY)} -c search_path={COUNTY}"
        return psycopg.connect(**self.server.params(APPLICATION, NAME), autocommit=True, options=options)

    def environment(self) -> dict[str, str]:
        """Return what a process needs to reach the county through Django."""
        return {
            **os.environ,
            "GONGFANG_DATA": str(self.server.data),
            "DATABASE_URL": self.server.url(OWNER, NAME),
            "DJANGO_SETTINGS_MODULE": "gongfang.settings",
        }

    def settle(self) -> None:
        """Let the ledger and its rivals find their tables tidy, and no checkpoint due while they are timed."""
        for name in (NAME, "bare", "tpcb", "hordak"):
            with self.link(name) as link:
                link.execute("VACUUM ANALYZE")
        with self.link() as link:
            link.execute("CHECKPOINT")


@contextmanager
def standing(place: str, parent: Path | None) -> Iterator[Stand]:
    """Start a cluster in a folder of its own and remove it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="gongfang-bench-", dir=parent))
    folder.chmod(0o755)  # when root starts it, PostgreSQL runs as another account
    try:
        with embedded.start(folder) as server:
            stand = Stand(place, server)
            _furnish(stand)
            yield stand
    finally:
        shutil.rmtree((folder / "postgresql").resolve(), ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def _furnish(stand: Stand) -> None:
    run_python(stand, "bench.ledger.county")
    with stand.link() as link:
        for name in ("bare", "tpcb", "hordak"):
            link.execute(f"CREATE DATABASE {name}")
    for database, made in (("bare", BARE), (NAME, SAME)):
        with stand.link(database) as link:
            link.execute(made)
    run_program(stand, "pgbench", "--initialize", "--quiet", "--scale=10", "tpcb")
    run_python(stand, "bench.ledger.hordaks", "make")


def run_program(stand: Stand, program: str, *arguments: object, **environment: str) -> str:
    """Run one of PostgreSQL's own programs against the cluster and return what it said."""
    login: dict[str, Any] = {"PGHOST": str(stand.server.socket), "PGUSER": "postgres"}
    said = subprocess.run(
        [stand.server.bin / program, *map(str, arguments)],
        env={**os.environ, **login, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if said.returncode:
        raise RuntimeError(f"{program} failed: {said.stderr}")
    return said.stdout


def run_python(stand: Stand, module: str, *arguments: object) -> str:
    """Run a module of the bench in a process of its own and return what it said."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    said = subprocess.run(command, env=stand.environment(), stdout=subprocess.PIPE, text=True, check=True)
    return said.stdout
