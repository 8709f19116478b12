"""Backups of counties, the keys they live by, and bringing them back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
import django

from gongfang import embedded
from gongfang.cli.counties import county
from gongfang.cli.place import data_folder, database, inside
from gongfang.cli.root import main
from gongfang.core.clock import SHANGHAI

if TYPE_CHECKING:
    from gongfang.operations.backup.wal import Shipper

FILE = click.Path(path_type=Path)
MOMENT = click.DateTime(["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S%z"])
IDENTITY = click.option("--identity", type=FILE, required=True, help="The file with the private key.")


def _words() -> None:
    """Speak without the installation's settings: reading them would make keys where none are."""
    from django.conf import settings

    from gongfang.catalogue import ROOT

    if not settings.configured:
        settings.configure(LANGUAGE_CODE="zh-hans", LOCALE_PATHS=[ROOT / "operations/locale"])
        django.setup()


@main.group(invoke_without_command=True)
@click.option("--county", "slug", help="The county, by the short name in its address.")
@click.option("--to", type=FILE, help="A file, or a folder that gets one named by county and moment.")
@click.option("--key", default="", help="Public key (age1…), or a file of them; else GONGFANG_BACKUP_KEY.")
@click.pass_context
def backup(context: click.Context, slug: str | None, to: Path | None, key: str) -> None:
    """Make one encrypted file of a county, checked after it was written."""
    if context.invoked_subcommand:
        return
    if not slug or not to:
        raise click.UsageError("Name a county and where to: gongfang backup --county panan --to /media/disk")
    with database():
        from gongfang.operations.backup.keys import recipients
        from gongfang.operations.backup.making import back_up

        made = back_up(slug, to, recipients(key, keys=data_folder() / "keys"))
        click.echo(f"{made.sealed.path} ({made.sealed.size:,} bytes, sha256 {made.sealed.sha256})")
        click.echo(f"Every act up to receipt {made.manifest.safe_receipt} is in it.")
        if not made.elsewhere:
            click.echo(
                "It lies on the same disk as the data: carry both files to another machine, then there or with that "
                f"disk at hand: gongfang backup confirm {made.sealed.path.name}"
            )


@backup.command()
@click.option("--to", type=FILE, required=True, help="The file for the private key, best on a stick.")
def keys(to: Path) -> None:
    """Make the pair of keys: the public one stays here and locks, the private one opens and goes elsewhere."""
    _words()
    from gongfang.operations.backup.keys import make_pair

    public = make_pair(to, keys=data_folder() / "keys")
    click.echo(
        f"Public key: {public}\n"
        f"It is kept here and locks every backup from now on.\n"
        f"The private key is in {to}. Take it off this machine: on two sticks or on paper, in two safes, away from "
        "the backups. Whoever has it and a backup reads what is not locked besides; without it nobody opens a backup."
    )


@backup.command()
@click.option("--to", type=FILE, required=True)
@click.option("--key", default="", help="Public key (age1…), or a file of them; else GONGFANG_BACKUP_KEY.")
def secrets(to: Path, key: str) -> None:
    """Lock this installation's own keys into a file for another place than the backups."""
    _words()
    from gongfang.operations.backup import keyring
    from gongfang.operations.backup.keys import recipients

    folder = data_folder() / "keys"
    sealed = keyring.export(folder, to, recipients(key, keys=folder))
    click.echo(
        f"{sealed.path}\nKeep it in another place than the backups: who has both, and the private key, reads "
        "every number. A backup without it comes back with numbers nobody can read."
    )


@backup.command()
@click.argument("file", type=FILE)
def check(file: Path) -> None:
    """Compare a backup with the note beside it, without any key."""
    _words()
    from gongfang.operations.backup import sealing

    note = sealing.check(file)
    click.echo(f"{file} is whole: {note.get('county', 'keys')}, made at {note['made_at']}.")


