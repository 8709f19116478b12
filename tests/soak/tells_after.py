"""What somebody could do next after a verdict or a delivery."""

from __future__ import annotations

from typing import Any

from tests.soak.choosing import DESK, EYES, HEADS, Chooser
from tests.soak.model import LATER
from tests.soak.model_changes import OUTCOMES
from tests.soak.model_looks import WAYS_OUT

SENDERS = ("luo", "wang", "li")


class AfterTeller(Chooser):
    """Tells second looks, the shelf, amendments and claims."""

    def _org_of(self, inspection: Any) -> str:
        org: str = self.model.lot_of(self.model.things[inspection.bag]).org
        return org

    def _ask_again(self) -> Any:
        def told(row: Any) -> Any:
            args = {"inspection": row.name}
            return self.hers(row.maker, self._org_of(row), args, alone=True)

        return self.given("inspection", told)

    def _eyes(self, inspection: Any) -> str:
        hands = self.model.hands(inspection)
        others = [who for who in EYES[self._org_of(inspection)] if who not in hands]
        eyes: str = self.one(others or list(EYES[self._org_of(inspection)]))
        return eyes

    def _keep_verdict(self) -> Any:
        def told(row: Any) -> Any:
            return self._eyes(self.model.things[row.inspection]), {"appeal": row.name}

        return self.given("appeal", told)

    def _correct_verdict(self) -> Any:
        row = self.one(self.model.of("inspection"))
        if not row:
            return None
        pieces = row.accepted + row.rework + row.rejected
        cuts = sorted(self.chance.randint(0, pieces) for _n in range(2))
        said = [pieces - cuts[1], cuts[1] - cuts[0], cuts[0]]
        said = said if self.chance.random() < 0.5 else [pieces, 0, 0]
        names = ("accepted", "rework", "rejected")
        return self._eyes(row), {"inspection": row.name, **dict(zip(names, said, strict=True))}

    def _clear_shelf(self) -> Any:
        lot = self.one([lot for lot in self.model.of("lot") if self.model.on_shelf(lot)])
        if not lot:
            return None
        args = {"lot": lot.name, "way": self.one(list(WAYS_OUT))}
        args["pieces"] = self.upto(self.model.on_shelf(lot))
        return self.one([HEADS[lot.org], "luo", "wang"]), args

    def _amend_order(self) -> Any:
        line = self.one(self.model.of("line", stage="open"))
        if not line or (len(self.model.of("amendment")) > 3 and self.seldom()):
            return None
        what = self.chance.choice(["pieces", "fee", "due", "extra", "pieces"])
        facts: dict[str, Any] = {"pieces": -1, "fee": -1, "due": 0, "extra": []}
        if what == "pieces":
            facts["pieces"] = self.chance.choice([0, line.shared, line.pieces + 13, line.pieces - 5])
        elif what == "fee":
            facts["fee"] = self.chance.choice([80_000, 95_000])
        elif what == "due":
            facts["due"] = LATER
        else:
            facts["extra"] = [self.one(["knot", "pouch"]), self.chance.randint(10, 60), 90_000]
        return self.one(list(SENDERS)), {"order": line.order, "line": line.name, **facts}

    def _reopen_order(self) -> Any:
        return self.given("order", lambda row: (self.one(list(SENDERS)), {"order": row.name}), stage="closed")

    def _enter_claim(self) -> Any:
        def told(row: Any) -> Any:
            return self.one(["sun", "sun", "luo"]), {"delivery": row.name, "pieces": self.upto(row.pieces)}

        return self.given("delivery", told)

    def _answer_claim(self) -> Any:
        def told(row: Any) -> Any:
            return self.one(list(SENDERS)), {"claim": row.name, "outcome": self.one(["credited", *OUTCOMES])}

        return self.given("claim", told)

    def _refund_fee(self) -> Any:
        return self.given("note", lambda row: (self.one(list(SENDERS)), {"note": row.name}))

    def _agree_day(self) -> Any:
        runs = [*self.model.of("lot", stage="open"), *self.model.of("share", stage="open")]
        row = self.one([one for one in runs if one.due != self.model.things[one.line].due])
        if not row:
            return None
        if row.kind == "share":
            return HEADS[row.org], {"lot": row.name, "paper": False}
        own = self.chance.random() < 0.5
        return row.maker if own else self.one(list(DESK[row.org])), {"lot": row.name, "paper": not own}


WEIGHTS = {
    "ask_again": 3, "keep_verdict": 5, "correct_verdict": 14, "clear_shelf": 6, "amend_order": 3, "reopen_order": 16,
    "enter_claim": 12, "answer_claim": 30, "refund_fee": 60, "agree_day": 4,
}  # fmt: skip
