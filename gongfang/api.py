"""The API: the same verbs as the pages, for programs. One token, one key a call, answers in whole sentences."""

from __future__ import annotations

import json
import re
from typing import Any

from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.parser import Parser

from gongfang import __version__
from gongfang.core.described import Api
from gongfang.core.doors import TooLarge, refusal_json
from gongfang.core.errors import Gone, Refused
from gongfang.core.login import TokenAuth
from gongfang.operations.backup.api import router as standstill
from gongfang.oversight.api import router as oversight
from gongfang.pages.api import router as pages
from gongfang.pay.api import router as pay
from gongfang.registry.people.api import router as people
from gongfang.registry.places.api import router as places
from gongfang.work.dispatch.api import router as dispatch
from gongfang.work.orders.api import router as orders
from gongfang.work.piecework.api import router as piecework

LARGEST = 2**63 - 1
_UNTYPED = re.compile("[\x00\ud800-\udfff]")  # the zero character, and halves of a character
ROOMS = (
    ("", pages),
    ("/places", places),
    ("/people", people),
    ("/orders", orders),
    ("/dispatch", dispatch),
    ("/piecework", piecework),
    ("/pay", pay),
    ("/oversight", oversight),
    ("/standstill", standstill),
)


class Unreadable(Refused):
    """The body is no JSON."""

    code = "unreadable"
    status = 400

    def __init__(self) -> None:
        super().__init__(_("The body is no JSON. Send it as application/json in UTF-8."))


class Unknown(Refused):
    """No token, or one that does not hold here."""

    code = "no_token"
    status = 401

    def __init__(self) -> None:
        super().__init__(_("Send a token of this county that still runs: Authorization: Bearer …"))


class Bounded(Parser):
    """Reads JSON and refuses what no column holds: zero or half characters, and whole numbers past 63 bits."""

    def parse_body(self, request: HttpRequest) -> Any:
        try:
            return _bounded(json.loads(request.body, parse_constant=_no_number))
        except (ValueError, RecursionError):
            raise Unreadable from None

    def parse_querydict(self, data: Any, list_fields: list[str], request: HttpRequest) -> Any:
        return _bounded(super().parse_querydict(data, list_fields, request))


def _bounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {_bounded(key): _bounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_bounded(item) for item in value]
    if (isinstance(value, str) and _UNTYPED.search(value)) or (
        isinstance(value, int) and abs(value) > LARGEST
    ):
        raise TooLarge
    return value


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


api = Api(
    title="gongfang",
    version=__version__,
    description="Every verb of a county's workshops. docs/api.md walks one order through it.",
    auth=TokenAuth(),
    parser=Bounded(),
    docs_url=None,
    urls_namespace="api",
)
for prefix, router in ROOMS:
    api.add_router(prefix, router)


@api.exception_handler(Refused)
def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """Answer a refusal with its code, its sentence and its field."""
    return refusal_json(refusal)


@api.exception_handler(DataError)
def out_of_range(request: HttpRequest, error: DataError) -> HttpResponse:
    """A number that fits its type but not its column was refused by the database; nothing was done."""
    return refusal_json(TooLarge())


@api.exception_handler(Http404)
def missing(request: HttpRequest, error: Http404) -> HttpResponse:
    """Say of what is not there, or not for this person to see, that it is not there."""
    return refusal_json(Gone())


@api.exception_handler(AuthenticationError)
def unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """Ask for a token."""
    return refusal_json(Unknown())


@api.exception_handler(HttpError)
def faulty(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Say of a body that does not read what to do about it; ninja wraps what the parser refused."""
    cause = error.__cause__
    return refusal_json(cause if isinstance(cause, Refused) else Unreadable())


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Name the first field that does not fit in a sentence, and all of them for the program."""
    field = ".".join(str(part) for part in error.errors[0]["loc"][2:]) if error.errors else ""
    sentence = _("The field “%(field)s” is missing or does not fit. Correct it and send again.") % {
        "field": field or "…"
    }
    details = [{"field": list(row["loc"]), "problem": row["msg"]} for row in error.errors]
    body = {"code": "invalid", "sentence": sentence, "field": field, "details": details}
    return JsonResponse(body, status=422)