@backup.command()
@click.argument("file", type=FILE)
def confirm(file: Path) -> None:
    """Say that a backup lies on another disk now: phones then forget what it covers."""
    with database():
        from gongfang.operations.backup.making import confirm as confirm_copy

        click.echo(f"{file} is whole. What it covers of {confirm_copy(file)} is safe now.")


@main.group(invoke_without_command=True)
@click.pass_context
def archive(context: click.Context) -> None:
    """Carry every change of the database to the folder in GONGFANG_ARCHIVE, until stopped."""
    if context.invoked_subcommand:
        return
    with _shipper() as shipper:
        from gongfang.operations.leaving import leave_with_parent

        leave_with_parent()
        shipper.run()


@archive.command()
def base() -> None:
    """Make a base now, as is done every week, and drop what no kept base needs."""
    with _shipper() as shipper:
        made = shipper.make_base()
        click.echo(f"{made.path}: the whole database as of {made.made_at:%Y-%m-%d %H:%M} UTC.")


@contextmanager
def _shipper() -> Iterator[Shipper]:
    folder = os.environ.get("GONGFANG_ARCHIVE")
    if not folder:
        raise click.ClickException("Name the folder of the archive, on another disk, in GONGFANG_ARCHIVE.")
    with database():
        from gongfang.operations.backup.keys import recipients
        from gongfang.operations.backup.standing import replication, spool
        from gongfang.operations.backup.wal import Shipper

        if not replication() or not spool().is_dir():
            raise click.ClickException(
                "The bundled database has to be started anew after GONGFANG_ARCHIVE was set; one of your own needs "
                "GONGFANG_WAL_SPOOL and GONGFANG_ARCHIVE_URL, see docs/guides/backup.md."
            )
        keys = recipients("", keys=data_folder() / "keys")
        yield Shipper(spool(), Path(folder), keys, replication())


@archive.command()
@click.argument("name")
@click.argument("to", type=FILE)
@IDENTITY
def fetch(name: str, to: Path, identity: Path) -> None:
    """Unlock one piece of the log: the restore_command of a PostgreSQL of your own; says 1 when it is not there."""
    _words()
    from gongfang.operations.backup.keys import identities
    from gongfang.operations.backup.store import Archive

    found = Archive(Path(os.environ["GONGFANG_ARCHIVE"]), identities(identity))
    if not found.has(name):
        raise SystemExit(1)
    found.fetch(name, to)


@archive.command()
@click.option("--to", type=FILE, required=True, help="An empty folder for the database.")
@click.option("--until", type=MOMENT, help="The last moment to come back to.")
@IDENTITY
def unpack(to: Path, until: datetime | None, identity: Path) -> None:
    """Unlock the newest base and the files, for a PostgreSQL of your own to go on from."""
    _words()
    from gongfang.operations.backup.keys import identities
    from gongfang.operations.backup.store import Archive

    found = Archive(Path(os.environ["GONGFANG_ARCHIVE"]), identities(identity))
    chosen = found.base(_aware(until))
    to.mkdir(parents=True, exist_ok=True, mode=0o700)
    found.lay_base(chosen, to)
    files = found.lay_files(data_folder() / "files")
    click.echo(
        f"{to} holds the database of PostgreSQL {chosen.postgresql} as of {chosen.made_at}; {files} files."
    )


@archive.command()
@click.option("--copy-of", type=MOMENT, required=True, help="The moment the database came back to.")
def freeze(copy_of: datetime) -> None:
    """Let every county stand still, after the database was brought back by other means than `gongfang restore`."""
    with database():
        from gongfang.operations.backup.restoring import freeze_all

        click.echo(f"Standing still: {', '.join(freeze_all(_needed(copy_of)))}")


def _aware(moment: datetime | None) -> datetime | None:
    return moment and _needed(moment)


