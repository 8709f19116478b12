"""The outermost layer around every request: its id, its line in the log, its figures, and three addresses for machines.

It stands before the county is found, so that health and figures answer under any name and without a database.
"""

from __future__ import annotations

import logging
import re
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from gongfang.core import watch
from gongfang.operations import logs as _lines  # noqa: F401 -- it listens from now on
from gongfang.operations import metrics
from gongfang.operations.health import health, ready

log = logging.getLogger("gongfang.requests")
_NAME = re.compile(r"[0-9A-Za-z-]{8,64}")
MACHINES = {"/health": health, "/ready": ready, "/metrics": metrics.metrics}


@dataclass
class Queries:
    """Counts the queries of one request."""

    count: int = 0

    def __call__(self, execute: Callable[..., Any], *given: Any) -> Any:
        self.count += 1
        return execute(*given)


class Watching:
    """Give a request its id, count it and write it down."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-Id", "")
        name = given if _NAME.fullmatch(given) else uuid.uuid4().hex
        with watch.under(name):
            machine = MACHINES.get(request.path)
            response = _unwatched(machine(request)) if machine else self._watched(request)
        response["X-Request-Id"] = name
        return response

    def _watched(self, request: HttpRequest) -> HttpResponse:
        began, queries = time.perf_counter(), Queries()
        with connection.execute_wrapper(queries):
            response = self.get_response(request)
        seconds, view = time.perf_counter() - began, _view(request)
        metrics.requested(view, response.status_code, seconds)
        if log.isEnabledFor(logging.INFO):
            facts = {
                "county": getattr(getattr(request, "tenant", None), "schema_name", ""),
                "method": request.method,
                "view": view,
                "status": response.status_code,
                "ms": round(seconds * 1000, 1),
                "queries": queries.count,
                "user": _user(request),
            }
            log.info("request", extra={"facts": facts})
        return response


def _unwatched(response: HttpResponse) -> HttpResponse:
    response._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001 -- "not ready" is an answer, no error
    return response


def _view(request: HttpRequest) -> str:
    """The name of the page or the pattern of its address: never the address, which may name somebody."""
    if match := request.resolver_match:
        return match.view_name or match.route
    return "static" if request.path.startswith(settings.STATIC_URL) else "none"


def _user(request: HttpRequest) -> str:
    """The id of who was recognised, if anybody was; asking must not read a session nobody needed."""
    user = getattr(request, "_cached_user", None) or vars(request).get("user")
    return "" if type(user) is SimpleLazyObject else str(getattr(user, "pk", None) or "")
