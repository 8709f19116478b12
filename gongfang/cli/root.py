"""The command all others hang on."""

from __future__ import annotations

import os
from pathlib import Path

import click

from gongfang import __version__, embedded
from gongfang.cli.place import data_folder

ENGINE = Path(__file__).resolve().parents[1] / "engines" / "dispatch"


class Sentences(click.Group):
    """A refusal or a broken database is answered in one sentence, without a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        import psycopg
        from django.core.exceptions import ImproperlyConfigured
        from django.db import OperationalError

        from gongfang.core.errors import Refused

        try:
            return super().invoke(ctx)
        except (embedded.EmbeddedError, ImproperlyConfigured, Refused) as error:
            raise click.ClickException(str(error)) from error
        except (OperationalError, psycopg.OperationalError) as error:
            raise click.ClickException(unreachable(error)) from error


def unreachable(error: Exception) -> str:
    """Say that the database does not answer, and why; the reason holds a host and a port, never a password."""
    reason = (str(error).strip().splitlines() or ["it gave no reason"])[0].removeprefix("connection failed: ")
    return f"The database does not answer ({reason}). Start it, or correct DATABASE_URL."


@click.group(cls=Sentences)
@click.version_option(__version__)
def main() -> None:
    """Gongfang runs a county's network of community workshops."""
    # The planner's machine code is kept beside it where that can be written.
    if not os.access(ENGINE, os.W_OK):
        os.environ.setdefault("NUMBA_CACHE_DIR", str(data_folder() / "kernels"))
