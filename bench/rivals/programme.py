"""An instance written down as a programme in whole bags, for solvers: min cost·v, rows·v ≤ most, 0 ≤ v ≤ upper.

Bags on time and late by pair, rounds by place and bucket, pieces late and never made by order, what is missing of each
part of a person's income. It shares nothing with the planner.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.rivals import Columns, plan_of

Numbers = NDArray[np.float64]
Ints = NDArray[np.int64]
Term = tuple[NDArray[Any], Ints, NDArray[Any] | float]  # row, column, factor

PARTS = 1000  # of a piece, a yuan and a minute, for solvers of whole numbers


@dataclass(frozen=True)
class Block:
    """Columns side by side: from which number on, how many, and in which parts of one a whole-number solver counts."""

    first: int
    count: int
    parts: int

    def at(self, number: NDArray[Any]) -> Ints:
        """The columns of these."""
        return (self.first + number).astype(np.int64)


@dataclass
class Programme:
    """The programme, by coordinates: entry k is `factor[k]` in row `row[k]` and column `column[k]`."""

    case: Columns
    cost: list[Numbers] = field(default_factory=list)
    upper: list[Numbers] = field(default_factory=list)
    parts: list[Ints] = field(default_factory=list)
    most: list[Numbers] = field(default_factory=list)
    scale: list[Ints] = field(default_factory=list)
    entries: list[tuple[Ints, Ints, Numbers]] = field(default_factory=list)
    columns: int = 0
    rows: int = 0

    def __post_init__(self) -> None:
        """Write down all columns, then all rows."""
        case = self.case
        self.order, self.person = case["po"].astype(np.int64), case["pw"].astype(np.int64)
        end = int(case["B"]) - 1
        self.first, self.last = case["a"][self.order], case["e"][self.order]
        self.soon = self._block(self._bags(self.last), 0.0)
        self.late = self._block(np.where(self.last < end, self._bags(np.full_like(self.last, end)), 0), 0.0)
        fees = np.repeat(case["F"], end + 1)
        self.round = self._block(np.ones(len(fees)), fees)
        self.behind, self.never = (self._block(case["Q"], case["L"], PARTS) for _ in range(2))
        self.short = [
            self._block(share * case["T"], np.full(len(case["T"]), worth), PARTS)
            for share, worth in zip(case["fk"], case["fw"], strict=True)
        ]
        self._write_orders()
        self._write_minutes()
        self._write_people()
        self._write_rounds(self.soon, self.last)
        self._write_rounds(self.late, np.full_like(self.last, end))

    def plan(self, values: NDArray[Any]) -> Columns:
        """The plan that a solver's values mean."""
        whole = np.rint(values).astype(np.int64)
        soon, late, rounds = (
            whole[one.first : one.first + one.count] for one in (self.soon, self.late, self.round)
        )
        return plan_of(soon, late, rounds.reshape(int(self.case["nv"]), int(self.case["B"])))

    def _block(self, upper: NDArray[Any], cost: NDArray[Any] | float, parts: int = 1) -> Block:
        block = Block(self.columns, len(upper), parts)
        self.upper.append(np.asarray(upper, dtype=np.float64))
        self.cost.append(np.broadcast_to(np.asarray(cost, dtype=np.float64), len(upper)))
        self.parts.append(np.full(len(upper), parts))
        self.columns += len(upper)
        return block

    def _rows(self, most: NDArray[Any], *terms: Term, scale: int = 1) -> None:
        """Rows of at most so much; the rows of each term count from the first of these on."""
        for row, column, factor in terms:
            factors = np.broadcast_to(np.asarray(factor, dtype=np.float64), len(column))
            self.entries.append((self.rows + row.astype(np.int64), column, factors))
        self.most.append(np.asarray(most, dtype=np.float64))
        self.scale.append(np.full(len(most), scale))
        self.rows += len(most)

    def _bags(self, last: NDArray[Any]) -> Numbers:
        """Bags of each pair that fit into the minutes of its window, and the material."""
        case = self.case
        upto = np.concatenate([np.zeros((int(case["W"]), 1)), np.cumsum(case["cap"], axis=1)], axis=1)
        there = upto[self.person, last + 1] - upto[self.person, self.first]
        bags: Numbers = np.minimum(np.floor(there / case["m"]), case["N"][self.order])
        return bags

    def _write_orders(self) -> None:
        case, order, pairs = self.case, self.order, np.arange(len(self.order))
        soon, late, orders = self.soon.at(pairs), self.late.at(pairs), np.arange(int(case["O"]))
        in_time, afterwards = (order, soon, -case["g"]), (order, late, -case["g"])
        self._rows(-case["Q"], in_time, (orders, self.behind.at(orders), -1.0), scale=PARTS)
        self._rows(-case["Q"], in_time, afterwards, (orders, self.never.at(orders), -1.0), scale=PARTS)
        self._rows(case["N"], (order, soon, 1.0), (order, late, 1.0))

    def _write_minutes(self) -> None:
        case, end = self.case, int(self.case["B"]) - 1
        for (since, until), there in zip(case["iv"].tolist(), case["ivcap"].T, strict=True):
            soon = np.flatnonzero((self.first >= since) & (self.last <= until))
            late = np.flatnonzero((self.first >= since) & (until == end) & (self.last < end))
            terms = ((self.person[some], block.at(some), case["m"][some])
                     for block, some in ((self.soon, soon), (self.late, late)))  # fmt: skip
            self._rows(there, *terms, scale=PARTS)

    def _write_people(self) -> None:
        """Material in custody is covered by rounds; what is not earned is missing."""
        case, pairs, people = self.case, np.arange(len(self.order)), np.arange(int(self.case["W"]))
        both = self.soon.at(pairs), self.late.at(pairs)
        buckets = int(case["B"])
        rounds = self.round.at(
            np.repeat(case["vill"] * buckets, buckets) + np.tile(np.arange(buckets), len(people))
        )
        owner = np.repeat(people, buckets)
        held = [(self.person, columns, case["val"]) for columns in both]
        self._rows(np.zeros(len(people)), *held, (owner, rounds, -case["custody"][owner]), scale=PARTS)
        paid = [(self.person, columns, -case["pay"]) for columns in both]
        missing = [(people, block.at(people), -1.0) for block in self.short]
        self._rows(-case["T"], *paid, *missing, scale=PARTS)

    def _write_rounds(self, bags: Block, last: NDArray[Any]) -> None:
        """No bag where no round of its window comes."""
        most, place = self.upper[0 if bags is self.soon else 1], self.case["vill"][self.person]
        some = np.flatnonzero(most > 0)
        terms: list[Term] = [(np.arange(len(some)), bags.at(some), 1.0)]
        for bucket in range(int(self.case["B"])):
            there = np.flatnonzero((self.first[some] <= bucket) & (bucket <= last[some]))
            pairs = some[there]
            terms.append((there, self.round.at(place[pairs] * int(self.case["B"]) + bucket), -most[pairs]))
        self._rows(np.zeros(len(some)), *terms)

    def matrix(self) -> tuple[Ints, Ints, Numbers]:
        """Row by row: where each row starts, columns and factors; of nothing twice."""
        row, column, factor = (np.concatenate(parts) for parts in zip(*self.entries, strict=True))
        order = np.lexsort((column, row))
        start = np.searchsorted(row[order], np.arange(self.rows + 1))
        return start, column[order], factor[order]
