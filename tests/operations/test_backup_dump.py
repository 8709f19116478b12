"""One county, taken out of a database and laid into another, is the same county there."""

from __future__ import annotations

import threading
import uuid
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import ProgrammingError, connection, transaction

from gongfang import __version__
from gongfang.core.models import Continuity, Receipt
from gongfang.counties.models import County, Domain
from gongfang.database import scope
from gongfang.ledger.reconcile import reconcile
from gongfang.operations.backup import dump as copies
from gongfang.operations.backup.dump import check, dump, load, owner, safe_receipt
from gongfang.operations.backup.errors import BackupFailed
from gongfang.operations.backup.manifest import Manifest
from gongfang.registry.people.models import Resident
from tests.cast import gather
from tests.operations.elsewhere import another_machine


@pytest.fixture
def copy(committing: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of Pan'an with the cast in it, and one file."""
    monkeypatch.setattr(settings, "FILES_ROOT", tmp_path / "files")
    gather()
    kept = tmp_path / "files/panan/2026/0123.jpg"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"a picture")
    dump("panan", tmp_path / "copy")
    scope.enter(committing)
    return tmp_path / "copy"


def test_a_copy_laid_into_another_database_is_the_same_county(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = sorted(Resident.objects.values_list("pk", flat=True))
    lin = Resident.objects.filter(phone__isnull=False).order_by("pk").first()
    receipts = Receipt.objects.count()
    with another_machine(monkeypatch, tmp_path / "there"):
        county = load(copy)
        scope.enter(county)
        assert sorted(Resident.objects.values_list("pk", flat=True)) == here
        assert Resident.objects.get(pk=lin.pk).phone.reveal() == lin.phone.reveal()
        assert Receipt.objects.count() == receipts
        assert reconcile().differences == ()
        assert (tmp_path / "there/panan/2026/0123.jpg").read_bytes() == b"a picture"
        with scope.inside():
            assert list(Domain.objects.values_list("domain", "is_primary")) == [("panan.localhost", True)]
        # What the role may do was given anew: it reads transfers and writes none.
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM ledger_transfer")


def test_the_manifest_says_how_far_the_copy_reaches(copy: Path) -> None:
    manifest = Manifest.read(copy)
    newest = Receipt.objects.order_by("pk").last().pk
    assert (manifest.safe_receipt, manifest.last_receipt) == (newest, newest)
    assert manifest.rows["people_resident"] == Resident.objects.count()
    assert manifest.checkpoint is None
    assert set(manifest.rows).isdisjoint(copies.LEFT_BEHIND)


def test_an_act_in_flight_is_waited_for_before_its_number_counts_as_safe(committing: County) -> None:
    user = gather().wang.user
    with owner() as acting, owner() as asking:
        acting.autocommit = False
        acting.execute("SET search_path = panan")
        drawn = _draw_receipt(acting, user.pk)
        answers: list[int] = []
        asked = threading.Thread(target=lambda: answers.append(safe_receipt(asking, "panan")))
        asked.start()
        asked.join(0.2)
        assert asked.is_alive()
        acting.commit()
        asked.join(10)
    assert answers == [drawn]


def _draw_receipt(link: psycopg.Connection, user: uuid.UUID) -> int:
    row = link.execute(
        "INSERT INTO core_receipt (key, verb, digest, actor_id, device) VALUES (%s, 'x', '', %s, '') RETURNING id",
        [uuid.uuid4(), user],
    ).fetchone()
    return int(row[0])


def test_an_act_that_never_ends_is_named(committing: County) -> None:
    user = gather().wang.user
    with owner() as acting, owner() as asking:
        acting.autocommit = False
        acting.execute("SET search_path = panan")
        _draw_receipt(acting, user.pk)
        with pytest.raises(BackupFailed):
            safe_receipt(asking, "panan", patience=timedelta(seconds=0.1))
        acting.rollback()


def test_a_copy_is_refused_over_a_living_county(copy: Path) -> None:
    with pytest.raises(BackupFailed) as refusal:
        load(copy)
    assert refusal.value.code == "county_exists"
    with scope.inside():
        county = County.objects.get(schema_name="panan")
    scope.enter(county)
    assert Continuity.current().frozen_at is None


@pytest.mark.parametrize("part", ["database.dump", "files/2026/0123.jpg"])
def test_a_copy_that_was_changed_is_refused(copy: Path, part: str) -> None:
    (copy / part).unlink()
    (copy / part).write_bytes(b"something else")
    with pytest.raises(BackupFailed, match=r"0123\.jpg|database\.dump"):
        check(copy)


def test_a_copy_of_a_newer_version_is_refused(copy: Path) -> None:
    text = (copy / "manifest.json").read_text()
    (copy / "manifest.json").write_text(text.replace('"core.0001_initial"', '"core.0999_flying"'))
    with pytest.raises(BackupFailed, match=__version__):
        load(copy)


def test_a_folder_that_holds_no_copy_is_named(tmp_path: Path) -> None:
    with pytest.raises(BackupFailed):
        Manifest.read(tmp_path)
