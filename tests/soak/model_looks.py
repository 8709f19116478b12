"""The model of what comes after a verdict: another look, an appeal, the shelf of rejected pieces."""

from __future__ import annotations

from types import SimpleNamespace as Thing
from typing import Any

from tests.soak.model import Answer, Effect, must
from tests.soak.model_stores import Stores
from tests.soak.told import Told

APPEAL_DAYS = 15
WAYS_OUT = ("scrapped", "back", "seconds", "given")


class Looks(Stores):
    """What stands of a verdict, and where rejected pieces went."""

    def ask_again(self, told: Told, inspection: str) -> Effect:
        thing = self.things[inspection]
        must(told.day <= thing.day + APPEAL_DAYS, "in time")
        must(not self.of("appeal", inspection=inspection, stage="open"), "asked once")
        own = told.who == thing.maker and not told.on_behalf
        return lambda answer: self._one(
            "appeal", told, answer, inspection=inspection, stage="open", waits=not own
        )

    def keep_verdict(self, told: Told, appeal: str) -> Effect:
        thing = self.things[appeal]
        must(thing.stage == "open", "not answered")
        must(told.who not in self.hands(self.things[thing.inspection]), "another person's eyes")
        return lambda answer: setattr(thing, "stage", "kept")

    def hands(self, inspection: Thing) -> set[str]:
        """Who issued, made or ever looked at these pieces."""
        return {self.things[inspection.bag].issued_by, inspection.maker, inspection.by, *inspection.lookers}

    def on_shelf(self, lot: Thing) -> int:
        rejected = sum(bag.rejected for bag in self.of("bag", lot=lot.name))
        return int(rejected - sum(row.pieces for row in self.of("exit", lot=lot.name)))

    def correct_verdict(
        self, told: Told, inspection: str, accepted: int, rework: int, rejected: int
    ) -> Effect:
        thing = self.things[inspection]
        bag = self.things[thing.bag]
        lot = self.lot_of(bag)
        line = self.things[lot.line]
        said = {"accepted": accepted, "rework": rework, "rejected": rejected}
        change = {name: number - getattr(thing, name) for name, number in said.items()}
        must(min(said.values()) >= 0 and sum(change.values()) == 0 and any(change.values()), "other numbers")
        must(told.who not in self.hands(thing), "another person's eyes")
        appeals = self.of("appeal", inspection=inspection, stage="open")
        must(not appeals or change["accepted"] >= 0, "who asks loses nothing by it")
        must(-change["accepted"] <= line.accepted - line.delivered - line.passed_on, "pieces that are here")
        must(-change["rejected"] <= self.on_shelf(lot), "pieces that lie on the shelf")
        must(bag.rework + change["rework"] >= 0, "pieces that were not mended yet")
        self._counted([bag])

        def effect(answer: Answer) -> None:
            vars(thing).update(said, lookers=[*thing.lookers, told.who])
            for name, number in change.items():
                setattr(bag, name, getattr(bag, name) + number)
            bag.stage = "out" if bag.rework else bag.stage
            self._close([bag])
            self.count(lot, **change)
            for appeal in appeals:
                appeal.stage = "corrected"
            self.looked_again(told, thing, change["accepted"], answer[0])

        return effect

    def looked_again(self, told: Told, inspection: Thing, more: int, answer: dict[str, Any]) -> None:
        """What another look changes about money; the room of pay says it."""

    def clear_shelf(self, told: Told, lot: str, way: str, pieces: int) -> Effect:
        thing = self.things[lot]
        must(thing.kind == "lot" and 1 <= pieces <= self.on_shelf(thing), "pieces on the shelf")
        return lambda answer: self._one("exit", told, answer, lot=lot, way=way, pieces=pieces)
