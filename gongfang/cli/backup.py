"""Backups of counties, the keys they live by, and bringing them back."""

from __future__ import annotations

from pathlib import Path

import click

from gongfang.cli.counties import county
from gongfang.cli.place import data_folder, database, inside
from gongfang.cli.root import main

FILE = click.Path(path_type=Path)
IDENTITY = click.option("--identity", type=FILE, required=True, help="The file with the private key.")


def _words() -> None:
    """Speak without the installation's settings: reading them would make keys where none are."""
    from django.conf import settings

    from gongfang.catalogue import ROOT

    if not settings.configured:
        settings.configure(LANGUAGE_CODE="zh-hans", LOCALE_PATHS=[ROOT / "operations/locale"])


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


@main.command()
@click.argument("file", type=FILE, required=False)
@click.option("--identity", type=FILE, required=True, help="The file with the private key.")
@click.option("--county", "slug", default="", help="Refuse the file when it is of another county.")
@click.option("--replace", is_flag=True, help="Put a living county aside, under another name, until it is dropped.")
@click.option("--secrets", type=FILE, help="Bring back the installation's keys from their own file, and no more.")
def restore(file: Path | None, identity: Path, slug: str, replace: bool, secrets: Path | None) -> None:
    """Bring a county back from its backup; money moves again when its books were compared with the bank."""
    if secrets:
        _bring_back_keys(secrets, identity)
        return
    if not file:
        raise click.UsageError("Name the backup: gongfang restore panan-20261121T180000.gongfang.age --identity …")
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
