"""What one answer cost, said in its own header: time in the server, time on a core, statements."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

# Entering and leaving a county is the connection's own affair, not a page's; it is counted apart.
_OWN = "set_config"


class Measured:
    """Time a request from the first middleware on, and count what it asks the database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked, spent = {"queries": 0, "county": 0}, {"db": 0.0}

        def ask(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
            asked["county" if _OWN in sql else "queries"] += 1
            began = time.perf_counter()
            try:
                return execute(sql, *rest)
            finally:
                spent["db"] += time.perf_counter() - began

        began, cpu = time.perf_counter(), time.thread_time()
        with connection.execute_wrapper(ask):
            response = self.get_response(request)
        took = {
            "app": (time.perf_counter() - began) * 1000,
            "cpu": (time.thread_time() - cpu) * 1000,
            "db": spent["db"] * 1000,
            **asked,
        }
        response["Server-Timing"] = ", ".join(f"{name};dur={value:.2f}" for name, value in took.items())
        return response
