"""How long work reads on its page: what it is, how far it has come, and where to go on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gongfang.core.models import Job
from gongfang.oversight.doubts.queries import JOB as DOUBTS
from gongfang.oversight.doubts.wording import searched
from gongfang.ui.actions import SHEET
from gongfang.ui.formats import moment, number
from gongfang.ui.parts import Link
from gongfang.ui.ways import reverse


@dataclass(frozen=True)
class Kind:
    """The words for one kind of long work, and the page its result stands on."""

    title: str
    result: Callable[[dict[str, Any]], str]
    then: Callable[[Job], Link]


def title(job: Job) -> str:
    """Say what this long work does."""
    return _kind(job).title


def is_open(job: Job) -> bool:
    """Say whether the work still waits or runs."""
    return job.state in (Job.State.WAITING, Job.State.RUNNING)


def answer(job: Job, *, now: datetime | None = None) -> str:
    """Say in one sentence how the work stands."""
    if job.state == Job.State.DONE:
        return _kind(job).result(job.result or {})
    if job.state in (Job.State.FAILED, Job.State.CANCELLED):
        return job.sentence
    if job.cancel_asked:
        return _("It stops at its next step.")
    if job.state == Job.State.WAITING:
        return _("It waits for its turn. You may close this page; the work goes on.")
    return _left(job, now or timezone.now())


def then(job: Job) -> Link:
    """Return where to go on: to the result, or back to where the work was asked for."""
    return _kind(job).then(job)


def _left(job: Job, now: datetime) -> str:
    """An honest estimate: the time so far, stretched to what is still to do; nothing before a tenth is done."""
    if not job.started_at or not job.total or job.done * 10 < job.total:
        return _("It is under way. You may close this page; the work goes on.")
    left = (now - job.started_at) * (job.total - job.done) / max(job.done, 1)
    if left < timedelta(minutes=1):
        return _("It is under way and takes less than a minute more.")
    minutes = -(-int(left.total_seconds()) // 60)
    return _("It is under way and takes about %(minutes)s minutes more.") % {"minutes": minutes}


def _home(job: Job) -> Link:
    return Link(_("Back to the first page"), reverse("home"))


def _plan(job: Job) -> Link:
    return Link(_("Read the plan"), reverse("dispatch:plan", args=[int(job.subject.rsplit(":", 1)[1])]))


def _roster(job: Job) -> Link:
    return Link(
        _("See what came of the roster"), reverse("people:roster", args=[int(job.subject.rsplit(":", 1)[1])])
    )


def _books(job: Job) -> Link:
    return Link(_("Back to the accounts"), reverse("books"))


def _doubts(job: Job) -> Link:
    return Link(_("Read the doubtful items"), reverse("oversight:doubts"))


def _reconciled(result: dict[str, Any]) -> str:
    found = result.get("found", 0)
    if not found:
        return _("Every balance and every counter agrees with the rows beneath it.")
    return ngettext("%(n)s difference was found.", "%(n)s differences were found.", found) % {"n": found}


def _written(result: dict[str, Any]) -> str:
    if "file" not in result:
        return _("The sheet was kept for a day and is deleted. Save the list again.")
    until = moment(datetime.fromisoformat(result["until"]))
    return _("The sheet with %(rows)s rows is written. Only you can download it, until %(until)s.") % {
        "rows": number(result["rows"]),
        "until": until,
    }


def _sheet(job: Job) -> Link:
    if "file" in (job.result or {}):
        return Link(_("Download the sheet"), reverse("job-sheet", args=[job.pk]))
    return _home(job)


def _kind(job: Job) -> Kind:
    kinds = {
        "dispatch.plan": Kind(
            _("Planning who is asked about which work"),
            lambda _result: _("The plan is ready to be read."),
            _plan,
        ),
        "dispatch.publish": Kind(
            _("Asking the people of a plan"),
            lambda result: (
                ngettext("%(n)s offer is out.", "%(n)s offers are out.", result.get("offers", 0))
                % {"n": number(result.get("offers", 0))}
            ),
            _plan,
        ),
        "people.roster": Kind(
            _("Taking in a roster"), lambda _result: _("The roster is worked through."), _roster
        ),
        SHEET: Kind(
            _("Writing a sheet: %(list)s") % {"list": job.arguments.get("title", "")}, _written, _sheet
        ),
        DOUBTS: Kind(_("Looking for doubtful items"), searched, _doubts),
        "ledger.reconcile": Kind(_("Reconciliation"), _reconciled, _books),
    }
    return kinds.get(job.kind) or Kind(_("Long work"), lambda _result: _("It is done."), _home)
