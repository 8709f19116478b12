"""Told acts after a verdict or a delivery, done through the real verbs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gongfang.core.action import By
from gongfang.pay import actions as pay
from gongfang.pay.models import Correction
from gongfang.work.dispatch import actions as dispatch
from gongfang.work.dispatch.models import Lot
from gongfang.work.orders import actions as orders
from gongfang.work.orders.models import Amendment, CreditNote, Order, OrderLine, ProductVersion
from gongfang.work.orders.queries import before
from gongfang.work.piecework import actions as bags
from gongfang.work.piecework.models import Appeal, Claim, Delivery, Inspection, SecondLook
from tests.soak.rows import of, year_end

Told = dict[str, Any]


def _correct_verdict(who: By, a: Told, place: dict[str, Any]) -> SecondLook:
    said = {name: a[name] for name in ("accepted", "rework", "rejected")}
    return pay.correct_verdict(who, of(Inspection, a["inspection"]), **said, reason="再看过")


def _amend_order(who: By, a: Told, place: dict[str, Any]) -> Amendment:
    change = orders.Change(
        of(OrderLine, a["line"]),
        pieces=a["pieces"] if a["pieces"] >= 0 else None,
        fee_hao=a["fee"] if a["fee"] >= 0 else None,
    )
    changes = [change] if a["pieces"] >= 0 or a["fee"] >= 0 else []
    return orders.amend_order(
        who,
        of(Order, a["order"]),
        reason="客户加单",
        document="补充协议",
        due=year_end(a["due"]) if a["due"] else None,
        changes=changes,
        extras=_extras(a["extra"], place),
    )


def _extras(extra: list[Any], place: dict[str, Any]) -> list[orders.Extra]:
    if not extra:
        return []
    product, pieces, fee = extra
    return [orders.Extra(of(ProductVersion, place["versions"][product]), pieces, fee)]


VERBS: dict[str, Callable[[By, Told, dict[str, Any]], Any]] = {
    "ask_again": lambda w, a, p: bags.ask_again(w, of(Inspection, a["inspection"]), words="结形是好的"),
    "keep_verdict": lambda w, a, p: bags.keep_verdict(w, of(Appeal, a["appeal"]), answer="散了三处"),
    "correct_verdict": _correct_verdict,
    "clear_shelf": lambda w, a, p: bags.clear_shelf(
        w, of(Lot, a["lot"]), kind=a["way"], pieces=a["pieces"], reason="卖了"
    ),
    "amend_order": _amend_order,
    "reopen_order": lambda w, a, p: orders.reopen_order(w, of(Order, a["order"]), reason="还要一些"),
    "enter_claim": lambda w, a, p: bags.enter_claim(
        w, of(Delivery, a["delivery"]), pieces=a["pieces"], reason="掉色"
    ),
    "answer_claim": lambda w, a, p: bags.answer_claim(
        w, of(Claim, a["claim"]), outcome=a["outcome"], answer="看过了"
    ),
    "refund_fee": lambda w, a, p: orders.refund_fee(w, of(CreditNote, a["note"]), document="回单"),
    "agree_day": lambda w, a, p: dispatch.agree_day(
        w, of(Lot, a["lot"]), document="签字条" if a["paper"] else ""
    ),
}


def added(amendment: Amendment) -> list[int]:
    """The lines an amendment added, the first step in front."""
    rows = amendment.lines.filter(due_before=None).order_by("pk")
    return [line.pk for row in rows for line in (*before(row.line), row.line)]


def noted(claim: Claim) -> list[list[int]]:
    """The credit notes written for a claim: the note, its bill, how much, and how much of it is to be paid back."""
    return [list(row) for row in claim.notes.values_list("pk", "invoice", "amount_hao", "refund_hao")]


def corrected(look: SecondLook) -> int:
    """The correction of pay another look brought, if any."""
    rows = Correction.objects.filter(inspection=look.inspection_id, made_by=look.inspector_id)
    return rows.order_by("-pk").values_list("pk", flat=True).first() or 0
