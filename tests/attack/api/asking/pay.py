"""Slips, batches, payouts and accounts, and a county brought back from a backup."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from gongfang.core import clock
from gongfang.core.models import Continuity
from gongfang.operations.backup import actions as backup
from gongfang.operations.backup.models import Payment
from gongfang.operations.backup.queries import paying_operators
from gongfang.operations.backup.statements import Line
from gongfang.pages import actions as pages
from gongfang.pay import actions as pay
from gongfang.pay.models import Advance, Deduction, Dispute, Earning, MarginAdvance, Slip
from gongfang.registry.people import actions as registry
from gongfang.registry.people.models import Relation
from tests.attack.api.asking.place import Ask, Place, asks, post
from tests.attack.api.worlds import card_number
from tests.journeys.conftest import carry_out_long_work

# --- pay ----------------------------------------------------------------------------------------------------------


def _books(place: Place) -> str:
    return f"/api/pay/operators/{place.world.operator.pk}"


@asks("draw_up_slips")
def _(place: Place) -> Ask:
    place.inspected()
    return post(f"{_books(place)}/slips")


@asks("correct_pay")
def _(place: Place) -> Ask:
    path = f"/api/pay/inspections/{place.inspected().pk}/correct"
    return post(path, amount_hao=60_000, reason="数错", document="更正单1号")


@asks("prepare_batch")
def _(place: Place) -> Ask:
    place.owed()
    return post(f"{_books(place)}/batches")


@asks("approve_batch")
def _(place: Place) -> Ask:
    return post(f"/api/pay/batches/{place.batch().pk}/approve")


@asks("cancel_batch")
def _(place: Place) -> Ask:
    return post(f"/api/pay/batches/{place.batch().pk}/cancel")


@asks("export_sheet")
def _(place: Place) -> Ask:
    return post(f"/api/pay/batches/{place.approved().pk}/sheets")


@asks("take_out_tax_list")
def _(place: Place) -> Ask:
    _slip(place)
    return post(f"{_books(place)}/tax", month=str(clock.today()))


@asks("mark_sent")
def _(place: Place) -> Ask:
    return post(f"/api/pay/batches/{place.approved().pk}/sent")


@asks("confirm_payouts")
def _(place: Place) -> Ask:
    return post(f"/api/pay/batches/{place.at_bank().pk}/confirm")


@asks("fail_payout")
def _(place: Place) -> Ask:
    return post(f"/api/pay/payouts/{place.payout(place.at_bank()).pk}/fail", why="账号不符")


@asks("retry_payout")
def _(place: Place) -> Ask:
    failed = pay.fail_payout(place.world.books.by(), place.payout(place.at_bank()), why="账号不符")
    return post(f"/api/pay/payouts/{failed.pk}/retry")


@asks("pay_cash")
def _(place: Place) -> Ask:
    payout = place.payout(place.approved(card=False))
    witness = place.world.books.user.username
    return post(f"/api/pay/payouts/{payout.pk}/cash", witness=witness, document="签收单1号")


@asks("cancel_payout")
def _(place: Place) -> Ask:
    return post(f"/api/pay/payouts/{place.payout(place.batch()).pk}/cancel", why="本人要求")


@asks("set_bank_profile")
def _(place: Place) -> Ask:
    columns = [{"title": "卡号", "field": "card"}, {"title": "金额", "field": "amount"}]
    return post("/api/pay/profiles", name="农商行", columns=columns)


def _account(place: Place) -> dict[str, str]:
    return {"number": card_number(), "bank": "农业银行"}


@asks("set_account")
def _(place: Place) -> Ask:
    return post(f"/api/pay/organisations/{place.unit.organisation.pk}/account", **_account(place))


@asks("end_account")
def _(place: Place) -> Ask:
    account = pay.set_account(place.county.officer.by(), place.unit.organisation, **_account(place))
    return post(f"/api/pay/accounts/{account.pk}/end")


def _margin_advance(place: Place) -> MarginAdvance:
    place.handed_in()
    return pay.ask_margin_advance(
        place.county.second.by(), place.unit.organisation, operator=place.world.operator, amount_hao=50_000,
        reason="运费",
    )  # fmt: skip


@asks("ask_margin_advance")
def _(place: Place) -> Ask:
    place.handed_in()
    told = {"operator_id": place.world.operator.pk, "amount_hao": 50_000, "reason": "运费"}
    return post(f"/api/pay/organisations/{place.unit.organisation.pk}/margin-advances", **told)


@asks("approve_margin_advance")
def _(place: Place) -> Ask:
    return post(f"/api/pay/margin-advances/{_margin_advance(place).pk}/approve")


@asks("refuse_margin_advance")
def _(place: Place) -> Ask:
    return post(f"/api/pay/margin-advances/{_margin_advance(place).pk}/refuse", why="下月再说")


@asks("set_off_margin")
def _(place: Place) -> Ask:
    given = pay.approve_margin_advance(place.world.books.by(), _margin_advance(place))
    return post(f"/api/pay/margin-advances/{given.pk}/set-off", amount_hao=50_000)


# --- beside pieces --------------------------------------------------------------------------------------------------


def _money(place: Place, hao: int = 1_000_000) -> dict[str, object]:
    return {"kind": "bonus", "amount_hao": hao, "reason": "全勤", "document": "奖金表"}


def _agreed(place: Place) -> Relation:
    """The maker's terms with the operator."""
    return registry.agree_terms(place.maker.by(), place.maker.row, organisation=place.world.operator)


