"""The model of pay and fees, and the whole of what the county should hold."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace as Thing
from typing import Any

from tests.soak.model import FEN, MAKERS, Answer, Effect, agree, must
from tests.soak.model_bags import Bags
from tests.soak.told import Told

ON_THE_WAY = ("prepared", "approved", "sent")


def fen(hao: int) -> int:
    return max(0, hao) // FEN


class Model(Bags):
    """Everything that must hold."""

    # --- slips

    def draw_up_slips(self, told: Told) -> Effect:
        lines: dict[str, list[Thing]] = {}
        for thing in (*self.of("inspection", drawn=False), *self.of("correction", drawn=False)):
            lines.setdefault(thing.maker, []).append(thing)
        drawn = {maker: rows for maker, rows in lines.items() if any(row.amount for row in rows)}

        def effect(answer: Answer) -> None:
            found = {row["relation"]: row for row in answer}
            agree({self.relations[maker] for maker in drawn}, set(found), "people who get a slip")
            for number, (maker, rows) in enumerate(drawn.items()):
                row, gross = found[self.relations[maker]], sum(line.amount for line in rows)
                agree(gross, row["gross"], f"slip of {maker}")
                self.new(
                    "slip",
                    told,
                    number,
                    row["pk"],
                    maker=maker,
                    gross=gross,
                    stage="open",
                    payout="",
                    lines=rows,
                )
                for line in rows:
                    line.drawn = True

        return effect

    def correct_pay(self, told: Told, inspection: str, amount: int) -> Effect:
        thing = self.things[inspection]
        bag = self.things[thing.bag]
        must(amount >= 0 and amount != thing.standing, "another amount")
        must(told.who not in (thing.by, bag.issued_by, thing.maker), "another person's hands")

        def effect(answer: Answer) -> None:
            self._corrected(self.money[thing.maker], thing.standing, amount)
            facts = {"maker": thing.maker, "amount": amount - thing.standing, "by": told.who, "drawn": False}
            self._one("correction", told, answer, **facts)
            thing.standing = amount

        return effect

    def _corrected(self, money: Thing, before: int, after: int) -> None:
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

    def payable(self) -> dict[str, int]:
        """What would be paid to whom, in fen: on a slip, or earned as margin, and not on its way."""
        found = {}
        for who, money in self.money.items():
            undrawn = sum(
                thing.amount
                for kind in ("inspection", "correction")
                for thing in self.of(kind, drawn=False)
                if thing.maker == who and (kind == "inspection" or thing.amount > 0)
            )
            if not self.open_payout(who) and fen(money.owed - undrawn):
                found[who] = fen(money.owed - undrawn)
        return found

    def prepare_batch(self, told: Told) -> Effect:
        rows = self.payable()
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
            for slip in self.of("slip", maker=who, stage="open", payout=""):
                slip.payout = made[-1]
        return made

    def _payee(self, who: str) -> tuple[str, int]:
        return ("relation", self.relations[who]) if who in MAKERS else ("organisation", self.pk[who])

    def in_batch(self, batch: str, *stages: str) -> list[Thing]:
        return [payout for payout in self.of("payout", batch=batch) if payout.stage in stages]

    def hands_of(self, batch: str) -> set[str]:
        payouts = {payout.name: payout for payout in self.of("payout", batch=batch)}
        slips = [slip for slip in self.of("slip") if slip.payout in payouts]
        correctors = {line.by for slip in slips for line in slip.lines if line.kind == "correction"}
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

    def _settled(self, payout: Thing, stage: str) -> None:
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
                self._settled(row, "cancelled")

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
                self._settled(row, "confirmed")

        return effect

    def fail_payout(self, told: Told, payout: str) -> Effect:
        row = self.things[payout]
        must(row.method == "bank" and row.stage in ("approved", "sent"), "on its way through the bank")

        def effect(answer: Answer) -> None:
            self._move(row, "transit", "owed")
            self._settled(row, "failed")

        return effect

    def retry_payout(self, told: Told, payout: str) -> Effect:
        row, rows = self.things[payout], self.payable()
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
            self._settled(row, "confirmed")

        return effect

    def cancel_payout(self, told: Told, payout: str) -> Effect:
        row = self.things[payout]
        must(
            row.stage == "prepared" or (row.stage == "approved" and row.method == "cash"), "nothing was paid"
        )
        return lambda answer: self._settled(row, "cancelled")

    # --- fees

    def to_invoice(self, order: str) -> int:
        delivered = sum(line.delivered * line.fee for line in self.lines_of(order))
        return delivered - sum(
            bill.amount for bill in self.of("invoice", order=order) if bill.stage != "cancelled"
        )

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
                stage="open",
                by=told.who,
                number=number,
            )

        return effect

    def cancel_invoice(self, told: Told, bill: str) -> Effect:
        thing = self.things[bill]
        must(thing.stage == "open" and not thing.received, "nothing was paid on it")

        def effect(answer: Answer) -> None:
            thing.stage = "cancelled"
            self.things[thing.order].due -= thing.amount

        return effect

    def receive_fee(self, told: Told, bill: str, amount: int) -> Effect:
        thing = self.things[bill]
        must(thing.stage == "open" and told.who != thing.by, "another person than who wrote it")
        must(0 < amount <= thing.amount - thing.received, "at most what is owed")

        def effect(answer: Answer) -> None:
            thing.received += amount
            thing.stage = "paid" if thing.received == thing.amount else "open"
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

    # --- the whole

    def holds(self) -> dict[str, int]:
        """Every balance there should be, under the ledger's own names."""
        found: Counter[str] = Counter()
        for who, money in self.money.items():
            if who in self.relations or who not in MAKERS:
                kind, pk = self._payee(who)
                for purpose, amount in vars(money).items():
                    found[f"{kind}:{pk} {purpose} CNY"] += amount
        found[f"organisation:{self.pk['O']} cost CNY"] -= self.cost
        found[f"organisation:{self.pk['O']} fee_received CNY"] += self.fee_received
        for order in self.of("order"):
            found[f"order:{self.pk[order.name]} fee_due CNY"] += order.due
        self._materials(found)
        self._pieces(found)
        return {name: amount for name, amount in found.items() if amount}

    def _materials(self, found: Counter[str]) -> None:
        for (store, order, mat), amount in self.store.items():
            found[f"organisation:{self.pk[store]} store {self._material(order, mat)}"] += amount
        for purpose, held in (("outside", self.outside), ("returned", self.returned)):
            for (order, mat), amount in held.items():
                found[f"organisation:{self.pk['E']} {purpose} {self._material(order, mat)}"] += amount
        for purpose, by_lot in (("custody", self.custody), ("used", self.used), ("lost", self.lost)):
            for (lot, mat), amount in by_lot.items():
                order = self.order_of(self.things[lot])
                found[f"lot:{self.pk[lot]} {purpose} {self._material(order, mat)}"] += amount

    def _material(self, order: str, mat: str) -> str:
        return f"material:{self.pk[order]}:{self.pk[mat]}"

    def _pieces(self, found: Counter[str]) -> None:
        for bag in self.of("bag"):
            lot = self.lot_of(bag)
            piece = f"piece:{self.pk[lot.line]}"
            facts = {
                "handed_in": sum(row.pieces for row in self.of("hand_in", bag=bag.name, stage="waiting"))
            }
            facts |= {
                "rework": bag.rework,
                "rejected": bag.rejected,
                "lost": bag.lost,
                "making": -bag.handed_in,
            }
            for purpose, pieces in facts.items():
                found[f"lot:{self.pk[lot.name]} {purpose} {piece}"] += pieces
        for line in self.of("line"):
            piece = f"piece:{self.pk[line.name]}"
            found[f"line:{self.pk[line.name]} accepted {piece}"] += line.accepted - line.delivered
            found[f"line:{self.pk[line.name]} delivered {piece}"] += line.delivered

    def rows(self) -> dict[str, Any]:
        """Every counter and stage there should be, row by row."""
        found: dict[str, Any] = {}
        for line in self.of("line"):
            found[f"line {self.pk[line.name]}"] = [line.stage, line.shared, *_counters(line), line.delivered]
        for share in self.of("share"):
            facts = [share.stage, share.pieces, share.claimed, share.offered, *_counters(share)]
            found[f"lot {self.pk[share.name]}"] = facts
        for lot in self.of("lot"):
            found[f"lot {self.pk[lot.name]}"] = [lot.stage, lot.pieces, 0, 0, *_counters(lot)]
        for bag in self.of("bag"):
            counters = [
                bag.handed_in,
                bag.accepted,
                bag.rework,
                bag.rejected,
                bag.lost,
                bag.given_back,
                bag.gone,
            ]
            found[f"bag {self.pk[bag.name]}"] = [bag.stage, bag.pieces, *counters]
        for payout in self.of("payout"):
            found[f"payout {self.pk[payout.name]}"] = [payout.stage, payout.fen, payout.method]
        for slip in self.of("slip"):
            found[f"slip {self.pk[slip.name]}"] = [slip.stage, slip.gross]
        for kind in ("batch", "order", "invoice"):
            found |= {f"{kind} {self.pk[thing.name]}": [thing.stage] for thing in self.of(kind)}
        return found

    def conserved(self) -> None:
        """Nothing appears, nothing disappears, and nobody holds less than nothing."""
        for order in self.of("order"):
            for mat in ("rope", "bead"):
                inside = sum(
                    amount
                    for (_s, one, what), amount in self.store.items()
                    if (one, what) == (order.name, mat)
                )
                for held in (self.custody, self.used, self.lost):
                    inside += sum(
                        amount
                        for (lot, what), amount in held.items()
                        if what == mat and self.order_of(self.things[lot]) == order.name
                    )
                agree(
                    -self.outside[order.name, mat] - self.returned[order.name, mat],
                    inside,
                    f"{mat} of {order.name}",
                )
        agree(self.cost, sum(sum(vars(money).values()) for money in self.money.values()), "what was earned")
        below = [name for name, amount in self.holds().items() if amount < 0 and not _world(name)]
        agree([], below, "accounts below zero")


def _world(name: str) -> bool:
    return name.split()[1] in {"outside", "cost", "making", "overpaid"}


def _counters(thing: Thing) -> list[int]:
    return [thing.issued, thing.handed_in, thing.accepted, thing.rework, thing.rejected, thing.lost]
