"""Every sentence has its Chinese: `python -m tests.house.translations`."""

import io
import sys
from collections.abc import Iterator

from tests.house.setup import start

start()

import polib
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from django.utils.translation import templatize

from gongfang import catalogue

KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "gettext_noop": None,
}


def sentences() -> Iterator[tuple[str, int, str, str | None]]:
    """Yield every translatable sentence of code and templates: file, line, msgid, context."""
    for path in sorted(catalogue.ROOT.rglob("*")):
        if path.suffix not in {".py", ".html", ".txt"} or "locale" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        source = text if path.suffix == ".py" else _flat(templatize(text, origin=str(path)))
        name = str(path.relative_to(catalogue.ROOT.parent))
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
        (entry.msgid, entry.msgctxt)
        for source in catalogue.catalogues()
        for entry in polib.pofile(str(source))
        if entry.translated()
    }
    return [
        f"{name}:{line}: {msgid}"
        for name, line, msgid, context in sentences()
        if (msgid, context) not in known
    ]


if __name__ == "__main__":
    missing = untranslated()
    catalogue.build()
    print("\n".join(missing) or "translations: complete")
    sys.exit(bool(missing))
