"""An earlier plan as columns, and what of it can stay as it was."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter

import numpy as np

from gongfang.engines.dispatch.answer import Offer
from gongfang.engines.dispatch.arrays import Arrays, Flags, Ints, Names, column, sums
from gongfang.engines.dispatch.mending import Rows, ground_of, lay_rows, left_of, write_back
from gongfang.engines.dispatch.rule import Grant, Held, Sharing


@dataclass(slots=True, eq=False)
class Laid:
    """Offers on the columns of a problem.

    late: in which window each is laid. here: offers that stand as they were told, in columns;
    those lifted out of them stand in `Sharing.grants`.
    """

    offers: tuple[Offer, ...]
    rows: Rows
    held: Held
    late: Flags
    here: Flags
    by_pair: Ints

    def stands(self) -> Held:
        """The bags of the offers that stand."""
        here, held = self.here, self.held
        return Held(held.pair[here], held.late[here], held.units[here], held.value[here], held.bags[here])

    def of_pair(self, pair: int) -> list[int]:
        """The offers of a pair that stand."""
        pairs = self.rows.pair[self.by_pair]
        first, last = np.searchsorted(pairs, [pair, pair + 1]).tolist()
        return [row for row in self.by_pair[first:last].tolist() if self.here[row]]

    def with_small_bags(self, arrays: Arrays, works: Collection[int]) -> list[int]:
        """The offers of these works that stand and have a bag that is not full."""
        short = np.zeros(len(arrays.first), dtype=np.bool_)
        short[list(works)] = True
        rows = self.rows
        full = np.repeat(arrays.size[rows.work], np.diff(rows.ptr))
        few = self.here & short[rows.work] & (sums(1 * (rows.bags < full), np.diff(rows.ptr)) > 0)
        some: list[int] = np.flatnonzero(few).tolist()
        return some

    def lift(self, rows: Iterable[int], sharing: Sharing) -> None:
        """Turn offers that stand into bags that may go elsewhere."""
        for row in rows:
            self.here[row] = False
            sharing.grants.append(self.grant(row, list(self.offers[row].bags)))
        sharing.laid = self.stands()

    def grant(self, row: int, bags: list[int]) -> Grant:
        """The bags of an offer as a grant."""
        return Grant(int(self.rows.pair[row]), bool(self.late[row]), 0, 0, None, kept=len(bags), bags=bags)


def rows_of(arrays: Arrays, names: Names, offers: tuple[Offer, ...]) -> Rows:
    """The columns of offers; a pair is -1 where a work is not open to the person, or either is gone."""
    people = {name: number for number, name in enumerate(names.people)}
    works = {name: number for number, name in enumerate(names.works)}
    person = column(offers, attrgetter("person"), people)
    work = column(offers, attrgetter("work"), works)
    bags = [offer.bags for offer in offers]
    ptr = np.zeros(len(offers) + 1, dtype=np.int64)
    np.cumsum(column(bags, len), out=ptr[1:])
    return Rows(
        pair=_pairs(arrays, person, work),
        work=work,
        late=np.array([offer.late for offer in offers], dtype=np.bool_),
        ptr=ptr,
        bags=np.fromiter(chain.from_iterable(bags), np.int64, ptr[-1]),
    )


def _pairs(arrays: Arrays, person: Ints, work: Ints) -> Ints:
    if not len(arrays.person):
        return np.full(len(person), -1)
    people = len(arrays.place)
    keys = np.repeat(np.arange(len(arrays.first)), np.diff(arrays.ptr)) * people + arrays.person
    asked = work * people + person
    at = np.minimum(np.searchsorted(keys, asked), len(keys) - 1)
    return np.where((keys[at] == asked) & (person >= 0) & (work >= 0), at, -1)


def lay(sharing: Sharing, rows: Rows, offers: tuple[Offer, ...], small: list[int]) -> Laid:
    """Lay offers where they were, on time or late, as many of their bags as fit; what is due latest gives way."""
    arrays, count = sharing.arrays, len(rows.pair)
    fits, late = np.zeros(count, dtype=np.int64), rows.late.copy()
    left = left_of(sharing, small)
    lay_rows(ground_of(sharing), left, rows, _latest_last(arrays, rows), fits, late)
    write_back(left, sharing, small)
    whole = (fits == np.diff(rows.ptr)) & (rows.pair >= 0)
    held = Held.of(arrays, rows.pair, late, np.diff(rows.ptr), rows.bags)
    by_pair = np.argsort(rows.pair, kind="stable")
    laid = Laid(offers, rows, held, late, whole, by_pair)
    sharing.laid = laid.stands()
    _grant_rest(sharing, laid, fits)
    return laid


def _latest_last(arrays: Arrays, rows: Rows) -> Ints:
    if not len(arrays.person):
        return np.arange(0)
    end = arrays.buckets - 1
    last = np.where(rows.late, end, np.minimum(arrays.last[rows.work], end))
    return np.lexsort((arrays.person[rows.pair], rows.work, last, rows.late))


def _grant_rest(sharing: Sharing, laid: Laid, fits: Ints) -> None:
    """What is left of offers that fit in part becomes grants."""
    for row in np.flatnonzero((fits > 0) & ~laid.here).tolist():
        size = int(sharing.arrays.size[laid.rows.work[row]])
        fitting = [bag for bag in laid.offers[row].bags if bag <= size]
        sharing.grants.append(laid.grant(row, fitting[: fits[row]]))
