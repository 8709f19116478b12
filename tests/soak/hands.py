"""Told acts done through the real verbs, and what came of them in plain numbers. Runs in a process that may die."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Model

from gongfang.core import clock, outbox
from gongfang.core.action import By
from gongfang.core.models import Event
from gongfang.ledger import actions as ledger
from gongfang.pay import actions as pay
from gongfang.pay.models import Payout, PayoutBatch
from gongfang.registry.people import actions as people
from gongfang.registry.people.models import BankAccount, Organisation, Resident, Role
from gongfang.work.dispatch import actions as dispatch
from gongfang.work.dispatch.models import Lot, Offer, PlanRun
from gongfang.work.dispatch.planning import Findings
from gongfang.work.orders import actions as orders
from gongfang.work.orders.models import (
    Contract,
    Enquiry,
    Invoice,
    Order,
    OrderLine,
    ProductVersion,
    Quote,
    Sample,
    Step,
)
from gongfang.work.piecework import actions as bags
from gongfang.work.piecework.models import Bag, Delivery, GiveBack, HandIn, Inspection
from tests.cast import bank_card
from tests.soak import hands_after, hands_stores, hands_terms
from tests.soak.answers import said_of
from tests.soak.model import DUE, HELPER
from tests.soak.rows import many, of, user, year_end

BEGAN = datetime(2026, 11, 2, 1, tzinfo=UTC)
Told = dict[str, Any]


def by(told: Told, place: dict[str, Any]) -> By:
    """Who does it: the person named, or somebody at a desk in a maker's name."""
    return By(
        user=user(told["who"], place),
        via="task" if told["verb"] in ("record_plan", "publish_part") else "scan",
        key=UUID(told["key"]),
        for_=user(told["on_behalf"], place) if told["on_behalf"] else None,
        device="phone-1",
        acted_at=clock.now() + timedelta(days=told["skew"]) if told["skew"] else None,
        skew=timedelta(days=-told["skew"]) if told["skew"] else None,
    )


def card(front: str, number: int, variant: int) -> str:
    return bank_card(f"{front}{number:07}{variant:05}")


def set_bank_account(who: By, a: Told, place: dict[str, Any]) -> Any:
    row = of(Resident, a["maker"])
    number = card("622848", row.pk, a["card"])
    return people.set_bank_account(who, row, number=number, bank="农业银行", holder_name=row.name.reveal())


def _open_order(who: By, a: Told, place: dict[str, Any]) -> Any:
    offer = of(Quote, a["quote"]) if a.get("quote") else None
    facts = {"due": year_end(DUE), "offcuts_return": a["offcuts"]}
    return orders.open_order(who, of(Contract, place["contract"]), offer=offer, **facts)


def _record_plan(who: By, a: Told, place: dict[str, Any]) -> Any:
    lines = [
        {"lot_id": lot, "maker_id": maker, "pieces": pieces, "bags": 1, "reason": []}
        for lot, maker, pieces in a["rows"]
    ]
    findings = Findings(digest="", totals={}, lines=lines, unmade=[], waiting=[])
    return dispatch.record_plan(who, of(PlanRun, a["plan"]), findings=findings)


def _shares(who: By, a: Told, place: dict[str, Any]) -> Any:
    org = of(Organisation, a["org"])
    return dispatch.share_out(
        who, of(OrderLine, a["line"]), organisation=org, pieces=a["pieces"], margin_hao=a["margin"]
    )


def _brought(verb: Any) -> Callable[..., Any]:
    def done(who: By, a: Told, place: dict[str, Any]) -> Any:
        rows = [bags.HandInRow(bag_id=pk, pieces=pieces) for pk, pieces in a["rows"]]
        return verb(who, many(Bag, [pk for pk, _n in a["rows"]]), rows=rows)

    return done


def _beside(found: dict[str, int], place: dict[str, Any]) -> dict[int, int]:
    return {place["pks"][mat]: amount for mat, amount in found.items()}


def _given(who: By, a: Told, place: dict[str, Any]) -> Any:
    rows = [bags.BackRow(bag_id=pk, pieces=n, materials=_beside(more, place)) for pk, n, more in a["rows"]]
    return bags.give_back(who, many(Bag, [pk for pk, *_r in a["rows"]]), rows=rows)


def _lost(who: By, a: Told, place: dict[str, Any]) -> Any:
    rows = [
        bags.LossRow(bag_id=pk, pieces=n, materials=_beside(more, place), reason="淋湿了")
        for pk, n, more in a["rows"]
    ]
    return bags.report_loss(who, many(Bag, [pk for pk, *_r in a["rows"]]), rows=rows)


def _inspected(who: By, a: Told, place: dict[str, Any]) -> Any:
    rows = [
        bags.Verdict(hand_in_id=pk, accepted=ok, rework=again, rejected=bad, lost=lost, reason="结形散")
        for pk, ok, again, bad, lost in a["rows"]
    ]
    return bags.inspect(who, many(HandIn, [row[0] for row in a["rows"]]), rows=rows)


def _day(a: Told) -> date:
    return clock.today() - timedelta(days=a.get("back", 0))


