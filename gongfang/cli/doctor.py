"""What is wrong, whether it works, and the nightly round: the commands of whoever looks after the server."""

from __future__ import annotations

import json
import os
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.error import URLError

import click

from gongfang import embedded
from gongfang.cli.place import data_folder, database
from gongfang.cli.root import main, unreachable
from gongfang.database.roles import OWNER

if TYPE_CHECKING:
    from gongfang.operations.doctor.findings import Finding

MARKS = {"good": "✓", "warn": "!", "wrong": "✗"}


@main.command()
@click.option("--json", "as_json", is_flag=True, help="For a program: a list of findings.")
@click.option(
    "--language",
    type=click.Choice(["zh-hans", "en"]),
    default=lambda: "zh-hans" if os.environ.get("LANG", "").startswith("zh") else "en",
    help="Chinese where LANG is Chinese, else English.",
)
def doctor(as_json: bool, language: str) -> None:
    """Look at everything and say what is wrong and what to do; says 1 to the shell when something is."""
    found = list(_examine(language))
    if as_json:
        click.echo(json.dumps([finding.row() for finding in found], ensure_ascii=False, indent=1))
    else:
        for finding in found:
            click.echo(f"{MARKS[finding.state]} {finding.sentence}")
            if finding.advice:
                click.echo(f"    → {finding.advice}")
    sys.exit(any(finding.state == "wrong" for finding in found))


def _examine(language: str) -> Iterator[Finding]:
    """Ask as much as can be asked: without settings nothing, without a database only the machine."""
    from gongfang.operations.doctor.findings import examine, wrong

    with _attached() as away:
        unset = _read_settings(away)
        from django.utils import translation
        from django.utils.translation import gettext as _

        with translation.override(language):
            if reason := unset or away or _unreachable():
                yield wrong("start", reason, _("Correct this first, and ask the doctor again."))
            if not unset:
                from gongfang.operations.doctor import machine, running, store

                more = {} if reason else {**store.CHECKS, **running.CHECKS}
                yield from examine({**machine.CHECKS, **more})


@contextmanager
def _attached() -> Iterator[str]:
    """Reach the bundled database without changing anything in it; says why when it cannot be reached."""
    server, away = None, ""
    if not os.environ.get("DATABASE_URL"):
        try:
            server = _bundled()
            os.environ["DATABASE_URL"] = server.url(OWNER, "gongfang")
        except embedded.EmbeddedError as error:
            away = str(error)
    try:
        yield away
    finally:
        if server:
            from django.db import connections

            connections.close_all()
            server.release()


def _bundled() -> embedded.Server:
    if (data_folder() / "postgresql").exists():
        return embedded.start(data_folder())
    raise embedded.EmbeddedError(f"There is no database in {data_folder()} yet: gongfang setup")


def _read_settings(away: str) -> str:
    """Read the settings, or say why they do not read; a folder that is not there yet is not made by looking."""
    import django
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongfang.settings")
    reason = (
        "" if data_folder().exists() else away or f"There is no data folder {data_folder()}: gongfang setup"
    )
    try:
        if not reason:
            django.setup()
    except ImproperlyConfigured as error:
        reason = str(error)
    if reason:
        settings.configure(USE_I18N=False)  # so that the sentence itself can be said
    return reason


def _unreachable() -> str:
    from django.db import OperationalError, connection

    try:
        connection.ensure_connection()
    except OperationalError as error:
        return unreachable(error)
    return ""


@main.command()
@click.option("--timeout", default=5.0, help="Seconds to wait for the answer.")
def health(timeout: float) -> None:
    """Ask the running pages whether they can work; says 1 to the shell when they cannot."""
    url = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/ready"
    try:
        with urllib.request.urlopen(url, timeout=timeout) as said:
            click.echo(said.read().decode(), nl=False)
    except URLError as error:
        body = getattr(error, "read", lambda: b"")().decode()
        raise click.ClickException(body.strip() or f"Nothing answers at {url} ({error.reason}).") from error


@main.command("reconcile-all")
def reconcile_all() -> None:
    """Reconcile every county and write down what was found; says 1 to the shell when there is a difference."""
    with database():
        from gongfang.operations import rounds

        found = 0
        for one in rounds.reconcile_all():
            found += len(one.report.differences)
            for difference in one.report.differences:
                click.echo(f"{one.county}: {difference}")
            click.echo(f"{one.county}: {len(one.report.differences)} differences")
        if found:
            sys.exit(1)
