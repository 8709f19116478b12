"""The verbs on doubtful items: looked for, written down, taken up by somebody, explained or put right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from gongfang.core import codes, jobs
from gongfang.core.action import Act, action
from gongfang.core.bulk import save_many
from gongfang.core.codes import WrongCode
from gongfang.core.errors import Moved, Refused
from gongfang.core.models import Continuity, Job
from gongfang.core.secrets import keyed_hash
from gongfang.oversight.doubts import access
from gongfang.oversight.doubts.finding import Finding
from gongfang.oversight.doubts.people import after_death
from gongfang.oversight.doubts.queries import DEATHS, JOB
from gongfang.oversight.models import Doubt
from gongfang.registry.people.models import Resident


@dataclass(frozen=True, kw_only=True)
class DeathRow:
    """One line of a list of deaths: whose identity number, and the day."""

    id_number: str
    died_on: date


@action(access.may_search, creates=True)
def search_doubts(act: Act, nothing: None) -> Job:
    """Have every search for doubtful items run by the queue; one that runs already is enough."""
    act.lock(Continuity.current())
    running = Job.objects.filter(kind=JOB, state__in=(Job.State.WAITING, Job.State.RUNNING)).first()
    return running or jobs.start(act, JOB)


@action(access.may_record_doubts, creates=True)
def record_doubts(act: Act, nothing: None, *, kind: str, found: Sequence[Finding]) -> list[Doubt]:
    """Write down what one search found: new items, and rows that joined one that still waits.

    The same rows stay the same item. An answered item comes back only with rows it was not answered for.
    """
    return _recorded(act, kind, found)


@action(access.may_compare_deaths, creates=True)
def compare_deaths(act: Act, nothing: None, *, rows: Sequence[DeathRow], document: str) -> list[Doubt]:
    """Compare a list of deaths with what was taken, brought and paid after them; the list itself is not kept."""
    if not document.strip():
        raise Refused(_("Name the list these deaths stand in."), field="document")
    days = {_hash(row, number, act.booked_on): row.died_on for number, row in enumerate(rows, start=1)}
    known = Resident.objects.filter(id_hash__in=days).values_list("pk", "id_hash")
    died = {pk: days[bytes(digest)] for pk, digest in known}
    act.note(rows=len(rows), here=len(died), document=document.strip()[:200])
    return _recorded(act, DEATHS, list(after_death(died)))


def _hash(row: DeathRow, number: int, today: date) -> bytes:
    try:
        return keyed_hash("id_number", codes.id_number(row.id_number, today=today).text)
    except WrongCode as wrong:
        sentence = _("Row %(number)s: %(sentence)s") % {"number": number, "sentence": wrong}
        raise Refused(sentence, code="wrong_number", field="rows") from None


def _recorded(act: Act, kind: str, found: Sequence[Finding]) -> list[Doubt]:
    act.lock(Continuity.current())  # two searches at once would each write the same item down
    known: dict[str, list[Doubt]] = defaultdict(list)
    for doubt in Doubt.objects.filter(kind=kind, subject__in={one.subject for one in found}).order_by("pk"):
        known[doubt.subject].append(doubt)
    new, seen = [], []
    for finding in found:
        earlier = known[finding.subject]
        if earlier and earlier[-1].is_open:
            seen.append(_seen_again(earlier[-1], finding, act.booked_on))
        elif not set(finding.rows) <= {row for one in earlier for row in one.rows}:
            new.append(_new(kind, finding, earlier[-1] if earlier else None, act.booked_on))
    save_many(seen, "rows", "facts", "hands", "seen_on")
    act.note(kind=kind, found=len(found), new=len(new))
    return Doubt.objects.bulk_create(new)


def _seen_again(doubt: Doubt, finding: Finding, day: date) -> Doubt:
    """Rows are added and never leave: an item does not shrink while somebody looks into it."""
    doubt.rows = [*doubt.rows, *(row for row in finding.rows if row not in set(doubt.rows))]
    doubt.facts, doubt.seen_on = dict(finding.facts), day
    doubt.hands = sorted({*doubt.hands, *finding.hands})
    return doubt


def _new(kind: str, finding: Finding, before: Doubt | None, day: date) -> Doubt:
    return Doubt(
        kind=kind, subject=finding.subject, rows=list(finding.rows), facts=dict(finding.facts),
        hands=list(finding.hands), before=before, found_on=day, seen_on=day,
    )  # fmt: skip


@action(access.may_answer_doubt, second=access.hands_in_doubt)
def take_doubt(act: Act, doubt: Doubt) -> Doubt:
    """Take an item up: from now on others see who looks into it."""
    _must_wait(doubt)
    doubt.owner = act.by.user
    doubt.save(update_fields=["owner"])
    return doubt


@action(access.may_answer_doubt, second=access.hands_in_doubt)
def explain_doubt(act: Act, doubt: Doubt, *, reason: str) -> Doubt:
    """Say why the rows are right as they are."""
    return _answer(act, doubt, Doubt.Stage.EXPLAINED, reason)


@action(access.may_answer_doubt, second=access.hands_in_doubt)
def put_right_doubt(act: Act, doubt: Doubt, *, reason: str) -> Doubt:
    """Say what was put right, and how: the rows themselves are put right by their own verbs."""
    return _answer(act, doubt, Doubt.Stage.PUT_RIGHT, reason)


def _must_wait(doubt: Doubt) -> None:
    if not doubt.is_open:
        raise Moved(_("This item is answered already. Its page says by whom and why."))


def _answer(act: Act, doubt: Doubt, stage: str, reason: str) -> Doubt:
    _must_wait(doubt)
    if not reason.strip():
        raise Refused(_("Write down the reason: whoever audits the county reads it."), field="reason")
    doubt.stage, doubt.reason = stage, reason.strip()[:400]
    doubt.owner = doubt.owner or act.by.user
    doubt.answered_by, doubt.answered_on = act.by.user, act.booked_on
    doubt.save(update_fields=["stage", "reason", "owner", "answered_by", "answered_on"])
    return doubt
