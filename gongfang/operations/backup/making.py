"""Making a backup of one county, knowing that it is whole, and saying what it covers once it lies elsewhere."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _
from pyrage import x25519

from gongfang.core.models import Continuity
from gongfang.database import scope
from gongfang.operations import notes
from gongfang.operations.backup import archive, sealing
from gongfang.operations.backup.dump import dump
from gongfang.operations.backup.errors import BackupFailed, in_one_sentence
from gongfang.operations.backup.manifest import Manifest

ENDING = ".gongfang.age"
ELSEWHERE = "GONGFANG_ARCHIVE_ELSEWHERE"


@dataclass(frozen=True)
class Backup:
    """A backup that was made: its file, what is in it, and whether it lies on another disk than the data."""

    sealed: sealing.Seal
    manifest: Manifest
    elsewhere: bool


def back_up(schema: str, to: Path, recipients: Sequence[x25519.Recipient]) -> Backup:
    """Make one locked file of a county; what it covers counts as safe when it lies on another disk."""
    with workroom() as room:
        manifest = dump(schema, room / "copy")
        sealed = archive.pack(room / "copy", _file(to, manifest), recipients)
    elsewhere = lies_elsewhere(sealed.path.parent)
    notes.write(f"backup.{schema}", file=str(sealed.path), elsewhere=elsewhere, upto=manifest.safe_receipt)
    if elsewhere:
        raise_safe(schema, manifest.safe_receipt, since=manifest.moment)
    return Backup(sealed, manifest, elsewhere)


def confirm(path: Path) -> str:
    """Let a backup that was carried elsewhere count: it is whole where it lies now; returns its county."""
    note = sealing.check(path)
    if not lies_elsewhere(path.parent):
        raise BackupFailed(
            _("%(file)s lies on the same disk as the data. Carry it to another and confirm it there.")
            % {"file": path}
        )
    made_at = datetime.fromisoformat(str(note["made_at"]))
    raise_safe(str(note["county"]), int(note["safe_receipt"]), since=made_at)
    return str(note["county"])


def raise_safe(schema: str, upto: int, *, since: datetime) -> None:
    """Let phones forget what they sent up to this receipt.

    It never sinks, and a copy made before a restore counts no more: after it, other acts have the same numbers.
    """
    same_life = Q(restored_at=None) | Q(restored_at__lt=since)
    with scope.inside(schema):
        Continuity.objects.filter(same_life, safe_upto__lt=upto).update(safe_upto=upto)


def lies_elsewhere(folder: Path) -> bool:
    """Say whether a folder is on another disk than the data, or is carried off this machine by other means."""
    if os.environ.get(ELSEWHERE) == "1":
        return True
    with in_one_sentence(folder):
        return folder.stat().st_dev != Path(settings.DATA).stat().st_dev


def _file(to: Path, manifest: Manifest) -> Path:
    if to.is_dir() or not to.suffix:
        moment = manifest.made_at[:19].replace(":", "").replace("-", "")
        return to / f"{manifest.schema}-{moment}{ENDING}"
    return to


@contextmanager
def workroom() -> Iterator[Path]:
    """A folder of the data folder nobody else can read, gone afterwards."""
    data = Path(settings.DATA)
    with in_one_sentence(data):
        data.mkdir(parents=True, exist_ok=True)
        room = Path(tempfile.mkdtemp(prefix="backup-", dir=data))
        try:
            yield room
        finally:
            shutil.rmtree(room, ignore_errors=True)
