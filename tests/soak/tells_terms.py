"""What somebody could do next about hours, advances, deductions, waiting pay and questions."""

from __future__ import annotations

from typing import Any

from tests.soak.choosing import BOOKS, Chooser
from tests.soak.model import MAKERS
from tests.soak.model_terms import YUAN

SUMS = (1, 99, 12_345, 30 * YUAN, 1_000 * YUAN, 4_500 * YUAN, 30_000 * YUAN, 80_000 * YUAN)


class TermsTeller(Chooser):
    """Tells what stands beside pieces."""

    def _terms(self) -> str:
        maker: str = self.one([maker for maker in MAKERS if maker in self.model.relations])
        return maker

    def _book(self) -> str:
        book: str = self.one(list(BOOKS))
        return book

    def _add_earning(self) -> Any:
        maker = self._terms()
        if not maker or (len(self.model.of("earning")) > 5 and self.seldom()):
            return None
        kind = self.one(["hours", "hours", "allowance", "bonus", "bonus", "pieces"])
        amount = self.chance.randint(15, 40) * YUAN + 7 if kind == "hours" else self.one(list(SUMS))
        minutes, claim = self.chance.randint(0, 900), self.one([-1, -1, 0, 5])
        facts = {"kind": kind, "amount": amount, "minutes": minutes, "claim": claim}
        return self._book(), {"terms": maker, **facts}

    def _of_earning(self) -> Any:
        return self.given("earning", lambda row: (self._book(), {"earning": row.name}))

    _drop_earning = _approve_earning = _take_back_earning = _of_earning

    def _amend_earning(self) -> Any:
        facts = {"amount": self.chance.randint(0, 90_000), "minutes": self.chance.randint(0, 900)}
        return self.given("earning", lambda row: (self._book(), {"earning": row.name, **facts}))

    def _ask_advance(self) -> Any:
        maker = self._terms()
        if not maker:
            return None
        amount = self.one([100, 5_000, 200 * YUAN, 1_000 * YUAN, 1_000 * YUAN + 100, 150])
        args = {"terms": maker, "amount": amount, "instalment": self.upto(amount)}
        return self.one([(maker, args), (self._book(), args)])

    def _of_advance(self) -> Any:
        return self.given("advance", lambda row: (self._book(), {"advance": row.name}))

    _approve_advance = _refuse_advance = _of_advance

    def _confirm_advance(self) -> Any:
        def told(row: Any) -> Any:
            own = self.chance.random() < 0.5
            return (row.maker if own else self._book(), {"advance": row.name, "paper": not own})

        return self.given("advance", told)

    def _propose_deduction(self) -> Any:
        maker = self._terms()
        if not maker:
            return None
        facts: dict[str, Any] = {"kind": self.one(["meals", "spoiled", "spoiled", "other", "overpaid"])}
        overpaid = -self.model.money[maker].overpaid
        if overpaid and self.chance.random() < 0.8:
            facts["kind"] = "overpaid"
        if facts["kind"] == "spoiled":
            bag = self.one([row for row in self.model.of("bag") if self.model.lot_of(row).maker == maker])
            facts["bag"] = bag.name if bag else ""
        facts["amount"] = overpaid if facts["kind"] == "overpaid" else self.one([1, 3_333, 50_000, 900_000])
        return self._book(), {"terms": maker, **facts}

    def _agree_deduction(self) -> Any:
        def told(row: Any) -> Any:
            own = self.chance.random() < 0.5
            return (row.maker if own else self._book(), {"deduction": row.name, "paper": not own})

        return self.given("deduction", told)

    def _drop_deduction(self) -> Any:
        return self.given("deduction", lambda row: (self.one([row.maker, "luo"]), {"deduction": row.name}))

    def _cancel_slip(self) -> Any:
        return self.given("slip", lambda row: (self._book(), {"slip": row.name}))

    def _hold_pay(self) -> Any:
        maker = self._terms()
        return maker and (self._book(), {"terms": maker, "days": self.one([0, 0, 1, 15, 16])})

    def _release_pay(self) -> Any:
        return self.given("hold", lambda row: (self._book(), {"hold": row.name}))

    def _question_line(self) -> Any:
        def told(row: Any) -> Any:
            return (self.one([row.maker, self._book()]), {"line": row.name})

        return self.given("slip_line", told)

    def _confirm_question(self) -> Any:
        return self.given("dispute", lambda row: (self._asker(row), {"dispute": row.name}))

    _withdraw_question = _confirm_question

    def _asker(self, dispute: Any) -> str:
        maker: str = self.model.things[dispute.line].maker
        return maker

    def _answer_question(self) -> Any:
        amount = self.one([-1, 0, 3_333, 45_250])
        return self.given("dispute", lambda row: (self._book(), {"dispute": row.name, "amount": amount}))


WEIGHTS = {
    "add_earning": 3, "amend_earning": 1.5, "drop_earning": 0.6, "approve_earning": 14, "take_back_earning": 2.5,
    "ask_advance": 4, "confirm_advance": 6, "approve_advance": 14, "refuse_advance": 0.5, "propose_deduction": 3, "agree_deduction": 9,
    "drop_deduction": 0.6, "cancel_slip": 1.5, "hold_pay": 1, "release_pay": 1.5, "question_line": 2.5,
    "confirm_question": 1, "withdraw_question": 0.5, "answer_question": 5,
}  # fmt: skip
