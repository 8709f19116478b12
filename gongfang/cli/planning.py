"""Plan a county or one workshop from the shell, and watch how far the plan is."""

from __future__ import annotations

from threading import Thread
from typing import TYPE_CHECKING

import click

from gongfang.cli.place import inside
from gongfang.cli.root import main

if TYPE_CHECKING:
    from gongfang.core.action import By
    from gongfang.core.models import Job
    from gongfang.work.dispatch.models import PlanRun


@main.command()
@click.option("--county", "slug", required=True)
@click.option("--workshop", type=int, help="The number of a workshop or agent; left out, the whole county.")
@click.option("--effort", type=click.Choice(["fast", "good", "best"]), default="good", show_default=True)
@click.option("--publish", is_flag=True, help="Share out and ask the people at once.")
def plan(slug: str, workshop: int | None, effort: str, *, publish: bool) -> None:
    """Plan the open work of a county, or of one workshop; Ctrl-C ends the search and keeps what was found."""
    with inside(slug):
        from gongfang.core import jobs
        from gongfang.core.action import By
        from gongfang.core.models import User
        from gongfang.work.dispatch import actions

        system = User.objects.get(is_system=True)
        job = _begin(By(user=system, via="cli"), workshop, effort)
        run = _made(slug, By(user=system, via="cli"), job)
        totals = run.totals
        click.echo(f"Plan {run.pk}: {totals['pieces']} pieces for {_people(run)} people,")
        click.echo(f"{totals['late_pieces']} of them late; {totals['unmade_pieces']} pieces find nobody.")
        if publish:
            jobs.run(actions.publish_plan(By(user=system, via="cli"), run).pk)
            click.echo(f"{run.offers.count()} offers are out.")


def _people(run: PlanRun) -> int:
    return run.lines.values("maker").distinct().count()


def _begin(by: By, workshop: int | None, effort: str) -> Job:
    from gongfang.registry.people.models import Organisation
    from gongfang.work.dispatch import actions
    from gongfang.work.dispatch.queries import county_division

    if workshop is None:
        return actions.plan_county(by, county_division(), effort=effort)
    place = Organisation.objects.filter(pk=workshop).first()
    if place is None:
        raise click.ClickException(f"There is no workshop or agent {workshop}.")
    return actions.start_plan(by, place, effort=effort)


def _made(slug: str, by: By, job: Job) -> PlanRun:
    """Carry the plan out beside a bar that tells how far it is."""
    from rich.console import Console
    from rich.progress import Progress

    from gongfang.work.dispatch import actions
    from gongfang.work.dispatch.models import PlanRun

    worker = Thread(target=_carry_out, args=(slug, job.pk))
    worker.start()
    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task("planning", total=None)
        while worker.is_alive():
            try:
                worker.join(timeout=0.5)
                job.refresh_from_db()
                bar.update(task, completed=job.done, total=job.total or None)
            except KeyboardInterrupt:
                actions.stop_plan(by, PlanRun.objects.get(job=job))
    run = PlanRun.objects.get(job=job)
    if run.stage != PlanRun.Stage.DRAFT:
        job.refresh_from_db()
        raise click.ClickException(job.sentence or "The queue is making this plan; look at its page.")
    return run


def _carry_out(slug: str, job_id: int) -> None:
    from django.db import connections

    from gongfang.core import jobs
    from gongfang.core.tasks import visit

    try:
        with visit(slug):
            jobs.run(job_id)
    finally:
        connections.close_all()
