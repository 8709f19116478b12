"""What a workbook may cost us, found out before it is read.

A workbook of a few kilobytes can unpack to gigabytes, and one cell at the far corner of a sheet makes a
reader set aside room for all the cells between. So the real bytes are counted, not the sizes the archive
claims, and the sheets are walked through once for the outermost cell that holds something.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Protocol
from xml.parsers import expat
from zipfile import ZipFile, ZipInfo

from django.utils.translation import gettext_lazy as _

from gongfang.core.errors import Refused

MAX_BYTES = 10 * 1024 * 1024
MAX_ENTRIES = 1_000
MAX_UNPACKED = 128 * 1024 * 1024
MAX_RATIO = 100
MAX_ROWS = 50_000
MAX_COLUMNS = 300
MAX_CELLS = 1_500_000  # read and written back with its problems, that is half a gigabyte

# Title lines above the header and totals below the last row come on top of the rows that count.
_SPARE_ROWS = 100
_CHUNK = 64 * 1024
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


class Upload(Protocol):
    """What a form or the API hands over: a size that is known and bytes that can be read once."""

    @property
    def size(self) -> int | None: ...

    def read(self, num_bytes: int | None = None, /) -> bytes: ...


class WrongSheet(Refused):
    """An upload that cannot be read as a sheet, or should not be."""

    code = "wrong_sheet"


def bytes_of(upload: Upload, *, at_most: int) -> bytes:
    """The bytes of an upload, or none when there are more than we want; no more than that is ever read."""
    content = b"" if (upload.size or 0) > at_most else upload.read(at_most + 1)
    return content if len(content) <= at_most else b""


def check_workbook(content: bytes) -> None:
    """Refuse an .xlsx that is none, is broken, or costs more to read than a roster ever would."""
    try:
        with ZipFile(BytesIO(content)) as archive:
            _check_archive(archive, packed=len(content))
    except WrongSheet:
        raise
    except Exception:  # noqa: BLE001 -- a damaged archive fails in a dozen ways, all of them the file's fault
        raise unreadable() from None


def unreadable() -> WrongSheet:
    """The refusal of a file that does not open."""
    return WrongSheet(
        _("This file does not open. Save it in Excel as .xlsx without a password and try again.")
    )


def too_many_rows() -> WrongSheet:
    """The refusal of a sheet that is too long."""
    return WrongSheet(_("This sheet has more than 50,000 rows. Delete what is not data, or split it."))


def check_extent(rows: int, columns: int) -> None:
    """Refuse a sheet that reaches further than we read."""
    if rows > MAX_ROWS + _SPARE_ROWS:
        raise too_many_rows()
    if columns > MAX_COLUMNS or rows * columns > MAX_CELLS:
        raise WrongSheet(
            _("This sheet has too many columns. Delete those that are not needed and try again.")
        )


def _check_archive(archive: ZipFile, *, packed: int) -> None:
    entries = archive.infolist()
    if "xl/workbook.xml" not in archive.namelist():
        raise WrongSheet(_("This is not an Excel workbook. Save it as .xlsx, .xls or .csv and try again."))
    allowed = min(MAX_UNPACKED, packed * MAX_RATIO)
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > allowed:
        raise _too_big()
    for entry in entries:
        allowed -= _walk(_unpacked(archive, entry, at_most=allowed))


def _too_big() -> WrongSheet:
    return WrongSheet(_("This workbook unpacks to far more than a roster. Copy its rows into a new one."))


def _unpacked(archive: ZipFile, entry: ZipInfo, *, at_most: int) -> Iterator[bytes]:
    # The size in the archive is only a claim; with a larger one the reader goes on until we have seen enough.
    entry.file_size = at_most + 2 * _CHUNK
    seen = 0
    with archive.open(entry) as file:
        while chunk := file.read(_CHUNK):
            seen += len(chunk)
            if seen > at_most:
                raise _too_big()
            yield chunk


def _walk(chunks: Iterator[bytes]) -> int:
    extent = _Extent()
    parser = expat.ParserCreate()
    parser.StartElementHandler = extent.open
    parser.StartDoctypeDeclHandler = _declared
    size, is_xml = 0, True
    for chunk in chunks:
        size += len(chunk)
        try:
            if is_xml:
                parser.Parse(chunk)
        except expat.ExpatError:
            is_xml = False  # a picture; a broken sheet is found by whoever reads it
    check_extent(extent.rows, extent.columns)
    return size


def _declared(*_doctype: object) -> None:
    # Excel never writes one; entities come in this way, and whoever reads the sheet next may follow them.
    raise unreadable()


class _Extent:
    """The outermost cell that holds something; styled blanks reach to row 1,048,576 in honest files."""

    def __init__(self) -> None:
        self.rows = self.columns = 0
        self._row = self._column = 0

    def open(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        if tag == "c":
            self._place(attributes.get("r"))
        elif tag in {"v", "is", "f"}:
            self.rows, self.columns = max(self.rows, self._row), max(self.columns, self._column)
        elif tag == "row":
            self._row, self._column = int(attributes.get("r", self._row + 1)), 0

    def _place(self, reference: str | None) -> None:
        if reference is None:
            self._column += 1
            return
        match = _REFERENCE.fullmatch(reference)
        if match is None:
            raise unreadable()
        self._row, self._column = int(match[2]), _column_number(match[1])


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
