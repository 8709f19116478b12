"""Small notes in the data folder, for whoever watches: what a command found and when, readable without a database."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone


def write(name: str, **facts: Any) -> None:
    """Write a note down with the present moment; the one of before is replaced whole."""
    path = _path(name)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_text(json.dumps({"at": timezone.now().isoformat(), **facts}), encoding="utf-8")
    draft.replace(path)


def read(name: str) -> dict[str, Any] | None:
    """Return a note with its moment as `at`, or nothing when none was written or it does not read."""
    try:
        note = json.loads(_path(name).read_text(encoding="utf-8"))
        return {**note, "at": datetime.fromisoformat(note["at"])}
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _path(name: str) -> Path:
    return Path(settings.DATA) / "notes" / f"{name}.json"
