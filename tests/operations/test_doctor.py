"""The doctor names what was broken on purpose, and nothing else; it says what to do about each."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone, translation

from gongfang.core.models import Event
from gongfang.counties.models import County
from gongfang.counties.schemas import as_owner
from gongfang.operations import disk, foundation, notes
from gongfang.operations.doctor import machine, running, store
from gongfang.operations.doctor.findings import Finding, examine

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def data(tmp_path: Path, settings) -> Path:
    """A data folder as `setup` leaves it."""
    settings.DATA, settings.KEYS_ROOT = tmp_path, tmp_path / "keys"
    tmp_path.chmod(0o700)
    (tmp_path / "keys").mkdir(mode=0o700)
    for name in machine.KEYS:
        (tmp_path / "keys" / name).touch(mode=0o600)
    return tmp_path


def said(check: Callable[[], Iterator[Finding]]) -> list[tuple[str, str]]:
    return [(finding.state, finding.sentence) for finding in examine({"this": check})]


def test_a_folder_and_keys_as_setup_leaves_them_are_good(data):
    assert [state for check in (machine.folder, machine.keys) for state, _sentence in said(check)] == [
        "good"
    ] * 2


def test_a_lost_key_and_one_that_others_can_read_are_named(data):
    (data / "keys" / "field-1").unlink()
    (data / "keys" / "hash").chmod(0o644)
    assert said(machine.keys) == [
        ("wrong", f"Keys are missing in {data}/keys: field-1."),
        ("wrong", f"Others can read the key {data}/keys/hash."),
    ]


def test_a_folder_open_to_everybody_is_wrong(data):
    data.chmod(0o777)
    assert said(machine.folder) == [("wrong", f"Everybody on this machine may write into {data}.")]


@pytest.mark.parametrize(
    ("free", "total", "state"), [(50, 100, "good"), (9, 100, "warn"), (1.9, 10, "warn"), (0.1, 10, "wrong")]
)
def test_little_room_is_said_in_time(free, total, state, monkeypatch):
    monkeypatch.setattr(
        disk, "space", lambda: disk.Space(int(free * disk.GIGABYTE), int(total * disk.GIGABYTE), 0.5)
    )
    assert [found for found, _sentence in said(machine.room)] == [state]


def test_production_without_https_is_wrong(settings):
    settings.PRODUCTION, settings.HTTPS, settings.DEBUG = True, False, False
    assert said(machine.web) == [("wrong", "Pages are served without https: passwords travel readable.")]
    settings.HTTPS, settings.HOST = True, "gongfang.example.gov.cn"
    assert said(machine.web) == [("good", "Counties live under https://gongfang.example.gov.cn.")]


def test_granting_the_ledger_to_the_pages_is_found(committing):
    assert [state for state, _sentence in said(store.rights)] == ["good"]
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("GRANT UPDATE ON panan.ledger_account TO gongfang_county_panan")
    assert said(store.rights) == [("wrong", "The pages of panan may write the table ledger_account.")]


def test_a_schema_of_another_version_is_found(committing):
    assert [state for state, _sentence in said(store.migrations)] == ["good"]
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("COMMENT ON SCHEMA zhaoyang IS 'an older one'")
    assert said(store.migrations) == [
        ("wrong", "Another version of the program left these behind: zhaoyang.")
    ]


def test_keys_made_anew_for_an_old_database_are_refused_and_found(committing, settings):
    foundation.insist_on_keys()
    assert [state for state, _sentence in said(store.founded)] == ["good"]
    settings.HASH_KEY = b"another" * 4
    assert said(store.founded) == [("wrong", "These keys are not those of this database: hash.")]
    with pytest.raises(foundation.ImproperlyConfigured, match=r"\(hash\)\. Bring back the folder of keys"):
        foundation.insist_on_keys()


def test_keys_may_still_change_while_there_is_no_county(committing, settings):
    foundation.insist_on_keys()
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM public.counties_domain; DELETE FROM public.counties_county")
    settings.HASH_KEY = b"another" * 4
    foundation.insist_on_keys()
    assert [state for state, _sentence in said(store.founded)] == ["good"]


def test_a_silent_worker_is_wrong(county):
    assert said(running.worker) == [
        ("wrong", "The queue's worker is silent: plans, sheets and seals are not made.")
    ]


def test_what_nobody_heard_for_an_hour_is_wrong(county):
    assert said(running.outbox) == [("good", "What happened has been told.")]
    Event.objects.create(name="told", txn=uuid.uuid4(), created_at=timezone.now() - timedelta(hours=1))
    assert said(running.outbox) == [("wrong", "panan: 1 events wait to be told, the oldest for 60 minutes.")]


def test_a_reconciliation_with_differences_is_wrong_and_an_old_one_a_warning(county: County, data):
    notes.write("reconcile.panan", differences=2)
    assert said(running.reconciled) == [
        ("wrong", "panan: 2 differences when it was last reconciled."),
        ("warn", "zhaoyang was never reconciled."),
    ]


def test_a_backup_beside_the_data_is_a_warning(county: County, data):
    notes.write("backup.panan", elsewhere=False)
    notes.write("backup.zhaoyang", elsewhere=True)
    assert said(running.backups) == [
        ("good", "panan was backed up 0 hours ago."),
        ("warn", "panan: the last backup lies on the disk of the data."),
        ("good", "zhaoyang was backed up 0 hours ago."),
    ]


def test_what_cannot_be_asked_is_a_finding_and_the_rest_is_asked_all_the_same():
    def broken() -> Iterator[Finding]:
        raise PermissionError(13, "Permission denied")
        yield

    found = list(examine({"keys": broken, "python": machine.python}))
    assert [(finding.about, finding.state) for finding in found] == [("keys", "wrong"), ("python", "good")]
    assert found[0].sentence == "This could not be looked at ([Errno 13] Permission denied)."
