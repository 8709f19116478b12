"""Files people bring: kept in their county's own folder, pictures drawn anew, links signed and short-lived.

A kept path is `<schema>/<year>/<random>.<ending>`. It is led by the county so that no path of one county
means anything in another, and it holds nothing of the name the file came with.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from gongfang.core import clock
from gongfang.core.errors import Gone, Refused
from gongfang.core.secrets import opened_file, sealed_file
from gongfang.core.sheets.guard import Upload, bytes_of, check_workbook

MAX_BYTES = 8 * 1024 * 1024
MAX_SIDE = 12_000
MAX_PIXELS = 40_000_000

_PICTURES = ("JPEG", "PNG", "WEBP")
_SCHEMA = re.compile(r"[a-z][a-z0-9_]{0,62}")
_SEALED = re.compile(r"sealed/[0-9a-f]{32}")
_KEPT = re.compile(r"[0-9]{4}/[0-9a-f]{32}\.(jpg|webp|pdf|xlsx)")


class WrongFile(Refused):
    """An upload that is not what it should be."""

    code = "wrong_file"


class LinkEnded(Gone):
    """A signed link that is too old, changed, or another county's."""

    code = "link_ended"

    def __init__(self) -> None:
        super().__init__(_("This link is not valid any more. Open the page again and follow it from there."))


@dataclass(frozen=True)
class Kept:
    """A file that was kept: the path a row stores, and what it is."""

    path: str
    media_type: str
    size: int


def keep_picture(upload: Upload, *, schema: str) -> Kept:
    """Keep a photo, drawn anew, so that nothing but its pixels is left of what was uploaded."""
    picture = _drawn(_bounded(upload))
    out = BytesIO()
    if picture.mode == "RGBA":
        picture.save(out, "WEBP", quality=85)
        return _keep(out.getvalue(), schema=schema, ending="webp", media_type="image/webp")
    picture.save(out, "JPEG", quality=85, optimize=True)
    return _keep(out.getvalue(), schema=schema, ending="jpg", media_type="image/jpeg")


def keep_document(upload: Upload, *, schema: str) -> Kept:
    """Keep a PDF or an Excel workbook as it came; its first bytes say which, never its name."""
    content = _bounded(upload)
    if content.startswith(b"%PDF-"):
        return _keep(content, schema=schema, ending="pdf", media_type="application/pdf")
    if content.startswith(b"PK\x03\x04"):
        check_workbook(content)
        media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        return _keep(content, schema=schema, ending="xlsx", media_type=media_type)
    raise WrongFile(_("Only PDF files and Excel workbooks (.xlsx) can be kept. Save it as one of these."))


def open_kept(schema: str, path: str) -> IO[bytes]:
    """Open a kept file of this county; every other path is as good as gone."""
    county, _slash, inside = path.partition("/")
    if county != schema or not _SCHEMA.fullmatch(schema) or not _KEPT.fullmatch(inside):
        raise Gone
    folder = Path(settings.FILES_ROOT, schema).resolve()
    file = (folder / inside).resolve()
    if not file.is_relative_to(folder) or not file.is_file():
        raise Gone
    return file.open("rb")


def keep_sealed(content: bytes, *, schema: str) -> str:
    """Keep what we made for one person for a while, encrypted, and return its path."""
    if not _SCHEMA.fullmatch(schema):
        raise ValueError("a county's folder is named by its schema")
    path = f"{schema}/sealed/{secrets.token_hex(16)}"
    file = Path(settings.FILES_ROOT, path)
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with file.open("xb") as out:
        out.write(sealed_file(content, place=path))
    return path


def open_sealed(schema: str, path: str) -> bytes:
    """Return what was kept encrypted under a path of this county; what was deleted since is gone."""
    try:
        return opened_file(_sealed(schema, path).read_bytes(), place=path)
    except FileNotFoundError:
        raise Gone from None


def delete_sealed(schema: str, path: str) -> None:
    """Delete what was kept encrypted; twice is as good as once."""
    _sealed(schema, path).unlink(missing_ok=True)


def _sealed(schema: str, path: str) -> Path:
    county, _slash, inside = path.partition("/")
    if county != schema or not _SCHEMA.fullmatch(schema) or not _SEALED.fullmatch(inside):
        raise Gone
    return Path(settings.FILES_ROOT, path)


def signed_link(path: str, *, key: bytes, lifetime: timedelta) -> str:
    """A text that opens this path until its lifetime is over, signed with the county's key."""
    ends = int((clock.now() + lifetime).timestamp())
    return _signer(key).sign(f"{ends}:{path}")


def check_link(link: str, *, key: bytes) -> str:
    """The path a signed link opens, or a refusal when it has ended or was not signed by this county."""
    try:
        ends, _colon, path = _signer(key).unsign(link).partition(":")
    except BadSignature:
        raise LinkEnded from None
    if int(ends) < clock.now().timestamp():
        raise LinkEnded
    return path


def _signer(key: bytes) -> Signer:
    return Signer(key=key, salt="gongfang.files")


def _bounded(upload: Upload) -> bytes:
    content = bytes_of(upload, at_most=MAX_BYTES)
    if not content:
        raise WrongFile(_("The file is empty or larger than 8 MB. Choose a smaller one."))
    return content


def _drawn(content: bytes) -> Image.Image:
    # Pillow answers broken files with OSError, SyntaxError, ValueError, struct.error and more of the kind.
    picture = _or_wrong_picture(lambda: Image.open(BytesIO(content), formats=_PICTURES))
    width, height = picture.size
    if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
        raise WrongFile(_("The picture has more than 40 million pixels. Take it again with a smaller size."))
    return _or_wrong_picture(lambda: _bare(picture))


def _bare(picture: Image.Image) -> Image.Image:
    upright = ImageOps.exif_transpose(picture)
    bare = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    bare.info.clear()
    return bare


def _or_wrong_picture(step: Callable[[], Image.Image]) -> Image.Image:
    try:
        return step()
    except Exception:  # noqa: BLE001 -- whatever the decoder stumbles over, the file is at fault
        raise WrongFile(_("This is not a photo we can read. Send it as JPEG, PNG or WebP.")) from None


def _keep(content: bytes, *, schema: str, ending: str, media_type: str) -> Kept:
    if not _SCHEMA.fullmatch(schema):
        raise ValueError("a county's folder is named by its schema")
    path = f"{schema}/{clock.today().year}/{secrets.token_hex(16)}.{ending}"
    file = Path(settings.FILES_ROOT, path)
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # A file whose act rolls back stays behind unnamed; a row whose file is missing would be worse.
    with file.open("xb") as out:
        out.write(content)
    return Kept(path=path, media_type=media_type, size=len(content))
