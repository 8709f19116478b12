"""Sample sizes and numbers as the printed tables have them, and when they change."""

import pytest

from gongfang.engines import sampling
from gongfang.engines.sampling import EVERY, NORMAL, REDUCED, TIGHTENED, Past, Single, single


@pytest.mark.parametrize(
    ("lot", "level", "letter"),
    [
        (2, "II", "A"), (30, "II", "D"), (50, "II", "D"), (51, "II", "E"), (90, "III", "F"), (280, "I", "E"),
        (500, "S-4", "E"), (1_200, "II", "J"), (3_200, "II", "K"), (10_000, "II", "L"), (35_001, "S-1", "D"),
        (500_000, "II", "P"), (500_001, "II", "Q"), (500_001, "III", "R"),
    ],
)  # fmt: skip
def test_a_lot_has_its_code_letter(lot, level, letter):
    assert sampling.letter_of(lot, level) == letter


NORMAL_CELLS = [
    (3_200, 250, (125, 7, 8)), (1_200, 250, (80, 5, 6)), (1_200, 400, (80, 7, 8)), (500, 250, (50, 3, 4)),
    (280, 250, (32, 2, 3)), (150, 250, (20, 1, 2)), (10_000, 400, (200, 14, 15)), (10_000, 65, (200, 3, 4)),
    (30, 250, (5, 0, 1)), (90, 250, (20, 1, 2)), (90, 100, (13, 0, 1)), (150, 100, (13, 0, 1)),
    (280, 100, (50, 1, 2)), (30, 65, (20, 0, 1)), (8, 650, (2, 0, 1)), (25, 650, (8, 1, 2)), (15, 650, (2, 0, 1)),
    (600_000, 650, (200, 21, 22)), (600_000, 250, (500, 21, 22)),
]  # fmt: skip


@pytest.mark.parametrize(("lot", "aql", "cell"), NORMAL_CELLS)
def test_a_normal_plan_is_that_of_table_2a(lot, aql, cell):
    assert single(lot, level="II", aql=aql, severity=NORMAL) == Single(*cell)


@pytest.mark.parametrize(
    ("lot", "aql", "cell"),
    [
        (3_200, 250, (125, 5, 6)), (10_000, 250, (200, 8, 9)), (280, 250, (32, 1, 2)), (30, 250, (8, 0, 1)),
        (90, 250, (32, 1, 2)), (150, 250, (32, 1, 2)), (1_200, 100, (80, 1, 2)), (25, 650, (13, 1, 2)),
        (8, 650, (3, 0, 1)), (600_000, 650, (200, 18, 19)),
    ],
)  # fmt: skip
def test_a_tightened_plan_is_that_of_table_2b(lot, aql, cell):
    assert single(lot, level="II", aql=aql, severity=TIGHTENED) == Single(*cell)


@pytest.mark.parametrize(
    ("lot", "aql", "cell"),
    [
        (30, 250, (2, 0, 1)), (90, 250, (8, 0, 2)), (150, 250, (8, 0, 2)), (280, 250, (13, 1, 3)),
        (500, 250, (20, 1, 4)), (1_200, 250, (32, 2, 5)), (3_200, 250, (50, 3, 6)), (10_000, 250, (80, 5, 8)),
        (30, 650, (3, 0, 2)), (90, 650, (5, 1, 3)), (600_000, 650, (80, 10, 13)),
    ],
)  # fmt: skip
def test_a_reduced_plan_is_that_of_table_2c(lot, aql, cell):
    assert single(lot, level="II", aql=aql, severity=REDUCED) == Single(*cell)


@pytest.mark.parametrize("severity", [NORMAL, TIGHTENED, REDUCED])
def test_no_plan_looks_at_more_than_there_is_or_refuses_what_it_accepts(severity):
    for lot in (2, 8, 9, 30, 90, 91, 500, 5_000, 700_000):
        for level in sampling.LEVELS:
            for aql in sampling.AQLS:
                plan = single(lot, level=level, aql=aql, severity=severity)
                assert 0 < plan.size <= lot
                assert 0 <= plan.accept < plan.reject


def rows(severity, *passed, score=2):
    return [Past(severity, good, score) for good in passed]


def test_it_begins_normally():
    assert sampling.next_severity([]) == NORMAL


def test_two_bad_ones_of_five_are_looked_at_more_closely():
    assert sampling.next_severity(rows(NORMAL, False, True, True, True)) == NORMAL
    assert sampling.next_severity(rows(NORMAL, False, True, True, True, False)) == TIGHTENED
    assert sampling.next_severity(rows(NORMAL, False, True, True, True, True, False)) == NORMAL
    assert sampling.next_severity(rows(NORMAL, False, False)) == TIGHTENED


def test_five_good_ones_in_a_row_lead_back():
    tightened = rows(TIGHTENED, True, True, True, True)
    assert sampling.next_severity(tightened) == TIGHTENED
    assert sampling.next_severity(tightened + rows(TIGHTENED, True)) == NORMAL


def test_five_bad_ones_under_close_looks_stop_sampling():
    tightened = rows(TIGHTENED, False, True, False, True, False, False)
    assert sampling.next_severity(tightened) == TIGHTENED
    assert sampling.next_severity(tightened + rows(TIGHTENED, False)) == EVERY
    assert sampling.next_severity(rows(EVERY, True, True, True, True)) == EVERY
    assert sampling.next_severity(rows(EVERY, True, True, True, True, True)) == TIGHTENED


def test_a_score_of_thirty_lets_them_be_looked_at_less():
    assert sampling.next_severity(rows(NORMAL, *[True] * 14)) == NORMAL
    assert sampling.next_severity(rows(NORMAL, *[True] * 15)) == REDUCED
    assert sampling.next_severity(rows(NORMAL, *[True] * 10, score=3)) == REDUCED
    assert sampling.next_severity(rows(NORMAL, *[True] * 9, False, *[True] * 9)) == NORMAL
    lucky = [Past(NORMAL, passed=True, score=0)]  # the stricter limit would not have let it pass
    assert sampling.next_severity(rows(NORMAL, *[True] * 14) + lucky) == NORMAL


def test_one_bad_or_close_one_ends_reduced_inspection():
    assert sampling.next_severity(rows(REDUCED, True, True)) == REDUCED
    assert sampling.next_severity(rows(REDUCED, True, False)) == NORMAL
    assert sampling.next_severity([Past(REDUCED, passed=True, close=True)]) == NORMAL


def test_only_the_last_stretch_counts():
    assert sampling.next_severity(rows(NORMAL, False, False) + rows(TIGHTENED, *[True] * 5)) == NORMAL
    assert sampling.next_severity(rows(TIGHTENED, False) + rows(NORMAL, False)) == NORMAL


def test_the_score_asks_whether_a_stricter_limit_would_have_passed_it_too():
    assert sampling.score(150, level="II", aql=250, found=1) == 2  # at most one bad piece is allowed
    assert sampling.score(500, level="II", aql=250, found=2) == 3  # 1.5 % allows two of fifty
    assert sampling.score(500, level="II", aql=250, found=3) == 0
    assert sampling.score(10_000, level="II", aql=65, found=2) == 3  # 0.40 % allows two of two hundred