def _earning(place: Place, *, approved: bool = False) -> Earning:
    """A bonus somebody wrote down who does not try; approved by another officer."""
    made = pay.add_earning(
        place.county.second.by(),
        _terms(place),
        kind="bonus",
        amount_hao=1_000_000,
        reason="全勤",
        document="奖金表",
    )
    return pay.approve_earning(place.county.officer.by(), made) if approved else made


@asks("add_earning")
def _(place: Place) -> Ask:
    return post(f"/api/pay/terms/{_agreed(place).pk}/earnings", **_money(place))


@asks("amend_earning")
def _(place: Place) -> Ask:
    body = {key: value for key, value in _money(place).items() if key != "kind"}
    _agreed(place)
    return post(f"/api/pay/earnings/{_earning(place).pk}/amend", **body)


@asks("drop_earning")
def _(place: Place) -> Ask:
    _agreed(place)
    return post(f"/api/pay/earnings/{_earning(place).pk}/drop")


@asks("approve_earning")
def _(place: Place) -> Ask:
    _agreed(place)
    return post(f"/api/pay/earnings/{_earning(place).pk}/approve")


@asks("take_back_earning")
def _(place: Place) -> Ask:
    _agreed(place)
    found = _earning(place, approved=True)
    return post(f"/api/pay/earnings/{found.pk}/take-back", reason="撤", document="说明")


@asks("settle_leaver")
def _(place: Place) -> Ask:
    place.inspected()
    terms = _terms(place)
    pay.approve_earning(
        place.county.officer.by(),
        pay.add_earning(
            place.county.second.by(), terms, kind="bonus", amount_hao=33, reason="零头", document="表"
        ),
    )
    registry.end_relation(place.county.second.by(), terms)
    return post(f"/api/pay/terms/{terms.pk}/settle")


_ADVANCE = {"amount_hao": 1_000_000, "instalment_hao": 500_000, "reason": "买药"}


@asks("ask_advance")
def _(place: Place) -> Ask:
    return post(f"/api/pay/terms/{_agreed(place).pk}/advances", **_ADVANCE)


def _advance(place: Place) -> Advance:
    return pay.ask_advance(
        place.county.second.by(), _agreed(place), amount_hao=1_000_000, instalment_hao=500_000
    )


@asks("confirm_advance")
def _(place: Place) -> Ask:
    return post(f"/api/pay/advances/{_advance(place).pk}/confirm", how="slip", document="签字条")


@asks("approve_advance")
def _(place: Place) -> Ask:
    asked = pay.confirm_advance(place.maker.by(), _advance(place))
    return post(f"/api/pay/advances/{asked.pk}/approve")


@asks("refuse_advance")
def _(place: Place) -> Ask:
    return post(f"/api/pay/advances/{_advance(place).pk}/refuse", why="下月再说")


_DEDUCTION = {"kind": "meals", "amount_hao": 50_000, "reason": "午饭"}


@asks("propose_deduction")
def _(place: Place) -> Ask:
    return post(f"/api/pay/terms/{_agreed(place).pk}/deductions", **_DEDUCTION)


def _deduction(place: Place) -> Deduction:
    return pay.propose_deduction(
        place.county.second.by(), _agreed(place), kind="meals", amount_hao=50_000, reason="午饭"
    )


@asks("agree_deduction")
def _(place: Place) -> Ask:
    return post(f"/api/pay/deductions/{_deduction(place).pk}/agree", how="slip", document="签字条")


