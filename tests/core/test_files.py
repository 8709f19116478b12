import re
import warnings
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from gongfang.core import clock, files
from gongfang.core.errors import Gone
from gongfang.core.files import LinkEnded, WrongFile
from gongfang.core.sheets import WrongSheet
from tests.core.sheetmaking import xlsx

AUGUST = datetime(2022, 8, 1, 9, tzinfo=clock.SHANGHAI)
PANAN = b"the key of one county"
ZHAOYANG = b"the key of another one"


@pytest.fixture(autouse=True)
def root(settings, tmp_path):
    settings.FILES_ROOT = tmp_path / "files"
    return settings.FILES_ROOT


def upload(content):
    return SimpleUploadedFile("../../我的照片.svg", content)


def picture(size=(40, 30), mode="RGB", form="JPEG", **kwargs):
    Image.new(mode, size, **kwargs.pop("colour", {})).save(out := BytesIO(), form, **kwargs)
    return out.getvalue()


def kept(content, keep=files.keep_picture, schema="panan"):
    with clock.at(AUGUST):
        return keep(upload(content), schema=schema)


def test_a_file_is_kept_under_its_county_and_year_and_nothing_of_its_name_is_left(root):
    found = kept(picture())
    assert re.fullmatch(r"panan/2022/[0-9a-f]{32}\.jpg", found.path)
    assert [path for path in root.rglob("*") if path.is_file()] == [root / found.path]
    with files.open_kept("panan", found.path) as file:
        assert len(file.read()) == found.size


def test_a_photo_keeps_its_pixels_and_loses_where_it_was_taken():
    exif = Image.Exif()
    exif[0x010E] = "at home in Ziyu village"
    exif[0x0112] = 6  # lies on its side
    exif.get_ifd(0x8825)[1] = "N"
    content = picture((40, 30), exif=exif, comment=b"whose photo this is")
    assert b"Ziyu" in content
    found = kept(content)
    with files.open_kept("panan", found.path) as file:
        again = file.read()
    assert b"Ziyu" not in again
    assert b"whose photo" not in again
    drawn = Image.open(BytesIO(again))
    assert (drawn.size, dict(drawn.getexif()), drawn.format) == ((30, 40), {}, "JPEG")


def test_what_was_hidden_behind_the_picture_is_gone():
    found = kept(picture(form="PNG") + b"<script>alert(1)</script>")
    with files.open_kept("panan", found.path) as file:
        assert b"script" not in file.read()


@pytest.mark.parametrize(
    ("mode", "form", "media_type"),
    [
        ("RGB", "JPEG", "image/jpeg"), ("CMYK", "JPEG", "image/jpeg"), ("L", "JPEG", "image/jpeg"),
        ("RGB", "PNG", "image/jpeg"), ("P", "PNG", "image/jpeg"), ("1", "PNG", "image/jpeg"),
        ("I;16", "PNG", "image/jpeg"), ("RGB", "WEBP", "image/jpeg"),
        ("RGBA", "PNG", "image/webp"), ("LA", "PNG", "image/webp"), ("RGBA", "WEBP", "image/webp"),
    ],
)  # fmt: skip
def test_every_common_photo_is_read(mode, form, media_type):
    found = kept(picture(mode=mode, form=form))
    assert found.media_type == media_type
    assert found.path.endswith(".webp" if media_type == "image/webp" else ".jpg")


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"GIF89a\x01\x00\x01\x00\x00\x00\x00;",
        picture()[:200],
        picture(form="PNG")[:40],
        picture(form="BMP"),
        picture(form="TIFF"),
        b"%PDF-1.7",
        b"\xff\xd8\xff",
    ],
)
def test_what_is_no_photo_is_refused_and_not_kept(content, root):
    with pytest.raises(WrongFile, match="not a photo"):
        kept(content)
    assert not root.exists()


@pytest.mark.parametrize("size", [(12_001, 10), (10, 12_001), (8_000, 5_001)])
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked(size):
    with pytest.raises(WrongFile, match="40 million pixels"):
        kept(picture(size, mode="1", form="PNG"))


