"""A locked file is whole or says so; without its key it says nothing else."""

from __future__ import annotations

import errno
import io
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation
from pyrage import x25519

from gongfang.operations.backup import keys, sealing, streams
from gongfang.operations.backup.errors import BackupFailed

IDENTITY = x25519.Identity.generate()
TEXT = b"who was paid how much " * 20_000


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    made = sealing.seal(iter([TEXT]), tmp_path / "copy.age", [IDENTITY.to_public()])
    return sealing.note(made, county="panan").path


def opened(path: Path, identity: x25519.Identity = IDENTITY) -> bytes:
    with sealing.unsealed(path, [identity]) as plain:
        return plain.read()


def test_what_was_locked_is_opened_with_the_private_key_alone(sealed: Path) -> None:
    assert b"who was paid" not in sealed.read_bytes()
    assert opened(sealed) == TEXT
    assert sealing.check(sealed)["county"] == "panan"
    with pytest.raises(BackupFailed, match="does not open") as refusal:
        opened(sealed, x25519.Identity.generate())
    assert refusal.value.code == "wrong_key"


@pytest.mark.parametrize("length", [0, 30, 100, 70_000, -1])
def test_a_cut_file_is_named_with_the_key_and_without(sealed: Path, length: int) -> None:
    sealed.write_bytes(sealed.read_bytes()[:length])
    with pytest.raises(BackupFailed, match="cut or changed"):
        opened(sealed)
    with pytest.raises(BackupFailed, match="was cut: "):
        sealing.check(sealed)


def test_a_changed_file_is_named(sealed: Path) -> None:
    content = bytearray(sealed.read_bytes())
    content[-5] ^= 1
    sealed.write_bytes(content)
    with pytest.raises(BackupFailed, match="cut or changed"):
        opened(sealed)
    with pytest.raises(BackupFailed, match="changed on its way"):
        sealing.check(sealed)
    sealing.note_of(sealed).unlink()
    with pytest.raises(BackupFailed, match="both files together"):
        sealing.check(sealed)


def test_whoever_stops_reading_early_hears_of_no_fault_of_the_file(sealed: Path) -> None:
    with sealing.unsealed(sealed, [IDENTITY]) as plain:
        assert plain.read(3) == b"who"
    with pytest.raises(KeyError), sealing.unsealed(sealed, [IDENTITY]) as plain:
        raise KeyError


def test_a_stream_that_breaks_off_leaves_nothing_behind(tmp_path: Path) -> None:
    def pieces() -> Iterator[bytes]:
        yield TEXT
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(BackupFailed, match="full"):
        sealing.seal(pieces(), tmp_path / "copy.age", [IDENTITY.to_public()])
    assert list(tmp_path.iterdir()) == []


def test_a_folder_nobody_can_write_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BackupFailed, match="cannot be used"):
        sealing.seal(iter([TEXT]), tmp_path / "file/copy.age", [IDENTITY.to_public()])


def test_no_key_and_no_right_key_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(keys.SETTING, raising=False)
    with pytest.raises(BackupFailed, match="no public key") as refusal:
        keys.recipients("", keys=tmp_path)
    assert refusal.value.code == "no_key"
    with pytest.raises(BackupFailed, match="is no public key"):
        keys.recipients("age1nonsense", keys=tmp_path)
    with pytest.raises(BackupFailed, match="cannot be used"):
        keys.recipients(str(tmp_path / "nowhere"), keys=tmp_path)
    (tmp_path / "empty").write_text("# nothing\n")
    with pytest.raises(BackupFailed, match="holds no key"):
        keys.identities(tmp_path / "empty")


def test_a_pair_is_made_once_and_its_public_half_is_found_again(tmp_path: Path) -> None:
    public = keys.make_pair(tmp_path / "stick/private", keys=tmp_path / "keys")
    assert (tmp_path / "stick/private").stat().st_mode & 0o077 == 0
    assert [str(key) for key in keys.recipients("", keys=tmp_path / "keys")] == [public]
    assert str(keys.identities(tmp_path / "stick/private")[0].to_public()) == public
    with pytest.raises(BackupFailed, match="there already"):
        keys.make_pair(tmp_path / "stick/private", keys=tmp_path / "keys")


@pytest.mark.parametrize("name", ["../outside", "/outside", "a/../../outside"])
def test_nothing_is_written_outside_the_folder(tmp_path: Path, name: str) -> None:
    packed = b"".join(streams.tar(iter([(name, b"text")])))
    (tmp_path / "in").mkdir()
    with pytest.raises(BackupFailed, match="no backup"):
        streams.untar(io.BytesIO(packed), tmp_path / "in")
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_a_link_is_never_followed_out_of_the_folder(tmp_path: Path) -> None:
    info = tarfile.TarInfo("link")
    info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
    with pytest.raises(BackupFailed, match="no backup"):
        streams.untar(io.BytesIO(info.tobuf() + bytes(1024)), tmp_path)
