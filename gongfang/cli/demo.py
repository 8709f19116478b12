"""The demo county, and the days played in it."""

from __future__ import annotations

import click

from gongfang.cli.place import database, inside
from gongfang.cli.root import main


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
