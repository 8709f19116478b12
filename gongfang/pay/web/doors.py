"""What the pages of this room do alike: name people and payees, each look written down."""

from __future__ import annotations

from collections.abc import Iterable

from gongfang.core.members import Member
from gongfang.pay.models import Payout, PayoutBatch, Slip, SlipLine
from gongfang.registry.people.models import Organisation
from gongfang.ui.ways import reverse
from gongfang.work.dispatch.web.names import names

PAYEE = ("relation__resident", "organisation", "account", "organisation_account")


def slip_url(slip: Slip) -> str:
    return reverse("pay:slip", args=[slip.pk])


def line_url(line: SlipLine) -> str:
    return reverse("pay:line", args=[line.pk])


def operator_url(operator: Organisation) -> str:
    return reverse("pay:operator", args=[operator.pk])


def batch_url(batch: PayoutBatch) -> str:
    return reverse("pay:batch", args=[batch.pk])


def payout_url(payout: Payout) -> str:
    return reverse("pay:payout", args=[payout.pk])


def earners(member: Member, slips: Iterable[Slip], *, page: str) -> dict[int, str]:
    """Return by slip under which name its person stands on a page."""
    rows = [(slip.pk, slip.relation.resident) for slip in slips]
    known = names(member, [resident for _slip, resident in rows], page=page)
    return {slip: known[resident.pk] for slip, resident in rows}


def payees(member: Member, payouts: Iterable[Payout], *, page: str) -> dict[int, str]:
    """Return by payout under which name its payee stands on a page."""
    rows = list(payouts)
    known = names(member, [row.relation.resident for row in rows if row.relation], page=page)
    return {
        row.pk: known[row.relation.resident_id] if row.relation else str(row.organisation) for row in rows
    }
