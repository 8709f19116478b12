"""A backup never takes the place of a living county unasked, and what had to make room is not lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import translation
from pyrage import x25519

from gongfang.core.models import Continuity, User
from gongfang.counties.models import County
from gongfang.database import scope
from gongfang.operations.backup import restoring
from gongfang.operations.backup.errors import BackupFailed
from gongfang.operations.backup.making import Backup, back_up, confirm
from tests.cast import gather

pytestmark = pytest.mark.crash
IDENTITY = x25519.Identity.generate()


@pytest.fixture
def made(committing: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Backup]:
    monkeypatch.setattr(settings, "DATA", tmp_path)
    monkeypatch.setattr(settings, "FILES_ROOT", tmp_path / "files")
    gather()
    with translation.override("en"):
        yield back_up("panan", tmp_path / "copies", [IDENTITY.to_public()])


def enter() -> County:
    with scope.inside():
        county = County.objects.get(schema_name="panan")
    scope.enter(county)
    return county


def since(name: str) -> None:
    """Somebody who came after the backup."""
    enter()
    User.objects.create(username=name, name=name)


def test_a_copy_on_the_same_disk_lets_no_phone_forget(made: Backup) -> None:
    assert not made.elsewhere
    enter()
    assert Continuity.current().safe_upto == 0
    with pytest.raises(BackupFailed, match="same disk"):
        confirm(made.sealed.path)


def test_a_copy_carried_elsewhere_is_confirmed_there(made: Backup, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGFANG_ARCHIVE_ELSEWHERE", "1")
    assert confirm(made.sealed.path) == "panan"
    enter()
    assert Continuity.current().safe_upto == made.manifest.safe_receipt > 0


def test_a_living_county_is_replaced_only_when_asked_and_kept_until_dropped(made: Backup) -> None:
    since("late")
    path = made.sealed.path
    with pytest.raises(BackupFailed, match="lives here already"):
        restoring.restore(path, [IDENTITY])
    with pytest.raises(BackupFailed, match="not of zhaoyang"):
        restoring.restore(path, [IDENTITY], county="zhaoyang", replace_living=True)
    enter()
    assert User.objects.filter(username="late").exists()

    restoring.restore(path, [IDENTITY], replace_living=True)
    enter()
    assert not User.objects.filter(username="late").exists()
    assert Continuity.current().frozen_at is not None
    (aside,) = restoring.set_aside()
    with scope.inside(), connection.cursor() as cursor:
        cursor.execute("SELECT has_schema_privilege('gongfang_county_panan', %s, 'USAGE')", [aside])
        assert cursor.fetchone() == (False,)
    with pytest.raises(BackupFailed, match="put aside"):
        restoring.drop_aside("panan")
    restoring.drop_aside(aside)
    assert restoring.set_aside() == []


def test_a_restore_that_fails_gives_the_living_county_its_place_back(
    made: Backup, monkeypatch: pytest.MonkeyPatch
) -> None:
    since("late")

    def fail(schema: str) -> None:
        raise BackupFailed("the disk is full")

    monkeypatch.setattr(restoring, "skip_numbers", fail)
    with pytest.raises(BackupFailed, match="disk is full"):
        restoring.restore(made.sealed.path, [IDENTITY], replace_living=True)
    enter()
    assert User.objects.filter(username="late").exists()
    assert Continuity.current().frozen_at is None
    assert restoring.set_aside() == []


def test_a_backup_of_other_keys_is_refused_before_anything_is_touched(
    made: Backup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "HASH_KEY", b"x" * 32)
    with pytest.raises(BackupFailed, match="other keys") as refusal:
        restoring.restore(made.sealed.path, [IDENTITY], replace_living=True)
    assert refusal.value.code == "other_keys"
    enter()
    assert restoring.set_aside() == []
