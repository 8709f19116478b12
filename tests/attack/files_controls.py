"""What a file brought to us may cost, be and reach."""

from __future__ import annotations

from collections.abc import Generator
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.signing import Signer
from django.http import HttpResponse
from PIL import Image

from gongfang.core import files
from gongfang.core.sheets import guard
from tests.attack.controls import control, instead

Out = Generator[None, None, None]
ALL = 2**40


@control(
    "A workbook is unpacked only as far as a roster may reach: real bytes are counted, not those it claims.",
    "test_files.py::test_a_zip_bomb_is_refused_before_it_is_unpacked",
    "test_files.py::test_a_zip_bomb_that_lies_about_its_size_is_refused",
    "test_files.py::test_a_workbook_of_too_many_entries_is_refused",
)
def workbooks_are_weighed() -> Out:
    with instead(
        (guard, "MAX_RATIO", ALL), (guard, "MAX_UNPACKED", ALL), (guard, "MAX_ENTRIES", ALL),
        (guard, "_walk", lambda chunks: sum(len(chunk) for chunk in chunks)),
    ):  # fmt: skip
        yield


@control(
    "A workbook that declares entities is refused: nothing outside a file is ever read for it.",
    "test_files.py::test_an_entity_in_a_workbook_is_not_followed",
)
def no_declarations() -> Out:
    with instead((guard, "_declared", lambda *doctype: None)):
        yield


@control(
    "A photo is drawn anew, so that nothing but its pixels is left, and only JPEG, PNG and WebP are photos.",
    "test_files.py::test_of_two_files_in_one_only_the_picture_is_kept",
    "test_files.py::test_what_draws_by_program_is_no_photo",
)
def photos_are_drawn_anew() -> Out:
    def as_it_came(upload: Any, *, schema: str) -> files.Kept:
        return files._keep(upload.read(), schema=schema, ending="jpg", media_type="image/jpeg")

    with instead((files, "keep_picture", as_it_came)):
        yield


@control(
    "A picture's size is read before a single pixel is, and a larger one than a phone takes is refused.",
    "test_files.py::test_a_picture_of_thirty_thousand_pixels_is_refused_unseen",
)
def pixels_are_counted() -> Out:
    with instead((files, "MAX_SIDE", ALL), (files, "MAX_PIXELS", ALL), (Image, "MAX_IMAGE_PIXELS", None)):
        yield


@control(
    "A kept file is named by us; the name it came with is forgotten.",
    "test_files.py::test_a_files_name_leads_nowhere",
)
def names_are_ours() -> Out:
    def by_its_name(upload: Any, *, schema: str) -> files.Kept:
        path = f"{schema}/2022/{upload.name[-200:]}"
        file = Path(settings.FILES_ROOT, path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(upload.read())
        return files.Kept(path=path, media_type="image/jpeg", size=1)

    with instead((files, "keep_picture", by_its_name)):
        yield


@control(
    "An address opens a file of its own county's folder, written as we write it; every other way is as good as gone.",
    "test_files.py::test_no_address_leads_out_of_the_countys_folder",
    "test_files.py::test_a_link_laid_into_the_folder_is_not_followed",
    "test_files.py::test_a_row_that_names_another_countys_file_shows_nothing",
)
def files_stay_in_their_county() -> Out:
    def wherever(schema: str, path: str) -> IO[bytes]:
        try:
            return BytesIO(Path(settings.FILES_ROOT, path).read_bytes())
        except (OSError, ValueError):
            raise files.Gone from None

    from gongfang.ui import doors

    with instead((files, "open_kept", wherever), (doors, "open_kept", wherever)):
        yield


@control(
    "A kept file is shown as the picture it was drawn as, and browsers are told not to guess.",
    "test_files.py::test_a_kept_file_opens_as_what_it_is_and_nothing_else",
)
def browsers_do_not_guess() -> Out:
    from django.middleware.security import SecurityMiddleware

    with instead((SecurityMiddleware, "process_response", lambda self, request, response: response)):
        yield


@control(
    "Static files are those that were there at the start; no address is looked up on the disk.",
    "test_files.py::test_addresses_with_ways_out_break_no_page",
)
def static_files_are_known() -> Out:
    from whitenoise.middleware import WhiteNoiseMiddleware  # type: ignore[import-untyped]

    served = WhiteNoiseMiddleware.__call__

    def from_the_disk(self: Any, request: Any) -> Any:
        if request.path.startswith("/static/"):
            found = Path(
                "/", request.path_info.replace("\\", "/").replace("%2f", "/").rpartition("..")[2].lstrip("/")
            )
            if found.is_file():
                return HttpResponse(found.read_bytes())
        return served(self, request)

    with instead((WhiteNoiseMiddleware, "__call__", from_the_disk)):
        yield


@control(
    "A signed link names one file of one county, until its time is over.",
    "test_files.py::test_a_signed_link_opens_one_file_of_one_county_for_a_while",
)
def links_are_signed() -> Out:
    def as_written(signer: Signer, value: str) -> str:
        return value.rpartition(":")[0]

    with instead((Signer, "unsign", as_written)):
        yield
