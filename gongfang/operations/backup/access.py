"""Who may freeze a county, compare its books with the bank, and let it go on."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils import timezone

from gongfang.core.members import Member
from gongfang.core.models import Continuity
from gongfang.operations.backup.models import Payment, Statement
from gongfang.registry.people.models import Organisation


def may_freeze_county(member: Member, continuity: Continuity) -> bool:
    """Only a restore freezes."""
    return member.is_system


def may_read_statement(member: Member, operator: Organisation) -> bool:
    """The county centre compares every operator's statement, an operator's manager their own."""
    return member.holds("officer") or member.at(operator.pk, "manager")


def may_settle_payment(member: Member, payment: Payment) -> bool:
    """As for its statement; that another has read it is asked besides."""
    return member.holds("officer") or member.at(payment.operator_id, "manager")


def may_settle_payments(member: Member, payments: Sequence[Payment]) -> bool:
    """All of them, or none."""
    return bool(payments) and all(may_settle_payment(member, payment) for payment in payments)


def may_thaw_county(member: Member, continuity: Continuity) -> bool:
    """Only the county centre lets money move again."""
    return member.holds("officer")


def may_see_standstill(member: Member) -> bool:
    """Let whoever has to do with the bank see what is missing before money moves again."""
    return member.holds("officer", "auditor", "manager")


def visible_payments(member: Member) -> QuerySet[Payment]:
    """Return the payments found in statements: all for the centre and auditors, their own for managers."""
    if member.holds("officer", "auditor"):
        return Payment.objects.all()
    return Payment.objects.filter(operator__in=member.organisations("manager"))


def hands_on_payment(payment: Payment) -> list[object]:
    """Return who has read the statement: another books what was found in it."""
    return [payment.statement.read_by_id]


def hands_on_payments(payments: Sequence[Payment]) -> list[object]:
    """As for one of them."""
    return [payment.statement.read_by_id for payment in payments]


def readers_since_restore(continuity: Continuity) -> set[object]:
    """Return who has read statements since the restore: another lets money move again."""
    read = Statement.objects.filter(read_at__gte=continuity.restored_at or timezone.now())
    return set(read.values_list("read_by", flat=True))
