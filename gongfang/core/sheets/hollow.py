"""Cells that look empty to a reader and are not: errors such as #REF!, and formulas nobody has calculated.

Taken for blank they would lose a phone number or a household without anybody noticing. The workbook was weighed
before it comes here, so its parts may be read in full.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import BytesIO
from typing import IO
from xml.parsers import expat
from zipfile import ZipFile

from django.utils.translation import gettext as _

from gongfang.core.sheets.guard import WrongSheet

Cells = frozenset[tuple[int, int]]

MOST = 50_000
_CHUNK, _OVERLAP = 1024 * 1024, 64
_SIGNS = re.compile(rb"""<(\w+:)?f[\s>/]|\st=["']e["']""")
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_BOOK, _LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"


def hollow_cells(content: bytes) -> Mapping[str, Cells]:
    """The hollow cells of each sheet of a workbook by the sheet's name, counted from zero."""
    with ZipFile(BytesIO(content)) as archive:
        there = set(archive.namelist())
        parts = {name: part for name, part in _parts(archive, there).items() if part in there}
        return {name: _of_sheet(archive, part) for name, part in parts.items()}


def _parts(archive: ZipFile, there: set[str]) -> Mapping[str, str]:
    """Where in the archive each sheet lies."""
    if _LINKS not in there:
        return {}
    targets = {
        link.get("Id"): link.get("Target", "") for link in _elements(archive.read(_LINKS), "Relationship")
    }
    found = {}
    for sheet in _elements(archive.read(_BOOK), "sheet"):
        link = next((value for key, value in sheet.items() if key.rpartition(":")[2] == "id"), "")
        target = targets.get(link, "")
        found[sheet.get("name", "")] = target[1:] if target.startswith("/") else f"xl/{target}"
    return found


def _elements(xml: bytes, tag: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []

    def opened(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == tag:
            found.append(attributes)

    parser = expat.ParserCreate()
    parser.StartElementHandler = opened
    parser.Parse(xml, True)
    return found


def _of_sheet(archive: ZipFile, part: str) -> Cells:
    walk = _Walk()
    with archive.open(part) as sheet:
        if not _has_signs(sheet):
            return frozenset()
        sheet.seek(0)
        parser = expat.ParserCreate()
        parser.StartElementHandler, parser.EndElementHandler = walk.opened, walk.closed
        parser.CharacterDataHandler = walk.said
        parser.ParseFile(sheet)
    return frozenset(walk.found)


def _has_signs(sheet: IO[bytes]) -> bool:
    """Most sheets have neither formulas nor errors, and searching is much faster than walking."""
    tail = b""
    while chunk := sheet.read(_CHUNK):
        if _SIGNS.search(tail + chunk):
            return True
        tail = chunk[-_OVERLAP:]
    return False


class _Walk:
    """Goes from cell to cell as Excel does: a cell without a reference stands beside the one before."""

    def __init__(self) -> None:
        self.found: set[tuple[int, int]] = set()
        self._row = self._column = -1
        self._kind = self._inside = ""
        self._has_formula = self._has_value = False

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        self._inside = tag = name.rpartition(":")[2]
        if tag == "row":
            self._row, self._column = int(attributes.get("r", self._row + 2)) - 1, -1
        elif tag == "c":
            self._place(attributes.get("r", ""))
            self._kind = attributes.get("t", "")
            self._has_formula = self._has_value = False
        elif tag == "f":
            self._has_formula = True

    def said(self, _text: str) -> None:
        self._has_value = self._has_value or self._inside in {"v", "t"}

    def closed(self, name: str) -> None:
        self._inside = ""
        if name.rpartition(":")[2] != "c":
            return
        # A formula may well answer with an empty text; one without any answer has no kind.
        if self._kind == "e" or (self._has_formula and not self._has_value and self._kind != "str"):
            self.found.add((self._row, self._column))
        if len(self.found) > MOST:
            raise WrongSheet(
                _(
                    "Most cells here are formulas without a result. Open the sheet in Excel, save it, bring it again."
                )
            )

    def _place(self, reference: str) -> None:
        match = _REFERENCE.fullmatch(reference)
        if match is None:
            self._column += 1
            return
        column = 0
        for letter in match[1]:
            column = column * 26 + ord(letter) - 64
        self._row, self._column = int(match[2]) - 1, column - 1
