"""The county as the search works on it: three tables of plain numbers and what has been shared out so far.

One row holds all that is looked at together, so that a sweep reads memory once from end to end. Money is in the
search's own unit (see `tables_of`), time in ticks, goods in good pieces, all as floating point with a fixed order of
additions: one seed gives the same bytes in every process.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gongfang.engines.dispatch.arrays import Arrays, Flags, Ints, Promise, intervals, minutes_inside
from gongfang.engines.dispatch.benches import Benches, benches_of
from gongfang.engines.dispatch.weeks import by_week, weeks_of

Floats = NDArray[np.float64]
Rows = NDArray[Any]

# The typical bag pays this many of the search's own units, so that one schedule of temperatures serves every county.
TYPICAL_PAY = 32.0
# Of two orders that cost the same when late, the one due first goes first.
URGENCY = 0.01
MOST_KEPT = 2**15 - 1
# Which share of a further work so many bags of it are. Whole bags move one by one, and only the last of a lot ends it;
# bit by bit they see the way there.
BIT_BY_BIT = (0.0, 0.4, 0.6, 0.8, 1.0)
AT_ONCE = (0.0, 1.0, 1.0, 1.0, 1.0)

PERSON = np.dtype(
    [
        ("place", "i8"),
        ("first", "i8"),
        ("end", "i8"),
        ("custody", "f8"),
        ("promised", "f8"),
        ("held", "f8"),
        ("wish", "f8"),
        ("asked", "f8"),
        ("works", "f8"),
        ("further", "f8"),
    ]
)
# 64 bytes: a pair is read with one look at memory.
PAIR = np.dtype(
    [
        ("order", "i4"), ("person", "i4"), ("soon", "i4"), ("late", "i4"), ("kept", "i2"), ("known", "i2"),
        ("week", "i2"), ("late_week", "i2"),
        ("time", "f8"), ("good", "f8"), ("pay", "f8"), ("value", "f8"), ("favour", "f8"),
    ]
)  # fmt: skip
ORDER = np.dtype(
    [
        ("need", "f8"), ("bags", "f8"), ("loss", "f8"), ("dear", "f8"), ("size", "f8"), ("pieces", "f8"),
        ("most", "f8"),
        ("first", "i8"), ("last", "i8"), ("window", "i8"), ("late_window", "i8"),
        ("on_time", "f8"), ("made", "f8"), ("out", "f8"),
        ("price_on_time", "f8"), ("price_made", "f8"), ("price_bag", "f8"), ("slope", "f8"), ("slope_bag", "f8"),
    ]
)  # fmt: skip


class Tables(NamedTuple):
    """What the inner loops read and write: people (n), pairs (p) by person, orders (m), places (v), buckets (b), runs
    of buckets (r), windows (c), weeks (g).

    slack: (n, r) ticks left. bench: (v, r) ticks left at the benches of a place, no rows where none are counted;
    places: who has a place at them when. around: (c, 1 + r) how many runs lie around a window, and which. income: (n,
    3 g) earned, target, earned before. steps: (s, 2) share of the target, and what a yuan below it is worth.
    learning: which share of one work more so many bags of it are, the last for all above. served: (v, 1 + b, b) first
    cell: how many visits; [1 + first, last]: whether one falls between.

    What only the outer loops need stands in `Links`.
    """

    people: Rows
    pairs: Rows
    orders: Rows
    slack: Floats
    bench: Floats
    around: Ints
    income: Floats
    steps: Floats
    learning: Floats
    served: Ints
    places: Benches


class Links(NamedTuple):
    """Who belongs together, and the rounds: pairs of an order, people of a place, visits (v, b) and their fees.

    order_ptr: (m + 1) into by_order. place_ptr: (v + 1) into the people, who stand place by place. fee: infinite where
    no round can go, 0 where one goes anyway.
    """

    by_order: Ints
    order_ptr: Ints
    place_ptr: Ints
    visits: Flags
    fee: Floats


def tables_of(arrays: Arrays, *, kept: dict[int, int], favour: float) -> tuple[Tables, Links, Ints]:
    """Lay out a county for the search, and say which pair of `arrays` each row of its pairs is.

    All tables lie row by row: the kernels are compiled for that, and a person's cells are read together.
    kept: bags an earlier plan offered to a pair of `arrays`; each is worth `favour` of its pay more where it was.
    """
    line = in_line(arrays.place)
    rank = np.empty(len(line), dtype=np.int64)
    rank[line] = np.arange(len(line))
    rows = in_line(rank[arrays.person])
    runs = intervals(arrays.buckets)
    windows = Windows(runs)
    unit = money_unit(arrays)
    orders = _orders(arrays, windows, unit)
    pairs = _pairs(arrays, rows, rank, unit)
    if kept:
        pairs["kept"] = [min(kept.get(pair, 0), MOST_KEPT) for pair in rows.tolist()]
    pairs["favour"] = favour * pairs["pay"]
    people = _people(arrays, line, pairs)
    people["further"] = arrays.further / unit
    _know(arrays, rank, people, pairs)
    base = by_week(arrays, arrays.earned)[line] / unit
    room = minutes_inside(arrays.capacity[line], runs).astype(np.float64)
    fee = np.where(arrays.served, arrays.cost * 1000 / unit, np.inf)
    _keep_promises(
        arrays, windows, rank, people=people, orders=orders, room=room, base=base, fee=fee, unit=unit
    )
    by_order = in_line(pairs["order"])
    numbers = np.arange(arrays.served.shape[0] + 1)
    places, seated = benches_of(arrays)
    tables = Tables(
        people=people,
        pairs=pairs,
        orders=orders,
        slack=room,
        bench=_benches(arrays, windows, seated),
        around=windows.around(),
        income=np.concatenate([base, by_week(arrays, arrays.target)[line] / unit, base], axis=1),
        steps=np.array(arrays.steps, dtype=np.float64).reshape(-1, 2),
        learning=np.array(BIT_BY_BIT),
        served=np.zeros((len(arrays.served), 1 + arrays.buckets, arrays.buckets), dtype=np.int64),
        places=places._replace(row=places.row[line]),  # noqa: SLF001 - a named tuple's own
    )
    links = Links(
        by_order=by_order,
        order_ptr=np.searchsorted(pairs["order"][by_order], np.arange(len(orders) + 1)),
        place_ptr=np.searchsorted(people["place"], numbers),
        visits=arrays.served.copy(),
        fee=fee,
    )
    return Tables(*_row_by_row(tables)), Links(*_row_by_row(links)), rows


def taken_places(t: Tables) -> tuple[Rows, ...]:
    """What changes at the benches while bags are given and taken back."""
    return (t.bench, t.places.free, t.places.held, t.places.slack) if len(t.bench) else ()


def _benches(arrays: Arrays, windows: "Windows", seated: Ints) -> Floats:
    """Ticks left at the benches of each place in each run of buckets; no rows where none are counted.

    That all bags of a workshop fit in every run is not yet a place for everybody, but quickly seen.
    """
    counted = arrays.counted
    if not counted.any():
        return np.zeros((0, len(windows.runs)))
    bench = np.where(counted[:, None], minutes_inside(arrays.bench, windows.runs), np.inf)
    for promise, ticks in zip(arrays.promises, seated.tolist(), strict=True):
        bench[arrays.place[promise.person], windows.inside(promise.first, promise.last)] -= ticks
    return bench


def in_line(numbers: Ints) -> Ints:
    """Where the smallest number stands, then the next, equals as they come; short numbers are sorted digit by digit."""
    short = numbers.max(initial=0) < 2**16 and numbers.min(initial=0) >= 0
    line: Ints = np.argsort(numbers.astype(np.uint16) if short else numbers, kind="stable")
    return line


def _row_by_row(tables: Iterable[Any]) -> list[Any]:
    return [table if isinstance(table, Benches) else np.ascontiguousarray(table) for table in tables]


class Windows:
    """The windows bags are made in, each numbered when first asked for, and the runs of buckets around them."""

    def __init__(self, runs: Ints) -> None:
        self.runs = runs
        self.numbers: dict[tuple[int, int], int] = {}

    def number(self, first: int, last: int) -> int:
        """The number of a window."""
        return self.numbers.setdefault((first, last), len(self.numbers))

    def inside(self, first: int, last: int) -> Ints:
        """The runs of buckets around a window: a bag made in it takes time from each of them."""
        return np.flatnonzero((self.runs[:, 0] <= first) & (self.runs[:, 1] >= last))

    def around(self) -> Ints:
        """A row for each window: how many runs lie around it, and which."""
        rows = np.zeros((len(self.numbers), 1 + len(self.runs)), dtype=np.int64)
        for (first, last), number in self.numbers.items():
            inside = self.inside(first, last)
            rows[number, 0] = len(inside)
            rows[number, 1 : 1 + len(inside)] = inside
        return rows


def money_unit(arrays: Arrays) -> float:
    """1/1000 毫 in one unit of the search: the typical bag pays `TYPICAL_PAY` of them."""
    pays = arrays.worth * np.repeat(arrays.size, np.diff(arrays.ptr))
    paid = pays[pays > 0]
    return float(np.median(paid)) / TYPICAL_PAY if len(paid) else 1000.0


def _orders(arrays: Arrays, windows: Windows, unit: float) -> Rows:
    end = arrays.buckets - 1
    orders = np.zeros(len(arrays.first), ORDER)
    rate = np.zeros(len(orders))  # 1/1000 毫 a good piece
    good = np.zeros(len(orders))  # 1/1000 good pieces a unit
    order = np.repeat(np.arange(len(orders)), np.diff(arrays.ptr))
    np.maximum.at(rate, order, arrays.worth * 1000 / np.maximum(arrays.good, 1))
    np.maximum.at(good, order, arrays.good)
    last = np.minimum(arrays.last, end)
    orders["need"] = arrays.need / 1000
    orders["most"] = np.inf if arrays.surplus else orders["need"]
    orders["bags"] = np.minimum(arrays.bags, -(-arrays.limit // arrays.size))
    loss = (
        np.maximum(arrays.loss * 1000, rate) / unit
    )  # a piece asked for is worth making, whatever it is told to cost
    orders["loss"] = loss * (1 + URGENCY * (end - np.maximum(last, 0)) / arrays.buckets * arrays.urgent)
    orders["size"] = arrays.size
    orders["pieces"] = arrays.size * np.maximum(good, 1) / 1000
    orders["dear"] = (1.5 * rate / unit + 2 * orders["loss"]) * orders["pieces"]
    orders["first"], orders["last"] = arrays.first, last
    windowed = [
        (windows.number(first, due) if due >= 0 else -1, windows.number(first, end) if due < end else -1)
        for first, due in zip(arrays.first.tolist(), last.tolist(), strict=True)
    ]
    orders["window"] = [soon for soon, _ in windowed]
    orders["late_window"] = [late for _, late in windowed]
    return orders


def _pairs(arrays: Arrays, rows: Ints, rank: Ints, unit: float) -> Rows:
    pairs = np.zeros(len(rows), PAIR)
    order = np.repeat(np.arange(len(arrays.first)), np.diff(arrays.ptr))[rows]
    size = arrays.size[order]
    pairs["order"], pairs["person"] = order, rank[arrays.person[rows]]
    pairs["time"] = arrays.pace[rows] * size
    pairs["good"] = arrays.good[rows] * size / 1000
    pairs["pay"] = arrays.worth[rows] * size / unit
    pairs["value"] = arrays.value[order]
    last = np.clip(arrays.last[order], 0, arrays.buckets - 1)
    pairs["week"] = weeks_of(arrays, arrays.person[rows], last)
    pairs["late_week"] = weeks_of(arrays, arrays.person[rows], np.full(len(rows), arrays.buckets - 1))
    return pairs


def _people(arrays: Arrays, line: Ints, pairs: Rows) -> Rows:
    people = np.zeros(len(line), PERSON)
    people["place"], people["custody"], people["wish"] = (
        column[line] for column in (arrays.place, arrays.custody, arrays.wish)
    )
    numbers = np.arange(len(people) + 1)
    ptr = np.searchsorted(pairs["person"], numbers)
    people["first"], people["end"] = ptr[:-1], ptr[1:]
    return people


def _know(arrays: Arrays, rank: Ints, people: Rows, pairs: Rows) -> None:
    """Count the works each person has promised, and mark them: more bags of them are no further work."""
    promised = np.array([(rank[one.person], one.work) for one in arrays.promises], dtype=np.int64)
    own, order = np.unique(promised.reshape(-1, 2), axis=0).T
    np.add.at(people["works"], own, 1.0)
    works = len(arrays.first)
    pairs["known"] = np.isin(pairs["person"] * works + pairs["order"], own * works + order)


def _keep_promises(
    arrays: Arrays,
    windows: Windows,
    rank: Ints,
    *,
    people: Rows,
    orders: Rows,
    room: Floats,
    base: Floats,
    fee: Floats,
    unit: float,
) -> None:
    """Take what is promised out of the room, the custody and the material there is, and let a round come for it."""
    for promise in arrays.promises:
        units, good = sum(promise.bags), sum(promise.bags) * promise.good / 1000
        person, order = int(rank[promise.person]), promise.work
        room[person, windows.inside(promise.first, promise.last)] -= units * promise.pace
        people["promised"][person] += arrays.material(order, promise.bags)
        people["wish"][person] -= units
        week = weeks_of(arrays, np.array([promise.person]), np.array([promise.last]))
        base[person, week] += units * promise.worth / unit
        orders["made"][order] += good
        orders["on_time"][order] += good if promise.last <= arrays.last[order] else 0
        orders["bags"][order] = _bags_left(arrays, promise, int(orders["bags"][order]))
        _send_a_round(fee[arrays.place[promise.person], promise.first : promise.last + 1])


def _bags_left(arrays: Arrays, promise: Promise, bags: int) -> int:
    """Bags of an order that may still be given; the last of them may become a smaller one."""
    left = int(arrays.limit[promise.work]) - sum(promise.bags)
    return max(0, min(bags - len(promise.bags), -(-left // int(arrays.size[promise.work]))))


def _send_a_round(fees: Floats) -> None:
    """Let the cheapest round of a window go in any case, where one can."""
    if np.isfinite(fees).any():
        fees[np.argmin(fees)] = 0.0
