"""The model of bags: out, back, inspected, delivered."""

from __future__ import annotations

from types import SimpleNamespace as Thing
from typing import Any

from tests.soak.model import BAG, OFFCUTS, OURS, RECIPES, Answer, Effect, agree, must
from tests.soak.model_work import Work
from tests.soak.told import Told


def at_home(bag: Thing) -> int:
    return bag.pieces - bag.handed_in - bag.gone - bag.given_back


def waiting(bag: Thing) -> int:
    return bag.handed_in - bag.accepted - bag.rework - bag.rejected - bag.lost


def held(material: Thing) -> int:
    return sum(material.issued.values()) - material.given_back - material.used - material.lost


class Bags(Work):
    """Every piece and every millimetre that leaves the desk."""

    def lot_of(self, bag: Thing) -> Thing:
        return self.things[bag.lot]

    def order_of(self, lot: Thing) -> str:
        return self.things[lot.line].order

    def count(self, lot: Thing, **changes: int) -> None:
        """A lot is over with its last piece, and runs again when something of it is to be mended after all."""
        judged = lot.accepted + lot.rejected + lot.lost
        for name, change in changes.items():
            for thing in (lot, self.things[lot.share], self.things[lot.line]):
                setattr(thing, name, getattr(thing, name) + change)
        if not {"accepted", "rework", "rejected", "lost"} & set(changes):
            return
        outside = lot.issued - lot.accepted - lot.rejected - lot.lost
        if lot.stage == "open" and self.left(lot) == 0:
            lot.stage = "closed"
        elif lot.stage == "closed" and lot.rework and outside > 0:
            lot.stage, lot.pieces = "open", judged

    def _bags(self, names: list[Any], stage: str) -> list[Thing]:
        bags = [self.things[name] for name in names]
        must(bags and len(set(names)) == len(names), "each bag once")
        must(all(bag.stage == stage for bag in bags), f"bags that are {stage}")
        return bags

    def _counted(self, bags: list[Thing]) -> None:
        must(all(self.things[self.lot_of(bag).line].stage == "open" for bag in bags), "lines that are open")

    def pack_bags(self, told: Told, lots: list[Any]) -> Effect:
        things = [self.things[lot] for lot in lots]
        must(all(lot.stage == "open" for lot in things), "open lots")
        sizes = [(lot, size) for lot in things for size in _sizes(lot.pieces - lot.issued - self.packed(lot))]
        must(sizes, "something to pack")

        def effect(answer: Answer) -> None:
            for number, ((lot, size), row) in enumerate(zip(sizes, answer, strict=True)):
                agree(size, row["pieces"], "size of a bag")
                materials = self._packed_materials(self.things[lot.line], size)
                counters = dict.fromkeys(
                    ("handed_in", "accepted", "rework", "rejected", "lost", "given_back", "gone"), 0
                )
                facts = {
                    "lot": lot.name,
                    "pieces": size,
                    "stage": "packed",
                    "issued_by": "",
                    "origin": "",
                    "materials": materials,
                }
                self.new("bag", told, number, row["pk"], **facts, **counters)

        return effect

    def _packed_materials(self, line: Thing, pieces: int) -> dict[str, Thing]:
        """By the recipe; what we buy ourselves counts as soon as some has come for the order."""
        zero = {"given_back": 0, "used": 0, "lost": 0, "offcut": 0}
        return {
            mat: Thing(a_piece=amount, need=amount * pieces, item=mat, issued={}, **zero)
            for mat, amount in RECIPES[line.step].items()
            if mat != OURS or self.received[line.order, mat] > 0
        }

    def packed(self, lot: Thing) -> int:
        return sum(bag.pieces for bag in self.of("bag", lot=lot.name, stage="packed"))

    def unpack_bags(self, told: Told, bags: list[Any]) -> Effect:
        things = self._bags(bags, "packed")
        return lambda answer: _set(things, stage="cancelled")

    def issue_bags(self, told: Told, bags: list[Any]) -> Effect:
        things = sorted(self._bags(bags, "packed"), key=lambda bag: self.pk[bag.name])
        must(all(self.lot_of(bag).stage == "open" for bag in things), "open lots")
        self._counted(things)
        taken = self._filled(things)
        must(all(any(taken[bag.name].values()) for bag in things), "some material for every bag")
        self._must_be_made(things)

        def effect(answer: Answer) -> None:
            for bag in things:
                bag.stage, bag.issued_by = "out", told.who
                lot = self.lot_of(bag)
                self._put_in(bag, taken[bag.name])
                self.half_made(lot, bag.pieces)
                self.count(lot, issued=bag.pieces)

        return effect

    def _put_in(self, bag: Thing, taken: dict[tuple[str, str], int]) -> None:
        lot = self.lot_of(bag)
        for (store, mat), amount in taken.items():
            issued = bag.materials[mat].issued
            issued[store] = issued.get(store, 0) + amount
            self.store[store, self.order_of(lot), mat] -= amount
            self.custody[lot.name, mat] += amount

    def _must_be_made(self, bags: list[Thing]) -> None:
        """What goes on to the next step was made by the step before."""
        wanted: dict[str, int] = {}
        for bag in bags:
            feeder = self.things[self.lot_of(bag).line].fed_by
            wanted[feeder] = wanted.get(feeder, 0) + bag.pieces
        for feeder, pieces in wanted.items():
            line = self.things[feeder] if feeder else None
            must(line is None or pieces <= line.accepted - line.passed_on, "half-made pieces that are there")

    def half_made(self, lot: Thing, pieces: int) -> None:
        """Half-made pieces go to a lot, or come back from it."""
        feeder = self.things[lot.line].fed_by
        if feeder:
            self.things[feeder].passed_on += pieces
            lot.half_made += pieces

    def half_done(self, lot: Thing, *, worked: int, lost: int) -> None:
        if self.things[lot.line].fed_by:
            lot.half_made -= worked + lost
            lot.worked_on += worked
            lot.half_lost += lost

    def issue_missing(self, told: Told, bags: list[Any]) -> Effect:
        things = sorted(self._bags(bags, "out"), key=lambda bag: self.pk[bag.name])
        taken = self._filled(things)
        must(any(any(rows.values()) for rows in taken.values()), "something is missing that a store has")

        def effect(answer: Answer) -> None:
            for bag in things:
                self._put_in(bag, taken[bag.name])

        return effect

    def _lacks(self, bag: Thing, material: Thing) -> int:
        """What the pieces still to come need, and their maker does not have, as far as it was never brought."""
        wanted = material.a_piece * (at_home(bag) + waiting(bag)) - held(material)
        return max(0, min(material.need - sum(material.issued.values()), wanted))

    def _filled(self, bags: list[Thing]) -> dict[str, dict[tuple[str, str], int]]:
        """What each bag gets: the workshop's own store first, then the operator's, as long as there is some."""
        stores = dict(self.store)
        taken: dict[str, dict[tuple[str, str], int]] = {}
        for bag in bags:
            taken[bag.name] = {}
            order, org = self.order_of(self.lot_of(bag)), self.lot_of(bag).org
            for mat, material in bag.materials.items():
                need = self._lacks(bag, material)
                for store in (org, "O"):
                    amount = min(need, stores.get((store, order, mat), 0))
                    need -= amount
                    if amount:
                        stores[store, order, mat] -= amount
                        taken[bag.name][store, mat] = amount
        return taken

    def cancel_issue(self, told: Told, bags: list[Any]) -> Effect:
        things = self._bags(bags, "out")
        must(all(at_home(bag) == bag.pieces for bag in things), "nothing came back or was lost")
        must(not any(bag.origin for bag in things), "it came out of a store, not from another maker")
        must(
            all(held(mat) == sum(mat.issued.values()) for bag in things for mat in bag.materials.values()),
            "no material came back or was lost",
        )
        must(all(self.lot_of(bag).stage == "open" for bag in things), "open lots")
        self._counted(things)

        def effect(answer: Answer) -> None:
            for bag in things:
                lot = self.lot_of(bag)
                bag.stage, bag.issued_by = "packed", ""
                for mat, material in bag.materials.items():
                    for store, amount in material.issued.items():
                        self.store[store, self.order_of(lot), mat] += amount
                        self.custody[lot.name, mat] -= amount
                    material.issued = {}
                self.half_made(lot, -bag.pieces)
                self.count(lot, issued=-bag.pieces)

        return effect

    def hand_in(self, told: Told, rows: list[Any]) -> Effect:
        return self._taken_in(told, rows, mended=False)

    def hand_in_mended(self, told: Told, rows: list[Any]) -> Effect:
        return self._taken_in(told, rows, mended=True)

    def _taken_in(self, told: Told, rows: list[Any], *, mended: bool) -> Effect:
        bags = self._bags([name for name, _n in rows], "out")
        for bag, (_name, pieces) in zip(bags, rows, strict=True):
            must(0 < pieces <= (bag.rework if mended else at_home(bag)), "no more than is outside")
        self._counted(bags)

        def effect(answer: Answer) -> None:
            for number, (bag, (_name, pieces), row) in enumerate(zip(bags, rows, answer, strict=True)):
                if mended:
                    bag.rework -= pieces
                    self.count(self.lot_of(bag), rework=-pieces)
                else:
                    bag.handed_in += pieces
                    self.count(self.lot_of(bag), handed_in=pieces)
                facts = {
                    "bag": bag.name,
                    "pieces": pieces,
                    "mended": mended,
                    "stage": "waiting",
                    "counted": {},
                }
                self.new("hand_in", told, number, row["pk"], **facts, waits=bool(told.on_behalf))

        return effect

    def cancel_hand_in(self, told: Told, hand_ins: list[Any]) -> Effect:
        things = [self.things[name] for name in hand_ins]
        must(things and all(row.stage == "waiting" for row in things), "nobody inspected it")
        self._counted([self.things[row.bag] for row in things])

        def effect(answer: Answer) -> None:
            for row in things:
                bag, row.stage = self.things[row.bag], "cancelled"
                if row.mended:
                    bag.rework += row.pieces
                    self.count(self.lot_of(bag), rework=row.pieces)
                else:
                    bag.handed_in -= row.pieces
                    self.count(self.lot_of(bag), handed_in=-row.pieces)

        return effect

    def confirm_hand_ins(self, told: Told, rows: list[Any], paper: bool) -> Effect:
        return self._confirmed(told, rows, paper)

    def confirm_give_backs(self, told: Told, rows: list[Any], paper: bool) -> Effect:
        return self._confirmed(told, rows, paper)

    def _confirmed(self, told: Told, rows: list[Any], paper: bool) -> Effect:
        things = [self.things[name] for name in rows]
        own = all(told.who == self.lot_of(self.things[row.bag]).maker for row in things)
        must(things and all(row.waits for row in things) and (own or paper), "a yes that is still missing")
        return lambda answer: _set(things, waits=False)

    def give_back(self, told: Told, rows: list[Any]) -> Effect:
        return self._gone(told, rows, "given_back")

    def report_loss(self, told: Told, rows: list[Any]) -> Effect:
        return self._gone(told, rows, "lost")

    def lose_bags(self, told: Told, bags: list[Any]) -> Effect:
        rows = [[name, at_home(self.things[name]), {}] for name in bags]
        return self._gone(told, rows, "lost")

    def _gone(self, told: Told, rows: list[Any], what: str) -> Effect:
        bags = self._bags([name for name, _n, _beside in rows], "out")
        moved = []
        for bag, (_name, pieces, beside) in zip(bags, rows, strict=True):
            must(0 <= pieces <= at_home(bag) and (pieces or beside), "no more than is at home")
            amounts = {
                mat: min(material.a_piece * pieces, held(material)) + beside.get(mat, 0)
                for mat, material in bag.materials.items()
            }
            must(
                all(amount <= held(bag.materials[mat]) for mat, amount in amounts.items()),
                "no more than it holds",
            )
            moved.append((bag, pieces, amounts))
            if pieces:
                self._counted([bag])
                must(what == "lost" or self.lot_of(bag).stage == "open", "an open lot")

        def effect(answer: Answer) -> None:
            for number, ((bag, pieces, amounts), row) in enumerate(zip(moved, answer, strict=True)):
                self._moved(bag, pieces, amounts, what)
                facts = {"bag": bag.name, "pieces": pieces, "materials": amounts, "found": False}
                kind = "give_back" if what == "given_back" else "loss"
                self.new(kind, told, number, row["pk"], **facts, waits=bool(told.on_behalf))
            self._close(bags)

        return effect

    def _moved(self, bag: Thing, pieces: int, amounts: dict[str, int], what: str) -> None:
        lot = self.lot_of(bag)
        for mat, amount in amounts.items():
            material = bag.materials[mat]
            setattr(material, what, getattr(material, what) + amount)
            self.custody[lot.name, mat] -= amount
            if what == "lost":
                self.lost[lot.name, mat] += amount
            else:
                self.store[lot.org, self.order_of(lot), mat] += amount
        if not pieces:
            return
        if what == "lost":
            bag.gone += pieces
            self.half_done(lot, worked=0, lost=pieces)
            self.count(lot, lost=pieces)
        else:
            bag.given_back += pieces
            self.half_made(lot, -pieces)
            self.count(lot, issued=-pieces)

    def _close(self, bags: list[Thing]) -> None:
        for bag in bags:
            if bag.stage == "out" and not (at_home(bag) or waiting(bag) or bag.rework):
                bag.stage = "closed"

    def inspect(self, told: Told, rows: list[Any]) -> Effect:
        things = [self.things[name] for name, *_said in rows]
        must(things and all(row.stage == "waiting" for row in things), "waiting")
        for thing, (_name, *said) in zip(things, rows, strict=True):
            must(min(said) >= 0 and sum(said) == thing.pieces, "every piece has a verdict")
        bags = [self.things[thing.bag] for thing in things]
        self._counted(bags)
        must(
            all(told.who not in (bag.issued_by, self.lot_of(bag).maker) for bag in bags),
            "another person's eyes",
        )

        def effect(answer: Answer) -> None:
            for number, (thing, (_name, *said), row) in enumerate(zip(things, rows, answer, strict=True)):
                self._said(told, number, row["pk"], thing, *said)
            self._use_material(things, [said[-1] for said in rows])
            self._close(bags)

        return effect

    def _said(
        self,
        told: Told,
        number: int,
        pk: int,
        hand_in: Thing,
        accepted: int,
        rework: int,
        rejected: int,
        lost: int,
    ) -> None:
        bag = self.things[hand_in.bag]
        lot, hand_in.stage = self.lot_of(bag), "inspected"
        said = {"accepted": accepted, "rework": rework, "rejected": rejected, "lost": lost}
        for name, pieces in said.items():
            setattr(bag, name, getattr(bag, name) + pieces)
        self.count(lot, **said)
        amount = self.rate(self.things[lot.line].step, lot.day) * accepted
        facts = {
            "hand_in": hand_in.name,
            "bag": bag.name,
            "maker": lot.maker,
            "by": told.who,
            "day": told.day,
        }
        facts |= {**said, "lookers": [], "rate": self.rate(self.things[lot.line].step, lot.day)}
        self.new("inspection", told, number, pk, **facts, amount=amount, standing=amount, drawn=False)
        self.money[lot.maker].owed += amount
        self.money[lot.org].owed += lot.margin * accepted
        self.cost += amount + lot.margin * accepted

    def _use_material(self, hand_ins: list[Thing], lost: list[int]) -> None:
        """What a mended piece is made of was used the first time."""
        for hand_in, missing in zip(hand_ins, lost, strict=True):
            if not hand_in.mended:
                bag = self.things[hand_in.bag]
                self._used(bag, hand_in, hand_in.pieces - missing, missing)
                self.half_done(self.lot_of(bag), worked=hand_in.pieces - missing, lost=missing)

    def _used(self, bag: Thing, hand_in: Thing, back: int, missing: int) -> None:
        """Whatever came back used its material, by the recipe or the count; what is missing took its own along."""
        lot = self.lot_of(bag)
        line = self.things[lot.line]
        for mat, material in bag.materials.items():
            used = min(hand_in.counted.get(mat, material.a_piece * back), held(material))
            off = OFFCUTS.get((line.step, mat), 0) if self.things[line.order].offcuts else 0
            offcut = min(off * back, used)
            material.used += used
            material.offcut += offcut
            lost = min(material.a_piece * missing, held(material))
            material.lost += lost
            self.custody[lot.name, mat] -= used + lost
            self.used[lot.name, mat] += used - offcut
            self.offcuts[lot.org, line.order, mat] += offcut
            self.lost[lot.name, mat] += lost

    def deliver(self, told: Told, line: str, pieces: int) -> Effect:
        thing = self.things[line]
        must(thing.stage == "open" and 1 <= pieces <= thing.accepted - thing.delivered, "accepted pieces")
        must(thing.final, "whole pieces")

        def effect(answer: Answer) -> None:
            thing.delivered += pieces
            thing.earned += pieces * thing.fee
            facts = {"line": line, "pieces": pieces, "fee": thing.fee, "signed": False}
            self._one("delivery", told, answer, **facts)

        return effect

    def sign_delivery(self, told: Told, delivery: str) -> Effect:
        thing = self.things[delivery]
        must(not thing.signed, "signed once")
        return lambda answer: setattr(thing, "signed", True)


def _set(things: list[Thing], **facts: Any) -> None:
    for thing in things:
        vars(thing).update(facts)


def _sizes(pieces: int) -> list[int]:
    full, rest = divmod(pieces, BAG)
    return [BAG] * full + [rest] * bool(rest)
