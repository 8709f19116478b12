"""Exact sub-problems: some twenty people share out anew what they hold, everybody else stands still.

Large-neighbourhood search (Shaw 1998; Pisinger and Ropke 2010): free a few people who make the same orders, solve what
is left of the problem to optimality as a mixed-integer programme, keep the answer if it is better. With R the freed
people, P their pairs, whole bags x on time and z late,

    min   sum_o  L_o (late_o + missing_o)  -  sum_{w in R, j}  weight_j u_wj  -  sum_k favour_k f_k
    s.t.  late_o    >= need_o - what others make in time - sum_k good_k x_k            for each order o of P
          missing_o >= need_o - what others make         - sum_k good_k (x_k + z_k)
          sum_k (x_k + z_k) <= bags of o that others leave
          sum_j u_wj <= income of w,   0 <= u_wj <= width of step j      (phi is convex: the steps fill in order)
          for each run of buckets: time of the bags inside <= time there;   custody, wish, benches likewise.

A village may be freed together with its rounds: y_b in {0, 1}, x_k <= most * sum of y over the window, fee_b y_b.
Solved by HiGHS (Huangfu and Hall 2018) on one thread, limited in nodes, never in seconds: the same bytes each time.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

import highspy
import numpy as np

from gongfang.engines.dispatch.arrays import Ints
from gongfang.engines.dispatch.bundle import NOTHING, has_place, see_visits, way
from gongfang.engines.dispatch.polish import change
from gongfang.engines.dispatch.tables import Floats, Links, Rows, Tables, taken_places

NODES = 60
FREED = 16  # people
MOST_IN_VILLAGE = 24
INFINITE = highspy.kHighsInf


class Choice(NamedTuple):
    """Bags of one pair, on time or late, as a column of the programme."""

    pair: int
    late: int
    column: int


@dataclass(slots=True)
class Programme:
    """A mixed-integer programme as it is written down, column by column and row by row."""

    cost: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    least: list[float] = field(default_factory=list)
    most: list[float] = field(default_factory=list)
    start: list[int] = field(default_factory=lambda: [0])
    index: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)

    def column(self, cost: float, upper: float, *, whole: bool = False) -> int:
        """A new unknown from 0 to `upper`; returns its number."""
        self.cost.append(cost)
        self.upper.append(upper)
        self.whole.append(whole)
        return len(self.cost) - 1

    def row(
        self, terms: list[tuple[int, float]], *, least: float = -INFINITE, most: float = INFINITE
    ) -> None:
        """A new rule: `least` <= sum of the terms <= `most`."""
        self.index += [column for column, _ in terms]
        self.value += [float(factor) for _, factor in terms]
        self.start.append(len(self.index))
        self.least.append(least)
        self.most.append(most)

    def solve(self) -> Floats | None:
        """The best values found, or None when none was."""
        solver = highspy.Highs()  # type: ignore[no-untyped-call]
        for name, setting in OPTIONS.items():
            solver.setOptionValue(name, setting)
        solver.passModel(self._model())
        solver.run()
        if not np.isfinite(solver.getInfo().objective_function_value):
            return None
        return np.array(solver.getSolution().col_value)

    def _model(self) -> highspy.HighsLp:
        kinds = highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(self.cost), len(self.least)
        model.col_cost_, model.col_upper_ = np.array(self.cost), np.array(self.upper)
        model.col_lower_ = np.zeros(len(self.cost))
        model.row_lower_, model.row_upper_ = np.array(self.least), np.array(self.most)
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.array(self.start, dtype=np.int32)
        model.a_matrix_.index_ = np.array(self.index, dtype=np.int32)
        model.a_matrix_.value_ = np.array(self.value)
        model.integrality_ = [kinds[whole] for whole in self.whole]
        return model


OPTIONS: dict[str, bool | int | float | str] = {
    "output_flag": False, "threads": 1, "parallel": "off", "random_seed": 0, "mip_max_nodes": NODES,
    "mip_rel_gap": 1e-4, "mip_heuristic_effort": 0.02,
}  # fmt: skip


class Freed:
    """A few people freed, and the exact question what they should hold."""

    def __init__(self, t: Tables, links: Links, people: Ints, *, village: int | None = None) -> None:
        self.tables, self.links, self.people, self.village = t, links, people, village
        ranges = [np.arange(t.people["first"][w], t.people["end"][w]) for w in people.tolist()]
        self.pairs = np.concatenate(ranges) if ranges else np.zeros(0, np.int64)
        self.programme = Programme()
        self.choices: list[Choice] = []
        self.rounds: dict[int, int] = {}  # bucket to column

    def improve(self) -> float:
        """Share out anew if that is better; returns what it spares."""
        if not len(self.pairs):
            return 0.0
        before = self._remember()
        spared = -self._take_back()
        self._write_down()
        answer = self.programme.solve()
        if answer is not None:
            spared -= self._give(answer)
        if answer is None or spared <= NOTHING:
            self._put_back(before)
            return 0.0
        return spared

    def _take_back(self) -> float:
        """Take back all they hold; returns what that costs."""
        t, cost = self.tables, 0.0
        for late, column in ((0, "soon"), (1, "late")):
            for pair in self.pairs[t.pairs[column][self.pairs] > 0].tolist():
                cost += change(t, pair, late, -int(t.pairs[column][pair]))
        return cost

    def _give(self, answer: Floats) -> float:
        """Choose the rounds and give the bags of the answer; returns what that costs, infinite if it breaks a rule."""
        t, cost = self.tables, self._travel(answer)
        for pair, late, column in self.choices:
            bags = round(answer[column])
            if bags and len(t.bench) and not has_place(t, pair, late, bags):
                return float("inf")
            if bags:
                cost += change(t, pair, late, bags)
        return float("inf") if self._is_broken() else cost

    def _is_broken(self) -> bool:
        """Whether a rule is broken by the little a solver may be off."""
        t = self.tables
        orders, people = t.orders[np.unique(t.pairs["order"][self.pairs])], t.people[self.people]
        cap = np.maximum(people["custody"] * t.served[people["place"], 0, 0], people["promised"])
        return bool(
            (t.slack[self.people] < -NOTHING).any()
            or (t.bench < -NOTHING).any()
            or (orders["out"] > orders["bags"]).any()
            or (people["asked"] > np.maximum(people["wish"], 0)).any()
            or (people["held"] > cap).any()
        )

    def _travel(self, answer: Floats) -> float:
        if self.village is None:
            return 0.0
        visits, fee = self.links.visits, self.links.fee
        cost = 0.0
        for bucket, column in self.rounds.items():
            goes = answer[column] > 0.5
            cost += float(fee[self.village, bucket]) * (int(goes) - int(visits[self.village, bucket]))
            visits[self.village, bucket] = goes
        see_visits(self.tables, visits, self.village)
        return cost

    def _write_down(self) -> None:
        if self.village is not None:
            self._write_rounds(self.village)
        for pair in self.pairs.tolist():
            self._write_pair(pair)
        by_order: dict[int, list[Choice]] = {}
        by_person: dict[int, list[Choice]] = {}
        for choice in self.choices:
            row = self.tables.pairs[choice.pair]
            by_order.setdefault(int(row["order"]), []).append(choice)
            by_person.setdefault(int(row["person"]), []).append(choice)
        for order, choices in by_order.items():
            self._write_order(order, choices)
        for person, choices in by_person.items():
            self._write_person(person, choices)
        if len(self.tables.bench):
            self._write_benches()

    def _write_rounds(self, village: int) -> None:
        fees = self.links.fee[village].tolist()
        for bucket, fee in enumerate(fees):
            if 0.0 < fee < float("inf"):
                self.rounds[bucket] = self.programme.column(fee, 1.0, whole=True)

    def _write_pair(self, pair: int) -> None:
        """Columns for the bags of a pair that could be worth giving."""
        t = self.tables
        row = t.pairs[pair]
        order, person = t.orders[row["order"]], t.people[row["person"]]
        if (
            order["out"] >= order["bags"]
            or order["made"] >= order["most"]
            or row["value"] > person["custody"]
        ):
            return
        how = 0 if self.rounds else way(t, pair)
        for late in range(2):
            window = order["late_window"] if late else order["window"]
            if how > late or window < 0 or (late and not how and order["on_time"] >= order["need"]):
                continue
            room = t.slack[row["person"], t.around[window, 1 : 1 + t.around[window, 0]]].min()
            most = min(room // row["time"], order["bags"] - order["out"])
            if most >= 1:
                column = self.programme.column(0.0, float(most), whole=True)
                self.choices.append(Choice(pair, late, column))
                self._need_a_round(order, late, column, float(most))

    def _need_a_round(self, order: Rows, late: int, column: int, most: float) -> None:
        if not self.rounds or self.village is None:
            return
        last = len(self.links.visits[0]) - 1 if late else int(order["last"])
        window = range(int(order["first"]), last + 1)
        if any(bucket not in self.rounds and self.links.visits[self.village, bucket] for bucket in window):
            return
        rounds = [(self.rounds[bucket], -most) for bucket in window if bucket in self.rounds]
        self.programme.row([(column, 1.0), *rounds], most=0.0)

    def _write_order(self, number: int, choices: list[Choice]) -> None:
        order, good = self.tables.orders[number], self.tables.pairs["good"]
        terms = [(one.column, float(good[one.pair])) for one in choices]
        in_time = [term for term, one in zip(terms, choices, strict=True) if not one.late]
        for column, made in ((in_time, order["on_time"]), (terms, order["made"])):
            missing = float(order["need"] - made)
            if missing > 0:
                short = self.programme.column(float(order["loss"]), missing)
                self.programme.row([*column, (short, 1.0)], least=missing)
        self.programme.row([(one.column, 1.0) for one in choices], most=float(order["bags"] - order["out"]))
        if np.isfinite(order["most"]):
            last = min(factor for _, factor in terms)
            self.programme.row(terms, most=float(order["most"] - order["made"]) + last * (1 - 1e-6))

    def _write_person(self, number: int, choices: list[Choice]) -> None:
        t, written = self.tables, self.programme
        person, pairs = t.people[number], t.pairs
        self._write_income(number, choices)
        self._write_variety(number, choices)
        for pair in {one.pair for one in choices if pairs["kept"][one.pair]}:
            favour = written.column(-float(pairs["favour"][pair]), float(pairs["kept"][pair]))
            own = [(one.column, -1.0) for one in choices if one.pair == pair]
            written.row([(favour, 1.0), *own], most=0.0)
        self._write_time(number, choices)
        held = [(one.column, float(pairs["value"][one.pair])) for one in choices]
        regular = int(self.links.visits[person["place"]].sum()) if not self.rounds else self._always(person)
        visits = [(column, -float(person["custody"])) for column in self.rounds.values()]
        most = float(person["custody"] * regular - person["held"])
        if not self.rounds:
            most = max(most, 0.0)
        written.row([*held, *visits], most=most)
        sizes = [(one.column, float(t.orders["size"][pairs["order"][one.pair]])) for one in choices]
        written.row(sizes, most=max(0.0, float(person["wish"] - person["asked"])))

    def _always(self, person: Rows) -> int:
        visits = self.links.visits[person["place"]]
        return sum(1 for bucket, goes in enumerate(visits.tolist()) if goes and bucket not in self.rounds)

    def _write_income(self, number: int, choices: list[Choice]) -> None:
        t, written = self.tables, self.programme
        weeks = t.income.shape[1] // 3
        for week in range(weeks):
            target, income = float(t.income[number, weeks + week]), float(t.income[number, week])
            paid = [
                (one.column, -float(t.pairs["pay"][one.pair]))
                for one in choices
                if int(t.pairs["late_week" if one.late else "week"][one.pair]) == week
            ]
            below, steps = 0.0, []
            for share, worth in t.steps.tolist():
                steps.append((written.column(-worth, (share - below) * target), 1.0))
                below = share
            written.row([*steps, *paid], most=income)

    def _write_variety(self, number: int, choices: list[Choice]) -> None:
        """Count the works begun; each beyond the first costs, and what is promised stands for one."""
        t, written = self.tables, self.programme
        person = t.people[number]
        new = {one.pair for one in choices if not t.pairs["known"][one.pair]} if person["further"] else set()
        begun = []
        for pair in sorted(new):
            begun.append((written.column(0.0, 1.0, whole=True), 1.0))
            own = [one.column for one in choices if one.pair == pair]
            most = sum(written.upper[column] for column in own)
            written.row([*((column, 1.0) for column in own), (begun[-1][0], -most)], most=0.0)
        if begun:
            more = written.column(float(person["further"]), float(len(begun)))
            written.row([*begun, (more, -1.0)], most=1.0 - min(1.0, float(person["works"])))

    def _write_time(self, number: int, choices: list[Choice]) -> None:
        for run, terms in self._by_run(choices).items():
            self.programme.row(terms, most=max(0.0, float(self.tables.slack[number, run])))

    def _write_benches(self) -> None:
        t = self.tables
        by_place: dict[int, list[Choice]] = {}
        for one in self.choices:
            place = int(t.people["place"][t.pairs["person"][one.pair]])
            by_place.setdefault(place, []).append(one)
        for place, choices in by_place.items():
            for run, terms in self._by_run(choices).items():
                if np.isfinite(t.bench[place, run]):
                    self.programme.row(terms, most=max(0.0, float(t.bench[place, run])))

    def _by_run(self, choices: list[Choice]) -> dict[int, list[tuple[int, float]]]:
        """The time bags take in each run of buckets around their window."""
        t = self.tables
        runs: dict[int, list[tuple[int, float]]] = {}
        for pair, late, column in choices:
            row = t.pairs[pair]
            window = t.orders["late_window" if late else "window"][row["order"]]
            for run in t.around[window, 1 : 1 + t.around[window, 0]].tolist():
                runs.setdefault(run, []).append((column, float(row["time"])))
        return runs

    def _remember(self) -> tuple[Rows, ...]:
        t = self.tables
        rows = t.people[self.people], t.slack[self.people], t.income[self.people]
        return tuple(
            table.copy()
            for table in (t.orders, t.pairs[self.pairs], *rows, self.links.visits, *taken_places(t))
        )

    def _put_back(self, before: tuple[Rows, ...]) -> None:
        t = self.tables
        t.orders[:], t.pairs[self.pairs] = before[:2]
        t.people[self.people], t.slack[self.people], t.income[self.people] = before[2:5]
        self.links.visits[:] = before[5]
        for table, copy in zip(taken_places(t), before[6:], strict=True):
            table[:] = copy
        if self.village is not None:
            see_visits(t, self.links.visits, self.village)


def neighbours(t: Tables, links: Links, chance: np.random.Generator, able: Ints) -> Ints:
    """Somebody drawn blindly, and others who can make what they hold."""
    one = int(chance.choice(able))
    own = np.arange(t.people["first"][one], t.people["end"][one])
    held = own[(t.pairs["soon"][own] + t.pairs["late"][own]) > 0]
    orders = chance.permutation(t.pairs["order"][held if len(held) else own])[:4].tolist()
    line = [one]
    for order in orders:
        pairs = links.by_order[links.order_ptr[order] : links.order_ptr[order + 1]]
        line += t.pairs["person"][
            chance.choice(pairs, min(len(pairs), FREED // len(orders)), replace=False)
        ].tolist()
    return np.unique(np.array(line, dtype=np.int64))
