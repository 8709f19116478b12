"""A county whose tables were laid as another's were made is that other county, to the last row and right."""

from __future__ import annotations

import re
import subprocess

import pytest
from django.db import ProgrammingError

from gongfang.counties import pattern, schemas
from gongfang.counties.models import County
from gongfang.database.roles import OWNER
from tests import cluster


def dump(database: str, schema: str, *more: str) -> list[str]:
    """Everything of a schema, tables, functions, rights and rows, under a name that says nothing."""
    url = cluster.SERVER.url(OWNER, database)
    command = [str(cluster.SERVER.bin / "pg_dump"), "--schema", schema, *more, url]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    lines = re.sub(rf"\b(gongfang_county_)?{schema}\b", r"\1COUNTY", done.stdout).splitlines()
    return [line for line in lines if not line.startswith((r"\restrict", r"\unrestrict"))]


def test_the_second_county_was_laid_and_is_like_the_first_that_was_migrated(django_db_setup):
    migrated, laid = (dump(cluster.template(), slug) for slug in ("panan", "zhaoyang"))
    assert len(migrated) > 5_000
    assert laid == migrated


def test_what_all_counties_share_is_laid_as_it_was_migrated(django_db_blocker, django_db_setup):
    name = "draft_laid"
    cluster.drop(name)
    schemas.prepare_cluster(cluster.SERVER.params(), name=name)
    try:
        with django_db_blocker.unblock(), cluster.connected_to(name):
            assert pattern._place("public", schemas.fingerprint()).exists()
            schemas.migrate_public()
        laid, migrated = (dump(place, "public", "--schema-only") for place in (name, cluster.template()))
        assert len(migrated) > 500
        assert laid == migrated
    finally:
        cluster.drop(name)


def test_a_statement_that_names_its_county_is_not_kept_for_others(settings, tmp_path):
    settings.DATA = tmp_path
    pattern._keep(tmp_path / "pattern-county-1.sql", "CREATE TABLE panan.bag ()", "panan")
    assert list(tmp_path.iterdir()) == []
    pattern._keep(tmp_path / "pattern-county-1.sql", "CREATE TABLE panan_bag ()", "panan")
    assert (tmp_path / "pattern-county-1.sql").stat().st_mode & 0o777 == 0o600


def test_half_a_county_is_never_left_behind(committing: County, settings, tmp_path):
    settings.DATA = tmp_path
    place = pattern._place("yanshan", schemas.fingerprint())
    place.write_text("CREATE TABLE half ();\nCREATE TABLE half ();")
    with pytest.raises(ProgrammingError):
        schemas.migrate_county("yanshan")
    with schemas.as_owner():
        assert pattern._is_empty("yanshan")
