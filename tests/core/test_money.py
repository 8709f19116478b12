from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongfang.core import money
from gongfang.core.codes import WrongCode

amounts = st.integers(0, 10**15)


@pytest.mark.parametrize(
    ("text", "hao"),
    [
        ("0.45", 4_500),
        ("0.085", 850),
        ("0.0001", 1),
        ("1,234.50", 12_345_000),
        ("￥1，234.5元", 12_345_000),
        ("１２", 120_000),
        ("2.", 20_000),
        ("0.450000", 4_500),
        ("999999999999.9999", 9_999_999_999_999_999),
    ],
)
def test_yuan_are_read_as_people_write_them(text, hao):
    assert money.parse_yuan(text) == hao


@pytest.mark.parametrize("text", ["", "-1", "abc", "1.2.3", "1e5", "十元", ".", "1" * 13, "1元5角"])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(WrongCode, match="not an amount"):
        money.parse_yuan(text)


def test_a_fifth_decimal_is_refused_instead_of_rounded_in_silence():
    with pytest.raises(WrongCode, match="four decimals"):
        money.parse_yuan("0.00001")


@pytest.mark.parametrize(
    ("hao", "text"),
    [
        (0, "0.00"),
        (4_500, "0.45"),
        (850, "0.085"),
        (1, "0.0001"),
        (12_345_000, "1,234.50"),
        (-4_500, "-0.45"),
    ],
)
def test_yuan_are_written_with_two_decimals_or_as_many_as_a_rate_needs(hao, text):
    assert money.format_yuan(hao) == text


@given(amounts)
def test_what_was_written_is_read_back(hao):
    assert money.parse_yuan(money.format_yuan(hao)) == hao


@given(st.integers(-(10**15), 10**15))
def test_the_paid_part_and_the_owed_rest_are_the_whole(hao):
    paid, up = money.whole_fen(hao), money.round_up_fen(hao)
    assert paid % money.HAO_PER_FEN == up % money.HAO_PER_FEN == 0
    assert 0 <= hao - paid < money.HAO_PER_FEN
    assert 0 <= up - hao < money.HAO_PER_FEN


@given(amounts, st.lists(st.integers(0, 10**9), min_size=1, max_size=40).filter(any))
def test_shares_add_up_and_none_is_off_by_a_whole_unit(total, weights):
    parts = money.share(total, weights)
    assert sum(parts) == total
    whole = sum(weights)
    assert all(
        abs(part * whole - total * weight) < whole for part, weight in zip(parts, weights, strict=True)
    )


@given(amounts, st.lists(st.integers(0, 10**6), min_size=1, max_size=20).filter(any))
def test_who_weighs_more_never_gets_less(total, weights):
    parts = money.share(total, weights)
    pairs = pairwise(sorted(zip(weights, parts, strict=True)))
    assert all(light[1] <= heavy[1] for light, heavy in pairs if light[0] < heavy[0])


def test_equal_claims_are_served_from_the_front():
    assert money.share(10, [1, 1, 1, 0]) == [4, 3, 3, 0]


@pytest.mark.parametrize(("total", "weights"), [(1, []), (1, [0, 0]), (-1, [1]), (1, [2, -1])])
def test_an_impossible_sharing_is_refused(total, weights):
    with pytest.raises(ValueError, match="sharing needs"):
        money.share(total, weights)


def test_pieces_times_rate():
    assert money.times(4_500, 20) == 90_000
    for rate, pieces in ((-1, 1), (1, -1)):
        with pytest.raises(ValueError, match="never negative"):
            money.times(rate, pieces)
