"""What a visitor reads when something broke: what it was in one sentence, and that nothing was done by halves.

Asked by Django whenever no one caught an error, also before a county, a language or a database was found.
"""

from __future__ import annotations

import errno
import logging
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psycopg
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from gongfang.database import scope
from gongfang.database.roles import PUBLIC

log = logging.getLogger(__name__)
# A fault may be answered before any other layer has seen the request, so it carries what those would add.
_STRICT = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
}
_FULL = {errno.ENOSPC, errno.EDQUOT}
_CLOSED = {errno.EROFS, errno.EACCES, errno.EPERM}
# Below this PostgreSQL cannot write its log, and says only that it is gone.
_NOTHING_LEFT = 32 * 1024 * 1024


@dataclass(frozen=True)
class Fault:
    """How a fault is answered: the status, a stable word for programs, and the sentences for people."""

    status: int
    code: str
    title: str
    sentence: str


def fault(request: HttpRequest) -> HttpResponse:
    """Answer what nobody caught."""
    error = sys.exc_info()[1]
    return answer(request, lambda: _fault(error))


def moving() -> Fault:
    """Say of a county that it is on its way to another server, or has gone there."""
    return Fault(503, "moving", _("This county is moving to another server."), _again())


def answer(request: HttpRequest, found_by: Callable[[], Fault]) -> HttpResponse:
    """Answer a fault in the visitor's language: a page for people, a code for programs, no details for anybody."""
    with translation.override(_language(request)):
        found = found_by()
        answer = _json(found) if request.path.startswith("/api/") else _page(found)
    if found.status != 500:
        answer["Retry-After"] = "30"
    for name, value in _STRICT.items():
        answer.headers.setdefault(name, value)
    return answer


def _fault(error: BaseException | None) -> Fault:
    causes = list(_causes(error))
    if any(_is_full(cause) for cause in causes):
        return _full()
    if any(isinstance(cause, OSError) and cause.errno in _CLOSED for cause in causes):
        return Fault(503, "closed", _("The data folder cannot be written."), _again())
    if any(isinstance(cause, psycopg.errors.InsufficientPrivilege) for cause in causes) and _is_moving():
        return moving()  # it began to move while this was being done
    if any(isinstance(cause, OperationalError | InterfaceError) for cause in causes):
        return _full() if _nothing_left() else Fault(503, "away", _("The database is away."), _again())
    return Fault(500, "fault", _("Something broke on our side."), _once_more())


def _full() -> Fault:
    return Fault(507, "full", _("The disk of the server is full."), _again())


def _again() -> str:
    return _(
        "Nothing was half done. Wait a minute and send it once more: it counts only once."
        " If it stays so, ring whoever looks after the server."
    )


def _once_more() -> str:
    return _(
        "Please send it once more in a few minutes: it counts only once. If it stays so, ring the county centre."
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _is_full(error: BaseException) -> bool:
    return isinstance(error, psycopg.errors.DiskFull) or (isinstance(error, OSError) and error.errno in _FULL)


def _is_moving() -> bool:
    from gongfang.core.tasks import counties

    schema = scope.current()
    return schema != PUBLIC and schema not in counties()


def _nothing_left() -> bool:
    try:
        return shutil.disk_usage(settings.DATA).free < _NOTHING_LEFT
    except OSError:
        return False


def _language(request: HttpRequest) -> str:
    chosen = request.COOKIES.get("language") or request.headers.get("X-Language") or ""
    return chosen if chosen in {"zh-hans", "en"} else "zh-hans"


def _json(found: Fault) -> HttpResponse:
    body = {"code": found.code, "sentence": f"{found.title} {found.sentence}", "field": ""}
    return JsonResponse(body, status=found.status)


def _page(found: Fault) -> HttpResponse:
    facts = {"title": found.title, "sentence": found.sentence}
    try:
        return HttpResponse(render_to_string("500.html", facts), status=found.status)
    except Exception:
        # Whatever broke may be what draws pages; the sentence must come all the same.
        log.exception("The page of a fault could not be drawn.")
        said = f"{found.title}\n{found.sentence}\n"
        return HttpResponse(said, status=found.status, content_type="text/plain; charset=utf-8")
