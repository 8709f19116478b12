"""Papers: a page set by typst from what is said on it, with a code to scan where it can be checked."""

from __future__ import annotations

import io
import json
from importlib.resources import files
from typing import Any
from urllib.parse import quote

import segno
import typst
from django.http import HttpResponse


def set_page(room: str, template: str, said: dict[str, Any], *, address: str = "") -> bytes:
    """Set a page to print by a room's template; what people typed travels as data and never as markup."""
    folder = files(room).joinpath("templates", room.rpartition(".")[2])
    inputs = {"said": json.dumps(said, ensure_ascii=False), "qr": _drawn(address) if address else ""}
    found = typst.compile(folder.joinpath(template).read_bytes(), sys_inputs=inputs)
    assert isinstance(found, bytes)  # one page count, one file: only pictures come as several
    return found


def send_page(content: bytes, name: str) -> HttpResponse:
    """Answer with a paper to look at or keep."""
    disposition = f"inline; filename*=UTF-8''{quote(name)}"
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": disposition})


def _drawn(address: str) -> str:
    drawing = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawing, kind="svg", scale=4)
    return drawing.getvalue().decode()
