"""Figures, reconciliation and checkpoints of a county."""

from __future__ import annotations

import json
import sys
from typing import TextIO

import click

from gongfang.cli.place import inside
from gongfang.cli.root import main


@main.command()
@click.option("--county", "slug", required=True)
@click.option("--json", "as_json", is_flag=True)
def report(slug: str, as_json: bool) -> None:
    """Print the county's published figures beside what the registers say."""
    with inside(slug):
        from gongfang.oversight.figures import figures, sentences

        rows = figures(slug)
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1) if as_json else "\n".join(sentences(rows)))


@main.command()
@click.option("--county", "slug", required=True)
@click.option("--checkpoint", type=click.File(encoding="utf-8"), help="Checkpoints from paper, one a line.")
def reconcile(slug: str, checkpoint: TextIO | None) -> None:
    """Recompute every balance and counter and name each difference; says 1 to the shell when there is one."""
    with inside(slug):
        from functools import partial

        from gongfang.ledger.checks import compare_papers
        from gongfang.ledger.reconcile import reconcile as run
        from gongfang.ledger.seals import Paper

        papers = [Paper.read(line) for line in checkpoint or [] if line.strip()]
        report = run(papers=partial(compare_papers, papers)) if papers else run()
        for difference in report.differences:
            click.echo(str(difference))
        click.echo(f"{len(report.differences)} differences")
        if report.differences:
            sys.exit(1)


@main.command()
@click.option("--county", "slug", required=True)
def checkpoints(slug: str) -> None:
    """Print the sealed days, one a line, to be kept on paper elsewhere; `reconcile --checkpoint` reads them."""
    with inside(slug):
        from gongfang.ledger.models import Checkpoint
        from gongfang.ledger.seals import Paper

        for row in Checkpoint.objects.order_by("day"):
            click.echo(str(Paper.of(row)))


@main.command()
@click.option("--county", "slug", required=True)
@click.option("--beancount", type=click.File("w", encoding="utf-8", atomic=True), required=True)
def export(slug: str, beancount: TextIO) -> None:
    """Write the whole ledger as a Beancount journal; `bean-check` then adds it up without us."""
    with inside(slug) as county:
        from rich.console import Console
        from rich.progress import Progress

        from gongfang.ledger.beancount import acts, journal

        with Progress(console=Console(stderr=True)) as bar:
            task = bar.add_task("acts", total=acts())
            for directive in journal(county.name, simulated=county.demo):
                beancount.write(directive)
                bar.advance(
                    task, directive.startswith("\n")
                )  # an empty line goes before an act, and only there
