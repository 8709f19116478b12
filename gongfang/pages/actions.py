"""The few verbs of pages: stopping long work, the county's numbers, and one's own password."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from gongfang.core import jobs
from gongfang.core.action import Act, action
from gongfang.core.errors import Moved, Refused
from gongfang.core.files import delete_sealed
from gongfang.core.login import end_tokens
from gongfang.core.models import Job, Parameter, User
from gongfang.database import scope
from gongfang.pages import access
from gongfang.pages.choices import choice_of


@action(access.may_cancel_job)
def cancel_job(act: Act, job: Job) -> Job:
    """Stop long work: at once while it waits, at its next step while it runs."""
    if job.state not in (Job.State.WAITING, Job.State.RUNNING):
        raise Moved(_("This has ended already. Its page says what came of it."))
    job.cancel_asked = True
    if job.state == Job.State.WAITING:
        job.state, job.ended_at = Job.State.CANCELLED, act.received_at
        job.sentence = _("Stopped before it began.")
    job.save(update_fields=["cancel_asked", "state", "ended_at", "sentence"])
    return job


@action(access.may_set_parameter, creates=True)
def set_parameter(
    act: Act, nothing: None, *, key: str, value: int, document: str, valid_from: date | None = None
) -> Parameter:
    """Set a number of the county from a day on, and why; said again for the same day, the later word holds."""
    chosen, since = choice_of(key), valid_from or act.booked_on
    if chosen is None:
        raise Refused(_("There is no such number. Choose one of the list."), field="key")
    setting = chosen.setting
    if not setting.least <= value <= setting.most:
        raise Refused(
            _("This number lies between %(least)s and %(most)s. Enter one of these.")
            % {"least": chosen.written(setting.least), "most": chosen.written(setting.most)},
            field="value",
        )
    if not document.strip():
        raise Refused(_("Name the document, or say why."), field="document")
    if since < act.booked_on:
        raise Refused(
            _("What was done until today stays as it was. Choose today or a later day."), field="valid_from"
        )
    told, _made = Parameter.objects.update_or_create(
        key=key, place="", valid_from=since, defaults={"value": value, "document": document.strip()[:200]}
    )
    return told


@action(access.may_reconcile, creates=True)
def start_reconcile(act: Act, nothing: None) -> Job:
    """Have every balance and counter worked out once more by the queue."""
    return jobs.start(act, "ledger.reconcile")


@action(access.may_forget_sheets, creates=True)
def forget_sheets(act: Act, nothing: None) -> int:
    """Delete the long sheets nobody may download any more."""
    over = [job for job in access.sheets() if not access.is_kept(job)]
    for job in over:
        delete_sealed(scope.current(), (job.result or {})["file"])
        job.result = {name: value for name, value in (job.result or {}).items() if name != "file"}
        job.save(update_fields=["result"])
    return len(over)


@action(access.may_change_password)
def change_password(act: Act, user: User, *, encoded: str) -> User:
    """Keep a new password, which comes here already hashed so that no digest of it is kept elsewhere.

    Every other session and every token of the old one ends.
    """
    user.password = encoded
    user.save(update_fields=["password"])
    end_tokens(act, user)
    return user
