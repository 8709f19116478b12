"""What should be going on: the worker, the queue, the outbox, backups, reconciliation, the seals of each day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.utils import timezone
from django.utils.translation import gettext as _

from gongfang.core.models import Entry
from gongfang.core.tasks import counties
from gongfang.database import scope
from gongfang.ledger import seals
from gongfang.ledger.models import Checkpoint
from gongfang.operations import state
from gongfang.operations.backup import standing
from gongfang.operations.doctor.findings import Check, Finding, good, warn, wrong

LATE, STUCK = timedelta(minutes=10), timedelta(hours=2)
# Nightly work, and half a day in which somebody may have switched the machine off.
DAILY = timedelta(hours=36)


def worker() -> Iterator[Finding]:
    """See whether the queue's worker lives."""
    if state.queue().has_worker:
        yield good("worker", _("The queue's worker lives."))
    else:
        yield wrong(
            "worker",
            _("The queue's worker is silent: plans, sheets and seals are not made."),
            _("Start it: systemctl start gongfang (or gongfang-worker), and read its log."),
        )


def queue() -> Iterator[Finding]:
    """See whether work waits too long, runs too long, or fails."""
    found, now = state.queue(), timezone.now()
    before = now - LATE
    if found.oldest and found.oldest < before:
        yield wrong(
            "queue",
            _("%(count)s jobs wait, the oldest for %(minutes)s minutes.")
            % {"count": found.waiting, "minutes": _minutes(found.oldest)},
            _("See whether the worker lives and what it is at: journalctl -u gongfang"),
        )
    if found.running_since and found.running_since < now - STUCK:
        yield wrong(
            "queue",
            _("A job has been running for %(minutes)s minutes.") % {"minutes": _minutes(found.running_since)},
            _("Restart the worker; what it was at is put back into the queue by itself."),
        )
    if found.failed:
        yield warn(
            "queue",
            _("The queue gave up %(count)s jobs.") % {"count": found.failed},
            _("Read why in the log, then start them again on their pages."),
        )
    if not (found.failed or (found.oldest and found.oldest < before)):
        yield good("queue", _("Nothing is stuck in the queue."))


def outbox() -> Iterator[Finding]:
    """See whether what happened is told to those who wait for it."""
    late = [one for one in state.standings() if one.oldest_event and one.oldest_event < timezone.now() - LATE]
    for one in late:
        if one.frozen:
            continue
        yield wrong(
            "outbox",
            _("%(county)s: %(count)s events wait to be told, the oldest for %(minutes)s minutes.")
            % {"county": one.slug, "count": one.events, "minutes": _minutes(one.oldest_event)},
            _("See whether the worker lives; it tells them every minute."),
        )
    if not late:
        yield good("outbox", _("What happened has been told."))


def frozen() -> Iterator[Finding]:
    """See whether a county rests after a restore."""
    for one in state.standings():
        if one.frozen:
            yield warn(
                "frozen",
                _("%(county)s rests after a restore: no money moves, nothing is told.")
                % {"county": one.slug},
                _("Compare the last bank statement with the county, then let an officer open it again."),
            )


def backups() -> Iterator[Finding]:
    """See whether there is a young backup of every county."""
    for one in state.standings():
        yield from _young(
            "backup",
            one.slug,
            one.backed_up_at,
            done=_("%(county)s was backed up %(hours)s hours ago."),
            never=_("%(county)s was never backed up.") % {"county": one.slug},
            advice=_("Set the nightly backup up as in the operator's guide, and run it now: gongfang backup"),
        )
        if one.backed_up_at and not one.elsewhere:
            yield warn(
                "backup",
                _("%(county)s: the last backup lies on the disk of the data.") % {"county": one.slug},
                _("Carry it to another disk or machine, and say so: gongfang backup confirm FILE"),
            )


