"""Insurance the operator pays for people at work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from gongfang.core.action import Act, action
from gongfang.core.errors import Refused
from gongfang.core.models import ref
from gongfang.ledger import postings
from gongfang.registry.people import access
from gongfang.registry.people.models import Cover, Relation
from gongfang.registry.places.law import rule_on
from gongfang.ui.formats import yuan


@action(access.may_insure, money=True)
def insure(
    act: Act,
    relations: Sequence[Relation],
    *,
    policy: str,
    since: date,
    months: int,
    month_hao: int,
    kind: str = Cover.Kind.ACCIDENT,
) -> list[Cover]:
    """Write down that the operator has paid an insurance for these people; it is its cost, never theirs."""
    _refuse_policy(relations, policy, months, month_hao, since)
    covers = [
        Cover(
            relation=relation, kind=kind, policy=policy.strip(), since=since, until=_after(since, months),
            month_hao=month_hao, paid_hao=month_hao * months, paid_on=act.booked_on,
        )
        for relation in relations
    ]  # fmt: skip
    Cover.objects.bulk_create(covers)
    for cover in covers:
        postings.insure(
            act, operator_id=cover.relation.organisation_id, amount=cover.paid_hao, cause=ref(cover)
        )
    return covers


def _refuse_policy(
    relations: Sequence[Relation], policy: str, months: int, month_hao: int, since: date
) -> None:
    if not relations or not policy.strip():
        raise Refused(_("Name the policy and the people it covers."), field="policy")
    if not 1 <= months <= 36:
        raise Refused(_("An insurance runs from one month to three years."), field="months")
    rule = rule_on("accident_insurance", since)
    least = int(rule.value["month_hao"]) if rule else 1
    if month_hao < least:
        raise Refused(
            _("The premium is at least %(least)s a month.") % {"least": yuan(least)}, field="month_hao"
        )
    if Cover.objects.filter(relation__in=relations, policy=policy.strip(), since=since).exists():
        raise Refused(
            _("This policy is entered already for one of these people."), code="entered", field="policy"
        )


def _after(since: date, months: int) -> date:
    year, month = divmod(since.year * 12 + since.month - 1 + months, 12)
    day = min(since.day, 28)
    return date(year, month + 1, day)
