"""The model of bags: out, back, inspected, delivered."""

from __future__ import annotations

from types import SimpleNamespace as Thing
from typing import Any

from tests.soak.model import A_PIECE, BAG, Answer, Effect, agree, must
from tests.soak.model_work import Work, recipe
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
        for name, change in changes.items():
            for thing in (lot, self.things[lot.share], self.things[lot.line]):
                setattr(thing, name, getattr(thing, name) + change)
        if lot.stage == "open" and self.left(lot) == 0:
            lot.stage = "closed"

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
                materials = {
                    mat: Thing(need=need, issued={}, given_back=0, used=0, lost=0)
                    for mat, need in recipe(size).items()
                }
                counters = dict.fromkeys(
                    ("handed_in", "accepted", "rework", "rejected", "lost", "given_back", "gone"), 0
                )
                facts = {
                    "lot": lot.name,
                    "pieces": size,
                    "stage": "packed",
                    "issued_by": "",
                    "materials": materials,
                }
                self.new("bag", told, number, row["pk"], **facts, **counters)

        return effect

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

        def effect(answer: Answer) -> None:
            for bag in things:
                bag.stage, bag.issued_by = "out", told.who
                lot = self.lot_of(bag)
                for (store, mat), amount in taken[bag.name].items():
                    bag.materials[mat].issued[store] = amount
                    self.store[store, self.order_of(lot), mat] -= amount
                    self.custody[lot.name, mat] += amount
                self.count(lot, issued=bag.pieces)

        return effect

    def _filled(self, bags: list[Thing]) -> dict[str, dict[tuple[str, str], int]]:
        """What each bag gets: the workshop's own store first, then the operator's, as long as there is some."""
        stores = dict(self.store)
        taken: dict[str, dict[tuple[str, str], int]] = {}
        for bag in bags:
            taken[bag.name] = {}
            order, org = self.order_of(self.lot_of(bag)), self.lot_of(bag).org
            for mat, material in bag.materials.items():
                need = material.need
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
                facts = {"bag": bag.name, "pieces": pieces, "mended": mended, "stage": "waiting"}
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
                mat: min(A_PIECE[mat] * pieces, held(material)) + beside.get(mat, 0)
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
                if what == "given_back":
                    self.new("give_back", told, number, row["pk"], bag=bag.name, waits=bool(told.on_behalf))
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
        if what == "lost":
            bag.gone += pieces
            self.count(lot, lost=pieces)
        else:
            bag.given_back += pieces
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
        amount = self.rate(lot.day) * accepted
        facts = {"hand_in": hand_in.name, "bag": bag.name, "maker": lot.maker, "by": told.who}
        self.new("inspection", told, number, pk, **facts, amount=amount, standing=amount, drawn=False)
        self.money[lot.maker].owed += amount
        self.money[lot.org].owed += lot.margin * accepted
        self.cost += amount + lot.margin * accepted

    def _use_material(self, hand_ins: list[Thing], lost: list[int]) -> None:
        """What a mended piece is made of was used the first time; a bag's hand-ins of one act are one amount."""
        sums: dict[str, list[int]] = {}
        for hand_in, missing in zip(hand_ins, lost, strict=True):
            if not hand_in.mended:
                amounts = sums.setdefault(hand_in.bag, [0, 0])
                amounts[0] += hand_in.pieces - missing
                amounts[1] += missing
        for bag, (used, missing) in sums.items():
            self._used(self.things[bag], used, missing)

    def _used(self, bag: Thing, used: int, lost: int) -> None:
        """Whatever came back used its material, and what is missing took its own along."""
        lot = self.lot_of(bag)
        for mat, material in bag.materials.items():
            for what, pieces, total in (("used", used, self.used), ("lost", lost, self.lost)):
                amount = min(A_PIECE[mat] * pieces, held(material))
                setattr(material, what, getattr(material, what) + amount)
                self.custody[lot.name, mat] -= amount
                total[lot.name, mat] += amount

    def deliver(self, told: Told, line: str, pieces: int) -> Effect:
        thing = self.things[line]
        must(thing.stage == "open" and 1 <= pieces <= thing.accepted - thing.delivered, "accepted pieces")

        def effect(answer: Answer) -> None:
            thing.delivered += pieces
            self._one("delivery", told, answer, line=line, signed=False)

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
