"""The command line: start a county on this machine, add one, load the demo, play it, reconcile it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

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
    with database():
        from gongfang.core import clock
        from gongfang.counties.models import County
        from gongfang.counties.schemas import migrate_county
        from gongfang.database import scope

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
        _bring_up_to_date()
    click.echo("gongfang is set up.")


def _bring_up_to_date() -> None:
    from django.conf import settings
    from django.core.management import call_command

    from gongfang.counties.models import County
    from gongfang.counties.schemas import migrate_county

    for slug in County.objects.values_list("schema_name", flat=True):
        migrate_county(slug)
    if settings.HTTPS:  # hashed names, so that browsers may keep them for a year
        call_command("collectstatic", interactive=False, verbosity=0)


@main.command()
@click.option("--demo/--no-demo", default=True, help="Load the demo county on first start.")
def up(demo: bool) -> None:
    """Start gongfang: database, web pages and queue, until Ctrl-C."""
    from gongfang.catalogue import build

    began = time.monotonic()
    build()
    with database():
        from django.conf import settings

        _insist_on_free(settings.PORT)
        _bring_up_to_date()
        if demo and settings.DEMO:
            _first_demo()
        _serve(began)


def _first_demo() -> None:
    from gongfang.database import scope
    from gongfang.demo.build import build, is_missing

    if is_missing():
        build()
        scope.leave()


def _serve(began: float) -> None:
    from django.conf import settings
    from django.db import connections

    connections.close_all()
    children = [
        subprocess.Popen([sys.executable, "-m", "gongfang", command], start_new_session=True)  # noqa: S603
        for command in ("web", "work")
    ]
    try:
        _until_answering(settings.PORT, children)
        _say_where(time.monotonic() - began)
        _wait(children)
    finally:
        _stop(children)


def _until_answering(port: int, children: list[subprocess.Popen[bytes]]) -> None:
    for _try in range(300):
        if any(child.poll() is not None for child in children):
            raise click.ClickException("gongfang could not start. What is written above says why.")
        if _answers(port):
            return
        time.sleep(0.1)


def _answers(port: int) -> bool:
    import socket

    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _insist_on_free(port: int) -> None:
    """Refuse a port somebody answers on: the system would let both listen, and give each of them half the visits."""
    if _answers(port):
        raise click.ClickException(f"Port {port} is in use. Choose another: PORT={port + 1} make run")


def _say_where(seconds: float) -> None:
    from django.conf import settings

    from gongfang.counties.models import County
    from gongfang.counties.queries import front_page

    click.echo(f"\ngongfang is at {front_page()} (ready in {seconds:.1f} s). Ctrl-C stops it.")
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


@main.command(hidden=True)
def web() -> None:
    """Serve the pages and the API until stopped."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    _leave_with_parent()
    Granian(
        "gongfang.wsgi:application",
        interface=Interfaces.WSGI,
        address=os.environ.get("GONGFANG_BIND", "127.0.0.1"),
        port=int(os.environ.get("PORT", "8000")),
        workers=int(os.environ.get("GONGFANG_WORKERS", "1")),
        blocking_threads=4,
        log_level=LogLevels.warning,
    ).serve()


@main.command()
def work() -> None:
    """Carry out the queue's long work until stopped."""
    with database():
        from procrastinate.contrib.django import app

        _leave_with_parent()
        connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]
        with app.replace_connector(connector) as worker:
            worker.run_worker(
                name="gongfang", concurrency=1, delete_jobs="successful", install_signal_handlers=True
            )


def _leave_with_parent() -> None:
    """Stop when the process that started this one is gone, however it went: nothing stays behind on the port."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


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
def demo() -> None:
    """Build the demo county: Pan'an on the morning its knots are asked for, with everything before it."""
    with database():
        from gongfang.counties.queries import address
        from gongfang.demo.accounts import table
        from gongfang.demo.build import build

        made = build()
        click.echo(f"{made.name} is at {address(made)}\n{table()}")


@main.command()
@click.option("--county", "slug", required=True)
def play(slug: str) -> None:
    """Play the demo's ten days: thirty thousand knots, from the enquiry to everybody's pay."""
    with inside(slug):
        from gongfang.demo.play import play as run

        click.echo(run(slug))


@main.command()
@click.option("--county", "slug", required=True)
@click.option("--json", "as_json", is_flag=True)
def report(slug: str, as_json: bool) -> None:
    """Print the county's published figures beside what the registers say."""
    with inside(slug):
        from gongfang.oversight.figures import figures, sentences

        rows = figures(slug)
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1) if as_json else "\n".join(sentences(rows)))


@main.command()
@click.option("--county", "slug", required=True)
@click.option("--checkpoint", type=click.File(encoding="utf-8"), help="Checkpoints from paper, one a line.")
def reconcile(slug: str, checkpoint: TextIO | None) -> None:
    """Recompute every balance and counter and name each difference; says 1 to the shell when there is one."""
    with inside(slug):
        from functools import partial

        from gongfang.ledger.checks import compare_papers
        from gongfang.ledger.reconcile import reconcile as run
        from gongfang.ledger.seals import Paper

        papers = [Paper.read(line) for line in checkpoint or [] if line.strip()]
        report = run(papers=partial(compare_papers, papers)) if papers else run()
        for difference in report.differences:
            click.echo(str(difference))
        click.echo(f"{len(report.differences)} differences")
        if report.differences:
            sys.exit(1)


@main.command()
@click.option("--county", "slug", required=True)
def checkpoints(slug: str) -> None:
    """Print the sealed days, one a line, to be kept on paper elsewhere; `reconcile --checkpoint` reads them."""
    with inside(slug):
        from gongfang.ledger.models import Checkpoint
        from gongfang.ledger.seals import Paper

        for row in Checkpoint.objects.order_by("day"):
            click.echo(str(Paper.of(row)))


@main.command()
@click.option("--county", "slug", required=True)
@click.option("--user", "username", required=True)
@click.option("--label", default="command line")
def token(slug: str, username: str, label: str) -> None:
    """Make a token for somebody's programs; it is shown once and kept only as a hash."""
    with inside(slug):
        from gongfang.core.action import By
        from gongfang.core.login import fresh_token, make_token
        from gongfang.core.models import User

        user = User.objects.filter(username__iexact=username, is_active=True, is_system=False).first()
        if user is None:
            raise click.ClickException(f"Nobody in {slug} has the user name {username}.")
        secret, digest = fresh_token()
        make_token(By(user=user, via="cli"), user, label=label, digest=digest)
        click.echo(secret)
