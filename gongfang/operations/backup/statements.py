"""A bank statement as the bank gives it, and the payments in it that our books do not show as paid."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from gongfang.core import sheets
from gongfang.core.money import HAO_PER_FEN
from gongfang.core.secrets import keyed_hash
from gongfang.core.sheets import Col
from gongfang.core.sheets.guard import Upload, WrongSheet
from gongfang.operations.backup.models import Payment, Statement
from gongfang.pay.models import OrganisationAccount, Payout
from gongfang.registry.people.models import BankAccount, Organisation, Relation

COLUMNS = (
    Col("paid_on", ("交易日期", "记账日期", "日期", "交易时间", "Day"), kind="date", required=True),
    Col(
        "amount", ("支出金额", "支出", "借方发生额", "借方金额", "付款金额", "金额", "Paid out"), kind="yuan"
    ),
    Col("card", ("对方账号", "对方账户", "收款账号", "收款人账号", "Account")),
    Col("remark", ("摘要", "用途", "附言", "备注", "Remark")),
)
# What our bank sheets call a payout; banks carry it in their remark, between words of their own.
REFERENCE = re.compile(r"F[0-9]{8}-[0-9]+-[0-9]{2,}-[0-9]{4,}")
_KNOWN = (Payout.Stage.CONFIRMED, Payout.Stage.FAILED)


@dataclass(frozen=True)
class Line:
    """One payment out of the operator's account."""

    paid_on: date
    amount_fen: int
    card: str = ""
    remark: str = ""

    @property
    def reference(self) -> str:
        """Return our own reference, if the remark has one."""
        found = REFERENCE.search(self.remark)
        return found[0] if found else ""

    @property
    def digits(self) -> str:
        """Return the account's digits; banks write blanks between them and stars for some."""
        return re.sub(r"[\s-]", "", self.card)

    def same(self) -> bytes:
        """Return what two alike lines have in common, as nothing but a hash."""
        return keyed_hash("payment", f"{self.paid_on} {self.amount_fen} {self.reference} {self.digits}")


def read_sheet(upload: Upload) -> tuple[Line, ...]:
    """Read a statement as the bank gives it; a row without money going out is none of ours."""
    rows = sheets.read(upload, COLUMNS).rows
    for row in rows:
        if row.errors:
            raise WrongSheet(
                _("Row %(number)s of the statement does not read: %(why)s")
                % {"number": row.number, "why": row.errors[0]}
            )
    return tuple(_line(row.values) for row in rows if (row.values.get("amount") or 0) > 0)


def _line(values: Mapping[str, Any]) -> Line:
    fen = values["amount"] // HAO_PER_FEN
    return Line(values["paid_on"], fen, values.get("card") or "", values.get("remark") or "")


def compare(operator: Organisation, lines: Sequence[Line], statement: Statement) -> list[Payment]:
    """Return the payments of a statement our books do not show as paid; a payout explains one line, no more."""
    payouts = _payouts(operator, lines)
    explained: set[int] = set()
    found = []
    for line, nth in _numbered(lines):
        payout = payouts.get(line.reference)
        fits = payout is not None and payout.amount_fen == line.amount_fen and payout.pk not in explained
        if fits and payout is not None:
            explained.add(payout.pk)
            if payout.stage in _KNOWN:
                continue
        payment = _payment(operator, line, payout if fits else None)
        if payment is None:
            continue
        payment.statement, payment.nth = statement, nth
        found.append(payment)
    return found


def _numbered(lines: Iterable[Line]) -> Iterable[tuple[Line, int]]:
    seen: Counter[bytes] = Counter()
    for line in lines:
        seen[line.same()] += 1
        yield line, seen[line.same()]


def _payouts(operator: Organisation, lines: Iterable[Line]) -> dict[str, Payout]:
    named = {line.reference for line in lines if line.reference}
    return {row.reference: row for row in Payout.objects.filter(operator=operator, reference__in=named)}


def _payment(operator: Organisation, line: Line, payout: Payout | None) -> Payment | None:
    """Make a payment of a line; one to a stranger without our reference is the operator's own affair."""
    relation, organisation = _payee(operator, line)
    if payout is not None:
        relation, organisation = payout.relation, payout.organisation
    if payout is None and relation is None and organisation is None and not line.reference:
        return None
    return Payment(
        operator=operator,
        paid_on=line.paid_on,
        amount_fen=line.amount_fen,
        reference=line.reference,
        card=line.digits if line.digits and "*" not in line.digits else None,
        same=line.same(),
        relation=relation,
        organisation=organisation,
        payout=payout,
    )


def _payee(operator: Organisation, line: Line) -> tuple[Relation | None, Organisation | None]:
    if not line.digits:
        return None, None
    card = (
        BankAccount.objects.filter(number_hash=keyed_hash("bank_card", line.digits)).order_by("-pk").first()
    )
    if card is not None:
        relations = Relation.objects.filter(resident=card.resident_id, organisation=operator)
        return relations.order_by("until", "-pk").first(), None
    digest = keyed_hash("organisation_account", line.digits)
    account = OrganisationAccount.objects.filter(number_hash=digest).order_by("-pk").first()
    return None, account.organisation if account else None
