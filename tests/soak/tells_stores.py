"""What somebody could do next about material: slips, counts, hands, substitutes, bills."""

from __future__ import annotations

from typing import Any

from tests.soak.choosing import DESK, HEADS, Chooser
from tests.soak.model import COUNTED, FOR, IN_BATCHES, MAKERS, RECIPES, SUBSTITUTE
from tests.soak.model_bags import at_home, held

KEEPERS = {"O": ("luo",), "W": ("chen", "he"), "A": ("wu",)}


class StoresTeller(Chooser):
    """Tells what becomes of material."""

    def _keeper(self, store: str) -> str:
        keeper: str = self.one([*KEEPERS[store], "luo", "wang"])
        return keeper

    def _receive_material(self) -> Any:
        order, store = self.one(self.model.of("order", stage="open")), self.one(["O", "W", "A"])
        if not order or (len(self.model.of("receipt", order=order.name)) > 4 and self.seldom()):
            return None
        pieces = self.chance.randint(5, 160)
        needed: dict[str, int] = {}
        for line in self.model.lines_of(order.name, "open"):
            for mat, amount in RECIPES[line.step].items():
                needed[mat] = max(needed.get(mat, 0), amount)
        rows = [[mat, amount * pieces + self.chance.randint(0, 5)] for mat, amount in needed.items()]
        rows = rows if self.chance.random() < 0.8 else rows[:1]
        rows += [[SUBSTITUTE, 60]] if FOR in needed and self.chance.random() < 0.3 else []
        args = {"order": order.name, "store": store, "rows": rows, "number": self.chance.randint(1, 12)}
        return rows and (self._keeper(store), args)

    def _return_material(self) -> Any:
        lies = self._lying(self.model.store)
        if not lies:
            return None
        store, order, mat, amount = lies
        args = {"order": order, "store": store, "rows": [[mat, self.upto(amount)]]}
        return self._keeper(store), {**args, "number": self.chance.randint(1, 12)}

    def _lying(self, held: Any) -> Any:
        """Something that lies in a store; what is kept by batch goes its own ways."""
        there = [(*key, amount) for key, amount in held.items() if amount > 0 and key[2] != IN_BATCHES]
        return self.one([row for row in there if row[2] != COUNTED])

    def _return_offcuts(self) -> Any:
        lies = self._lying(self.model.offcuts)
        if not lies:
            return None
        store, order, mat, amount = lies
        args = {"order": order, "store": store, "rows": [[mat, self.upto(amount)]]}
        return self._keeper(store), {**args, "number": self.chance.randint(1, 12)}

    def _cancel_receipt(self) -> Any:
        plain = [row for row in self.model.of("receipt") if IN_BATCHES not in dict(row.amounts)]
        row = self.one(plain)
        return row and (self._keeper(row.store), {"receipt": row.name})

    def _take_stock(self) -> Any:
        lies = self._lying(self.model.store)
        if not lies or (len(self.model.of("stocktake")) > 4 and self.seldom()):
            return None
        store, order, mat, amount = lies
        counted = self.one([amount, max(0, amount - 170), amount + 1, amount + 850, 0])
        return self._keeper(store), {"order": order, "store": store, "rows": [[mat, counted]]}

    def _book_stocktake(self) -> Any:
        def told(row: Any) -> Any:
            heads = [HEADS[row.store]] if row.store in HEADS else []
            return self.one([*heads, "luo", "wang"]), {"stocktake": row.name}

        return self.given("stocktake", told)

    def _discard_stocktake(self) -> Any:
        return self.given("stocktake", lambda row: (self._keeper(row.store), {"stocktake": row.name}))

    def _bag_out(self) -> Any:
        found = [bag for bag in self.model.of("bag", stage="out") if at_home(bag)]
        bag = self.one(found)
        return bag and (bag, self.model.lot_of(bag))

    def _issue_missing(self) -> Any:
        found = self._bag_out()
        return found and (self.one(list(DESK[found[1].org])), {"bags": [found[0].name]})

    def _hand_over(self) -> Any:
        found = self._bag_out()
        if not found:
            return None
        bag, lot = found
        maker = self.one([maker for maker, org in MAKERS.items() if org == lot.org])
        return self.one(list(DESK[lot.org])), {"bags": [bag.name], "maker": maker}

    def _find_again(self) -> Any:
        def told(loss: Any) -> Any:
            org = self.model.lot_of(self.model.things[loss.bag]).org
            return self.one(list(DESK[org])), {"losses": [loss.name]}

        return self.given("loss", told, found=False)

    def _count_use(self) -> Any:
        waiting = [row for row in self.model.of("hand_in", stage="waiting") if self._is_counted(row)]
        row = self.one(waiting)
        if not row:
            return None
        bag = self.model.things[row.bag]
        amount = self.chance.randint(0, max(1, held(bag.materials[COUNTED])))
        desk = DESK[self.model.lot_of(bag).org]
        return self.one(list(desk)), {"hand_ins": [row.name], "amount": amount}

    def _is_counted(self, row: Any) -> bool:
        return COUNTED in self.model.things[row.bag].materials

    def _allow_substitute(self) -> Any:
        return self.one(["wang", "li"]), {}

    def _use_substitute(self) -> Any:
        substitute = self.one(self.model.of("substitute"))
        bag = self.one(self.model.of("bag", stage="packed"))
        if not (substitute and bag):
            return None
        desk = DESK[self.model.lot_of(bag).org]
        return self.one(list(desk)), {"bags": [bag.name], "substitute": substitute.name}

    def _bill_material(self) -> Any:
        order = self.one(self.model.of("order"))
        open_ = order and self.model.to_bill(order.name)
        if not open_:
            return None
        args = {"order": order.name, "amount": self.upto(open_), "number": self.chance.getrandbits(60)}
        return self.one(["luo", "wang"]), args


WEIGHTS = {
    "receive_material": 7, "return_material": 1.5, "return_offcuts": 2, "cancel_receipt": 2, "take_stock": 2,
    "book_stocktake": 5, "discard_stocktake": 0.5, "issue_missing": 12, "hand_over": 6, "find_again": 10,
    "count_use": 25, "allow_substitute": 0.4, "use_substitute": 3, "bill_material": 40,
}  # fmt: skip
