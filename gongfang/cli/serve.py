"""Setting up and serving: `up` starts everything, `web` and `work` are what it starts."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request

import click

from gongfang import embedded
from gongfang.cli.place import data_folder, database, insist_on_owner
from gongfang.cli.root import main
from gongfang.operations import counting
from gongfang.operations.leaving import leave_with_parent

PAUSE = 2.0  # between two looks at what should be running
PATIENCE = 120.0  # for the pages to answer the first time


@main.command()
def setup() -> None:
    """Make the database and bring every county up to date, without starting anything."""
    from gongfang.catalogue import build

    build()
    planner = _prepare_planner()
    with database():
        _bring_up_to_date()
    planner.wait()
    click.echo("gongfang is set up.")


def _prepare_planner() -> subprocess.Popen[bytes]:
    """Make the planner's machine code meanwhile, so that the first plan is not slow."""
    return subprocess.Popen([sys.executable, "-m", "gongfang.engines.dispatch", "--compile"])


def _bring_up_to_date() -> None:
    from django.conf import settings
    from django.core.management import call_command

    from gongfang.counties.queries import living
    from gongfang.counties.schemas import migrate_county

    for slug in living().values_list("schema_name", flat=True):
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
    with database() as server:
        from django.conf import settings

        _insist_on_free(settings.PORT)
        _bring_up_to_date()
        if demo and settings.DEMO:
            _first_demo()
        _prepare_planner()
        _serve(began, server)


def _first_demo() -> None:
    from gongfang.database import scope
    from gongfang.demo.build import build, is_missing

    if is_missing():
        build()
        scope.leave()


def _serve(began: float, server: embedded.Server | None) -> None:
    from django.conf import settings
    from django.db import connections

    connections.close_all()
    children = {command: _start(command) for command in ("web", "work", *_carrying())}
    try:
        _until_answering(settings.PORT, list(children.values()))
        _say_where(time.monotonic() - began)
        _keep(children, server)
    finally:
        _stop(list(children.values()))
        counting.forget(data_folder())


def _carrying() -> tuple[str, ...]:
    """Carry changes to the archive if one is named; without a key that is refused here, not in a child for ever."""
    if not os.environ.get("GONGFANG_ARCHIVE"):
        return ()
    from gongfang.operations.backup.keys import recipients

    recipients("", keys=data_folder() / "keys")
    return ("archive",)


def _start(command: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "gongfang", command], start_new_session=True)  # noqa: S603


def _until_answering(port: int, children: list[subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not _lives(port):
        if any(child.poll() is not None for child in children) or time.monotonic() > deadline:
            raise click.ClickException("gongfang could not start. What is written above says why.")
        time.sleep(0.1)


def _lives(port: int) -> bool:
    """Say whether pages are really answered there: the server listens before it has read the program."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2) as said:
            return bool(said.status == 200)
    except OSError:
        return False


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


def _keep(children: dict[str, subprocess.Popen[bytes]], server: embedded.Server | None) -> None:
    """Start again whatever ends by itself, pages, queue or bundled database, until somebody stops all of it."""

    def leave(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, leave)
    try:
        while True:
            time.sleep(PAUSE)
            if server and not embedded.answers(server):
                _wake(server)
            for command, child in children.items():
                if child.poll() is not None:
                    click.echo(f"`{command}` ended with {child.returncode} and is started again.", err=True)
                    children[command] = _start(command)
    except KeyboardInterrupt:
        click.echo("\nStopping.")


def _wake(server: embedded.Server) -> None:
    try:
        embedded.start(server.data).release()  # our own share keeps it running
    except embedded.EmbeddedError as error:
        click.echo(f"The database is away: {error} Trying again.", err=True)


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

    insist_on_owner(data_folder())
    counting.begin("web", data_folder())
    _read_settings()
    leave_with_parent()
    Granian(
        "gongfang.wsgi:application",
        interface=Interfaces.WSGI,
        address=os.environ.get("GONGFANG_BIND", "127.0.0.1"),
        port=int(os.environ.get("PORT", "8000")),
        # A page is mostly Python, which uses one core a process.
        workers=int(os.environ.get("GONGFANG_WORKERS") or min(2, os.cpu_count() or 1)),
        # Threads of a process wait for each other's Python; two are enough while one of them waits for PostgreSQL.
        blocking_threads=2,
        respawn_failed_workers=True,
        log_level=LogLevels.warning,
    ).serve()


def _read_settings() -> None:
    """Read the settings here, where a wrong one is answered in a sentence and not in every worker."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongfang.settings")
    from django.conf import settings

    _insist_on_free(settings.PORT)


@main.command()
def work() -> None:
    """Carry out the queue's long work until stopped."""
    counting.begin("work", data_folder())
    with database():
        from procrastinate.contrib.django import app

        from gongfang.operations import logs, metrics  # noqa: F401 -- both listen from now on

        leave_with_parent()
        connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]
        with app.replace_connector(connector) as worker:
            worker.run_worker(
                name="gongfang", concurrency=1, delete_jobs="successful", install_signal_handlers=True
            )


@main.command()
def messages() -> None:
    """Build the Chinese catalogue from the translations."""
    from gongfang.catalogue import build

    click.echo(f"{build()} catalogues built.")
