"""The file is spoilt: other formats and codings, a wrong name, a password, cut off, or no sheet at all."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from io import BytesIO
from random import Random
from zipfile import ZipFile

from PIL import Image

from tests.sheets.cases import Case, Cases, Cut, Refused, Returned, Taken, Verdict
from tests.sheets.drafts import BASES, PEOPLE, Draft, archive, as_csv, as_text, as_xls, as_xlsx, english

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def files() -> Cases:
    for base in BASES:
        yield from _text(base())
    for base in BASES[:2]:
        yield from _cut(base())
        yield from _damaged(base())
    yield from _named(BASES[0]())
    yield from _foreign()


def _case(family: str, name: str, verdict: Verdict, content: Callable[[], bytes], file_name: str) -> Case:
    return Case(family, name, verdict, content, file_name)


# --- text files ----------------------------------------------------------------------------------------------


def _text(draft: Draft) -> Cases:
    family = f"{draft.base} text"
    for encoding in ("utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"):
        for name, separator in (("comma", ","), ("semicolon", ";"), ("tab", "\t")):
            if encoding == "gbk" and "·" not in as_text(draft):
                continue
            yield _case(
                family, f"{encoding}, {name}", Taken(),
                partial(as_csv, draft, encoding=encoding, separator=separator),
                "花名册.csv",
            )  # fmt: skip
    text = as_text(draft)
    lines = text.split("\r\n")
    first = len(draft.head) + 1
    quoted = lines.copy()
    quoted[first] = '"' + quoted[first]
    changes: dict[str, tuple[Verdict, bytes]] = {
        "UTF-16 the other way round": (Taken(), b"\xfe\xff" + text.encode("utf-16-be")),
        "UTF-16 without its mark": (Refused(), text.encode("utf-16-le")),
        "UTF-32": (Refused(), text.encode("utf-32")),
        "Big5": (_garbled(draft), text.encode("big5", "replace")),
        "Latin-1": (Refused(), "ID number,Name,Village\r\n330727,José Ñandú,été".encode("latin-1")),
        "question marks for every sign": (_garbled(draft), text.encode("ascii", "replace")),
        "UTF-8 read as Latin-1 and written again": (_garbled(draft), text.encode().decode("latin-1").encode()),
        "lines of Unix": (Taken(), as_text(draft, end="\n").encode()),
        "lines of an old Mac": (Taken(), as_text(draft, end="\r").encode()),
        "empty lines between": (Taken(), text.replace("\r\n", "\r\n\r\n").encode()),
        "no line end at the end": (Taken(), text.rstrip().encode("utf-8-sig")),
        "every cell in quotes": (Taken(), _all_quoted(draft).encode()),
        "a quote never closed": (Refused(), "\r\n".join(quoted).encode()),
        "a NUL inside": (Refused(), text.replace("张秀兰", "张\x00秀兰").encode()),
        "an end of file inside": (Taken(), text.replace("张秀兰", "张\x1a秀兰").encode()),
        "commas behind every line": (Taken(), text.replace("\r\n", ",,,,,\r\n").encode()),
        "numbers kept by ={}": (Taken(), text.replace(PEOPLE[0].id_number, f'="{PEOPLE[0].id_number}"').encode()),
        "numbers kept by an apostrophe": (Taken(), text.replace(PEOPLE[0].id_number, f"'{PEOPLE[0].id_number}").encode()),
        "numbers kept by a tab": (Taken(), text.replace(PEOPLE[0].id_number, f'"\t{PEOPLE[0].id_number}"').encode()),
        "301 columns": (Refused(), text.replace("\r\n", "," * 301 + "\r\n").encode()),
    }  # fmt: skip
    for name, (verdict, content) in changes.items():
        yield _case(family, name, verdict, partial(bytes, content), "花名册.csv")


def _garbled(draft: Draft) -> Verdict:
    """Titles in plain letters survive a wrong coding, the names below do not."""
    return Returned({draft.number(index): "" for index in range(6)}) if draft.base == "english" else Refused()


def _all_quoted(draft: Draft) -> str:
    rows = (",".join('"' + str(cell).replace('"', '""') + '"' for cell in cells) for cells in draft.grid())
    return "\r\n".join(rows)


# --- cut off and damaged -------------------------------------------------------------------------------------


def _cut(draft: Draft) -> Cases:
    """A file that ends too soon: an archive never opens, a text is read only as far as it is whole."""
    family = f"{draft.base} cut"
    xlsx, xls, text = as_xlsx(draft), as_xls(draft), as_csv(draft, encoding="utf-8")
    with ZipFile(BytesIO(xlsx)) as book:
        starts = sorted(entry.header_offset for entry in book.infolist())
        directory = book.start_dir
    places = {place + more for place in starts for more in (0, 15, 45)} | {
        directory,
        directory + 30,
        len(xlsx) - 22,
        len(xlsx) - 1,
    }
    for place in sorted(places - {0}):
        yield _case(
            family,
            f"xlsx after {place} bytes",
            Refused(),
            partial(_start, xlsx, place),
            "花名册.xlsx",
        )
    for place in (
        1,
        8,
        100,
        512,
        513,
        1024,
        1500,
        len(xls) // 2,
        len(xls) * 3 // 4,
        len(xls) - 513,
        len(xls) - 1,
    ):
        yield _case(family, f"xls after {place} bytes", Cut(), partial(_start, xls, place), "花名册.xls")
    for part in range(1, 20):
        place = len(text) * part // 20
        yield _case(family, f"csv after {place} bytes", Cut(), partial(_start, text, place), "花名册.csv")


def _start(content: bytes, size: int) -> bytes:
    return content[:size]


def _damaged(draft: Draft) -> Cases:
    """Bytes changed on the way: an archive says so by its checksums, and no row is made up."""
    family = f"{draft.base} damaged"
    xlsx, xls = as_xlsx(draft), as_xls(draft)
    for seed in range(20):
        yield _case(family, f"xlsx, scratch {seed}", Cut(), partial(_scratched, xlsx, seed), "花名册.xlsx")
    for seed in range(5):
        yield _case(
            family,
            f"xls, header scratch {seed}",
            Cut(),
            partial(_scratched_head, xls, seed),
            "花名册.xls",
        )
    table: dict[str, tuple[Verdict, Callable[[], bytes]]] = {
        "bytes in front": (Cut(), lambda: b"\r\n" + xlsx),
        "bytes behind": (Cut(), lambda: xlsx + bytes(50)),
        "sent as a text": (Refused(), lambda: xlsx.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") + b"\r\n"),
        "stripped of its eighth bit": (Refused(), lambda: bytes(byte & 127 for byte in xlsx)),
        "halves exchanged": (Refused(), lambda: xlsx[len(xlsx) // 2 :] + xlsx[: len(xlsx) // 2]),
        "twice in one file": (Taken(), lambda: xlsx + xlsx),
        "all zeros": (Refused(), lambda: bytes(len(xlsx))),
    }
    for name, (verdict, content) in table.items():
        yield _case(family, name, verdict, content, "花名册.xlsx")


def _scratched_head(content: bytes, seed: int) -> bytes:
    return _scratched(content[:512], seed) + content[512:]


def _scratched(content: bytes, seed: int) -> bytes:
    chance = Random(seed)
    scratched = bytearray(content)
    for _n in range(3):
        scratched[chance.randrange(len(scratched))] ^= 1 << chance.randrange(8)
    return bytes(scratched)


# --- under another name, in another format -------------------------------------------------------------------


def _named(draft: Draft) -> Cases:
    family = f"{draft.base} named"
    writers: dict[str, Callable[[Draft], bytes]] = {"xlsx": as_xlsx, "xls": as_xls, "csv": as_csv}
    for kind, write in writers.items():
        for ending in (".xlsx", ".xls", ".csv", ".txt", ".et", ".dat", "", ".XLSX", ".xlsx.exe"):
            yield _case(family, f"{kind} as 名册{ending}", Taken(), partial(write, draft), f"名册{ending}")
    for name in (
        "../../etc/passwd",
        "..\\名册.xlsx",
        "名\u202e册.xlsx",
        "a" * 250 + ".xlsx",
        "=cmd.xlsx",
        "名册;rm.xlsx",
        '名 "册".xlsx',
    ):
        yield _case(family, f"called {name[:20]}", Taken(), lambda: as_xlsx(draft), name)
    yield _case(family, "html as .xls", Refused(), lambda: _html(draft), "花名册.xls")
    yield _case(family, "html in GBK as .xls", Refused(), lambda: _html(draft, "gb18030"), "花名册.xls")
    yield _case(family, "xml as .xls", Refused(), lambda: _spreadsheetml(draft), "花名册.xls")
    yield _case(family, "ods", Refused(), lambda: _ods(draft), "花名册.ods")
    yield _case(family, "ods as .xlsx", Refused(), lambda: _ods(draft), "花名册.xlsx")
    yield _case(
        family, "json", Refused(), lambda: json.dumps(draft.grid(), ensure_ascii=False).encode(), "花名册.csv"
    )
    yield _case(
        family,
        "a list without commas",
        Refused(),
        lambda: "\n".join(person.name for person in PEOPLE).encode(),
        "花名册.csv",
    )
    yield _case(family, "an archive of the sheet", Refused(), lambda: _zipped(as_xlsx(draft)), "花名册.zip")
    yield _case(
        family,
        "packed by gzip",
        Refused(),
        lambda: b"\x1f\x8b\x08\x00" + zlib.compress(as_xlsx(draft)),
        "花名册.gz",
    )
    yield _case(family, "with a password", Refused(), lambda: encrypted(as_xlsx(draft)), "花名册.xlsx")
    yield _case(family, "xls with a password", Refused(), lambda: _locked(as_xls(draft)), "花名册.xls")
    yield _case(
        family,
        "an old Word document",
        Refused(),
        lambda: _renamed(as_xls(draft), "WordDocument"),
        "花名册.xls",
    )


def _html(draft: Draft, encoding: str = "utf-8") -> bytes:
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>" for cells in draft.grid())
    return f'<html xmlns:x="urn:schemas-microsoft-com:office:excel"><table>{rows}</table></html>'.encode(
        encoding
    )


def _spreadsheetml(draft: Draft) -> bytes:
    rows = "".join(
        "<Row>" + "".join(f'<Cell><Data ss:Type="String">{cell}</Data></Cell>' for cell in cells) + "</Row>"
        for cells in draft.grid()
    )
    name = "urn:schemas-microsoft-com:office:spreadsheet"
    return f'<?xml version="1.0"?><Workbook xmlns="{name}" xmlns:ss="{name}"><Worksheet ss:Name="名册"><Table>{rows}</Table></Worksheet></Workbook>'.encode()


def _ods(draft: Draft) -> bytes:
    rows = "".join(
        "<table:table-row>"
        + "".join(f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in cells)
        + "</table:table-row>"
        for cells in draft.grid()
    )
    office = "urn:oasis:names:tc:opendocument:xmlns"
    body = (
        f'<?xml version="1.0"?><office:document-content xmlns:office="{office}:office:1.0" xmlns:table="{office}:table:1.0"'
        f' xmlns:text="{office}:text:1.0"><office:body><office:spreadsheet><table:table table:name="名册">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    out = BytesIO()
    with ZipFile(out, "w") as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr("content.xml", body)
    return out.getvalue()


def _zipped(content: bytes) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w") as book:
        book.writestr("花名册.xlsx", content)
    return out.getvalue()


def _renamed(xls: bytes, stream: str) -> bytes:
    """The same container with its one stream under another name."""
    old = "Workbook".encode("utf-16-le").ljust(64, b"\0") + (18).to_bytes(2, "little")
    name = stream.encode("utf-16-le")
    new = name.ljust(64, b"\0") + (len(name) + 2).to_bytes(2, "little")
    assert xls.count(old) == 1
    return xls.replace(old, new)


def encrypted(content: bytes) -> bytes:
    """What Excel makes of a workbook with a password: a container of the old kind around noise."""
    draft = replace(english(), rows=[[content.hex()[n : n + 4000]] for n in range(0, 20_000, 4000)])
    return _renamed(as_xls(draft), "EncryptedPackage")


def _locked(xls: bytes) -> bytes:
    """The mark of a password (FILEPASS) at the beginning of the book, where Excel puts it."""
    start = xls.index(b"\x09\x08\x10\x00\x00\x06")
    size = 4 + int.from_bytes(xls[start + 2 : start + 4], "little")
    mark = b"\x2f\x00\x36\x00" + (1).to_bytes(2, "little") + b"\x01\x00\x01\x00" + bytes(48)
    return xls[: start + size] + mark + xls[start + size :]


def _foreign() -> Cases:
    """What has nothing of a sheet but the name."""
    noise = Random(7)
    table: dict[str, bytes] = {
        "nothing": b"", "one byte": b"a", "blanks": b" \r\n \r\n", "a mark alone": b"\xef\xbb\xbf", "commas": b",,,\n,,,",
        "PK alone": b"PK", "an empty archive": b"PK\x05\x06" + bytes(18), "OLE alone": OLE, "OLE and zeros": OLE + bytes(4096),
        "a PDF": b"%PDF-1.7\n1 0 obj\n<<>>\nendobj", "a photo": _picture("JPEG"), "a PNG": _picture("PNG"), "a GIF": _picture("GIF"),
        "a BMP": _picture("BMP"), "a program": b"MZ" + bytes(400), "ELF": b"\x7fELF" + bytes(400), "a rar": b"Rar!\x1a\x07\x01\x00" + bytes(90),
        "a video": b"\x00\x00\x00\x18ftypmp42" + bytes(90), "a page": "<!doctype html><p>登录</p>".encode(),
        "a mail": "From: a\nTo: b\nSubject: 花名册\n\n见附件".encode(), "a letter": "各村：请上报花名册。\n".encode() * 40,
        "an RTF": b"{\\rtf1\\ansi hello}", "a script": b"#!/bin/sh\necho 1", "SQL": b"DROP TABLE people_resident;",
        "a Word document": _archive_of("word/document.xml", b"<document/>"), "a presentation": _archive_of("ppt/presentation.xml", b"<p/>"),
        "a binary workbook": _archive_of("xl/workbook.bin", b"\x83\x01\x00"), "a book of nothing": _archive_of("xl/workbook.xml", b"<workbook/>"),
        "a book that is no XML": _archive_of("xl/workbook.xml", b"hello"),
        **{f"noise {n}": noise.randbytes(size) for n, size in enumerate((1, 7, 64, 512, 4096, 65_536))},
        **{f"noise behind PK {n}": b"PK\x03\x04" + noise.randbytes(size) for n, size in enumerate((30, 512, 9000))},
        **{f"noise behind OLE {n}": OLE + noise.randbytes(size) for n, size in enumerate((504, 1016, 9000))},
    }  # fmt: skip
    for name, content in table.items():
        yield _case("foreign", name, Refused(), partial(bytes, content), "花名册.xlsx")


def _picture(kind: str) -> bytes:
    Image.new("RGB", (40, 30), "white").save(out := BytesIO(), kind)
    return out.getvalue()


def _archive_of(name: str, body: bytes) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w") as book:
        book.writestr(name, body)
    return archive(out.getvalue(), changes={})
