"""The drill: a county works, is backed up, works on, is lost, comes back, and nobody is paid twice."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from pyrage import x25519

from gongfang.core import clock, jobs, outbox
from gongfang.core.errors import Frozen, Refused, SecondPersonNeeded
from gongfang.core.login import fresh_token, make_token
from gongfang.core.models import Continuity, Event, Receipt
from gongfang.counties.models import County
from gongfang.database import scope
from gongfang.operations.backup import actions
from gongfang.operations.backup.making import back_up
from gongfang.operations.backup.models import Payment
from gongfang.operations.backup.restoring import restore
from gongfang.operations.backup.statements import Line
from gongfang.pages import actions as pages
from gongfang.pay import actions as pay
from gongfang.pay.models import PayoutBatch
from gongfang.work.dispatch import actions as dispatch
from gongfang.work.dispatch.models import Lot
from gongfang.work.piecework import actions as piecework
from gongfang.work.piecework.actions import Verdict
from gongfang.work.piecework.models import Bag, HandIn
from tests.cast import Person, gather
from tests.operations.elsewhere import another_machine
from tests.pay.conftest import MORNING, Purse, _english, differences, money, settle  # noqa: F401

pytestmark = pytest.mark.crash
IDENTITY = x25519.Identity.generate()


@dataclass
class Phone:
    """A clerk's phone: it sends with a key, and keeps what it sent until the answer says that it is safe."""

    owner: Person
    token: str = ""
    kept: list[tuple[str, dict[str, Any], str, int]] = field(default_factory=list)
    restored_at: str = ""

    def log_in(self) -> None:
        self.token, digest = fresh_token()
        make_token(self.owner.by(), self.owner.user, label="phone", digest=digest)

    def send(self, path: str, body: dict[str, Any], key: str = "") -> Any:
        key = key or str(uuid.uuid4())
        client = Client(headers={"host": "panan.localhost", "authorization": f"Bearer {self.token}"})
        answer = client.post(
            f"/api{path}", json.dumps(body), "application/json", headers={"idempotency-key": key}
        )
        if answer.status_code < 400:
            self.restored_at = answer["X-Restored-At"]
            self.kept = [row for row in self.kept if row[2] != key]
            self.kept.append((path, body, key, int(answer["X-Receipt"])))
            safe = int(answer["X-Safe-Upto"])
            self.kept = [row for row in self.kept if row[3] > safe]
        return answer


