"""Moving counties between installations."""

from __future__ import annotations

from pathlib import Path

import click

from gongfang.cli.counties import county
from gongfang.cli.place import database

FOLDER = click.Path(path_type=Path)


@county.command("move")
@click.argument("slug")
@click.option(
    "--to-data", type=FOLDER, required=True, help="GONGFANG_DATA of the other cell: its files and keys."
)
@click.option(
    "--to-database", default="", help="DATABASE_URL of the other cell; without it, its embedded one."
)
@click.option("--address", required=True, help="Where the proxy finds the other cell: http://10.0.0.2:8000")
def county_move(slug: str, to_data: Path, to_database: str, address: str) -> None:
    """Move a county to another cell that can be reached from here; it rests for as long as the copy takes."""
    with database():
        from gongfang.operations.move import move

        cell = {"GONGFANG_DATA": str(to_data.resolve())}
        moved = move(slug, cell | ({"DATABASE_URL": to_database} if to_database else {}), address=address)
        click.echo(f"{moved.name} lives at {address} now, with every act up to receipt {moved.last_receipt}.")
        click.echo("Give the proxy the new list: gongfang county places")


@county.command("send")
@click.argument("slug")
@click.argument("folder", type=FOLDER)
def county_send(slug: str, folder: Path) -> None:
    """Let a county rest and write a copy of it into FOLDER, to be carried to a cell that cannot be reached."""
    with database():
        from gongfang.operations.move import send

        sent = send(slug, folder)
        click.echo(f"{sent.name} rests. Carry {folder} to the other cell: gongfang county receive {folder}")
        click.echo(f"Then here: gongfang county gone {slug} --address …, or gongfang county stay {slug}")


@county.command("receive")
@click.argument("folder", type=FOLDER)
def county_receive(folder: Path) -> None:
    """Take in a county that rests elsewhere, from the copy in FOLDER, if its books agree."""
    with database():
        from gongfang.counties.queries import address
        from gongfang.operations.move import receive

        click.echo(f"The county is at {address(receive(folder))}. Its books agree.")


@county.command("gone")
@click.argument("slug")
@click.option("--address", required=True, help="Where the proxy finds the other cell.")
def county_gone(slug: str, address: str) -> None:
    """Write down that a resting county lives elsewhere now."""
    with database():
        from gongfang.operations.move import leave

        leave(slug, address=address)


@county.command("stay")
@click.argument("slug")
def county_stay(slug: str) -> None:
    """Let a resting county work on here."""
    with database():
        from gongfang.operations.move import stay

        stay(slug)


@county.command("drop")
@click.argument("slug")
@click.confirmation_option(prompt="What is left of the county here cannot be brought back. Drop it?")
def county_drop(slug: str) -> None:
    """Drop the closed rows of a county that lives elsewhere."""
    with database():
        from gongfang.operations.move import drop

        drop(slug)


@county.command("places")
def county_places() -> None:
    """Print host names and cells, as nginx reads them in a `map $host`."""
    with database():
        from gongfang.operations.move import places

        for line in places():
            click.echo(line)
