"""The model of orders that change: amended, opened again, complained of, credited."""

from __future__ import annotations

from types import SimpleNamespace as Thing
from typing import Any

from tests.soak.model import CONTRACT, Answer, Effect, agree, must
from tests.soak.model_looks import Looks
from tests.soak.told import Told

OUTCOMES = ("mended", "replaced", "credited", "refused")
AGAIN = ("mended", "refused")  # these pieces are with the enterprise once more


class Changes(Looks):
    """What becomes of an order after it was placed."""

    # --- amendments

    def amend_order(
        self, told: Told, order: str, line: str, pieces: int, fee: int, due: int, extra: list[Any]
    ) -> Effect:
        thing, row = self.things[order], self.things[line]
        must(thing.stage == "open" and row.order == order and row.stage == "open", "an open line")
        must(row.final or (pieces < 0 and fee < 0), "all steps at once")
        wanted, price = row.pieces if pieces < 0 else pieces, row.fee if fee < 0 else fee
        due = due or thing.due_on
        must((wanted, price, due) != (row.pieces, row.fee, thing.due_on) or extra, "something changes")
        others = [one for one in self.lines_of(order, "open") if one.final and one is not row]
        must(wanted or others or extra, "something is left")
        must(all(wanted >= min(step.pieces, self._fewest(step)) for step in self.steps_of(row)), "no fewer")
        more = extra[1] if extra else 0
        must(not extra or more > 0, "pieces")
        must(self.called_off() - row.pieces + wanted + more <= CONTRACT, "within the contract")

        def effect(answer: Answer) -> None:
            thing.version += 1
            for one in self.lines_of(order, "open"):
                one.due = due if one.due == thing.due_on else one.due
            thing.due_on = due
            for step in self.steps_of(row) if row.final else []:
                step.stage = "open" if wanted else "cancelled"
                step.pieces, step.fee = wanted or step.pieces, price if wanted else step.fee
            self._one("amendment", told, answer, order=order)
            if extra:
                facts = {"pieces": more, "fee": extra[2], "due": due, "stage": "open"}
                self.add_lines(told, answer[0]["steps"], order, extra[0], **facts)

        return effect

    def _fewest(self, line: Thing) -> int:
        """What is shared out or made, less what was made in vain, within the tolerance above."""
        again = sum(step.rejected + step.lost + step.replaced for step in (line, *self.after(line)))
        return -(-max(0, line.shared - again) * 1000 // (1000 + line.over))

    def reopen_order(self, told: Told, order: str) -> Effect:
        thing = self.things[order]
        must(thing.stage == "closed" and told.who != thing.closed_by, "another opens what was closed")
        return lambda answer: self._ended(order, self.lines_of(order, "closed"), "open")

    # --- what comes back

    def enter_claim(self, told: Told, delivery: str, pieces: int) -> Effect:
        thing = self.things[delivery]
        held = sum(row.pieces for row in self.of("claim", delivery=delivery) if row.stage not in AGAIN)
        must(1 <= pieces <= thing.pieces - held, "pieces of this slip that are there")

        def effect(answer: Answer) -> None:
            self.things[thing.line].returned += pieces
            self._one("claim", told, answer, delivery=delivery, pieces=pieces, stage="open", by=told.who)

        return effect

    def answer_claim(self, told: Told, claim: str, outcome: str) -> Effect:
        thing = self.things[claim]
        delivery = self.things[thing.delivery]
        line = self.things[delivery.line]
        must(thing.stage == "open" and told.who != thing.by, "another answers, once")
        must(outcome != "replaced" or line.stage == "open", "made anew while the order runs")

        def effect(answer: Answer) -> None:
            thing.stage = outcome
            line.returned -= thing.pieces
            if outcome in AGAIN:
                return
            setattr(line, outcome, getattr(line, outcome) + thing.pieces)
            line.earned -= thing.pieces * delivery.fee
            if outcome == "credited":
                self._credit(told, line.order, answer[0]["notes"])

        return effect

    def _credit(self, told: Told, order: str, notes: list[Any]) -> None:
        """What bills ask for beyond what is earned: the newest bill first, what is unpaid before what is paid."""
        bills = [bill for bill in self.of("invoice", order=order) if bill.stage != "cancelled"]
        bills = [bill for bill in bills if not bill.material]
        rest = sum(bill.amount - bill.credits for bill in bills)
        rest -= sum(line.earned for line in self.lines_of(order))
        found = []
        for bill in sorted(bills, key=lambda bill: (bill.stage != "open", -self.pk[bill.name])):
            amount = min(rest, bill.amount - bill.credits)
            if amount > 0:
                rest -= amount
                found.append((bill, amount, self._taken_off(bill, amount)))
        told_of = [(self.pk[bill.name], amount, refund) for bill, amount, refund in found]
        agree(sorted(told_of), sorted(tuple(note[1:]) for note in notes), "credit notes")
        keys = {note[1]: note[0] for note in notes}
        for number, (bill, _amount, refund) in enumerate(found):
            facts = {"order": order, "refund": refund, "by": told.who, "paid_back": not refund}
            self.new("note", told, number, keys[self.pk[bill.name]], **facts)

    def _taken_off(self, bill: Thing, amount: int) -> int:
        """Credit a bill and return what has to be paid back of it."""
        owed = bill.amount - bill.received - bill.credited
        unpaid = min(amount, owed) if bill.stage == "open" else 0
        bill.credits += amount
        bill.credited += unpaid
        if unpaid and unpaid == owed:
            bill.stage = "paid"
        order = self.things[bill.order]
        order.due -= unpaid
        order.credit += amount - unpaid
        self.fee_received -= amount - unpaid
        return int(amount - unpaid)

    def refund_fee(self, told: Told, note: str) -> Effect:
        thing = self.things[note]
        must(not thing.paid_back and told.who != thing.by, "another pays back, once")

        def effect(answer: Answer) -> None:
            thing.paid_back = True
            self.things[thing.order].credit -= thing.refund

        return effect

    # --- another day

    def agree_day(self, told: Told, lot: str, paper: bool) -> Effect:
        thing = self.things[lot]
        line = self.things[thing.line]
        must(thing.stage == "open" and line.stage == "open" and thing.due != line.due, "another day")
        share = thing.kind == "share"
        must(share or paper or (told.who == thing.maker and not told.on_behalf), "the person's own yes")
        return lambda answer: setattr(thing, "due", line.due)
