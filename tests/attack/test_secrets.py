"""What is written where many may read it: logs, the database's own log, reports of faults, settings."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils.module_loading import import_string
from django.views.debug import get_exception_reporter_class

from gongfang.core.models import User
from gongfang.pages import web
from gongfang.registry.people import actions as registry
from tests import cluster
from tests.attack.cast import WORD, browser, key, logged_in, machine
from tests.cast import LIN, ZHOU, People, bank_card, rows

ROOT = Path(__file__).resolve().parents[2]
WRONG, NEW, FIRST = "guessed words 7391", "new quiet words 8264", "first quiet words 5518"


@dataclass
class Written:
    """Everything that was logged, as each of our formatters writes it."""

    lines: StringIO
    began: int

    @property
    def text(self) -> str:
        return self.lines.getvalue()

    @property
    def database(self) -> str:
        return cluster.SERVER.log.read_bytes()[self.began :].decode(errors="replace")


@pytest.fixture
def written() -> Iterator[Written]:
    """Listen to every logger from DEBUG on."""
    out, root = StringIO(), logging.getLogger()
    handlers = []
    for form in settings.LOGGING["formatters"].values():
        handler = logging.StreamHandler(out)
        arguments = {"fmt": form["format"], "style": form["style"]} if "format" in form else {}
        handler.setFormatter(import_string(form["()"])(**arguments))
        handlers.append(handler)
    ours = [logging.getLogger(name) for name in settings.LOGGING["loggers"] if name.startswith("gongfang")]
    levels = {logger: logger.level for logger in (root, *ours)}
    for logger in levels:
        logger.setLevel(logging.DEBUG)
    for handler in handlers:
        root.addHandler(handler)
    yield Written(out, cluster.SERVER.log.stat().st_size)
    for handler in handlers:
        root.removeHandler(handler)
    for logger, level in levels.items():
        logger.setLevel(level)


def fault(people: People) -> Callable[..., HttpResponse]:
    """A page that breaks over two people of the same user name, as PostgreSQL tells it."""

    def homes(_member: object) -> Any:
        with transaction.atomic():
            User.objects.create(username=LIN.phone, name=LIN.name)

    return homes


def a_day(people: People, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Do what goes wrong and right on a day with secrets, and return all of them."""
    User.objects.create(username=LIN.phone, name=LIN.name, password="!")
    lin = logged_in(people.lin)
    session, token_client = lin.cookies[settings.SESSION_COOKIE_NAME].value, machine(people.wang)
    name = people.lin.user.username
    browser().post("/login/", {"username": name, "password": WRONG})
    browser().post(f"/login/?next=/{WRONG}", {"username": name, "password": WRONG, "next": WRONG})
    body = {"username": name, "password": WORD}
    answer = browser().post("/api/tokens", body, content_type="application/json", headers=key())
    token = answer.json()["token"]
    card = {"number": bank_card(), "bank": "农业银行", "holder_name": LIN.name}
    place = f"/api/people/residents/{people.lin.row.pk}/card"
    for facts in (
        card,
        {**card, "number": card["number"][:-1]},
        {**card, "number": 7},
        {**card, "holder_name": ZHOU.name},
    ):
        token_client.put(place, facts, content_type="application/json", headers=key())
    lin.post("/password/", {"old": WRONG, "new": NEW, "key": key()["Idempotency-Key"]})
    lin.post("/password/", {"old": WORD, "new": NEW, "key": key()["Idempotency-Key"]})
    registry.reset_password(people.he.by(), people.zhou.user, password=FIRST)
    (newcomer,) = rows(1)
    new = {
        "name": newcomer.name,
        "id_number": newcomer.id_number,
        "division": newcomer.division,
        "phone": "13958812345",
    }
    for facts in (new, {**new, "id_number": new["id_number"][:-1] + "7"}, {}, {**new, "division": "x"}):
        token_client.post("/api/people/residents", facts, content_type="application/json", headers=key())
    token_client.post(
        "/api/people/residents", new["id_number"], content_type="application/json", headers=key()
    )
    lin.get(f"/people/residents/?q={LIN.id_number}")
    lin.get(f"/orders/{LIN.phone}/")
    lin.post("/logout/", {"csrfmiddlewaretoken": token})
    browser(authorization=f"Bearer {token}x").get("/api/me")
    monkeypatch.setattr(web, "homes_of", fault(people))
    assert logged_in(people.wang).get("/").status_code == 500
    return [
        WORD, WRONG, NEW, FIRST, token, session, card["number"], LIN.id_number, LIN.phone, new["id_number"],
        new["phone"], LIN.name, newcomer.name, settings.SECRET_KEY, settings.HASH_KEY.hex(),
    ]  # fmt: skip


@pytest.mark.slow
def test_no_log_line_tells_a_secret_or_a_number_of_a_person(
    people: People, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = a_day(people, monkeypatch)
    assert [secret for secret in secrets if secret in written.text] == []
    assert "IntegrityError" in written.text


@pytest.mark.slow
def test_the_databases_own_log_tells_no_secret(
    people: People, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = a_day(people, monkeypatch)
    assert [secret for secret in secrets if secret in written.database] == []
    assert "duplicate key" in written.database


def test_a_report_of_a_fault_tells_its_place_and_nothing_typed(people: People) -> None:
    typed = {"old": WORD, "number": bank_card(), "id_number": LIN.id_number}
    request = RequestFactory().post(f"/password/?q={LIN.name}", typed, headers={"cookie": f"gongfang={NEW}"})
    User.objects.create(username=LIN.phone, name=LIN.name, password="!")
    try:
        fault(people)(None)
    except IntegrityError:
        report = get_exception_reporter_class(request)(request, *sys.exc_info())
    texts = report.get_traceback_text(), report.get_traceback_html()
    assert [s for s in (*typed.values(), LIN.phone, LIN.name, NEW) for text in texts if s in text] == []
    assert all("IntegrityError" in text and "test_secrets.py" in text for text in texts)


@pytest.mark.slow
def test_the_check_for_production_has_nothing_to_say() -> None:
    production = {"GONGFANG_HTTPS": "1", "GONGFANG_PRODUCTION": "1", "GONGFANG_HOST": "gongfang.example"}
    here = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")}
    ran = subprocess.run(
        [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "DEBUG"],
        env={**here, **production, "DJANGO_SETTINGS_MODULE": "gongfang.settings"},
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (ran.returncode, "no issues" in ran.stdout) == (0, True), ran.stdout + ran.stderr
    assert settings.SILENCED_SYSTEM_CHECKS == [
        "security.W021"
    ]  # preloading, which only a domain's owner promises


def test_the_keys_are_for_this_user_alone(settings: Any) -> None:
    kept = list(Path(settings.KEYS_ROOT).iterdir())
    assert kept
    assert [path.name for path in (settings.KEYS_ROOT, *kept) if path.stat().st_mode & 0o077] == []


def test_no_sealed_number_is_read_in_the_tables(people: People) -> None:
    registry.set_bank_account(
        people.lin.by(), people.lin.row, number=bank_card(), bank="农业银行", holder_name=LIN.name
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        tables = [name for (name,) in cursor.fetchall()]
        rows = []
        for table in tables:
            cursor.execute(f'SELECT row_to_json("{table}")::text FROM "{table}"')
            rows += [row for (row,) in cursor.fetchall()]
    known = (LIN.id_number, LIN.phone, bank_card(), ZHOU.id_number)
    assert [
        row[:80] for row in rows for number in known if number in row or number.encode().hex() in row
    ] == []
