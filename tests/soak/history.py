"""One history: acts told, sent by a phone that does not give up, and compared with the model."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from tests.soak import falls
from tests.soak.model import Effect, Impossible, Wrong, agree
from tests.soak.model_whole import Model
from tests.soak.tells import Teller
from tests.soak.told import Told
from tests.soak.worker import Worker

LENGTH = 110
DAYS_APART = 60
PATIENCE = 90
OTHER_DESK = 100_000
Answer = tuple[Any, ...]


@dataclass
class Outcome:
    """What came of a history."""

    seed: int
    told: list[Told] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    finding: str = ""
    seconds: float = 0.0


class History:
    """A place of a county, two processes that act in it, and what the model makes of their answers."""

    def __init__(
        self, seed: int, number: int, place: dict[str, Any], workers: list[Worker], *, kills: bool
    ) -> None:
        self.chance = random.Random(seed)
        self.model = Model(place["pks"])
        self.place, self.workers, self.kills = place, workers, kills
        self.base = number * DAYS_APART
        self.outcome = Outcome(seed)
        self.done: dict[int, tuple[Told, list[Any]]] = {}
        self.refused: set[str] = set()
        self.keys: dict[str, Told] = {}

    def play(self, length: int = LENGTH) -> Outcome:
        """Tell acts and do them, then look at everything."""
        return self._ran(self._telling(length))

    def replay(self, told: Iterable[Told]) -> Outcome:
        """Do what was told before."""
        return self._ran(replace(act, day=act.day - self._first(act) + self.base) for act in told)

    def _first(self, act: Told) -> int:
        return act.day // DAYS_APART * DAYS_APART

    def _ran(self, acts: Iterable[Told]) -> Outcome:
        began = time.monotonic()
        try:
            for act in acts:
                self.outcome.told.append(act)
                self._do(act)
            self._tell()
            self._look()
            self._plant()
        except Wrong as finding:
            self.outcome.finding = str(finding)
        self.outcome.seconds = time.monotonic() - began
        return self.outcome

    def _telling(self, length: int) -> Iterable[Told]:
        teller = Teller(self.model, self.chance)
        teller.day = self.base
        for no in range(length):
            teller.day += self.chance.random() < 0.04
            told = teller.tell(no)
            if told is None:
                return
            yield self._in_some_way(told)

    def _in_some_way(self, told: Told) -> Told:
        roll = self.chance.random()
        death = self.chance.random() if self.kills else 1.0
        if death < 0.03:
            told = replace(told, kill=self.chance.random() * 0.03)
        elif death < 0.09:
            told = replace(told, fall=falls.some(self.chance))
        elif death < 0.14:
            told = replace(told, skew=self.chance.choice([-1, 1]))
        if roll < 0.04:
            return replace(told, way="two_desks")
        if roll < 0.10:
            return replace(told, way="twice")
        if roll < 0.16 and self.done:
            earlier = self.chance.choice(sorted(self.done))
            return replace(
                self.done[earlier][0],
                no=told.no,
                earlier=earlier,
                way="again",
                kill=told.kill,
                fall=told.fall,
            )
        if roll < 0.18 and self.done:
            return replace(told, earlier=self.chance.choice(sorted(self.done)), way="key_of_another")
        return told

    # --- doing

    def _do(self, told: Told) -> None:
        if not self.model.knows(told) or (told.earlier >= 0 and told.earlier not in self.done):
            self.outcome.counts["skipped"] += 1
            return
        self.outcome.counts[f"way {told.way}"] += 1
        getattr(self, f"_{told.way}")(told)

    def _once(self, told: Told) -> None:
        self._heard(told, self._send(told), 0)

    def _two_desks(self, told: Told) -> None:
        # Whoever got more was first; whoever was refused came after.
        answers = enumerate(self._both(told, (0, 1)))
        for desk, answer in sorted(answers, key=lambda one: -len(one[1][1]) if one[1][0] == "done" else 1):
            self._heard(told, answer, desk)

    def _twice(self, told: Told) -> None:
        first, second = self._both(told, (0, 0))
        agree(first[0], second[0], f"{told.verb} sent twice under one key")
        if first[0] == "done":
            agree(_pks(first), _pks(second), f"{told.verb} sent twice under one key")
        self._heard(told, first, 0)

    def _again(self, told: Told) -> None:
        _told, pks = self.done[told.earlier]
        answer = self._send(told)
        if not self.model.has_role(told):
            agree("refused", answer[0], f"{told.verb} sent again by somebody whose role ended")
            return
        agree("done", answer[0], f"{told.verb} sent again: {answer[1:]}")
        agree(pks, _pks(answer), f"{told.verb} sent again")

    def _key_of_another(self, told: Told) -> None:
        before, pks = self.done[told.earlier]
        answer = self._send(told)
        same = (told.verb, told.args, told.who, told.on_behalf) == (
            before.verb,
            before.args,
            before.who,
            before.on_behalf,
        )
        # What looks the same on another day is the same act where no day stands in it.
        if same and not self.model.has_role(told):
            agree("refused", answer[0], f"{told.verb} sent again by somebody whose role ended")
        elif same and answer[0] == "done":
            agree(pks, _pks(answer), f"{told.verb} under a key it had before")
        elif not same or told.day != before.day:
            agree(("refused", "key_reused"), answer[:2], f"{told.verb} under the key of {before.verb}")

    def _heard(self, told: Told, answer: Answer, desk: int) -> None:
        """Compare the answer with what the model foresees, and let it follow."""
        key = str(told.key(self.outcome.seed, desk))
        # What another desk made has names of its own.
        named = replace(told, no=told.no + desk * OTHER_DESK)
        effect = self._effect(named)
        self.outcome.counts[f"{answer[0]} {told.verb}"] += 1
        if answer[0] == "refused":
            self.refused.add(key)
            if effect is not None:
                raise Wrong(
                    f"{told.verb} by {told.who} was refused though nothing speaks against it: {answer[1:]}"
                )
            return
        if answer[0] != "done":
            raise Wrong(f"{told.verb}: {answer}")
        if effect is None:
            raise Wrong(f"{told.verb} by {told.who} was done though {self.why}")
        effect(answer[1])
        self.keys[key] = named
        if desk == 0:
            self.done[told.no] = (told, _pks(answer))

    def _effect(self, told: Told) -> Effect | None:
        if told.wrong:
            self.why = f"{told.who} has no right to it"
            return None
        try:
            return self.model.foresee(told)
        except Impossible as why:
            self.why = f"it must be: {why}"
            return None

    # --- the phone

    def _send(self, told: Told) -> Answer:
        return self._until_heard(told, 0, self.workers[0], sent=False)

    def _both(self, told: Told, desks: tuple[int, int]) -> list[Answer]:
        """Send to both processes before either answers."""
        pairs = list(zip(desks, self.workers, strict=True))
        sent = [worker.send("do", self._payload(told, desk), self.place) for desk, worker in pairs]
        return [
            self._until_heard(told, desk, worker, sent=was)
            for (desk, worker), was in zip(pairs, sent, strict=True)
        ]

    def _until_heard(self, told: Told, desk: int, worker: Worker, *, sent: bool) -> Answer:
        """Send again, with the same key, until there is an answer: whatever died on the way."""
        deadline = time.monotonic() + PATIENCE
        while True:
            sent = sent or worker.send("do", self._payload(told, desk), self.place)
            if sent and told.kill >= 0:
                time.sleep(told.kill)
                worker.kill()
                self.outcome.counts["killed"] += 1
                told = replace(told, kill=-1.0)
            answer = worker.hear()
            if answer[0] not in ("died", "broken"):
                return answer
            self.outcome.counts[f"fell {told.fall.split()[0]}" if told.fall else answer[0]] += 1
            told = told.gently()
            if time.monotonic() > deadline:
                raise Wrong(f"{told.verb}: no answer for {PATIENCE} seconds: {answer}")
            sent = False

    def _payload(self, told: Told, desk: int) -> dict[str, Any]:
        return {
            **told.plain(),
            "args": self.model.resolved(told.args),
            "key": str(told.key(self.outcome.seed, desk)),
        }

    def _ask(self, what: str, *facts: Any) -> Any:
        deadline = time.monotonic() + PATIENCE
        while (answer := self.workers[0].ask(what, *facts))[0] in ("died", "broken"):
            if time.monotonic() > deadline:
                raise Wrong(f"{what}: {answer}")
        if answer[0] != "done":
            raise Wrong(f"{what}: {answer}")
        return answer[1]

    # --- afterwards

    def _tell(self) -> None:
        """Let the queue's worker tell what happened; cut off in the middle, another begins where it was."""
        fall = falls.some(self.chance) if self.kills and self.chance.random() < 0.5 else ""
        day, deadline = max((act.day for act in self.outcome.told), default=0), time.monotonic() + PATIENCE
        while (answer := self.workers[0].ask("tell", {"fall": fall, "day": day})) != ("done", 0):
            # What an act in the neighbouring county holds up is told a moment later.
            if answer[0] in ("refused", "error") or time.monotonic() > deadline:
                raise Wrong(f"what happened was not told: {answer}")
            self.outcome.counts["fell while telling"] += bool(fall)
            fall = ""
        for order in self.model.of("order"):
            if order.stage in ("closed", "cancelled"):
                self.model.foresee(Told(-1, "forget_offers", "system", {"order": order.name}))([])

    def _look(self) -> None:
        self.model.conserved()
        found = self._ask("look", self.place, [*self.keys, *self.refused])
        _same("balances", self.model.holds(), found["holds"])
        _same("rows", self.model.rows(), found["rows"])
        agree([], found["differences"], "reconciliation")
        kept = found["kept"]
        agree(set(), self.refused & set(kept) - set(self.keys), "receipts of what was refused")
        for key, told in self.keys.items():
            if told.verb != "not_this_time":
                lines = [1, 1, self.model.events_of(told)]
                agree(lines, kept.get(key), f"receipt, audit line and events of {told.verb}")

    def _plant(self) -> None:
        planted = self._ask("plant", self.chance.getrandbits(32))
        self.outcome.counts[f"fault {planted['fault']}"] += 1
        if not planted["found"]:
            raise Wrong(f"an alteration nobody found: {planted['fault']}, row {planted['row']}")


def _pks(answer: Answer) -> list[Any]:
    return sorted(row["pk"] for row in answer[1])


def _same(what: str, ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    differing = {
        name: (ours.get(name), theirs.get(name))
        for name in sorted({*ours, *theirs})
        if ours.get(name) != theirs.get(name)
    }
    if differing:
        raise Wrong(f"{what}, the model and the county: {differing}")