def test_a_picture_bomb_is_refused():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        bomb = picture((20_000, 12_000), mode="1", form="PNG")
    assert len(bomb) < 100_000
    with pytest.raises(WrongFile):
        kept(bomb)


@pytest.mark.parametrize("keep", [files.keep_picture, files.keep_document])
def test_an_upload_over_eight_megabytes_or_empty_is_refused(keep):
    for content in (b"", b"%PDF-" + bytes(files.MAX_BYTES)):
        with pytest.raises(WrongFile, match="empty or larger than 8 MB"):
            kept(content, keep)
    claimed = upload(b"%PDF-")
    claimed.size = files.MAX_BYTES + 1
    with pytest.raises(WrongFile, match="larger than 8 MB"):
        keep(claimed, schema="panan")


def test_a_document_is_known_by_its_first_bytes():
    assert kept(b"%PDF-1.7 ...", files.keep_document).path.endswith(".pdf")
    assert kept(xlsx(["姓名"]), files.keep_document).path.endswith(".xlsx")
    for other in (b"MZ", b"<html>", picture()):
        with pytest.raises(WrongFile, match="Only PDF"):
            kept(other, files.keep_document)
    with pytest.raises(WrongSheet, match="does not open"):
        kept(b"PK\x03\x04", files.keep_document)


def test_a_file_is_opened_by_its_own_county_only(root):
    found = kept(picture())
    inside = found.path.removeprefix("panan/")
    tried = [
        ("zhaoyang", found.path),
        ("zhaoyang", f"zhaoyang/../panan/{inside}"),
        ("zhaoyang", f"zhaoyang/{inside}"),
        ("panan", f"/panan/{inside}"),
        ("panan", inside),
        ("panan", f"panan//{inside}"),
        ("panan", f"panan/./{inside}"),
        ("panan", f"{found.path}\0"),
        ("panan", f"{found.path}\n"),
        ("panan", str(root / found.path)),
        ("panan", ""),
        ("", found.path),
        ("..", f"../{inside}"),
    ]
    for schema, path in tried:
        with pytest.raises(Gone):
            files.open_kept(schema, path)


def test_a_link_out_of_the_countys_folder_leads_nowhere(root):
    found = kept(picture())
    other = kept(picture(), schema="zhaoyang")
    Path(root, found.path).unlink()
    Path(root, found.path).symlink_to(Path(root, other.path))
    with pytest.raises(Gone):
        files.open_kept("panan", found.path)


@pytest.mark.parametrize("schema", ["", "..", "Panan", "a/b", "a\n"])
def test_nothing_is_kept_outside_a_countys_folder(schema):
    with pytest.raises(ValueError, match="schema"):
        kept(picture(), schema=schema)


def test_a_signed_link_opens_its_path_until_it_ends():
    with clock.at(AUGUST):
        link = files.signed_link("panan/2022/a.jpg", key=PANAN, lifetime=timedelta(minutes=5))
    with clock.at(AUGUST + timedelta(minutes=4)):
        assert files.check_link(link, key=PANAN) == "panan/2022/a.jpg"
    with clock.at(AUGUST + timedelta(minutes=6)), pytest.raises(LinkEnded, match="not valid any more"):
        files.check_link(link, key=PANAN)


def test_a_link_of_another_county_or_a_changed_one_opens_nothing():
    with clock.at(AUGUST):
        link = files.signed_link("panan/2022/a.jpg", key=PANAN, lifetime=timedelta(minutes=5))
        later = int((datetime.now(UTC) + timedelta(days=9_999)).timestamp())
        for changed in (link.replace("a.jpg", "b.jpg"), f"{later}{link[10:]}", link[:-1], "", ":", "1:2:3"):
            with pytest.raises(LinkEnded):
                files.check_link(changed, key=PANAN)
        with pytest.raises(LinkEnded):
            files.check_link(link, key=ZHAOYANG)
