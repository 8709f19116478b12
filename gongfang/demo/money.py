"""Paying people: slips, a batch prepared by one and approved by another, the bank's answer, cash with a witness."""

from __future__ import annotations

from datetime import date

from gongfang.demo.scenario.history import OF_KNOTS, OF_PARTS
from gongfang.demo.scene import OFFICER, Scene, day_after, on
from gongfang.pay import actions as pay
from gongfang.pay.actions import Column
from gongfang.pay.models import Payout, PayoutBatch

BANK = "磐安农商银行"
_KEEPERS = {"cooperative": "luoping", "company": "company-manager"}
PAYDAYS = (
    ("company", date(2022, 6, 6)),
    ("company", date(2022, 7, 8)),
    ("cooperative", date(2022, 9, 5)),
    ("company", date(2022, 10, 8)),
    ("cooperative", date(2022, 11, 3)),
)


def open_accounts(scene: Scene) -> None:
    """Say how the bank wants its sheet, and name the accounts margins are paid to."""
    columns = [
        Column("账号", "card"),
        Column("户名", "name"),
        Column("金额", "amount"),
        Column("备注", "reference"),
    ]
    pay.set_bank_profile(scene.by(OFFICER), None, name=BANK, columns=columns)
    for number, key in enumerate((*OF_KNOTS, *OF_PARTS), start=1):
        pay.set_account(scene.by(OFFICER), scene.bodies[key], number=f"20100033{number:010}", bank=BANK)


def pay_all(scene: Scene) -> None:
    """Pay what the earlier orders earned, payday by payday."""
    for operator, day in PAYDAYS:
        with on(day):
            batch = prepare(scene, operator)
            pay.approve_batch(scene.by(OFFICER), batch)
            pay.mark_sent(scene.by(_KEEPERS[operator]), batch)
        with on(day_after(day)):
            pay.confirm_payouts(scene.by(_KEEPERS[operator]), batch)
            hand_over_cash(scene, operator, batch)
        scene.tell(batch.number)


def prepare(scene: Scene, operator: str) -> PayoutBatch:
    """Draw up the slips of everything inspected, and put them in a batch."""
    body, keeper = scene.bodies[operator], _KEEPERS[operator]
    pay.draw_up_slips(scene.by(keeper), body)
    return pay.prepare_batch(scene.by(keeper), body)


def hand_over_cash(scene: Scene, operator: str, batch: PayoutBatch) -> None:
    """Pay those without a card in cash, against a signature, before an officer."""
    waiting = batch.payouts.filter(method=Payout.Method.CASH, stage=Payout.Stage.APPROVED).order_by("pk")
    for payout in waiting:
        pay.pay_cash(
            scene.by(_KEEPERS[operator]),
            payout,
            witness=scene.users[OFFICER],
            document=f"收条 {payout.reference}",
        )
