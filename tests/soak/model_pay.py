"""The model of pay and fees: slips, payouts, invoices, and the county's own days."""

from __future__ import annotations

from types import SimpleNamespace as Thing
from typing import Any

from tests.soak.model import FEN, MAKERS, Answer, Effect, agree, must
from tests.soak.model_changes import Changes
from tests.soak.told import Told

ON_THE_WAY = ("prepared", "approved", "sent")
FOREVER = 10**9


def owing(bill: Thing) -> int:
    return int(bill.amount - bill.received - bill.credited)


def fen(hao: int) -> int:
    return max(0, hao) // FEN


class Pay(Changes):
    """What is earned, written on slips, paid and invoiced."""

    # --- slips

    def undrawn(self, upto: int) -> list[Thing]:
        """What was earned by a day and stands on no slip."""
        kinds = ("inspection", "correction", "earning")
        found = [thing for kind in kinds for thing in self.of(kind, drawn=False)]
        return [row for row in found if row.day <= upto and getattr(row, "stage", "approved") == "approved"]

    def draw_up_slips(self, told: Told) -> Effect:
        lines: dict[str, list[Thing]] = {}
        for thing in self.undrawn(told.day):
            lines.setdefault(thing.maker, []).append(thing)
        drawn = {maker: rows for maker, rows in lines.items() if any(row.amount for row in rows)}

        def effect(answer: Answer) -> None:
            found = {row["relation"]: row for row in answer}
            agree({self.relations[maker] for maker in drawn}, set(found), "people who get a slip")
            for number, (maker, rows) in enumerate(drawn.items()):
                self._slip(told, number, maker, rows, found[self.relations[maker]])

        return effect

    def _slip(self, told: Told, number: int, maker: str, rows: list[Thing], row: dict[str, Any]) -> None:
        gross = sum(line.amount for line in rows)
        agree(gross, row["gross"], f"slip of {maker}")
        facts = {
            "maker": maker,
            "gross": gross,
            "stage": "open",
            "payout": "",
            "lines": rows,
            "day": told.day,
        }
        name = self.new("slip", told, number, row["pk"], **facts)
        for line in rows:
            line.drawn = True
        self.took_off(self.things[name], row)

    def took_off(self, slip: Thing, row: dict[str, Any]) -> None:
        """What a slip takes off its person; the room of terms says it."""

    def correct_pay(self, told: Told, inspection: str, amount: int) -> Effect:
        thing = self.things[inspection]
        self.must_correct(told, thing, amount)
        return lambda answer: self.corrected(told, thing, amount, answer[0]["pk"])

    def must_correct(self, told: Told, inspection: Thing, amount: int) -> None:
        bag = self.things[inspection.bag]
        must(amount >= 0 and amount != inspection.standing, "another amount")
        must(told.who not in (inspection.by, bag.issued_by, inspection.maker), "another person's hands")

    def corrected(self, told: Told, inspection: Thing, amount: int, pk: int) -> None:
        self.put_right(self.money[inspection.maker], inspection.standing, amount)
        change = amount - inspection.standing
        facts = {"maker": inspection.maker, "amount": change, "by": told.who, "drawn": False, "day": told.day}
        self.new("correction", told, 0, pk, inspection=inspection.name, bag=inspection.bag, **facts)
        inspection.standing = amount

    def looked_again(self, told: Told, inspection: Thing, more: int, answer: dict[str, Any]) -> None:
        """The margin is that of what stands now; the pay moves by the rate that was promised, never below nothing."""
        lot = self.lot_of(self.things[inspection.bag])
        before = lot.margin * (inspection.accepted - more)
        self.put_right(self.money[lot.org], before, lot.margin * inspection.accepted)
        amount = max(0, inspection.standing + more * inspection.rate)
        if amount != inspection.standing:
            self.corrected(told, inspection, amount, answer["correction"])

    def put_right(self, money: Thing, before: int, after: int) -> None:
        """The old amount is taken back as far as it is still owed; the rest stands as overpaid."""
        there = money.owed + after
        taken = max(0, min(before, there))
        money.owed = there - taken
        money.overpaid -= before - taken
        self.cost += after - before

    # --- payouts

    def set_bank_account(self, told: Told, maker: str, card: int) -> Effect:
        return lambda answer: self._card(told, maker, answer)

    def set_account(self, told: Told, org: str, card: int) -> Effect:
        return lambda answer: self._card(told, org, answer)

    def _card(self, told: Told, who: str, answer: Answer) -> None:
        """The card named last is the one; named twice it stays the same."""
        held = next(
            (
                card.name
                for card in self.of("card" if who in MAKERS else "account")
                if self.pk[card.name] == answer[0]["pk"]
            ),
            "",
        )
        kind = "card" if who in MAKERS else "account"
        self.cards[who] = held or self.new(kind, told, 0, answer[0]["pk"], who=who)

    def end_bank_account(self, told: Told, card: str) -> Effect:
        who = self.things[card].who

        def effect(answer: Answer) -> None:
            if self.cards.get(who) == card:
                del self.cards[who]

        return effect

    def open_payout(self, who: str) -> bool:
        return any(payout.stage in ON_THE_WAY for payout in self.of("payout", who=who))

    def payable(self, day: int) -> dict[str, int]:
        """What would be paid to whom, in fen: on a slip, or earned as margin, and not on its way."""
        waiting: dict[str, int] = {}
        for thing in self.undrawn(FOREVER):
            if thing.kind == "inspection" or thing.amount > 0:
                waiting[thing.maker] = waiting.get(thing.maker, 0) + thing.amount
        found = {}
        for who, money in self.money.items():
            # An agent may work for several operators: what one paid too much is set off against what it owes.
            overpaid = 0 if who in MAKERS else money.overpaid
            amount = fen(money.owed + overpaid - waiting.get(who, 0))
            if amount and not self.open_payout(who) and not self.held_back(who, day):
                found[who] = amount
        return found

    def held_back(self, who: str, day: int) -> bool:
        """Say whether somebody's pay waits; the room of terms knows."""
        return False

    def prepare_batch(self, told: Told) -> Effect:
        rows = self.payable(told.day)
        must(rows, "somebody to pay")
        waiting = self.of("slip", stage="open", payout="")
        must(told.who not in self._hands(waiting), "who had no hand in the bags")

        def effect(answer: Answer) -> None:
            batch = self.new("batch", told, 0, answer[0]["pk"], stage="prepared", by=told.who)
            self._payouts(told, batch, rows, answer[0]["payouts"])

        return effect

    def _hands(self, slips: list[Thing]) -> set[str]:
        """Who issued, made or inspected what these slips pay."""
        hands: set[str] = set()
        for slip in slips:
            hands.add(slip.maker)
            for line in slip.lines:
                if line.kind == "inspection":
                    hands.add(line.by)
                    hands.add(self.things[line.bag].issued_by)
        return hands

    def _payouts(self, told: Told, batch: str, rows: dict[str, int], answer: Answer) -> list[str]:
        payees = {self._payee(who): who for who in rows}
        agree(
            {
                (self._payee(who), amount, "bank" if who in self.cards else "cash")
                for who, amount in rows.items()
            },
            {((row["of"], row["whose"]), row["fen"], row["method"]) for row in answer},
            "payouts",
        )
        made = []
        for number, row in enumerate(answer):
            who = payees[row["of"], row["whose"]]
            facts = {"who": who, "fen": row["fen"], "method": row["method"], "card": self.cards.get(who, "")}
            made.append(
                self.new(
                    "payout", told, number, row["pk"], **facts, stage="prepared", batch=batch, by=told.who
                )
            )
            self.carried(who, made[-1])
        return made

    def carried(self, who: str, payout: str) -> None:
        """A payout carries what it pays."""
        for slip in self.of("slip", maker=who, stage="open", payout=""):
            slip.payout = payout

    def _payee(self, who: str) -> tuple[str, int]:
        return ("relation", self.relations[who]) if who in MAKERS else ("organisation", self.pk[who])

    def in_batch(self, batch: str, *stages: str) -> list[Thing]:
        return [payout for payout in self.of("payout", batch=batch) if payout.stage in stages]

    def hands_of(self, batch: str) -> set[str]:
        payouts = {payout.name: payout for payout in self.of("payout", batch=batch)}
        slips = [slip for slip in self.of("slip") if slip.payout in payouts]
        correctors = {line.by for slip in slips for line in slip.lines if line.kind != "inspection"}
        return {self.things[batch].by, *(row.by for row in payouts.values()), *correctors} | self._hands(
            slips
        )

    def approve_batch(self, told: Told, batch: str) -> Effect:
        thing, rows = self.things[batch], self.in_batch(batch, "prepared")
        must(thing.stage == "prepared" and rows, "a batch that pays somebody")
        must(told.who not in self.hands_of(batch), "another person")
        bank = [row for row in rows if row.method == "bank"]
        must(all(self.cards.get(row.who) == row.card for row in bank), "the payee's own running account")
        must(all(self.money[row.who].owed >= row.fen * FEN for row in bank), "as much as is owed")

        def effect(answer: Answer) -> None:
            thing.stage = "approved"
            for row in rows:
                row.stage = "approved"
            for row in bank:
                self._move(row, "owed", "transit")

        return effect

    def _move(self, payout: Thing, source: str, target: str) -> None:
        money, amount = self.money[payout.who], payout.fen * FEN
        setattr(money, source, getattr(money, source) - amount)
        setattr(money, target, getattr(money, target) + amount)

    def _finish(self, batch: str) -> None:
        thing = self.things[batch]
        if thing.stage in ("approved", "sent") and not self.in_batch(batch, *ON_THE_WAY):
            thing.stage = "done"

    def settled(self, payout: Thing, stage: str) -> None:
        payout.stage = stage
        for slip in self.of("slip", payout=payout.name):
            if stage == "confirmed":
                slip.stage = "closed"
            else:
                slip.payout = ""
        self._finish(payout.batch)

    def cancel_batch(self, told: Told, batch: str) -> Effect:
        thing = self.things[batch]
        must(thing.stage == "prepared", "nobody approved it")

        def effect(answer: Answer) -> None:
            thing.stage = "cancelled"
            for row in self.in_batch(batch, "prepared"):
                self.settled(row, "cancelled")

        return effect

    def export_sheet(self, told: Told, batch: str) -> Effect:
        must(self.things[batch].stage in ("approved", "sent"), "an approved batch")
        must(
            any(row.method == "bank" for row in self.in_batch(batch, "approved", "sent")),
            "somebody at the bank",
        )
        return lambda answer: None

    def mark_sent(self, told: Told, batch: str) -> Effect:
        thing = self.things[batch]
        rows = [row for row in self.in_batch(batch, "approved") if row.method == "bank"]
        must(thing.stage == "approved" and rows, "approved, for the bank, and not sent yet")

        def effect(answer: Answer) -> None:
            thing.stage = "sent"
            for row in rows:
                row.stage = "sent"

        return effect

    def confirm_payouts(self, told: Told, batch: str, payouts: list[Any]) -> Effect:
        rows = [self.things[name] for name in payouts] or self.in_batch(batch, "sent")
        must(rows and all(row.stage == "sent" for row in rows), "what is at the bank")

        def effect(answer: Answer) -> None:
            for row in rows:
                self._move(row, "transit", "paid")
                self.settled(row, "confirmed")

        return effect

    def fail_payout(self, told: Told, payout: str) -> Effect:
        row = self.things[payout]
        must(row.method == "bank" and row.stage in ("approved", "sent"), "on its way through the bank")

        def effect(answer: Answer) -> None:
            self._move(row, "transit", "owed")
            self.settled(row, "failed")

        return effect

    def retry_payout(self, told: Told, payout: str) -> Effect:
        row, rows = self.things[payout], self.payable(told.day)
        must(row.stage == "failed" and row.who in rows, "failed, and still to be paid")
        must(
            not any(one.retry_of == payout and one.stage != "cancelled" for one in self._retries()),
            "tried again once",
        )

        def effect(answer: Answer) -> None:
            found = next(
                (one.name for one in self.of("batch") if self.pk[one.name] == answer[0]["batch"]), ""
            )
            batch = found or self.new("batch", told, 0, answer[0]["batch"], stage="prepared", by=told.who)
            must(self.things[batch].stage == "prepared", "a batch that waits")
            made = self._payouts(told, batch, {row.who: rows[row.who]}, answer)
            self.things[made[0]].retry_of = payout

        return effect

    def _retries(self) -> list[Thing]:
        return [row for row in self.of("payout") if hasattr(row, "retry_of")]

    def pay_cash(self, told: Told, payout: str, witness: str) -> Effect:
        row = self.things[payout]
        must(row.method == "cash" and row.stage == "approved", "approved, in cash")
        must(witness not in (told.who, row.who), "another person looks on")
        must(self.money[row.who].owed >= row.fen * FEN, "as much as is owed")

        def effect(answer: Answer) -> None:
            self._move(row, "owed", "paid")
            self.settled(row, "confirmed")

        return effect

    def cancel_payout(self, told: Told, payout: str) -> Effect:
        row = self.things[payout]
        must(
            row.stage == "prepared" or (row.stage == "approved" and row.method == "cash"), "nothing was paid"
        )
        return lambda answer: self.settled(row, "cancelled")

    # --- fees

    def to_invoice(self, order: str) -> int:
        """What was earned by deliveries, less what stands on bills for pieces and was not credited."""
        asked = [bill for bill in self.of("invoice", order=order) if bill.stage != "cancelled"]
        for_pieces = sum(bill.amount - bill.credits - bill.material for bill in asked)
        return max(0, sum(line.earned for line in self.lines_of(order)) - for_pieces)

    def invoice(self, told: Told, order: str, amount: int, number: int) -> Effect:
        must(not self.of("invoice", number=number), "a number once")
        must(1 <= amount <= self.to_invoice(order), "what was delivered, once")

        def effect(answer: Answer) -> None:
            self.things[order].due += amount
            self._one(
                "invoice",
                told,
                answer,
                order=order,
                amount=amount,
                received=0,
                credited=0,
                credits=0,
                material=0,
                stage="open",
                by=told.who,
                number=number,
            )

        return effect

    def cancel_invoice(self, told: Told, bill: str) -> Effect:
        thing = self.things[bill]
        must(thing.stage == "open" and not thing.received and not thing.credited, "nothing was paid on it")

        def effect(answer: Answer) -> None:
            thing.stage = "cancelled"
            self.things[thing.order].due -= thing.amount

        return effect

    def receive_fee(self, told: Told, bill: str, amount: int) -> Effect:
        thing = self.things[bill]
        must(thing.stage == "open" and told.who != thing.by, "another person than who wrote it")
        must(0 < amount <= owing(thing), "at most what is owed")

        def effect(answer: Answer) -> None:
            thing.received += amount
            thing.stage = "open" if owing(thing) else "paid"
            self.things[thing.order].due -= amount
            self.fee_received += amount

        return effect

    # --- the county's own days

    def close_period(self, told: Told, back: int) -> Effect:
        must(back > 0 and told.day - back > self.closed, "a day that has passed, once")
        return lambda answer: setattr(self, "closed", told.day - back)

    def sign_checkpoint(self, told: Told) -> Effect:
        must(told.day > self.sealed, "a day once")
        return lambda answer: setattr(self, "sealed", told.day)
