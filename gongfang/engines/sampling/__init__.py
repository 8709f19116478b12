"""Owns how many pieces of a hand-in are looked at, how many bad ones it may have, and when that changes."""

from gongfang.engines.sampling.switching import (
    EVERY,
    FAR_BACK,
    NORMAL,
    REDUCED,
    SKIPPED,
    TIGHTENED,
    Past,
    good_in_a_row,
    next_severity,
)
from gongfang.engines.sampling.tables import AQLS, LEVELS, Single, letter_of, score, single

__all__ = [
    "AQLS",
    "EVERY",
    "FAR_BACK",
    "LEVELS",
    "NORMAL",
    "REDUCED",
    "SKIPPED",
    "TIGHTENED",
    "Past",
    "Single",
    "good_in_a_row",
    "letter_of",
    "next_severity",
    "score",
    "single",
]
