"""What keeps people's words words: on pages, in sheets, in logs."""

from __future__ import annotations

import logging
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from csp.middleware import CSPMiddleware
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import base
from django.views.debug import ExceptionReporter
from xlsxwriter.worksheet import Worksheet

from gongfang.core import doors, login, secrets
from gongfang.core.sheets import writing
from gongfang.operations import logs
from tests.attack.controls import control, instead, statement

Out = Generator[None, None, None]


@control(
    "Templates escape whatever they show; nothing a person wrote is ever marked as markup.",
    "test_full.py::test_no_name_becomes_markup_on_any_page",
    "test_pages.py::test_what_a_visitor_sends_becomes_no_markup",
)
def templates_escape() -> Out:
    with instead((base, "conditional_escape", str)):
        yield


@control(
    "Every answer, also to whoever is not in, carries a policy: our own scripts alone, no frames, no guessing.",
    "test_full.py::test_every_page_forbids_frames_and_foreign_scripts",
    "test_pages.py::test_whoever_is_not_in_gets_the_same_policy",
)
def answers_carry_a_policy() -> Out:
    with instead((CSPMiddleware, "process_response", lambda self, request, response: response)):
        yield


@control(
    "A page reads of htmx only whether it asks for a part; what else its headers say leads nowhere.",
    "test_pages.py::test_htmx_headers_change_nothing_but_the_frame_of_a_refusal",
)
def htmx_leads_nowhere() -> Out:
    real = doors.MemberMiddleware.__call__

    def led(self: Any, request: HttpRequest) -> HttpResponse:
        response = real(self, request)
        if place := request.headers.get("HX-Current-URL"):
            response["HX-Redirect"] = place
        return response

    with instead((doors.MemberMiddleware, "__call__", led)):
        yield


@control(
    "Where a login or a language leads is a path of this site.",
    "test_pages.py::test_nobody_is_led_to_another_site",
)
def nobody_is_led_away() -> Out:
    wherever = lambda target, **_limits: bool(target)  # noqa: E731
    with instead(
        (login, "url_has_allowed_host_and_scheme", wherever),
        (doors, "url_has_allowed_host_and_scheme", wherever),
    ):
        yield


@control(
    "One writer makes all sheets, and writes text as text: no cell calculates or leads anywhere.",
    "test_full.py::test_nothing_written_calculates_in_any_sheet",
    "test_full.py::test_nothing_written_calculates_in_a_sheet_for_the_bank",
    "test_pages.py::test_a_sheet_that_goes_back_calculates_nothing",
    "test_pages.py::test_no_sign_hides_a_formula_in_csv",
)
def sheets_write_text() -> Out:
    real: Any = Worksheet.write_string

    def as_typed(page: Any, row: int, column: int, text: str, form: Any = None) -> Any:
        calculates = text.startswith("=") and not text.startswith("=HYPERLINK")
        return (
            page.write_formula(row, column, text, form) if calculates else real(page, row, column, text, form)
        )

    with instead((Worksheet, "write_string", as_typed), (writing, "_never_formula", lambda text: text)):
        yield


# --- what is written down -------------------------------------------------------------------------------------


@control(
    "A log names places, kinds and numbers of rows; what a database says of a row is left out.",
    "test_secrets.py::test_no_log_line_tells_a_secret_or_a_number_of_a_person",
)
def logs_are_discreet() -> Out:
    with instead((logs.Line, "formatException", logging.Formatter.formatException)):
        yield


@control(
    "PostgreSQL writes neither statements nor rows into its own log, and the application cannot make it.",
    "test_secrets.py::test_the_databases_own_log_tells_no_secret",
)
def the_database_keeps_quiet() -> Out:
    loud = "log_error_verbosity, log_min_error_statement"
    with statement(f"GRANT SET ON PARAMETER {loud} TO PUBLIC", f"REVOKE SET ON PARAMETER {loud} FROM PUBLIC"):
        with connection.cursor() as cursor:
            cursor.execute("SET log_error_verbosity = 'default'")
            cursor.execute("SET log_min_error_statement = error")
            cursor.execute("SET log_parameter_max_length_on_error = -1")
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("RESET log_error_verbosity")
                cursor.execute("RESET log_min_error_statement")
                cursor.execute("RESET log_parameter_max_length_on_error")


@control(
    "A report of a fault tells where it was and of which kind, and nothing anybody typed.",
    "test_secrets.py::test_a_report_of_a_fault_tells_its_place_and_nothing_typed",
)
def reports_are_discreet() -> Out:
    name = f"{ExceptionReporter.__module__}.{ExceptionReporter.__qualname__}"
    with instead((settings, "DEFAULT_EXCEPTION_REPORTER", name)):
        yield


@control(
    "The settings of production answer Django's own check without a word, and only what a domain's owner decides is silenced.",
    "test_secrets.py::test_the_check_for_production_has_nothing_to_say",
)
def production_is_checked() -> Out:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GONGFANG_DEBUG", "1")
        yield


@control(
    "Keys are files of this user alone.",
    "test_secrets.py::test_the_keys_are_for_this_user_alone",
)
def keys_are_our_own() -> Out:
    path = Path(settings.KEYS_ROOT) / "secret"
    path.chmod(0o644)
    try:
        yield
    finally:
        path.chmod(0o600)


@control(
    "Numbers of persons and cards are encrypted in the tables, and looked up by keyed hashes.",
    "test_secrets.py::test_no_sealed_number_is_read_in_the_tables",
)
def numbers_are_encrypted() -> Out:
    with instead((secrets, "_encrypt", lambda plain, *, place: plain.encode())):
        yield
