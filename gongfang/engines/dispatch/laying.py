"""Lays a whole plan on the columns at once, as far as nothing is in the way.

Who has room for everything they were offered, of works that still have bags for everybody, is settled in a few sums;
only the offers around what has changed are left to be looked at one by one.
"""

from dataclasses import dataclass

import numpy as np

from gongfang.engines.dispatch.answer import Offer
from gongfang.engines.dispatch.arrays import Arrays, Flags, Ints, Names
from gongfang.engines.dispatch.rule import Grant, Sharing


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Offers as columns: pair (-1: there is none), person, work, whether late, units, bags, 毫 of material.

    most: units in the largest bag. small: bags that are not full.
    """

    pair: Ints
    person: Ints
    work: Ints
    late: Flags
    units: Ints
    bags: Ints
    value: Ints
    most: Ints
    small: Ints


def lay_together(sharing: Sharing, names: Names, small: list[int], offers: list[Offer]) -> list[Offer]:
    """Lay all offers of people and works whose offers all still fit, and return the others.

    small: bags of each work that are not full, counted up.
    """
    if not offers or not len(sharing.arrays.person):
        return offers
    rows = _rows(sharing.arrays, names, offers)
    alone = _fits_alone(sharing, rows)
    at = np.flatnonzero(alone)
    full = (
        ~_people_with_room(sharing, rows, at)[rows.person] | ~_works_with_room(sharing, rows, at)[rows.work]
    )
    laid = alone & ~full
    _lay(sharing, rows, np.flatnonzero(laid), small, offers)
    return [offer for offer, done in zip(offers, laid.tolist(), strict=True) if not done]


def _rows(arrays: Arrays, names: Names, offers: list[Offer]) -> Rows:
    people = {name: number for number, name in enumerate(names.people)}
    works = {name: number for number, name in enumerate(names.works)}
    person = np.array([people.get(offer.person, -1) for offer in offers], dtype=np.int64)
    work = np.array([works.get(offer.work, -1) for offer in offers], dtype=np.int64)
    pair = _pairs(arrays, person, work)
    late = np.array([offer.late for offer in offers])
    last, end = arrays.last[work], arrays.buckets - 1
    size = arrays.size[work].tolist()
    both = list(zip(offers, size, work.tolist(), strict=True))
    return Rows(
        pair=pair,
        person=person,
        work=work,
        late=(late | (last < 0)) & (last < end),
        units=np.array([sum(offer.bags) for offer in offers]),
        bags=np.array([len(offer.bags) for offer in offers]),
        value=np.array(
            [arrays.material(number, offer.bags) if number >= 0 else 0 for offer, _, number in both]
        ),
        most=np.array([max(offer.bags) for offer in offers]),
        small=np.array([sum(bag < full for bag in offer.bags) for offer, full, _ in both]),
    )


def _pairs(arrays: Arrays, person: Ints, work: Ints) -> Ints:
    """The number of each pair, -1 where a work is not open to the person."""
    people = len(arrays.place)
    keys = np.repeat(np.arange(len(arrays.first)), np.diff(arrays.ptr)) * people + arrays.person
    asked = work * people + person
    at = np.minimum(np.searchsorted(keys, asked), len(keys) - 1)
    return np.where((keys[at] == asked) & (person >= 0) & (work >= 0), at, -1)


def _fits_alone(sharing: Sharing, rows: Rows) -> Flags:
    """Whether an offer of a pair that is still there is reached by a round, and no bag of it too large."""
    arrays = sharing.arrays
    first = arrays.first[rows.work]
    last = np.where(rows.late, arrays.buckets - 1, np.minimum(arrays.last[rows.work], arrays.buckets - 1))
    before = np.concatenate(
        [np.zeros((len(arrays.served), 1), np.int64), np.cumsum(arrays.served, axis=1)], axis=1
    )
    place = arrays.place[rows.person]
    reached = before[place, last + 1] > before[place, first]
    dearest = -(-rows.most * arrays.value[rows.work] // arrays.size[rows.work])
    light = (dearest <= arrays.custody[rows.person]) & (rows.most <= arrays.size[rows.work])
    fits: Flags = (rows.pair >= 0) & reached & light
    return fits


def _people_with_room(sharing: Sharing, rows: Rows, at: Ints) -> Flags:
    custody, wish, slack = sharing.custody.copy(), sharing.wish.copy(), sharing.slack.copy()
    _take(sharing, rows, at, custody=custody, wish=wish, slack=slack)
    room: Flags = (custody >= 0) & (wish >= 0) & (slack >= 0).all(axis=1)
    return room


def _works_with_room(sharing: Sharing, rows: Rows, at: Ints) -> Flags:
    arrays = sharing.arrays
    bags, units, small = (
        np.array(sharing.bags),
        np.array(sharing.units),
        np.zeros(len(arrays.first), np.int64),
    )
    np.add.at(bags, rows.work[at], rows.bags[at])
    np.add.at(units, rows.work[at], rows.units[at])
    np.add.at(small, rows.work[at], rows.small[at])
    room: Flags = (bags <= arrays.bags) & (units <= arrays.limit) & (small <= 1)
    return room


def _take(sharing: Sharing, rows: Rows, at: Ints, *, custody: Ints, wish: Ints, slack: Ints) -> None:
    """Take offers out of what people have left."""
    arrays = sharing.arrays
    person = rows.person[at]
    np.subtract.at(custody, person, rows.value[at])
    np.subtract.at(wish, person, rows.units[at])
    ticks = rows.units[at] * arrays.pace[rows.pair[at]]
    group = 2 * rows.work[at] + rows.late[at]
    for number in np.unique(group).tolist():
        some = np.flatnonzero(group == number)
        around = sharing.runs_around(arrays.window(number // 2, late=bool(number % 2)))
        np.subtract.at(slack, (person[some][:, None], around[None, :]), ticks[some][:, None])


def _lay(sharing: Sharing, rows: Rows, at: Ints, small: list[int], offers: list[Offer]) -> None:
    _take(sharing, rows, at, custody=sharing.custody, wish=sharing.wish, slack=sharing.slack)
    arrays = sharing.arrays
    columns = (
        at,
        rows.pair[at],
        rows.person[at],
        rows.work[at],
        rows.units[at],
        rows.late[at],
        rows.small[at],
    )
    worth, good = arrays.worth[rows.pair[at]].tolist(), arrays.good[rows.pair[at]].tolist()
    for (number, pair, person, work, units, late, few), pays, makes in zip(
        zip(*(column.tolist() for column in columns), strict=True), worth, good, strict=True
    ):
        bags = list(offers[number].bags)
        sharing.units[work] += units
        sharing.bags[work] += len(bags)
        sharing.good[work] += units * makes
        sharing.earned[person] += units * pays
        small[work] += few
        sharing.grants.append(Grant(pair, late, 0, 0, None, kept=len(bags), bags=bags))