def archive() -> Iterator[Finding]:
    """See whether every change is carried to the archive, if there is to be one, and can be locked at all."""
    found = standing.state()
    if not found.has_key:
        yield wrong(
            "archive",
            _("There is no public key to lock backups with."),
            _("Make a pair: gongfang backup keys --to FILE, and take the private one off this machine."),
        )
    stream = found.archive
    if stream is None:
        return
    facts = {"folder": stream.folder, "count": stream.waiting}
    if not stream.reachable:
        yield wrong(
            "archive",
            _("The archive %(folder)s cannot be reached; changes wait here.") % facts,
            _("Mount it again; what waits is carried there by itself."),
        )
    elif stream.carried_at is None or timezone.now() - stream.carried_at > LATE:
        yield wrong(
            "archive",
            _("Nothing was carried to the archive %(folder)s for ten minutes; %(count)s pieces wait.")
            % facts,
            _("Read why in the log: journalctl -u gongfang"),
        )
    elif not stream.elsewhere:
        yield warn(
            "archive",
            _("The archive %(folder)s lies on the disk of the data.") % facts,
            _("Name a folder on another disk in GONGFANG_ARCHIVE."),
        )
    else:
        yield good("archive", _("Every change is carried to %(folder)s.") % facts)


def reconciled() -> Iterator[Finding]:
    """See whether every county was reconciled last night, without a difference."""
    for one in state.standings():
        if one.differences:
            yield wrong(
                "reconcile",
                _("%(county)s: %(count)s differences when it was last reconciled.")
                % {"county": one.slug, "count": one.differences},
                _(
                    "Read them and let nobody pay out before they are understood:"
                    " gongfang reconcile --county %(county)s"
                )
                % {"county": one.slug},
            )
        else:
            yield from _young(
                "reconcile",
                one.slug,
                one.reconciled_at,
                done=_("%(county)s was reconciled %(hours)s hours ago, without a difference."),
                never=_("%(county)s was never reconciled.") % {"county": one.slug},
                advice=_("Let the nightly timer run, or run it now: gongfang reconcile-all"),
            )


def _young(
    about: str, slug: str, moment: datetime | None, *, done: str, never: str, advice: str
) -> Iterator[Finding]:
    if moment is None:
        yield warn(about, never, advice)
        return
    sentence = done % {"county": slug, "hours": _minutes(moment) // 60}
    yield warn(about, sentence, advice) if timezone.now() - moment > DAILY else good(about, sentence)


def sealed() -> Iterator[Finding]:
    """See whether every day is sealed, each seal chained to the one before and signed with the county's key."""
    for slug in counties():
        with scope.inside(slug):
            yield from _chain(slug)


def _chain(slug: str) -> Iterator[Finding]:
    facts = {"county": slug}
    rows = list(Checkpoint.objects.order_by("day"))
    public = seals.public_key()
    broken = [row for before, row in pairwise(rows) if bytes(row.previous) != bytes(before.digest)]
    broken += [row for row in rows if public is None or not _is_signed(slug, row, public)]
    if broken:
        yield wrong(
            "seals",
            _("%(county)s: the chain of sealed days is broken at %(day)s.") % {**facts, "day": broken[0].day},
            _(
                "Stop payouts and compare with the printed seals:"
                " gongfang reconcile --county %(county)s --checkpoint FILE"
            )
            % facts,
        )
    elif rows and timezone.now() - rows[-1].sealed_at > DAILY:
        yield warn(
            "seals",
            _("%(county)s: the last day was sealed on %(day)s.") % {**facts, "day": rows[-1].day},
            _("See whether the worker lives; it seals the day before shortly after midnight."),
        )
    elif not rows and Entry.objects.filter(received_at__lt=timezone.now() - DAILY).exists():
        yield warn(
            "seals",
            _("%(county)s: no day was ever sealed.") % facts,
            _("See whether the worker lives; it seals the day before shortly after midnight."),
        )
    else:
        yield good("seals", _("%(county)s: every day is sealed and signed.") % facts)


def _is_signed(slug: str, row: Checkpoint, public: Ed25519PublicKey) -> bool:
    words = seals.message(slug, row.day, row.last_id, bytes(row.digest))
    return seals.signed_by(public, bytes(row.signature), words)


def _minutes(moment: datetime | None) -> int:
    return round((timezone.now() - moment).total_seconds() / 60) if moment else 0


CHECKS: dict[str, Check] = {
    "worker": worker,
    "queue": queue,
    "outbox": outbox,
    "frozen": frozen,
    "backup": backups,
    "archive": archive,
    "reconcile": reconciled,
    "seals": sealed,
}
