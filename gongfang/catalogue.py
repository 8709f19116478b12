"""Translations without a system gettext: build the binary catalogues, and find sentences nobody translated."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.utils.translation import templatize

ROOT = Path(__file__).resolve().parent
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "gettext_noop": None,
}


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
        with draft.open("wb") as file:
            write_mo(file, _read(source))
        draft.replace(target)
    return len(sources)


def _read(source: Path):  # type: ignore[no-untyped-def]  # noqa: ANN202 -- babel's Catalog
    with source.open("rb") as file:
        return read_po(file, locale="zh_Hans", abort_invalid=True)


def sentences() -> Iterator[tuple[str, int, str, str | None]]:
    """Yield every translatable sentence of code and templates: file, line, msgid, context."""
    for path in sorted(ROOT.rglob("*")):
        if path.suffix not in {".py", ".html", ".txt"} or "locale" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        source = text if path.suffix == ".py" else _flat(templatize(text, origin=str(path)))
        name = str(path.relative_to(ROOT.parent))
        for line, message, _comments, context in extract("python", io.BytesIO(source.encode()), KEYWORDS):
            first = message[0] if isinstance(message, tuple) else message
            if first:
                yield name, line, first, context


def _flat(source: str) -> str:
    """A template's own indentation means nothing to Python's tokenizer, which would stumble over it."""
    return "\n".join(line.strip() for line in source.splitlines())


def untranslated() -> list[str]:
    """Return a line for every sentence that has no Chinese."""
    known = {
        (entry.id[0] if isinstance(entry.id, tuple) else entry.id, entry.context)
        for source in catalogues()
        for entry in _read(source)
        if entry.string
        and all(entry.string if isinstance(entry.string, tuple) else [entry.string])
        and not entry.fuzzy
    }
    return [
        f"{name}:{line}: {msgid}"
        for name, line, msgid, context in sentences()
        if (msgid, context) not in known
    ]
