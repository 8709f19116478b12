"""Every release's data is taken over by the version that stands here."""

from __future__ import annotations

import gzip
import re
import subprocess
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from psycopg import sql

from gongfang.counties import schemas
from gongfang.counties.models import County, Domain
from gongfang.database import scope
from gongfang.database.roles import OWNER
from gongfang.ledger.reconcile import reconcile
from tests import cluster
from tests.operations.elsewhere import another_machine

# What Django writes down of the tables themselves grows with them.
DJANGOS = {"django_migrations", "django_content_type", "auth_permission"}
RELEASES = sorted(Path(__file__).parent.glob("*.sql.gz"))


def test_a_release_has_left_its_data() -> None:
    assert RELEASES


@pytest.mark.slow
@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.name.removesuffix(".sql.gz"))
def test_what_a_release_kept_is_taken_over_without_a_difference(
    release: Path, committing: County, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with another_machine(monkeypatch, tmp_path):
        lay(gzip.decompress(release.read_bytes()).decode())
        before = counts()
        schemas.adopt_county("panan")
        with scope.inside():
            county = County.objects.create(schema_name="panan", code="330727000000", name="磐安县")
            Domain.objects.create(domain="panan.localhost", tenant=county, is_primary=True)
        scope.enter(county)
        after = counts()
        kept = before.keys() - DJANGOS
        assert {table: after[table] for table in kept} == {table: before[table] for table in kept}
        assert before["ledger_transfer"] > 15
        assert reconcile().differences == ()
        assert Client(headers={"host": "panan.localhost"}).get("/login/").status_code == 200


def lay(text: str) -> None:
    """Write a plain dump into the database in use; servers older than the dump's do not know all of its settings."""
    text = re.sub(r"(?m)^SET transaction_timeout.*$|^\\(un)?restrict.*$", "", text)
    name = connection.settings_dict["NAME"]
    quiet = ["--no-psqlrc", "--quiet", "--single-transaction", "-v", "ON_ERROR_STOP=1"]
    url = cluster.SERVER.url(OWNER, name)
    done = subprocess.run(
        [cluster.SERVER.bin / "psql", *quiet, url], input=text, text=True, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr


def counts() -> dict[str, int]:
    with schemas.as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'panan'")
        tables = [row[0] for row in cursor.fetchall()]
        found = {}
        for table in tables:
            cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier("panan", table)))
            found[table] = cursor.fetchone()[0]
    return found
