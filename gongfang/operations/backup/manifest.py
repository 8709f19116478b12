"""What a copy of a county says of itself: where it comes from, how far it reaches, what must be in it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

from django.utils.translation import gettext as _

from gongfang.operations.backup.errors import BackupFailed

FORMAT = 1
NAME = "manifest.json"


@dataclass(frozen=True)
class Host:
    """A host name that leads to the county."""

    domain: str
    is_primary: bool


@dataclass(frozen=True)
class Seal:
    """The day's checkpoint the copy holds: compare it with the one on paper."""

    day: str
    last_id: int
    digest: str


@dataclass(frozen=True)
class Manifest:
    """One copy of one county, at one moment."""

    schema: str
    code: str
    name: str
    demo: bool
    clock_shift: float  # seconds
    hosts: tuple[Host, ...]
    gongfang: str
    made_at: str = ""
    postgresql: int = 0
    migrations: tuple[str, ...] = ()
    safe_receipt: int = 0  # every act up to this receipt is in the copy
    last_receipt: int = 0
    last_entry: int = 0
    last_transfer: int = 0
    checkpoint: Seal | None = None
    rows: dict[str, int] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)  # path inside the county's folder → sha256
    database: str = ""  # sha256 of the dump
    keys: dict[str, str] = field(default_factory=dict)  # a mark of each key its numbers were written with
    format: int = FORMAT

    @property
    def moment(self) -> datetime:
        """Return when the copy was made."""
        return datetime.fromisoformat(self.made_at)

    @property
    def shift(self) -> timedelta:
        """Return how far the county's clock is from the world's."""
        return timedelta(seconds=self.clock_shift)

    def write(self, folder: Path) -> None:
        """Write the manifest beside what it describes, last of all."""
        (folder / NAME).write_text(self.text(), encoding="utf-8")

    def text(self) -> str:
        """Return the manifest as JSON with sorted names, so that the same copy reads the same."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, indent=1)

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the manifest of a copy, or say that this is none."""
        try:
            return cls._from(json.loads((folder / NAME).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError, KeyError):
            raise BackupFailed(
                _("%(folder)s holds no whole copy of a county. Make it again.") % {"folder": folder}
            ) from None

    @classmethod
    def parse(cls, text: bytes) -> Self:
        """Read a manifest out of a backup, or say that this is none."""
        try:
            return cls._from(json.loads(text))
        except (ValueError, TypeError, KeyError):
            raise BackupFailed(_("This is no backup of a county. Name another file.")) from None

    @classmethod
    def _from(cls, facts: dict[str, Any]) -> Self:
        if facts["format"] != FORMAT:
            raise BackupFailed(
                _(
                    "This backup was made by gongfang %(version)s. Restore it with that version or a newer one."
                )
                % {"version": facts["gongfang"]}
            )
        seal = facts["checkpoint"]
        return cls(
            **facts
            | {
                "hosts": tuple(Host(**host) for host in facts["hosts"]),
                "checkpoint": Seal(**seal) if seal else None,
                "migrations": tuple(facts["migrations"]),
            }
        )
