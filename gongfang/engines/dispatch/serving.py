"""The careful human's rule on columns alone, for what a repair is missing.

It follows `rule` to the letter, so that what a repair shares out does not differ from what a plan would. It is
written again because a repair may take milliseconds.
"""

from typing import NamedTuple

import numpy as np

from gongfang.engines.dispatch.arrays import Arrays, Flags, Ints
from gongfang.engines.dispatch.kernel import inner, whole
from gongfang.engines.dispatch.mending import Ground, Left, bench_room, end_of, is_reached, take, tightest
from gongfang.engines.dispatch.rule import WHOLE, Grant

NOBODY = -1
SAFE_PRODUCT = (1 << 63) // WHOLE - 1


class Given(NamedTuple):
    """What one pair was given in one turn: full bags, units of a smaller one, and the incomes as in `Grant`."""

    pair: Ints
    late: Flags
    full: Ints
    rest: Ints
    before: Ints
    able: Ints
    following: Ints
    after: Ints


class Line(NamedTuple):
    """Those in line for a work who have room: pair, units of room, fullness, and the number of what they were given."""

    pair: Ints
    room: Ints
    full: Ints
    given: Ints


def line_for(arrays: Arrays) -> Line:
    """Room for the longest line."""
    longest = int(np.diff(arrays.ptr).max(initial=0))
    return Line(*np.empty((4, longest), dtype=np.int64))


def given_for(arrays: Arrays, turns: Ints) -> Given:
    """Room for what everybody in line may be given in these turns."""
    most = int(np.diff(arrays.ptr)[turns[:, 0]].sum())
    pair, *others = np.empty((7, most), dtype=np.int64)
    return Given(pair, np.empty(most, dtype=np.bool_), *others)


def grants_of(given: Given, count: int, *, size: Ints) -> list[Grant]:
    """What was given as grants; size: of a full bag of each."""
    columns = (column[:count].tolist() for column in given)
    return [
        Grant(
            pair, late, before, able, None if following < 0 else following, after=after,
            bags=[units] * full + ([rest] if rest else []),
        )
        for (pair, late, full, rest, before, able, following, after), units in zip(
            zip(*columns, strict=True), size.tolist(), strict=True
        )
    ]  # fmt: skip


@inner
def take_turns(ground: Ground, left: Left, turns: Ints, line: Line, given: Given) -> int:
    """Share out what is missing, turn after turn (work, late), and return how many were given something."""
    count = 0
    for turn in range(len(turns)):
        work, late = turns[turn, 0], turns[turn, 1] > 0
        if is_missing(ground, left, work):
            length = line_up(ground, left, work, late, line)
            count = serve(ground, left, work, late, line, length, given, count)
    return count


@inner
def is_missing(ground: Ground, left: Left, work: int) -> bool:
    """Whether pieces of a work are still to be shared out, and there is material for them."""
    return (
        left.good[work] < ground.need[work]
        and left.units[work] < ground.limit[work]
        and left.bags[work] < ground.most[work]
    )


@inner
def line_up(ground: Ground, left: Left, work: int, late: bool, line: Line) -> int:
    """Put everybody who has any room in line for a work, and return how many they are."""
    length = 0
    for pair in range(ground.ptr[work], ground.ptr[work + 1]):
        room = room_for(ground, left, pair, work, late)
        if room > 0:
            line.pair[length], line.room[length] = pair, room
            line.full[length] = fullness(ground, left, ground.person[pair])
            line.given[length] = NOBODY
            length += 1
    return length


