"""The command all others hang on."""

from __future__ import annotations

import click

from gongfang import __version__, embedded


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
