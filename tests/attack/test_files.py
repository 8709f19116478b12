"""Files people bring, and addresses of files: bombs, disguises, ways out of a county's folder."""

from __future__ import annotations

import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import LazySettings, settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signing import Signer
from PIL import Image

from gongfang.core import files, sheets
from gongfang.core.errors import Gone
from gongfang.core.files import WrongFile
from gongfang.core.sheets import Col, WrongSheet
from gongfang.counties.queries import county_key
from gongfang.work.orders.models import Sample
from tests.attack.cast import browser, session_of
from tests.cast import People
from tests.core.sheetmaking import repacked, xlsx
from tests.work.piecework.conftest import Floor

NAMES = [Col("name", ("姓名",))]
MEGABYTE = 1024 * 1024
SCRIPT = b"<script>alert(document.domain)</script>"


@pytest.fixture(autouse=True)
def root(settings: LazySettings, tmp_path: Path) -> Path:
    settings.FILES_ROOT = tmp_path / "files"
    return Path(settings.FILES_ROOT)


def upload(content: bytes, name: str = "照片.jpg") -> Any:
    return SimpleUploadedFile(name, content)


def picture(form: str = "JPEG", size: tuple[int, int] = (40, 30)) -> bytes:
    Image.new("RGB", size).save(out := BytesIO(), form)
    return out.getvalue()


def memory_of(act: Callable[[], Any]) -> int:
    tracemalloc.start()
    try:
        act()
    finally:
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    return peak


def bomb(unpacked: int, *, claimed: int | None = None) -> bytes:
    """A workbook whose sheet unpacks to so many bytes, and claims another size if told so."""
    zeros = b"<row><c><v>" + b"0" * (MEGABYTE - 11)
    content = BytesIO(repacked(xlsx(["姓名"]), {}))
    with zipfile.ZipFile(content, "a", zipfile.ZIP_DEFLATED) as book, book.open("xl/big.xml", "w") as entry:
        for _n in range(unpacked // MEGABYTE):
            entry.write(zeros)
    found = content.getvalue()
    if claimed is not None:
        found = found.replace(struct.pack("<I", unpacked), struct.pack("<I", claimed))
    return found


def refused_workbook(content: bytes) -> None:
    with pytest.raises(WrongSheet):
        sheets.read(upload(content, "名册.xlsx"), NAMES)
    with pytest.raises(WrongSheet):
        files.keep_document(upload(content, "合同.xlsx"), schema="panan")


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    content = bomb(60 * MEGABYTE)
    assert len(content) < MEGABYTE
    assert memory_of(lambda: refused_workbook(content)) < 20 * MEGABYTE


def test_a_zip_bomb_that_lies_about_its_size_is_refused() -> None:
    content = bomb(60 * MEGABYTE, claimed=1000)
    assert memory_of(lambda: refused_workbook(content)) < 20 * MEGABYTE


def test_a_workbook_of_too_many_entries_is_refused() -> None:
    refused_workbook(repacked(xlsx(["姓名"]), {f"xl/{n}.xml": b"<a/>" for n in range(1100)}))


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x [<!ENTITY e SYSTEM "http://127.0.0.1:1/">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">',
        '<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>',
        '<!DOCTYPE x [<!ENTITY e "boom">]>',
        '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY e "&b;&b;&b;&b;">]>',
    ],
)
def test_an_entity_in_a_workbook_is_not_followed(declared: str) -> None:
    place = "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(BytesIO(xlsx(["姓名"], ["王芳"]))) as book:
        sheet = book.read(place).decode()
    head, rest = ("", sheet) if not sheet.startswith("<?xml") else sheet.split("?>", 1)
    body = rest.replace("<t>", "<t>&e;", 1)
    refused_workbook(repacked(xlsx(["姓名"], ["王芳"]), {place: f"{head and head + '?>'}{declared}{body}"}))


def kept(content: bytes, name: str = "照片.jpg") -> bytes:
    found = files.keep_picture(upload(content, name), schema="panan")
    with files.open_kept("panan", found.path) as file:
        return file.read()


@pytest.mark.parametrize(
    "behind",
    [
        SCRIPT,
        b"GIF89a" + SCRIPT,
        b"PK\x03\x04" + SCRIPT,
        b"%PDF-1.7" + SCRIPT,
        b"<?php system($_GET[0]); ?>",
        b"<svg onload=alert(1)>",
    ],
)
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_of_two_files_in_one_only_the_picture_is_kept(form: str, behind: bytes) -> None:
    content = picture(form)
    for polyglot in (content + behind, _commented(content, behind) if form == "JPEG" else content + behind):
        assert behind not in kept(polyglot)


def _commented(content: bytes, behind: bytes) -> bytes:
    """A JPEG with the other file in its comment, where browsers that guess would find it."""
    return content[:2] + b"\xff\xfe" + struct.pack(">H", len(behind) + 2) + behind + content[2:]


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<?xml version='1.0'?><!DOCTYPE svg><svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\xef\xbb\xbf<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a" + bytes(40),
        b"<html>" + SCRIPT,
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1 1\n",
        b"\x00\x00\x00\x0cjP  ",
    ],
)
def test_what_draws_by_program_is_no_photo(content: bytes, root: Path) -> None:
    for name in ("a.svg", "a.jpg", "a.svg.jpg", "a.jpg\0.svg"):
        with pytest.raises(WrongFile):
            files.keep_picture(upload(content, name), schema="panan")
    assert not root.exists()


