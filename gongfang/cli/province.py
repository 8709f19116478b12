"""Plan the counties of a province from their instance files, on the cores, the queue or the machines there are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gongfang.cli.place import database
from gongfang.cli.root import main

if TYPE_CHECKING:
    from gongfang.engines.dispatch import Effort
    from gongfang.engines.province import Executor, Planned


@main.command()
@click.argument(
    "instances", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False)
)
@click.option(
    "-o", "--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="Where plans go."
)
@click.option("--effort", type=click.Choice(["fast", "good", "best"]), default="good", show_default=True)
@click.option("--seed", default=0, show_default=True)
@click.option(
    "--on", "where", default="cores", show_default=True, help="cores, queue, or a scheduler: tls://HOST:8786."
)
def province(instances: tuple[Path, ...], out: Path, effort: Effort, seed: int, where: str) -> None:
    """Plan many counties, one instance file each."""
    from rich.console import Console
    from rich.progress import Progress

    from gongfang.engines.province import Case, plan_counties

    if len({path.stem for path in instances}) < len(instances):
        raise click.ClickException("Two files have the same name; a plan is called as its instance is.")
    if out.resolve() in {path.resolve().parent for path in instances}:
        raise click.ClickException("Plans would take the place of their instances. Choose another folder.")
    out.mkdir(parents=True, exist_ok=True)
    cases = (Case(path.stem, path.read_bytes(), effort, seed) for path in instances)
    with _executor(where) as executor, Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task("planning", total=len(instances))

        def keep(planned: Planned) -> None:
            (out / f"{planned.county}.npz").write_bytes(planned.plan)
            bar.advance(task)

        plan_counties(cases, executor=executor, observe=keep)


@contextmanager
def _executor(where: str) -> Iterator[Executor]:
    """Whoever carries the plans out."""
    from gongfang.engines.province import Processes

    if where == "cores":
        yield Processes()
    elif where == "queue":
        with database():
            from gongfang.work.dispatch.province import Queue

            yield Queue()
    else:
        try:
            yield _cluster(where)
        except OSError as error:
            raise click.ClickException(f"Planning on {where} broke off: {error}") from error


def _cluster(address: str) -> Executor:
    try:
        from gongfang.engines.province.cluster import Cluster
    except ModuleNotFoundError as error:
        raise click.ClickException(
            "Planning on many machines needs the extra `cluster`: install it first."
        ) from error
    return Cluster(address)
