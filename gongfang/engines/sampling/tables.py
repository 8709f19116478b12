"""Single sampling plans by attributes: code letters, sample sizes, acceptance and rejection numbers.

From MIL-STD-105E (10 May 1989, in the public domain), tables I, II-A, II-B and II-C. ISO 2859-1, which is GB/T 2828.1,
took tables I, II-A and II-B over unchanged. Its edition of 1999 lets a reduced plan have no numbers in between; we keep
the two numbers of 1989, which look closer: between them a hand-in passes, and the next one is looked at normally.

The three tables are diagonals: from one quality limit to the next, the same numbers stand one letter further up. So a
row of numbers counted from the letter whose sample may hold no bad piece says it all; an arrow is the letter it
points to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LETTERS = "ABCDEFGHJKLMNPQR"
LEVELS = ("S-1", "S-2", "S-3", "S-4", "I", "II", "III")
AQLS = (65, 100, 150, 250, 400, 650)  # hundredths of a percent: 2.5 % is 250

_SIZES = (2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1250, 2000)
_REDUCED_SIZES = (2, 2, 2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800)

_BY_LOT = (
    (8, "AAAAAAB"),
    (15, "AAAAABC"),
    (25, "AABBBCD"),
    (50, "ABBCCDE"),
    (90, "BBCCCEF"),
    (150, "BBCDDFG"),
    (280, "BCDEEGH"),
    (500, "BCDEFHJ"),
    (1_200, "CCEFGJK"),
    (3_200, "CDEGHKL"),
    (10_000, "CDFGJLM"),
    (35_000, "CDFHKMN"),
    (150_000, "DEGJLNP"),
    (500_000, "DEGJMPQ"),
)
_BEYOND = "DEHKNQR"

# Counted from the letter with no bad piece allowed: (accepted with, rejected with), or how far an arrow points.
Cell = tuple[int, int] | int
_NORMAL: Sequence[Cell] = (
    (0, 1), -1, 1, (1, 2), (2, 3), (3, 4), (5, 6), (7, 8), (10, 11), (14, 15), (21, 22)
)  # fmt: skip
_TIGHTENED: Sequence[Cell] = (
    (0, 1), 2, 1, (1, 2), (2, 3), (3, 4), (5, 6), (8, 9), (12, 13), (18, 19)
)  # fmt: skip
_REDUCED: Sequence[Cell] = (
    (0, 1), -1, 1, (0, 2), (1, 3), (1, 4), (2, 5), (3, 6), (5, 8), (7, 10), (10, 13)
)  # fmt: skip
_TABLES = {
    "normal": (_NORMAL, 0, _SIZES),
    "tightened": (_TIGHTENED, 1, _SIZES),
    "reduced": (_REDUCED, 0, _REDUCED_SIZES),
}


@dataclass(frozen=True)
class Single:
    """Look at `size` pieces: up to `accept` bad ones pass, from `reject` on they do not."""

    size: int
    accept: int
    reject: int

    def passes(self, found: int) -> bool:
        """Say whether so many bad pieces let the hand-in pass; between both numbers it still does."""
        return found < self.reject


def letter_of(lot: int, level: str) -> str:
    """Return the code letter of a lot of so many pieces at an inspection level."""
    column = LEVELS.index(level)
    return next((letters[column] for most, letters in _BY_LOT if lot <= most), _BEYOND[column])


def single(lot: int, *, level: str, aql: int, severity: str, stricter: int = 0) -> Single:
    """Return the plan for a lot, or that of so many quality limits stricter; a sample is never more than the lot."""
    numbers, shift, sizes = _TABLES[severity]
    zero = _zero(aql) + shift + stricter
    row = _followed(numbers, LETTERS.index(letter_of(lot, level)) - zero)
    accept, reject = _numbers(numbers, row)
    return Single(min(lot, sizes[row + zero]), accept, reject)


def score(lot: int, *, level: str, aql: int, found: int) -> int:
    """Return what a hand-in that passed normally adds to the record on its way to reduced inspection."""
    if single(lot, level=level, aql=aql, severity="normal").accept <= 1:
        return 2
    return 3 if single(lot, level=level, aql=aql, severity="normal", stricter=1).passes(found) else 0


def _zero(aql: int) -> int:
    """Return the letter at which a normal plan of this quality limit allows no bad piece; 6.5 % begins with A."""
    return len(AQLS) - 1 - AQLS.index(aql)


def _followed(numbers: Sequence[Cell], row: int) -> int:
    """Return the row an arrow leads to; before the first one points down, beyond the last one up."""
    row = min(max(row, 0), len(numbers) - 1)
    cell = numbers[row]
    return row + cell if isinstance(cell, int) else row


def _numbers(numbers: Sequence[Cell], row: int) -> tuple[int, int]:
    cell = numbers[row]
    assert not isinstance(cell, int)  # an arrow never points to an arrow
    return cell