def _needed(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


@main.command()
@click.argument("file", type=FILE, required=False)
@click.option("--identity", type=FILE, required=True, help="The file with the private key.")
@click.option("--county", "slug", default="", help="Refuse the file when it is of another county.")
@click.option(
    "--replace", is_flag=True, help="Put a living county aside, under another name, until it is dropped."
)
@click.option(
    "--secrets", type=FILE, help="Bring back the installation's keys from their own file, and no more."
)
@click.option("--archive", "folder", type=FILE, help="Bring back the whole database from an archive.")
@click.option(
    "--until", type=MOMENT, help="With --archive: the last moment to come back to, in Shanghai's time."
)
def restore(
    file: Path | None,
    identity: Path,
    slug: str,
    replace: bool,
    secrets: Path | None,
    folder: Path | None,
    until: datetime | None,
) -> None:
    """Bring a county back from its backup; money moves again when its books were compared with the bank."""
    if secrets:
        _bring_back_keys(secrets, identity)
        return
    if folder:
        _bring_back_all(folder, identity, _aware(until))
        return
    if not file:
        raise click.UsageError(
            "Name the backup: gongfang restore panan-20261121T180000.gongfang.age --identity …"
        )
    with database():
        from gongfang.counties.queries import address
        from gongfang.operations.backup.keys import identities
        from gongfang.operations.backup.restoring import restore as bring_back

        made = bring_back(file, identities(identity), county=slug, replace_living=replace)
        click.echo(
            f"{made.name} is back at {address(made)} and stands still: nobody is paid and nothing is sent.\n"
            f"Everybody logs in anew. What to do next is on the first page of the county's officers: "
            f"{address(made, '/standstill/')}"
        )


def _bring_back_keys(secrets: Path, identity: Path) -> None:
    _words()
    from gongfang.operations.backup import keyring
    from gongfang.operations.backup.keys import identities

    names = keyring.bring_back(secrets, data_folder() / "keys", identities(identity))
    click.echo(f"{len(names)} keys are back in {data_folder() / 'keys'}.")


def _bring_back_all(folder: Path, identity: Path, until: datetime | None) -> None:
    if not (data_folder() / "keys" / "hash").exists():
        raise click.ClickException("Bring the keys first: gongfang restore --secrets FILE --identity …")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongfang.settings")
    django.setup()
    from gongfang.operations.backup.cluster import restore_cluster
    from gongfang.operations.backup.keys import identities
    from gongfang.operations.backup.store import Archive

    found = Archive(folder, identities(identity))
    moment = restore_cluster(found, data_folder(), until=until, freeze=_freeze)
    click.echo(
        f"The database is back as of {moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S} (Shanghai). Every county stands "
        "still: nobody is paid and nothing is sent. Start gongfang; each county's first page says what comes next."
    )


def _freeze(server: embedded.Server, moment: datetime) -> None:
    from django.conf import settings
    from django.db import connections

    from gongfang.operations.backup.restoring import freeze_all

    place = settings.DATABASES["default"]
    place.update(HOST=str(server.socket), PORT=embedded.SETTINGS["port"], NAME="gongfang")
    connections.settings["default"].update(place)
    try:
        freeze_all(moment)
    finally:
        connections.close_all()


@county.command("aside")
@click.option("--drop", default="", help="Drop one of them for good, with its files.")
def aside(drop: str) -> None:
    """List the counties a restore has put aside, or drop one."""
    with database():
        from gongfang.operations.backup.restoring import drop_aside, set_aside

        if drop:
            drop_aside(drop)
            click.echo(f"{drop} is gone.")
            return
        click.echo("\n".join(set_aside()) or "Nothing was put aside.")


@county.command("thaw")
@click.option("--county", "slug", required=True)
@click.option("--user", "username", required=True, help="The officer who lets money move again.")
def thaw(slug: str, username: str) -> None:
    """Let money move again in a restored county, as the officer named; says what is missing."""
    with inside(slug):
        from gongfang.core.action import By
        from gongfang.core.models import Continuity, User
        from gongfang.operations.backup.actions import thaw_county

        user = User.objects.filter(username__iexact=username, is_active=True, is_system=False).first()
        if user is None:
            raise click.ClickException(f"Nobody in {slug} has the user name {username}.")
        thaw_county(By(user=user, via="cli"), Continuity.current())
        click.echo("Money moves again.")
