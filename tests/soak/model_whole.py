"""The whole of what the county should hold, under its own names."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace as Thing
from typing import Any

from tests.soak.model import MAKERS, MATERIALS, OURS, agree
from tests.soak.model_terms import Terms
from tests.soak.told import Told

HALF_MADE = ("half_made", "worked_on", "half_lost")
AFTERWARDS = ("delivered", "passed_on", "earned", "returned", "replaced", "credited")
# What is compared of each row, in the order in which the county says it.
SAID = {
    "order": ("stage",), "invoice": ("stage", "amount", "received", "credited"), "claim": ("stage", "pieces"),
    "stocktake": ("stage",), "receipt": ("stage",), "appeal": ("stage", "waits"), "batch": ("stage",), "payout": ("stage", "fen", "method"),
    "slip": ("stage", "gross", "taken"), "earning": ("stage", "amount"), "advance": ("stage", "amount", "set_off", "waits"),
    "deduction": ("stage", "amount", "taken"), "dispute": ("stage", "waits"),
}  # fmt: skip


# What others are told of, and how often an act tells it.
TELLS = (
    "send_quote", "accept_quote", "amend_order", "place_order", "close_order", "reopen_order", "cancel_order",
    "share_out", "claim", "accept_offer", "hand_over", "publish_part", "deliver", "enter_claim", "issue_bags",
)  # fmt: skip


class Model(Terms):
    """Everything that must hold."""

    def events_of(self, told: Told) -> int:
        """How many events an act leaves for its listeners."""
        if told.verb == "claim_many":
            return len(told.args["rows"])
        return int(told.verb in TELLS and told.no not in self.silent)

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
            found[f"order:{self.pk[order.name]} fee_credit CNY"] += order.credit
        self._materials(found)
        self._pieces(found)
        return {name: amount for name, amount in found.items() if amount}

    def _materials(self, found: Counter[str]) -> None:
        stores = (("store", self.store), ("difference", self.difference), ("offcuts", self.offcuts))
        for purpose, in_stores in stores:
            for (store, order, mat), amount in in_stores.items():
                found[f"organisation:{self.pk[store]} {purpose} {self._material(order, mat)}"] += amount
        for (order, mat), amount in self.outside.items():
            supplier = self.pk["O" if mat == OURS else "E"]
            found[f"organisation:{supplier} outside {self._material(order, mat)}"] += amount
        for back in (self.returned, self.offcuts_returned):
            for (order, mat), amount in back.items():
                found[f"organisation:{self.pk['E']} returned {self._material(order, mat)}"] += amount
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
        for row in self.of("exit"):
            piece = f"piece:{self.pk[self.things[row.lot].line]}"
            found[f"lot:{self.pk[row.lot]} rejected {piece}"] -= row.pieces
            found[f"lot:{self.pk[row.lot]} {row.way} {piece}"] += row.pieces
        for lot in self.of("lot"):
            feeder = self.things[lot.line].fed_by
            for purpose in HALF_MADE if feeder else ():
                found[f"lot:{self.pk[lot.name]} {purpose} piece:{self.pk[feeder]}"] += getattr(lot, purpose)
        for line in self.of("line"):
            self._of_line(found, line)

    def _of_line(self, found: Counter[str], line: Thing) -> None:
        holder, piece = f"line:{self.pk[line.name]}", f"piece:{self.pk[line.name]}"
        gone = line.replaced + line.credited
        found[f"{holder} accepted {piece}"] += line.accepted - line.delivered - line.passed_on
        found[f"{holder} delivered {piece}"] += line.delivered - line.returned - gone
        found[f"{holder} claimed {piece}"] += line.returned
        found[f"{holder} written_off {piece}"] += gone

    def rows(self) -> dict[str, Any]:
        """Every counter and stage there should be, row by row."""
        found: dict[str, Any] = {}
        for line in self.of("line"):
            after = [getattr(line, name) for name in AFTERWARDS]
            found[f"line {self.pk[line.name]}"] = [
                line.stage,
                line.pieces,
                line.shared,
                *_counters(line),
                *after,
            ]
        for order in self.of("order"):
            for mat in self._promised(order.name):
                found[f"material {self.pk[order.name]}:{self.pk[mat]}"] = self._kept(order.name, mat)
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
        for kind, names in SAID.items():
            for thing in self.of(kind):
                found[f"{kind} {self.pk[thing.name]}"] = [getattr(thing, name) for name in names]
        return found

    def _kept(self, order: str, mat: str) -> list[int]:
        differing = sum(n for (_s, one, what), n in self.difference.items() if (one, what) == (order, mat))
        counts = (self.received, self.returned, self.offcuts_returned)
        return [*(count[order, mat] for count in counts), -differing]

    def conserved(self) -> None:
        """Nothing appears, nothing disappears, and nobody holds less than nothing."""
        for order in self.of("order"):
            for mat in MATERIALS:
                agree(
                    self._from_outside(order.name, mat),
                    self._inside(order.name, mat),
                    f"{mat} of {order.name}",
                )
            agree(0, min(0, order.due, order.credit), f"fees of {order.name}")
        agree(self.cost, sum(sum(vars(money).values()) for money in self.money.values()), "what was earned")
        below = [name for name, amount in self.holds().items() if amount < 0 and not _world(name)]
        agree([], below, "accounts below zero")

    def _from_outside(self, order: str, mat: str) -> int:
        back = self.returned[order, mat] + self.offcuts_returned[order, mat]
        return -self.outside[order, mat] - back

    def _inside(self, order: str, mat: str) -> int:
        """In stores, with people, in pieces, lost, and what stocktakes could not explain."""
        stores = (self.store, self.difference, self.offcuts)
        lots = (self.custody, self.used, self.lost)
        lying = sum(n for held in stores for (_s, one, m), n in held.items() if (one, m) == (order, mat))
        return lying + sum(
            n for held in lots for (lot, m), n in held.items() if m == mat and self.in_order(lot, order)
        )


def _world(name: str) -> bool:
    return name.split()[1] in {"outside", "cost", "making", "overpaid", "difference"}


def _counters(thing: Thing) -> list[int]:
    return [thing.issued, thing.handed_in, thing.accepted, thing.rework, thing.rejected, thing.lost]
