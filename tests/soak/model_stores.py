"""The model of material: what comes, goes, is counted, found again, handed on, replaced and billed."""

from __future__ import annotations

from types import SimpleNamespace as Thing
from typing import Any

from tests.soak.model import (
    COUNTED,
    FOR,
    MAKERS,
    OF_IT,
    OURS,
    RECIPES,
    SUBSTITUTE,
    THREAD_HAO,
    Answer,
    Effect,
    must,
)
from tests.soak.model_bags import Bags, at_home, held
from tests.soak.model_work import zero
from tests.soak.told import Told


class Stores(Bags):
    """Every store, and everything that changes hands without one."""

    # --- slips of material

    def receive_material(self, told: Told, order: str, store: str, rows: list[Any], number: int) -> Effect:
        must(self.things[order].stage == "open", "an open order")
        self._must_be_new(order, "in", number, rows)

        def effect(answer: Answer) -> None:
            self._slip_of(told, answer, order, "in", number, store, rows)
            for mat, amount in rows:
                self.outside[order, mat] -= amount
                self.received[order, mat] += amount
                self.store[store, order, mat] += amount

        return effect

    def _must_be_new(self, order: str, kind: str, number: int, rows: list[Any]) -> None:
        must(not self.of("receipt", order=order, slip=(kind, number), stage="entered"), "a slip once")
        must(rows and all(amount > 0 for _mat, amount in rows), "some of a material")
        must(len({mat for mat, _amount in rows}) == len(rows), "each material once")

    def _slip_of(
        self, told: Told, answer: Answer, order: str, kind: str, number: int, store: str, rows: list[Any]
    ) -> None:
        facts = {"order": order, "slip": (kind, number), "store": store, "amounts": rows, "stage": "entered"}
        self._one("receipt", told, answer, **facts)

    def return_material(self, told: Told, order: str, store: str, rows: list[Any], number: int) -> Effect:
        must(self.things[order].stage in ("open", "closed"), "an order that ran")
        self._must_be_new(order, "back", number, rows)
        must(all(self.store[store, order, mat] >= amount for mat, amount in rows), "the store has it")
        must(
            all(self.returned[order, mat] + amount <= self.received[order, mat] for mat, amount in rows),
            "no more than came",
        )

        def effect(answer: Answer) -> None:
            self._slip_of(told, answer, order, "back", number, store, rows)
            for mat, amount in rows:
                self.store[store, order, mat] -= amount
                self.returned[order, mat] += amount

        return effect

    def return_offcuts(self, told: Told, order: str, store: str, rows: list[Any], number: int) -> Effect:
        thing = self.things[order]
        must(thing.offcuts and thing.stage in ("open", "closed"), "an order that asks for them")
        self._must_be_new(order, "offcuts", number, rows)
        must(all(self.offcuts[store, order, mat] >= amount for mat, amount in rows), "what fell off")

        def effect(answer: Answer) -> None:
            self._slip_of(told, answer, order, "offcuts", number, store, rows)
            for mat, amount in rows:
                self.offcuts[store, order, mat] -= amount
                self.offcuts_returned[order, mat] += amount

        return effect

    def cancel_receipt(self, told: Told, receipt: str) -> Effect:
        thing = self.things[receipt]
        kind, order, store = thing.slip[0], thing.order, thing.store
        must(thing.stage == "entered", "taken back once")
        if kind == "in":
            there = all(self.store[store, order, mat] >= amount for mat, amount in thing.amounts)
            must(there, "nothing of it has moved on")
            must(
                all(self.returned[order, m] <= self.received[order, m] - n for m, n in thing.amounts),
                "what went back went first",
            )

        def effect(answer: Answer) -> None:
            thing.stage = "cancelled"
            for mat, amount in thing.amounts:
                self._undo(kind, store, order, mat, amount)

        return effect

    def _undo(self, kind: str, store: str, order: str, mat: str, amount: int) -> None:
        if kind == "in":
            self.outside[order, mat] += amount
            self.received[order, mat] -= amount
            self.store[store, order, mat] -= amount
        elif kind == "back":
            self.returned[order, mat] -= amount
            self.store[store, order, mat] += amount
        else:
            self.offcuts_returned[order, mat] -= amount
            self.offcuts[store, order, mat] += amount

    # --- counting a store

    def take_stock(self, told: Told, order: str, store: str, rows: list[Any]) -> Effect:
        must(rows and all(counted >= 0 for _mat, counted in rows), "something was counted")
        known = self._promised(order)
        must(all(mat in known for mat, _n in rows), "a material of the order")
        found = {mat: counted - self.store[store, order, mat] for mat, counted in rows}

        def effect(answer: Answer) -> None:
            facts = {"order": order, "store": store, "found": found, "by": told.who, "stage": "counted"}
            self._one("stocktake", told, answer, **facts)

        return effect

    def _promised(self, order: str) -> set[str]:
        """The materials an order has a row for: of its lines, dropped ones too, and whatever else arrived."""
        lines = {mat for line in self.lines_of(order) for mat in RECIPES[line.step]}
        came = {mat for slip in self.of("receipt", order=order) for mat, _n in slip.amounts}
        return lines | came

    def book_stocktake(self, told: Told, stocktake: str) -> Effect:
        thing = self.things[stocktake]
        must(thing.stage == "counted" and told.who != thing.by, "another books what was counted")
        after = {mat: self.store[thing.store, thing.order, mat] + n for mat, n in thing.found.items()}
        must(min(after.values()) >= 0, "no more is missing than lies here")

        def effect(answer: Answer) -> None:
            thing.stage = "booked"
            for mat, found in thing.found.items():
                self.store[thing.store, thing.order, mat] += found
                self.difference[thing.store, thing.order, mat] -= found

        return effect

    def discard_stocktake(self, told: Told, stocktake: str) -> Effect:
        thing = self.things[stocktake]
        must(thing.stage == "counted", "not booked")
        return lambda answer: setattr(thing, "stage", "discarded")

    # --- from hand to hand

    def hand_over(self, told: Told, bags: list[Any], maker: str) -> Effect:
        bag = self.things[bags[0]]
        lot = self.lot_of(bag)
        share, pieces = self.things[lot.share], at_home(bag)
        must(len(bags) == 1 and bag.stage == "out" and pieces, "a bag with something in it")
        must(maker != lot.maker and MAKERS[maker] == lot.org, "another maker of the workshop")
        must(lot.stage == "open" and self.running(share), "work that runs")
        must(pieces <= self.room(maker), "no more than a person may hold")

        def effect(answer: Answer) -> None:
            left = self._unworked(bag)
            self._gives_up(lot, share, pieces)
            second = self._second_lot(told, answer[0], share, maker, pieces)
            made = self._second_bag(told, answer[0], bag, second, pieces)
            bag.given_back += pieces
            if self.things[lot.line].fed_by:
                lot.half_made, second.half_made = lot.half_made - pieces, second.half_made + pieces
            for mat, amount in left.items():
                bag.materials[mat].given_back += amount
                made.materials[mat].issued = {"": amount} if amount else {}
                self.custody[lot.name, mat] -= amount
                self.custody[second.name, mat] += amount
            self._close([bag])

        return effect

    def _unworked(self, bag: Thing) -> dict[str, int]:
        """What is left beside the material in pieces that wait for the inspector."""
        waits = sum(row.pieces for row in self.of("hand_in", bag=bag.name, stage="waiting") if not row.mended)
        return {mat: max(0, held(one) - one.a_piece * waits) for mat, one in bag.materials.items()}

    def _gives_up(self, lot: Thing, share: Thing, pieces: int) -> None:
        """A lot is over when nothing of it is to be made any more; what it still has stays."""
        self.count(lot, issued=-pieces)
        share.claimed -= pieces
        if lot.pieces > pieces:
            lot.pieces -= pieces
            gone = self.left(lot) == 0
        else:
            gone = True
        if gone:
            lot.stage = "closed"

    def _second_lot(self, told: Told, row: dict[str, Any], share: Thing, maker: str, pieces: int) -> Thing:
        self._lot(told, 0, {"pk": row["lot"], "relation": row["relation"]}, share, maker, pieces)
        lot = self.things[f"lot@{told.no}.0"]
        self.count(lot, issued=pieces)
        return lot

    def _second_bag(self, told: Told, row: dict[str, Any], bag: Thing, lot: Thing, pieces: int) -> Thing:
        none = {"given_back": 0, "used": 0, "lost": 0, "offcut": 0}
        materials = {
            mat: Thing(a_piece=one.a_piece, need=one.a_piece * pieces, item=one.item, issued={}, **none)
            for mat, one in bag.materials.items()
        }
        counters = zero(given_back=0, gone=0)
        facts = {"lot": lot.name, "pieces": pieces, "stage": "out", "issued_by": told.who, "origin": bag.name}
        self.new("bag", told, 0, row["pk"], **{**counters, **facts}, materials=materials)
        return self.things[f"bag@{told.no}.0"]

    def find_again(self, told: Told, losses: list[Any]) -> Effect:
        things = [self.things[name] for name in losses]
        must(things and not any(loss.found for loss in things), "found once")
        bags = [self.things[loss.bag] for loss in things]
        self._counted([bag for loss, bag in zip(things, bags, strict=True) if loss.pieces])

        def effect(answer: Answer) -> None:
            for lot in {bag.lot: self.lot_of(bag) for bag in bags}.values():
                if lot.stage == "closed":
                    lot.pieces, lot.stage = lot.accepted + lot.rejected + lot.lost, "open"
            for loss, bag in zip(things, bags, strict=True):
                loss.found, bag.stage = True, "out"
                self._regained(bag, loss)
            self._close(bags)

        return effect

    def _regained(self, bag: Thing, loss: Thing) -> None:
        lot = self.lot_of(bag)
        bag.gone -= loss.pieces
        if loss.pieces:
            self.count(lot, lost=-loss.pieces)
        self.half_done(lot, worked=0, lost=-loss.pieces)
        for mat, amount in loss.materials.items():
            bag.materials[mat].lost -= amount
            self.lost[lot.name, mat] -= amount
            self.custody[lot.name, mat] += amount

    # --- what was really used, what stands in, what is billed

    def count_use(self, told: Told, hand_ins: list[Any], amount: int) -> Effect:
        rows = [self.things[name] for name in hand_ins]
        must(len(rows) == 1 and rows[0].stage == "waiting" and not rows[0].mended, "not inspected yet")
        bag = self.things[rows[0].bag]
        must(COUNTED in bag.materials, "a material that is counted")
        others = [row for row in self.of("hand_in", bag=bag.name, stage="waiting") if row is not rows[0]]
        spoken = sum(row.counted.get(COUNTED, 0) for row in others)
        must(0 <= amount <= held(bag.materials[COUNTED]) - spoken, "no more than the bag holds")
        return lambda answer: setattr(rows[0], "counted", {COUNTED: amount})

    def allow_substitute(self, told: Told) -> Effect:
        must(not self.of("substitute"), "allowed once")
        return lambda answer: self._one("substitute", told, answer)

    def use_substitute(self, told: Told, bags: list[Any], substitute: str) -> Effect:
        things = self._bags(bags, "packed")
        must(
            all(any(m.item == FOR for m in bag.materials.values()) for bag in things), "a bag of this recipe"
        )
        must(
            all(self.things[self.lot_of(bag).line].step == "sew" for bag in things), "the recipe of this step"
        )
        orders = {self.order_of(self.lot_of(bag)) for bag in things}
        must(all(SUBSTITUTE in self._promised(order) for order in orders), "it came for the order")

        def effect(answer: Answer) -> None:
            for bag in things:
                materials = {}
                for mat, one in bag.materials.items():
                    if one.item == FOR:
                        one.a_piece, one.need = OF_IT, OF_IT * bag.pieces
                    materials[SUBSTITUTE if one.item == FOR else mat] = one
                bag.materials = materials

        return effect

    def bill_material(self, told: Told, order: str, amount: int, number: int) -> Effect:
        must(not self.of("invoice", number=number), "a number once")
        must(1 <= amount <= self.to_bill(order), "what was used and not billed")

        def effect(answer: Answer) -> None:
            hao = amount * THREAD_HAO
            self.things[order].due += hao
            money = {
                "amount": hao,
                "material": hao,
                "billed": amount,
                "received": 0,
                "credited": 0,
                "credits": 0,
            }
            self._one("invoice", told, answer, order=order, number=number, by=told.who, stage="open", **money)

        return effect

    def to_bill(self, order: str) -> int:
        used = sum(n for (lot, mat), n in self.used.items() if mat == OURS and self.in_order(lot, order))
        bills = [bill for bill in self.of("invoice", order=order) if bill.stage != "cancelled"]
        return used - sum(getattr(bill, "billed", 0) for bill in bills)

    def in_order(self, lot: str, order: str) -> bool:
        return self.order_of(self.things[lot]) == order