@asks("drop_deduction")
def _(place: Place) -> Ask:
    return post(f"/api/pay/deductions/{_deduction(place).pk}/drop")


@asks("hold_pay")
def _(place: Place) -> Ask:
    until = (clock.today() + timedelta(days=5)).isoformat()
    return post(f"/api/pay/terms/{_agreed(place).pk}/holds", reason="卡号待核", until=until)


@asks("release_pay")
def _(place: Place) -> Ask:
    until = clock.today() + timedelta(days=5)
    hold = pay.hold_pay(place.county.second.by(), _agreed(place), reason="卡号待核", until=until)
    return post(f"/api/pay/holds/{hold.pk}/release")


def _slip(place: Place) -> Slip:
    place.inspected()
    pay.draw_up_slips(place.county.second.by(), place.world.operator)
    return Slip.objects.get(relation__resident=place.maker.row)


@asks("cancel_slip")
def _(place: Place) -> Ask:
    return post(f"/api/pay/slips/{_slip(place).pk}/cancel", why="重开")


@asks("question_line")
def _(place: Place) -> Ask:
    line = _slip(place).lines.get()
    return post(f"/api/pay/lines/{line.pk}/question", question="少数了两个")


def _question(place: Place) -> Dispute:
    line = _slip(place).lines.get()
    return pay.question_line(place.county.second.by(), line, question="少数了两个")


@asks("confirm_question")
def _(place: Place) -> Ask:
    return post(f"/api/pay/questions/{_question(place).pk}/confirm")


@asks("withdraw_question")
def _(place: Place) -> Ask:
    return post(f"/api/pay/questions/{_question(place).pk}/withdraw")


@asks("answer_question")
def _(place: Place) -> Ask:
    return post(f"/api/pay/questions/{_question(place).pk}/answer", answer="重数过，没有少")


@asks("set_rule")
def _(place: Place) -> Ask:
    facts = {"value": 10, "valid_from": clock.today().isoformat(), "document": "磐人社〔2026〕9号"}
    return post("/api/pay/rules", key="hold_days", **facts)


@asks("insure")
def _(place: Place) -> Ask:
    facts = {"policy": "PA-1", "since": clock.today().isoformat(), "months": 12, "month_hao": 200_000}
    return post("/api/people/covers", terms_ids=[_agreed(place).pk], **facts)


# --- a county brought back from a backup --------------------------------------------------------------------------


def _frozen() -> None:
    now = timezone.now() - timedelta(seconds=1)
    Continuity.current()
    Continuity.objects.update(frozen_at=now, restored_at=now, copy_made_at=now)


def _payment(place: Place) -> Payment:
    """A payment of the bank, found by somebody who does not try, and of nobody yet."""
    place.card()
    place.owed()
    _frozen()
    line = Line(paid_on=clock.today(), amount_fen=100, card="", remark=f"F{clock.today():%Y%m%d}-9-09-0001")
    statement = backup.read_statement(
        place.county.second.by(), place.world.operator, until=clock.today(), lines=[line]
    )
    return Payment.objects.get(statement=statement)


def _terms(place: Place) -> Relation:
    return Relation.objects.get(resident=place.maker.row, organisation=place.world.operator)


@asks("read_statement")
def _(place: Place) -> Ask:
    place.owed()
    _frozen()
    path = f"/api/standstill/operators/{place.world.operator.pk}/statements"
    return post(path, until=clock.today().isoformat(), lines=[])


@asks("name_payee")
def _(place: Place) -> Ask:
    path = f"/api/standstill/payments/{_payment(place).pk}/payee"
    return post(path, relation_id=_terms(place).pk)


@asks("book_payments")
def _(place: Place) -> Ask:
    found = _payment(place)
    backup.name_payee(place.county.second.by(), found, relation=_terms(place))
    return post("/api/standstill/payments/book", payments=[found.pk])


@asks("dismiss_payment")
def _(place: Place) -> Ask:
    return post(f"/api/standstill/payments/{_payment(place).pk}/dismiss", why="退回的运费")


@asks("thaw_county")
def _(place: Place) -> Ask:
    place.owed()
    _frozen()
    for operator in paying_operators():
        backup.read_statement(place.county.second.by(), operator, until=clock.today(), lines=[])
    pages.start_reconcile(place.county.second.by(), None)
    carry_out_long_work()
    return post("/api/standstill/thaw")
