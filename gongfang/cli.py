"""The command line: start a county on this machine, add one, load the demo, play it, reconcile it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
import django

from gongfang import __version__, embedded
from gongfang.database.roles import OWNER

if TYPE_CHECKING:
    from gongfang.counties.models import County


def data_folder() -> Path:
    """Return the folder of this installation's database, files and keys."""
    return Path(os.environ.get("GONGFANG_DATA") or Path(__file__).resolve().parent.parent / ".data").resolve()


@contextmanager
def database() -> Iterator[None]:
    """Have a database, its roles and the public schema: the embedded one unless DATABASE_URL names one."""
    own = not os.environ.get("DATABASE_URL")
    server = embedded.start(data_folder()) if own else None
    if server:
        os.environ["DATABASE_URL"] = server.url(OWNER, "gongfang")
    try:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongfang.settings")
        django.setup()
        from gongfang.counties import schemas

        if server:
            schemas.prepare_cluster(server.params(), name="gongfang")
        else:
            schemas.prepare_foreign_cluster()
        schemas.migrate_public()
        yield
    finally:
        if server:
            from django.db import connections

            connections.close_all()
            server.release()


@contextmanager
def inside(slug: str) -> Iterator[County]:
    """Enter one county as the application."""
    from gongfang.core import clock
    from gongfang.counties.models import County
    from gongfang.counties.schemas import migrate_county
    from gongfang.database import scope

    with database():
        county = County.objects.filter(schema_name=slug).first()
        if county is None:
            known = ", ".join(County.objects.values_list("schema_name", flat=True)) or "none yet"
            raise click.ClickException(f"There is no county {slug}. Counties here: {known}.")
        migrate_county(slug)
        scope.enter(county)
        with clock.shifted(county.clock_shift):
            yield county


class Sentences(click.Group):
    """A refusal or a broken database is answered in one sentence, without a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        from django.core.exceptions import ImproperlyConfigured

        from gongfang.core.errors import Refused

        try:
            return super().invoke(ctx)
        except (embedded.EmbeddedError, ImproperlyConfigured, Refused) as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=Sentences)
@click.version_option(__version__)
def main() -> None:
    """Gongfang runs a county's network of community workshops."""


@main.command()
def setup() -> None:
    """Make the database and bring every county up to date, without starting anything."""
    from gongfang.catalogue import build

    build()
    with database():
        _migrate_counties()
    click.echo("gongfang is set up.")


def _migrate_counties() -> None:
    from gongfang.counties.models import County
    from gongfang.counties.schemas import migrate_county

    for slug in County.objects.values_list("schema_name", flat=True):
        migrate_county(slug)


@main.command()
@click.option("--demo/--no-demo", default=True, help="Load the demo county on first start.")
def up(demo: bool) -> None:
    """Start gongfang: database, web pages and queue, until Ctrl-C."""
    from gongfang.catalogue import build

    began = time.monotonic()
    build()
    with database():
        from django.conf import settings

        _migrate_counties()
        if demo and settings.DEMO:
            _first_demo()
        _serve(began)


def _first_demo() -> None:
    from gongfang.counties.models import County
    from gongfang.demo.build import build

    if not County.objects.exists():
        build()


def _serve(began: float) -> None:
    from django.conf import settings
    from django.db import connections

    connections.close_all()
    web = [sys.executable, "-m", "granian", "--interface", "wsgi", "gongfang.wsgi:application",
           "--host", os.environ.get("GONGFANG_BIND", "127.0.0.1"), "--port", str(settings.PORT),
           "--workers", os.environ.get("GONGFANG_WORKERS", "1"), "--blocking-threads", "4",
           "--log-level", "warning"]  # fmt: skip
    queue = [sys.executable, "-m", "gongfang", "work"]
    children = [subprocess.Popen(command, start_new_session=True) for command in (web, queue)]  # noqa: S603
    try:
        _until_answering(settings.PORT, children)
        _say_where(time.monotonic() - began)
        _wait(children)
    finally:
        _stop(children)


def _until_answering(port: int, children: list[subprocess.Popen[bytes]]) -> None:
    import socket

    for _try in range(300):
        if any(child.poll() is not None for child in children):
            raise click.ClickException(
                f"gongfang could not start. Is port {port} in use? Choose another: PORT=8001 make run"
            )
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)


def _say_where(seconds: float) -> None:
    from django.conf import settings

    from gongfang.counties.models import County

    click.echo(
        f"\ngongfang is at http://{settings.HOST}:{settings.PORT} (ready in {seconds:.1f} s). Ctrl-C stops it."
    )
    if settings.DEMO and County.objects.filter(demo=True).exists():
        from gongfang.demo.accounts import table

        click.echo(table())


def _wait(children: list[subprocess.Popen[bytes]]) -> None:
    def leave(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, leave)
    try:
        while all(child.poll() is None for child in children):
            time.sleep(0.5)
    except KeyboardInterrupt:
        click.echo("\nStopping.")


def _stop(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        child.terminate()
    for child in children:
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            child.kill()


@main.command()
def work() -> None:
    """Carry out the queue's long work until stopped."""
    with database():
        from procrastinate.contrib.django import app

        connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]
        with app.replace_connector(connector) as worker:
            worker.run_worker(
                name="gongfang", concurrency=1, delete_jobs="successful", install_signal_handlers=True
            )


@main.group()
def county() -> None:
    """Counties of this installation."""


@county.command("add")
@click.argument("code")
@click.argument("slug")
@click.option(
    "--name", default="", help="The county's name, if its divisions are not among the bundled ones."
)
@click.option("--officer", default="officer", help="User name of the first officer.")
def county_add(code: str, slug: str, name: str, officer: str) -> None:
    """Make a county: its schema, its divisions and its first officer, whose password is printed once."""
    with database():
        from gongfang.counties.queries import address
        from gongfang.founding import found_county

        made, password = found_county(code, slug, name=name, officer=officer)
        click.echo(f"{made.name} is at {address(made)}\nFirst officer: {officer}\nPassword: {password}")


@main.command()
def messages() -> None:
    """Build the Chinese catalogue from the translations."""
    from gongfang.catalogue import build

    click.echo(f"{build()} catalogues built.")


@main.command()
@click.option("--county", "slug", required=True)
@click.option("--json", "as_json", is_flag=True)
def report(slug: str, as_json: bool) -> None:
    """Print the county's published figures beside what the registers say."""
    with inside(slug):
        from gongfang.oversight.figures import figures, sentences

        rows = figures(slug)
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1) if as_json else "\n".join(sentences(rows)))