@pytest.fixture
def lost(committing: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("GONGFANG_ARCHIVE_ELSEWHERE", "1")
    monkeypatch.setattr(settings, "DATA", tmp_path / "data")
    monkeypatch.setattr(settings, "FILES_ROOT", tmp_path / "data/files")
    with clock.at(MORNING):
        yield tmp_path


def enter_panan() -> None:
    with scope.inside():
        county = County.objects.get(schema_name="panan")
    scope.enter(county)


def take_bag(purse: Purse, maker: Person, pieces: int = 100) -> Bag:
    cast = purse.people
    lot = dispatch.claim(cast.chen.by(), Lot.objects.get(pk=purse.share.pk), maker=maker.row, pieces=pieces)
    return piecework.issue_bags(cast.chen.by(), piecework.pack_bags(cast.chen.by(), [lot]))[0]


def inspect_all(purse: Purse) -> None:
    waiting = list(HandIn.objects.filter(inspection=None).order_by("pk"))
    rows = [Verdict(hand_in_id=row.pk, accepted=row.pieces) for row in waiting]
    piecework.inspect(purse.people.zhao.by(), waiting, rows=rows)


def payment_lines(batch: PayoutBatch) -> list[Line]:
    """What the bank's statement says of a batch it has paid."""
    rows = batch.payouts.select_related("account")
    return [
        Line(clock.today(), row.amount_fen, row.account.number.reveal(), f"代发 {row.reference} 加工费")
        for row in rows
    ]


def test_a_county_comes_back_standing_still_and_nobody_is_paid_twice(
    lost: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    purse = settle(gather())
    cast = purse.people
    purse.card(cast.zhou)
    purse.card(cast.lin, "622848033009876543")
    phone = Phone(cast.chen)
    phone.log_in()

    # Before the copy: 周奶奶 was paid once, 小林's payout is approved, a bag is out, a job waits.
    purse.earn(cast.zhou, 80)
    purse.pay()
    purse.earn(cast.lin, 100)
    lins = purse.approve()
    before, after = take_bag(purse, cast.zhou), take_bag(purse, cast.zhou)
    first = phone.send("/piecework/hand-ins", {"rows": [{"bag_id": before.pk, "pieces": 100}]})
    job = pages.start_reconcile(cast.wang.by(), None)
    assert len(phone.kept) == 1

    made = back_up("panan", lost / "elsewhere", [IDENTITY.to_public()])
    enter_panan()
    assert Continuity.current().safe_upto == made.manifest.safe_receipt >= int(first["X-Receipt"])

    # After it: another bag comes in by phone, all is inspected at a desk, both payouts are at the bank and paid.
    second = phone.send("/piecework/hand-ins", {"rows": [{"bag_id": after.pk, "pieces": 100}]})
    assert [row[2] for row in phone.kept] == [phone.kept[0][2]]  # the first is safe and forgotten
    inspect_all(purse)
    zhous = purse.send()
    pay.mark_sent(cast.luo.by(), lins)
    statement = payment_lines(lins) + payment_lines(zhous)
    assert len(statement) == 2
    paid = {"zhou": money(cast.zhou), "lin": money(cast.lin)}
    highest = Receipt.objects.order_by("pk").last().pk

    with another_machine(monkeypatch, lost / "data/files2"):
        scope.enter(restore(made.sealed.path, [IDENTITY]))
        assert Continuity.current().frozen_at
        with pytest.raises(Frozen):
            pay.prepare_batch(cast.luo.by(), purse.operator)
        Event.objects.create(name="Waiting", subject="", txn=uuid.uuid4())
        assert outbox.tell() == 0
        assert _queued() == [{"schema": "panan", "job_id": job.pk}]
        home = cast.wang.client().get("/").content.decode()
        assert "/standstill/" in home
        assert cast.wang.client().get("/standstill/").status_code == 200

        # The old token has ended; logged in anew, the phone sees another moment and sends all it keeps.
        path, body, key, _receipt = phone.kept[0]
        assert phone.send(path, body, key).status_code == 401
        phone.log_in()
        again = phone.send(path, body, key)
        assert phone.restored_at == Continuity.current().restored_at.isoformat() != ""
        same, there = ({**answer.json()[0], "id": 0} for answer in (again, second))
        assert same == there
        assert int(again["X-Receipt"]) > highest  # no lost number is given anew
        # An act from before the copy is answered from its receipt.
        once_more = phone.send(
            "/piecework/hand-ins", {"rows": [{"bag_id": before.pk, "pieces": 100}]}, _key_of(first)
        )
        assert once_more.json() == first.json()
        assert HandIn.objects.filter(bag__in=[before, after]).count() == 2

        _compare_with_bank(purse, statement, paid)


def _compare_with_bank(
    purse: Purse, statement: list[Line], paid: dict[str, tuple[int, int, int, int]]
) -> None:
    cast, operator = purse.people, purse.operator
    read = actions.read_statement(cast.li.by(), operator, until=clock.today(), lines=statement)
    found = list(Payment.objects.filter(statement=read).order_by("pk"))
    assert [row.payout_id is not None for row in found] == [True, False]
    actions.read_statement(cast.li.by(), operator, until=clock.today(), lines=statement)
    assert Payment.objects.count() == 2  # read twice, found once

    with pytest.raises(SecondPersonNeeded):
        actions.book_payments(cast.li.by(), found)
    with pytest.raises(Refused) as refusal:  # the inspection is not there again yet
        actions.book_payments(cast.wang.by(), found)
    assert refusal.value.code == "not_owed"
    with pytest.raises(Refused) as refusal:
        actions.thaw_county(cast.wang.by(), Continuity.current())
    assert refusal.value.code == "open_payments"

    inspect_all(purse)
    purse.slips()
    actions.book_payments(cast.wang.by(), found)
    assert (money(cast.zhou), money(cast.lin)) == _as_if_confirmed(paid)

    with pytest.raises(Refused) as refusal:
        actions.thaw_county(cast.wang.by(), Continuity.current())
    assert refusal.value.code == "not_reconciled"
    jobs.run(pages.start_reconcile(cast.wang.by(), None).pk)
    assert differences() == []
    with pytest.raises(SecondPersonNeeded):
        actions.thaw_county(cast.li.by(), Continuity.current())
    actions.thaw_county(cast.wang.by(), Continuity.current())
    assert outbox.tell() > 0
    with pytest.raises(Refused) as refusal:
        pay.prepare_batch(cast.luo.by(), operator)
    assert refusal.value.code == "nothing_to_pay"


def _as_if_confirmed(paid: dict[str, tuple[int, int, int, int]]) -> tuple[tuple[int, ...], ...]:
    """What was at the bank before the disaster has been paid."""
    return tuple((owed, 0, done + transit, over) for owed, transit, done, over in paid.values())


def _queued() -> list[dict[str, Any]]:
    with scope.inside(), connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = 'carry_out'")
        return [json.loads(row[0]) if isinstance(row[0], str) else row[0] for row in cursor.fetchall()]


def _key_of(answer: Any) -> str:
    return str(answer.wsgi_request.headers["Idempotency-Key"])
