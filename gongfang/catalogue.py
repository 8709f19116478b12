"""Builds the binary Chinese catalogues, without a gettext on the machine."""

from __future__ import annotations

import os
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent


def catalogues() -> list[Path]:
    """Return every room's Chinese catalogue."""
    return sorted(ROOT.rglob("locale/zh_Hans/LC_MESSAGES/django.po"))


def build() -> int:
    """Write the binary catalogues that are missing or older than their source; returns how many there are."""
    sources = catalogues()
    for source in sources:
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        draft = target.with_suffix(f".{os.getpid()}")  # two processes may build at once
        polib.pofile(str(source)).save_as_mofile(str(draft))  # type: ignore[no-untyped-call]
        draft.replace(target)
    return len(sources)