def huge(width: int, height: int) -> bytes:
    """A PNG of so many pixels in a few kilobytes; it is never unpacked here either."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    packer = zlib.compressobj(9)
    row = bytes(1 + min(width, 30_000) // 8)
    rows = b"".join(packer.compress(row) for _row in range(min(height, 3_000))) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(30_000, 30_000), (30_000, 10), (10, 30_000), (2**31 - 1, 2**31 - 1)])
def test_a_picture_of_thirty_thousand_pixels_is_refused_unseen(size: tuple[int, int]) -> None:
    content = huge(*size)

    def refused() -> None:
        with pytest.raises(WrongFile):
            files.keep_picture(upload(content), schema="panan")

    assert memory_of(refused) < 20 * MEGABYTE


@pytest.mark.parametrize("name", ["../../x.jpg", "/etc/passwd", "C:\\x.jpg", "....//x.jpg", "x" * 300])
def test_a_files_name_leads_nowhere(name: str, root: Path) -> None:
    found = files.keep_picture(upload(picture(), name), schema="panan")
    (path,) = (file for file in root.rglob("*") if file.is_file())
    assert path == root / found.path
    assert path.parent.parent == root / "panan"
    assert set(path.stem) <= set("0123456789abcdef")


def ways_out(path: str) -> list[str]:
    """Every way we know to write an address that leads out of a folder."""
    inside = path.partition("/")[2]
    return [
        f"zhaoyang/{inside}", f"panan/../zhaoyang/{inside}", f"panan/2022/../../zhaoyang/{inside}",
        f"/{path}", f"//{path}", str(Path(settings.FILES_ROOT, path)), "/etc/passwd", "../keys/secret",
        "panan/../../keys/secret", f"panan\\..\\zhaoyang\\{inside}", quote(f"panan/../zhaoyang/{inside}", safe=""),
        f"panan/%2e%2e/zhaoyang/{inside}", f"panan/..%2fzhaoyang%2f{inside}", f"{path}\0", f"{path}\0.jpg",
        f"{path}\n", f"{path}/", f"{path}/..", f"./{path}", f"panan/./{inside}", f"PANAN/{inside}", f"file://{path}",
        f"panan/２０２２/{inside[5:]}", "", ".", "..", "panan", "panan/",
    ]  # fmt: skip


def test_no_address_leads_out_of_the_countys_folder(floor: Floor, root: Path) -> None:
    ours = files.keep_picture(upload(picture()), schema="panan")
    theirs = files.keep_picture(upload(picture()), schema="zhaoyang")
    Path(root, "keys").mkdir()
    Path(root.parent, "keys").mkdir()
    Path(root.parent, "keys", "secret").write_text("secret")
    for path in [*ways_out(theirs.path), *(way for way in ways_out(ours.path) if way != ours.path)]:
        with pytest.raises(Gone):
            files.open_kept("panan", path)


def test_a_link_laid_into_the_folder_is_not_followed(root: Path) -> None:
    theirs = files.keep_picture(upload(picture()), schema="zhaoyang")
    ours = files.keep_picture(upload(picture()), schema="panan")
    Path(root, ours.path).unlink()
    Path(root, ours.path).symlink_to(Path(root, theirs.path))
    with pytest.raises(Gone):
        files.open_kept("panan", ours.path)


def test_a_row_that_names_another_countys_file_shows_nothing(floor: Floor) -> None:
    theirs = files.keep_picture(upload(picture()), schema="zhaoyang")
    sample = Sample.objects.latest("pk")
    client = browser()
    client.cookies["gongfang"] = session_of(floor.people.wang.user)
    for path in (theirs.path, f"panan/../{theirs.path}", "/etc/passwd", "../keys/secret"):
        Sample.objects.filter(pk=sample.pk).update(picture=path)
        assert client.get(f"/orders/samples/{sample.pk}/picture/").status_code == 404


def test_a_kept_file_opens_as_what_it_is_and_nothing_else(floor: Floor) -> None:
    ours = files.keep_picture(upload(picture() + SCRIPT, "x.html"), schema="panan")
    sample = Sample.objects.latest("pk")
    Sample.objects.filter(pk=sample.pk).update(picture=ours.path)
    client = browser()
    client.cookies["gongfang"] = session_of(floor.people.wang.user)
    answer = client.get(f"/orders/samples/{sample.pk}/picture/")
    answer.close()
    assert answer["Content-Type"] == "image/jpeg"
    assert answer.headers.get("X-Content-Type-Options") == "nosniff"


def test_addresses_with_ways_out_break_no_page(people: People) -> None:
    client = browser()
    client.cookies["gongfang"] = session_of(people.wang.user)
    for path in ("/static/../../etc/passwd", "/static/%2e%2e/%2e%2e/etc/passwd", "/static/..%2f..%2fkeys%2fsecret",
                 "/static//etc/passwd", "/static/\\..\\..\\x", "/%2e%2e/%2e%2e/etc/passwd", "/static/a%00.css"):  # fmt: skip
        answer = client.get(path)
        assert answer.status_code in {400, 404}, path
        assert b"root:" not in getattr(answer, "content", b"")


@pytest.mark.parametrize(
    "twist", ["another county", "another file", "longer", "cut", "another salt", "ended"]
)
def test_a_signed_link_opens_one_file_of_one_county_for_a_while(twist: str) -> None:
    path, ours = "panan/2022/x.pdf", county_key("panan").encode()
    link = files.signed_link(path, key=ours, lifetime=timedelta(minutes=5))
    forged = {
        "another county": files.signed_link(path, key=county_key("zhaoyang").encode(), lifetime=timedelta(1)),
        "another file": link.replace("x.pdf", "y.pdf"),
        "longer": f"9{link}",
        "cut": link[:-1],
        "another salt": Signer(key=ours, salt="something else").sign(f"99999999999:{path}"),
        "ended": files.signed_link(path, key=ours, lifetime=timedelta(minutes=-1)),
    }
    with pytest.raises(Gone):
        files.check_link(forged[twist], key=ours)