@inner
def room_for(ground: Ground, left: Left, pair: int, work: int, late: bool) -> int:
    """Units of a work a person has room for."""
    person, first, last = ground.person[pair], ground.first[work], end_of(ground, work, late)
    size, value = ground.size[work], ground.value[work]
    held, units = left.custody[person], left.wish[person]
    if units <= 0 or (value and held <= 0) or not is_reached(ground, ground.place[person], first, last):
        return 0
    ticks = tightest(ground, left, person, first, last)
    if left.benches.row[person] >= 0:
        ticks = bench_room(left, person, first, last, max(ticks, 0))
    if ticks < ground.pace[pair]:
        return 0
    units = min(units, ticks // ground.pace[pair])
    if value:
        most = min(held, ground.cap[person]) if ground.cap[person] < value else held
        units = min(units, most * size // value)
    return units


@inner
def fullness(ground: Ground, left: Left, person: int) -> int:
    """Income against target, parts per million, as in `Sharing.fullness`."""
    target, behind = ground.target[person], 0
    if target == 0:
        target, behind = ground.typical, WHOLE
    times, rest = left.earned[person] // target, left.earned[person] % target
    parts = rest * WHOLE // target if rest <= SAFE_PRODUCT else int(rest / target * WHOLE)
    return behind + times * WHOLE + parts


@inner
def next_bag(ground: Ground, left: Left, work: int, pair: int) -> int:
    """Units of the next bag somebody would be given."""
    good = -(-(ground.need[work] - left.good[work]) // ground.good[pair])
    units = min(ground.size[work], ground.limit[work] - left.units[work])
    return min(units, good)


@inner
def serve(
    ground: Ground, left: Left, work: int, late: bool, line: Line, length: int, given: Given, count: int
) -> int:
    """Give full bags to the poorest, then the smaller one a work may end with."""
    full, able = True, whole(0)
    while is_missing(ground, left, work):
        first, second, fitting = poorest(ground, left, work, line, length, full)
        if full and (first < 0 or next_bag(ground, left, work, line.pair[first]) != ground.size[work]):
            full = False
            able = max(able, fitting)
            continue
        if first < 0:
            break
        if not full or able == 0:
            able = max(able, fitting)
        if line.given[first] < 0:
            line.given[first] = count
            begin(line, first, second, late, able, given, count)
            count += 1
        give(ground, left, work, late, line, first, given)
        if left.benches.row[ground.person[line.pair[first]]] >= 0:
            move_together(ground, left, work, late, line, length)
    return count


@inner
def move_together(ground: Ground, left: Left, work: int, late: bool, line: Line, length: int) -> None:
    """See what room is left for all in line once somebody has taken a place at a bench."""
    for at in range(length):
        if left.benches.row[ground.person[line.pair[at]]] >= 0:
            line.room[at] = min(line.room[at], room_for(ground, left, line.pair[at], work, late))


@inner
def poorest(
    ground: Ground, left: Left, work: int, line: Line, length: int, full: bool
) -> tuple[int, int, int]:
    """The first and the second of those in line who have room for a bag, and how many have."""
    first, second, fitting, needed = NOBODY, NOBODY, 0, ground.size[work]
    for at in range(length):
        if not full:
            needed = next_bag(ground, left, work, line.pair[at])
        if line.room[at] >= needed:
            fitting += 1
            if first < 0 or is_before(ground, line, at, first):
                first, second = at, first
            elif second < 0 or is_before(ground, line, at, second):
                second = at
    return first, second, fitting


@inner
def is_before(ground: Ground, line: Line, at: int, other: int) -> bool:
    """Whether somebody comes before another in line: the poorer, then by lot."""
    if line.full[at] != line.full[other]:
        return line.full[at] < line.full[other]
    return ground.lot[ground.person[line.pair[at]]] < ground.lot[ground.person[line.pair[other]]]


@inner
def begin(line: Line, first: int, second: int, late: bool, able: int, given: Given, number: int) -> None:
    """Write down how the incomes stood when somebody was given the first bag."""
    given.pair[number], given.late[number], given.able[number] = line.pair[first], late, able
    given.full[number] = given.rest[number] = 0
    given.before[number] = line.full[first]
    given.following[number] = line.full[second] if second >= 0 else NOBODY


@inner
def give(ground: Ground, left: Left, work: int, late: bool, line: Line, at: int, given: Given) -> None:
    """Give the next bag to the first in line."""
    pair, size, number = line.pair[at], ground.size[work], line.given[at]
    units = next_bag(ground, left, work, pair)
    take(ground, left, pair, work, units, -(-units * ground.value[work] // size), 1, late)
    if units == size:
        given.full[number] += 1
    else:
        given.rest[number] = units
        left.small[work] += 1
    line.room[at] -= units
    line.full[at] = given.after[number] = fullness(ground, left, ground.person[pair])
