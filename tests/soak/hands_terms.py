"""Told acts on what stands beside pieces, done through the real verbs of pay."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from gongfang.core import clock
from gongfang.core.action import By
from gongfang.pay import actions as pay
from gongfang.pay.models import Advance, Deduction, Dispute, Earning, Hold, Slip, SlipLine
from gongfang.registry.people.models import Consent, Relation
from gongfang.work.piecework.models import Bag
from tests.soak.rows import of

Told = dict[str, Any]


def terms(a: Told, place: dict[str, Any]) -> Relation:
    """The terms of a person with the operator of the place."""
    return Relation.objects.get(resident=a["terms"], organisation=place["pks"]["O"])


def _until(a: Told) -> date | None:
    return clock.today() + timedelta(days=a["claim"]) if a["claim"] >= 0 else None


def _earned(a: Told, kind: str) -> Told:
    if kind == "hours":
        return {"minutes": a["minutes"], "hour_hao": a["amount"]}
    return {"amount_hao": a["amount"]}


def _add_earning(who: By, a: Told, place: dict[str, Any]) -> Earning:
    facts = {"kind": a["kind"], "reason": "夜里点货", "document": "协议", "claim_until": _until(a)}
    return pay.add_earning(who, terms(a, place), **facts, **_earned(a, a["kind"]))


def _amend_earning(who: By, a: Told, place: dict[str, Any]) -> Earning:
    row = of(Earning, a["earning"])
    return pay.amend_earning(who, row, reason="改过", document="协议", **_earned(a, row.kind))


def _propose_deduction(who: By, a: Told, place: dict[str, Any]) -> Deduction:
    bag = of(Bag, a["bag"]) if a.get("bag") else None
    facts = {"kind": a["kind"], "amount_hao": a["amount"], "reason": "约定", "bag": bag}
    return pay.propose_deduction(who, terms(a, place), **facts)


def _yes(a: Told) -> dict[str, str]:
    """The person's own yes on the page, or a signed slip somebody enters."""
    return {"how": Consent.How.SLIP, "document": "签字条"} if a["paper"] else {"how": Consent.How.PAGE}


def _answer_question(who: By, a: Told, place: dict[str, Any]) -> Dispute:
    right = {"amount_hao": a["amount"], "document": "更正单"} if a["amount"] >= 0 else {}
    return pay.answer_question(who, of(Dispute, a["dispute"]), answer="重数过", **right)


VERBS: dict[str, Callable[[By, Told, dict[str, Any]], Any]] = {
    "add_earning": _add_earning,
    "amend_earning": _amend_earning,
    "drop_earning": lambda w, a, p: pay.drop_earning(w, of(Earning, a["earning"])),
    "approve_earning": lambda w, a, p: pay.approve_earning(w, of(Earning, a["earning"])),
    "take_back_earning": lambda w, a, p: pay.take_back_earning(
        w, of(Earning, a["earning"]), reason="记错了", document="更正单"
    ),
    "ask_advance": lambda w, a, p: pay.ask_advance(
        w, terms(a, p), amount_hao=a["amount"], instalment_hao=a["instalment"], reason="看病"
    ),
    "confirm_advance": lambda w, a, p: pay.confirm_advance(w, of(Advance, a["advance"]), **_yes(a)),
    "approve_advance": lambda w, a, p: pay.approve_advance(w, of(Advance, a["advance"])),
    "refuse_advance": lambda w, a, p: pay.refuse_advance(w, of(Advance, a["advance"]), why="下月再说"),
    "propose_deduction": _propose_deduction,
    "agree_deduction": lambda w, a, p: pay.agree_deduction(w, of(Deduction, a["deduction"]), **_yes(a)),
    "drop_deduction": lambda w, a, p: pay.drop_deduction(w, of(Deduction, a["deduction"])),
    "cancel_slip": lambda w, a, p: pay.cancel_slip(w, of(Slip, a["slip"]), why="少了一行"),
    "hold_pay": lambda w, a, p: pay.hold_pay(
        w, terms(a, p), reason="核对账号", until=clock.today() + timedelta(days=a["days"])
    ),
    "release_pay": lambda w, a, p: pay.release_pay(w, of(Hold, a["hold"])),
    "question_line": lambda w, a, p: pay.question_line(w, of(SlipLine, a["line"]), question="少算了"),
    "confirm_question": lambda w, a, p: pay.confirm_question(w, of(Dispute, a["dispute"])),
    "withdraw_question": lambda w, a, p: pay.withdraw_question(w, of(Dispute, a["dispute"])),
    "answer_question": _answer_question,
}


def on_slip(slip: Slip) -> Told:
    """What a slip says of its lines and of what it takes off."""
    takes = slip.takes.order_by("pk").values_list("kind", "advance", "deduction", "amount_hao")
    return {
        "lines": [_line(line) for line in SlipLine.everything.filter(slip=slip).order_by("pk")],
        "takes": [[kind, advance or deduction or 0, hao] for kind, advance, deduction, hao in takes],
    }


def _line(line: SlipLine) -> list[Any]:
    causes = ("inspection", "correction", "earning")
    cause = next(name for name in causes if getattr(line, f"{name}_id"))
    return [line.pk, cause, getattr(line, f"{cause}_id")]
