"""The pages on a real socket, in threads of this process, on whatever database the connections lead to."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.core.handlers.wsgi import WSGIHandler
from django.db import connections


class _Threads(ThreadingMixIn, WSGIServer):
    """A thread a request, and no connection left behind by any of them."""

    daemon_threads = True
    request_queue_size = 64

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            connections.close_all()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that went on to the next page hangs up; that is no news."""


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the library's own name
        """Say nothing: the tests look at answers, not at a log."""


@contextmanager
def serving() -> Iterator[int]:
    """Serve the installation on a free port and return it."""
    server = make_server("127.0.0.1", 0, WSGIHandler(), server_class=_Threads, handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
