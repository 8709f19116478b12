"""Where a command works: the data folder, its database, one of its counties."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
import django

from gongfang import embedded
from gongfang.database.roles import OWNER

if TYPE_CHECKING:
    from gongfang.counties.models import County


def data_folder() -> Path:
    """Return the folder of this installation's database, files and keys."""
    return Path(os.environ.get("GONGFANG_DATA") or Path(__file__).resolve().parents[2] / ".data").resolve()


def insist_on_owner(data: Path) -> None:
    """Refuse to work as root in a folder of somebody else's, who could not read afterwards what root made there."""
    if data.exists() and os.geteuid() == 0 and data.stat().st_uid:
        owner = data.owner()
        raise click.ClickException(
            f"The data folder {data} belongs to {owner}, and this is root: sudo -u {owner} and the same command again."
        )


@contextmanager
def database() -> Iterator[embedded.Server | None]:
    """Have a database, its roles and the public schema: the embedded one unless DATABASE_URL names one."""
    insist_on_owner(data_folder())
    own = not os.environ.get("DATABASE_URL")
    server = embedded.start(data_folder()) if own else None
    if server:
        os.environ["DATABASE_URL"] = server.url(OWNER, "gongfang")
    try:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongfang.settings")
        django.setup()
        from gongfang.counties import schemas
        from gongfang.operations import foundation

        if server:
            schemas.prepare_cluster(server.params(), name="gongfang")
        else:
            foundation.insist_on_version()
            schemas.prepare_foreign_cluster()
        foundation.insist_on_keys()
        schemas.migrate_public()
        yield server
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
        from gongfang.counties.queries import living
        from gongfang.counties.schemas import migrate_county
        from gongfang.database import scope

        county = living().filter(schema_name=slug, resting_since=None).first()
        if county is None:
            known = ", ".join(living().values_list("schema_name", flat=True)) or "none yet"
            raise click.ClickException(f"There is no county {slug}. Counties here: {known}.")
        migrate_county(slug)
        scope.enter(county)
        with clock.shifted(county.clock_shift):
            yield county
