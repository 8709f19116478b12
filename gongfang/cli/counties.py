"""Making counties, and tokens for their programs."""

from __future__ import annotations

import click

from gongfang.cli.place import database, inside
from gongfang.cli.root import main


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