PAPER = {True: "签收单", False: ""}
VERBS: dict[str, Callable[[By, Told, dict[str, Any]], Any]] = {
    "enquire": lambda w, a, p: orders.enquire(
        w, of(Organisation, p["pks"]["E"]), product="同心结", pieces=a["pieces"], due=year_end(DUE)
    ),
    "close_enquiry": lambda w, a, p: orders.close_enquiry(w, of(Enquiry, a["enquiry"]), reason="不做了"),
    "quote": lambda w, a, p: orders.quote(
        w,
        of(Enquiry, a["enquiry"]),
        version=of(ProductVersion, p["versions"]["knot"]),
        fee_hao=a["fee"],
        wage_hao=a["wage"],
    ),
    "send_quote": lambda w, a, p: orders.send_quote(w, of(Quote, a["quote"])),
    "accept_quote": lambda w, a, p: orders.accept_quote(w, of(Quote, a["quote"]), document="回函"),
    "decline_quote": lambda w, a, p: orders.decline_quote(w, of(Quote, a["quote"]), document="回函"),
    "make_sample": lambda w, a, p: orders.make_sample(
        w, of(Organisation, p["pks"]["E"]), version=of(ProductVersion, p["versions"]["knot"])
    ),
    "approve_sample_for_enterprise": lambda w, a, p: orders.approve_sample_for_enterprise(
        w, of(Sample, a["sample"])
    ),
    "approve_sample_for_centre": lambda w, a, p: orders.approve_sample_for_centre(w, of(Sample, a["sample"])),
    "refuse_sample": lambda w, a, p: orders.refuse_sample(w, of(Sample, a["sample"]), reason="太松"),
    "set_rate": lambda w, a, p: orders.set_rate(
        w, of(Step, p["steps"]["knot"]), hao=a["hao"], valid_from=clock.today(), document="工价表"
    ),
    "open_order": _open_order,
    "add_line": lambda w, a, p: orders.add_line(
        w,
        of(Order, a["order"]),
        version=of(ProductVersion, p["versions"][a["product"]]),
        pieces=a["pieces"],
        fee_hao=a["fee"],
        over_permille=a["over"],
    ),
    "drop_line": lambda w, a, p: orders.drop_line(w, of(OrderLine, a["line"])),
    "place_order": lambda w, a, p: orders.place_order(w, of(Order, a["order"])),
    "close_order": lambda w, a, p: orders.close_order(w, of(Order, a["order"])),
    "cancel_order": lambda w, a, p: orders.cancel_order(w, of(Order, a["order"]), reason="企业撤单"),
    "share_out": _shares,
    "take_back_share": lambda w, a, p: dispatch.take_back_share(w, of(Lot, a["share"]), pieces=a["pieces"]),
    "claim": lambda w, a, p: dispatch.claim(
        w, of(Lot, a["share"]), maker=of(Resident, a["maker"]), pieces=a["pieces"]
    ),
    "claim_many": lambda w, a, p: dispatch.claim_many(
        w, of(Lot, a["share"]), rows=[dispatch.ClaimRow(maker_id=pk, pieces=n) for pk, n in a["rows"]]
    ),
    "confirm_claim": lambda w, a, p: dispatch.confirm_claim(
        w, of(Lot, a["lot"]), how="slip" if a["paper"] else "page", document=PAPER[a["paper"]]
    ),
    "close_lot": lambda w, a, p: dispatch.close_lot(w, of(Lot, a["lot"])),
    "start_plan": lambda w, a, p: dispatch.start_plan(w, of(Organisation, a["org"])),
    "record_plan": _record_plan,
    "publish_plan": lambda w, a, p: dispatch.publish_plan(w, of(PlanRun, a["plan"])),
    "repair_plan": lambda w, a, p: dispatch.repair_plan(w, of(PlanRun, a["plan"])),
    "plan_again": lambda w, a, p: dispatch.plan_again(w, of(PlanRun, a["plan"])),
    "stop_plan": lambda w, a, p: dispatch.stop_plan(w, of(PlanRun, a["plan"])),
    "publish_part": lambda w, a, p: dispatch.publish_part(
        w, of(PlanRun, a["plan"]), organisation=of(Organisation, a["org"])
    ),
    "end_publishing": lambda w, a, p: dispatch.end_publishing(w, of(PlanRun, a["plan"])),
    "discard_plan": lambda w, a, p: dispatch.discard_plan(w, of(PlanRun, a["plan"])),
    "accept_offer": lambda w, a, p: dispatch.accept_offer(w, of(Offer, a["offer"]), pieces=a["pieces"]),
    "not_this_time": lambda w, a, p: dispatch.not_this_time(w, of(Offer, a["offer"])),
    "withdraw_offer": lambda w, a, p: dispatch.withdraw_offer(w, of(Offer, a["offer"])),
    "expire_offers": lambda w, a, p: dispatch.expire_offers(w, many(Offer, a["offers"])),
    "forget_offers": lambda w, a, p: dispatch.forget_offers(w, of(Order, a["order"])),
    "pack_bags": lambda w, a, p: bags.pack_bags(w, many(Lot, a["lots"])),
    "unpack_bags": lambda w, a, p: bags.unpack_bags(w, many(Bag, a["bags"])),
    "issue_bags": lambda w, a, p: bags.issue_bags(w, many(Bag, a["bags"])),
    "cancel_issue": lambda w, a, p: bags.cancel_issue(w, many(Bag, a["bags"])),
    "hand_in": _brought(bags.hand_in),
    "hand_in_mended": _brought(bags.hand_in_mended),
    "cancel_hand_in": lambda w, a, p: bags.cancel_hand_in(w, many(HandIn, a["hand_ins"])),
    "confirm_hand_ins": lambda w, a, p: bags.confirm_hand_ins(
        w, many(HandIn, a["rows"]), document=PAPER[a["paper"]]
    ),
    "confirm_give_backs": lambda w, a, p: bags.confirm_give_backs(
        w, many(GiveBack, a["rows"]), document=PAPER[a["paper"]]
    ),
    "give_back": _given,
    "report_loss": _lost,
    "lose_bags": lambda w, a, p: bags.lose_bags(w, many(Bag, a["bags"]), reason="山洪"),
    "inspect": _inspected,
    "deliver": lambda w, a, p: bags.deliver(w, of(OrderLine, a["line"]), pieces=a["pieces"]),
    "sign_delivery": lambda w, a, p: bags.sign_delivery(w, of(Delivery, a["delivery"]), signed_by="孙丽"),
    "draw_up_slips": lambda w, a, p: pay.draw_up_slips(w, of(Organisation, p["pks"]["O"])),
    "correct_pay": lambda w, a, p: pay.correct_pay(
        w, of(Inspection, a["inspection"]), amount_hao=a["amount"], reason="重数", document="更正单"
    ),
    "set_bank_account": set_bank_account,
    "end_bank_account": lambda w, a, p: people.end_bank_account(w, of(BankAccount, a["card"])),
    "set_account": lambda w, a, p: pay.set_account(
        w, of(Organisation, a["org"]), number=f"{a['org']:06}{a['card']:06}", bank="农业银行"
    ),
    "prepare_batch": lambda w, a, p: pay.prepare_batch(w, of(Organisation, p["pks"]["O"])),
    "approve_batch": lambda w, a, p: pay.approve_batch(w, of(PayoutBatch, a["batch"])),
    "cancel_batch": lambda w, a, p: pay.cancel_batch(w, of(PayoutBatch, a["batch"])),
    "export_sheet": lambda w, a, p: pay.export_sheet(w, of(PayoutBatch, a["batch"])),
    "mark_sent": lambda w, a, p: pay.mark_sent(w, of(PayoutBatch, a["batch"])),
    "confirm_payouts": lambda w, a, p: pay.confirm_payouts(
        w, of(PayoutBatch, a["batch"]), payouts=a["payouts"] or None
    ),
    "fail_payout": lambda w, a, p: pay.fail_payout(w, of(Payout, a["payout"]), why="户名不符"),
    "retry_payout": lambda w, a, p: pay.retry_payout(w, of(Payout, a["payout"])),
    "pay_cash": lambda w, a, p: pay.pay_cash(
        w, of(Payout, a["payout"]), witness=user(a["witness"], p), document="签收单"
    ),
    "cancel_payout": lambda w, a, p: pay.cancel_payout(w, of(Payout, a["payout"]), why="改天"),
    "invoice": lambda w, a, p: orders.invoice(
        w, of(Order, a["order"]), number=f"I-{a['number']}", due=year_end(DUE), amount_hao=a["amount"]
    ),
    "cancel_invoice": lambda w, a, p: orders.cancel_invoice(w, of(Invoice, a["bill"]), reason="开错了"),
    "receive_fee": lambda w, a, p: orders.receive_fee(
        w, of(Invoice, a["bill"]), amount_hao=a["amount"], received_on=clock.today(), document="回单"
    ),
    "give_role": lambda w, a, p: people.give_role(
        w, of(Organisation, p["pks"]["W"]), user=user(HELPER, p), role="clerk"
    ),
    "end_role": lambda w, a, p: people.end_role(w, of(Role, a["role"])),
    "close_period": lambda w, a, p: ledger.close_period(w, _day(a)),
    "sign_checkpoint": lambda w, a, p: ledger.sign_checkpoint(w, _day(a)),
    **hands_terms.VERBS,
    **hands_stores.VERBS,
    **hands_after.VERBS,
}


def tell(told: Told) -> int:
    """Tell the listeners what happened, as the queue's worker does every minute; say how much is still untold."""
    with clock.at(BEGAN + timedelta(days=told["day"])):
        outbox.tell()
    return Event.objects.filter(told_at=None).count()


def do(told: Told, place: dict[str, Any]) -> list[dict[str, Any]]:
    """Do one act on its own day and say in numbers what it made."""
    with clock.at(BEGAN + timedelta(days=told["day"])):
        result = VERBS[told["verb"]](by(told, place), told["args"], place)
    rows = result if isinstance(result, list | tuple) else [result]
    return [said_of(row) for row in rows if isinstance(row, Model)]
