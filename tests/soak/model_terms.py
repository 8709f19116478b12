"""The model of what stands beside pieces: hours and bonuses, advances, deductions, tax, holds, questions.

What the law says is written here once more, from the law and not from the code.
"""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace as Thing
from typing import Any

from tests.soak.model import FEN, Answer, Effect, agree, must
from tests.soak.model_pay import FOREVER, Pay
from tests.soak.told import Told

FIRST_DAY = date(2026, 11, 2)
YUAN = 10_000
ADVANCE_MOST = 1_000 * YUAN
HOLD_DAYS = 15
DEDUCTION_SHARE = 5  # a fifth of the month's pay
RUNNING = ("asked", "approved", "paid")


def tax_on(month: int) -> int:
    """Announcement 61 of 2018 on fees for labour: 800 yuan free, above 4,000 a fifth; then 20, 30, 40 per cent."""
    taxed = month - 800 * YUAN if month <= 4_000 * YUAN else -(-month * 4 // 5)
    if taxed <= 20_000 * YUAN:
        due = taxed // 5
    elif taxed <= 50_000 * YUAN:
        due = taxed * 3 // 10 - 2_000 * YUAN
    else:
        due = taxed * 2 // 5 - 7_000 * YUAN
    return max(0, due) // FEN * FEN


class Terms(Pay):
    """Everything a slip says besides pieces."""

    # --- what is earned beside pieces

    def add_earning(self, told: Told, terms: str, kind: str, amount: int, minutes: int, claim: int) -> Effect:
        must(kind in ("hours", "allowance", "bonus"), "pieces come from inspection")
        must(amount > 0 and (kind != "hours" or minutes > 0), "more than nothing")

        def effect(answer: Answer) -> None:
            facts = {"maker": terms, "amount": worth(kind, amount, minutes), "by": told.who, "type": kind}
            more = {"stage": "draft", "drawn": False, "day": told.day, "reverses": ""}
            until = told.day + claim if claim >= 0 else FOREVER
            self._one("earning", told, answer, **facts, **more, until=until)

        return effect

    def amend_earning(self, told: Told, earning: str, amount: int, minutes: int) -> Effect:
        thing = self.things[earning]
        must(thing.stage == "draft" and amount > 0, "only a draft is changed")
        must(thing.type != "hours" or minutes > 0, "time")
        changed = worth(thing.type, amount, minutes)
        return lambda answer: vars(thing).update(amount=changed, by=told.who)

    def drop_earning(self, told: Told, earning: str) -> Effect:
        thing = self.things[earning]
        must(thing.stage == "draft", "only a draft is dropped")
        return lambda answer: setattr(thing, "stage", "dropped")

    def approve_earning(self, told: Told, earning: str) -> Effect:
        thing = self.things[earning]
        must(thing.stage == "draft" and told.who not in (thing.by, thing.maker), "another approves a draft")
        must(thing.until >= told.day, "while it can be claimed")

        def effect(answer: Answer) -> None:
            thing.stage = "approved"
            self._owe(thing.maker, thing.amount)

        return effect

    def _owe(self, maker: str, amount: int) -> None:
        self.money[maker].owed += amount
        self.cost += amount

    def take_back_earning(self, told: Told, earning: str) -> Effect:
        thing = self.things[earning]
        must(thing.stage == "approved" and not thing.reverses, "what was approved")
        must(told.who not in (thing.by, thing.maker), "another takes it back")
        must(not self.of("earning", reverses=earning), "taken back once")
        open_slips = [slip for slip in self.of("slip", stage="open") if thing in slip.lines]
        must(not open_slips, "on no slip that waits")

        def effect(answer: Answer) -> None:
            facts = {"maker": thing.maker, "amount": -thing.amount, "by": thing.by, "type": thing.type}
            more = {
                "stage": "approved",
                "drawn": False,
                "day": told.day,
                "until": FOREVER,
                "reverses": earning,
            }
            self.put_right(self.money[thing.maker], thing.amount, 0)
            self._one("earning", told, answer, **facts, **more)

        return effect

    # --- advances

    def ask_advance(self, told: Told, terms: str, amount: int, instalment: int) -> Effect:
        must(FEN <= amount <= ADVANCE_MOST and amount % FEN == 0, "whole fen, and within the most")
        must(1 <= instalment <= amount, "paid back in parts")
        running = [row for row in self.of("advance", maker=terms) if row.stage in RUNNING]
        must(not running, "one at a time")
        own = told.who == terms and not told.on_behalf

        def effect(answer: Answer) -> None:
            facts = {"maker": terms, "amount": amount, "instalment": instalment, "by": told.who}
            self._one("advance", told, answer, **facts, stage="asked", payout="", set_off=0, waits=not own)

        return effect

    def confirm_advance(self, told: Told, advance: str, paper: bool) -> Effect:
        thing = self.things[advance]
        must(thing.stage == "asked" and thing.waits, "a yes that is still missing")
        must(told.who != thing.by and (paper or told.who == thing.maker), "the person's own yes")
        return lambda answer: setattr(thing, "waits", False)

    def approve_advance(self, told: Told, advance: str) -> Effect:
        thing = self.things[advance]
        must(thing.stage == "asked" and told.who not in (thing.by, thing.maker), "another approves")
        must(not thing.waits, "the person wants it")

        def effect(answer: Answer) -> None:
            thing.stage = "approved"
            self._owe(thing.maker, thing.amount)

        return effect

    def refuse_advance(self, told: Told, advance: str) -> Effect:
        thing = self.things[advance]
        must(thing.stage == "asked", "still asked for")
        return lambda answer: setattr(thing, "stage", "refused")

    def carried(self, who: str, payout: str) -> None:
        super().carried(who, payout)
        for advance in self.of("advance", maker=who, stage="approved", payout=""):
            advance.payout = payout

    def settled(self, payout: Thing, stage: str) -> None:
        for advance in self.of("advance", payout=payout.name):
            if stage == "confirmed":
                advance.stage = "paid"
            else:
                advance.payout = ""
        super().settled(payout, stage)

    # --- deductions

    def propose_deduction(self, told: Told, terms: str, kind: str, amount: int, bag: str = "") -> Effect:
        must(amount > 0 and (kind == "spoiled") == bool(bag), "a spoiled bag is named")
        must(kind != "overpaid" or amount <= -self.money[terms].overpaid, "what was overpaid")
        if bag:
            must(self.lot_of(self.things[bag]).maker == terms, "their own bag")
            must(self.bags_pay(bag) > 0, "nobody goes into debt for a bag")
            must(not [row for row in self.of("deduction", bag=bag) if row.stage != "dropped"], "once a bag")

        def effect(answer: Answer) -> None:
            facts = {"maker": terms, "type": kind, "amount": amount, "bag": bag, "by": told.who}
            self._one("deduction", told, answer, **facts, stage="proposed", taken=0)

        return effect

    def bags_pay(self, bag: str) -> int:
        """What a bag earned, as it stands now."""
        return max(0, sum(row.standing for row in self.of("inspection", bag=bag)))

    def agree_deduction(self, told: Told, deduction: str, paper: bool) -> Effect:
        thing = self.things[deduction]
        must(thing.stage == "proposed" and told.who != thing.by, "another says yes")
        must(paper or told.who == thing.maker, "the person's own yes")
        return lambda answer: setattr(thing, "stage", "agreed")

    def drop_deduction(self, told: Told, deduction: str) -> Effect:
        thing = self.things[deduction]
        must(thing.stage in ("proposed", "agreed"), "not taken yet")
        return lambda answer: setattr(thing, "stage", "dropped")

    # --- what a slip takes off, and gives back

    def took_off(self, slip: Thing, row: dict[str, Any]) -> None:
        takes = self._takes(slip)
        agree([take[:3] for take in takes], [tuple(take) for take in row["takes"]], "what a slip takes off")
        slip.takes = [(kind, name, amount) for kind, _pk, amount, name in takes]
        slip.taken = sum(amount for _kind, _name, amount in slip.takes)
        for take in slip.takes:
            self._take(slip.maker, *take, sign=1)
        lines = {(cause, pk): key for key, cause, pk in row["lines"]}
        expected = {(line.kind, self.pk[line.name]) for line in slip.lines}
        agree(expected, set(lines), f"lines of {slip.name}")
        for line in slip.lines:
            key = lines[line.kind, self.pk[line.name]]
            name = f"{slip.name}/{line.name}"
            self.pk[name] = key
            self.things[name] = Thing(name=name, kind="slip_line", maker=slip.maker, cause=line.name)

    def _takes(self, slip: Thing) -> list[tuple[str, int, int, str]]:
        """Tax, then deductions within the law, then instalments; never below nothing."""
        month = [other for other in self._slips(slip.maker) if _month(other) == _month(slip)]
        gross = sum(other.gross for other in month)
        left, found = max(0, slip.gross), []
        before = [take for other in month for take in getattr(other, "takes", [])]
        tax = max(0, tax_on(gross) - sum(amount for kind, _n, amount in before if kind == "tax"))
        if tax:
            found.append(("tax", 0, min(tax, left), ""))
            left -= found[-1][2]
        deducted = sum(amount for kind, _name, amount in before if kind == "deduction")
        share = max(0, max(0, gross) // DEDUCTION_SHARE - deducted)
        overpaid = -self.money[slip.maker].overpaid
        for row in self._in_order("deduction", slip.maker, "agreed"):
            asked, most = self._wish(row, overpaid)
            amount = min(asked, most, left, share)
            if asked:
                found.append(("deduction", self.pk[row.name], amount, row.name))
                overpaid -= asked if row.type == "overpaid" else 0
                row.spent = most < asked and most <= min(left, share)
            left, share = left - amount, share - amount
        for row in self._in_order("advance", slip.maker, "paid"):
            amount = min(row.instalment, row.amount - row.set_off, left)
            found.append(("advance", self.pk[row.name], amount, row.name))
            left -= amount
        return found

    def _slips(self, maker: str) -> list[Thing]:
        return [slip for slip in self.of("slip", maker=maker) if slip.stage != "cancelled"]

    def _in_order(self, kind: str, maker: str, stage: str) -> list[Thing]:
        return sorted(self.of(kind, maker=maker, stage=stage), key=lambda row: self.pk[row.name])

    def _wish(self, row: Thing, overpaid: int) -> tuple[int, int]:
        rest = row.amount - row.taken
        if row.type == "overpaid":
            rest = min(rest, overpaid)
        return rest, max(0, self.bags_pay(row.bag) - row.taken) if row.bag else rest

    def _take(self, maker: str, kind: str, name: str, amount: int, *, sign: int) -> None:
        money, amount = self.money[maker], sign * amount
        money.owed -= amount
        if kind == "tax":
            money.tax += amount
        elif kind == "advance":
            row = self.things[name]
            self.cost -= amount
            row.set_off += amount
            row.stage = "closed" if row.set_off == row.amount else "paid"
        else:
            row = self.things[name]
            setattr(money, "overpaid" if row.type == "overpaid" else "kept", self._into(money, row) + amount)
            row.taken += amount
            done = sign > 0 and (row.taken == row.amount or row.spent)
            if row.stage != "dropped":
                row.stage = "closed" if done else "agreed"

    def _into(self, money: Thing, row: Thing) -> int:
        return int(money.overpaid if row.type == "overpaid" else money.kept)

    def cancel_slip(self, told: Told, slip: str) -> Effect:
        thing = self.things[slip]
        must(thing.stage == "open" and not thing.payout, "a slip nobody has begun to pay")

        def effect(answer: Answer) -> None:
            thing.stage = "cancelled"
            for take in thing.takes:
                self._take(thing.maker, *take, sign=-1)
            for line in thing.lines:
                line.drawn = False

        return effect

    # --- pay that waits

    def held_back(self, who: str, day: int) -> bool:
        return any(hold.until >= day for hold in self.of("hold", maker=who, stage="running"))

    def hold_pay(self, told: Told, terms: str, days: int) -> Effect:
        must(0 <= days <= HOLD_DAYS, "a fortnight and a day at most")
        rows = self.of("hold", maker=terms)
        must(not self.held_back(terms, told.day), "it waits already")
        ran_out = [hold for hold in rows if hold.stage in ("running", "over")]
        must(all(hold.until < told.day - 7 for hold in ran_out), "no chain of holds")

        def effect(answer: Answer) -> None:
            for hold in rows:
                hold.stage = "over" if hold.stage == "running" else hold.stage
            self._one("hold", told, answer, maker=terms, until=told.day + days, stage="running")

        return effect

    def release_pay(self, told: Told, hold: str) -> Effect:
        thing = self.things[hold]
        must(thing.stage == "running", "it still waits")
        return lambda answer: setattr(thing, "stage", "released")

    # --- questions

    def question_line(self, told: Told, line: str) -> Effect:
        must(not self.of("dispute", line=line, stage="open"), "asked once")
        own = told.who == self.things[line].maker and not told.on_behalf
        return lambda answer: self._one("dispute", told, answer, line=line, stage="open", waits=not own)

    def confirm_question(self, told: Told, dispute: str) -> Effect:
        thing = self.things[dispute]
        must(thing.waits and told.who == self.things[thing.line].maker, "the person's own yes")
        return lambda answer: setattr(thing, "waits", False)

    def withdraw_question(self, told: Told, dispute: str) -> Effect:
        thing = self.things[dispute]
        must(
            thing.stage == "open" and told.who == self.things[thing.line].maker, "an open question of theirs"
        )
        return lambda answer: setattr(thing, "stage", "withdrawn")

    def answer_question(self, told: Told, dispute: str, amount: int) -> Effect:
        thing = self.things[dispute]
        must(thing.stage == "open", "still open")
        cause = self.things[self.things[thing.line].cause]
        row = self.things[cause.inspection] if cause.kind == "correction" else cause
        if amount >= 0:
            must(row.kind == "inspection", "pieces")
            self.must_correct(told, row, amount)

        def effect(answer: Answer) -> None:
            thing.stage = "answered"
            if amount >= 0:
                self.corrected(told, row, amount, answer[0]["correction"])

        return effect


def worth(kind: str, amount: int, minutes: int) -> int:
    """Hours are time at the rate of an hour, a started 毫 in the person's favour; all else is what was said."""
    return -(-minutes * amount // 60) if kind == "hours" else amount


def _month(slip: Thing) -> tuple[int, int]:
    day = FIRST_DAY + timedelta(days=slip.day)
    return day.year, day.month
