"""When little found is too little for chance, and rings in who pays whom."""

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongfang.oversight.doubts.chance import at_most, lower_bound, too_few
from gongfang.oversight.doubts.loops import rings

looks = st.integers(1, 2_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def test_the_bound_is_the_one_of_the_book():
    # Wilson 1927 at 1.96: 10 found in 100 looks lie between 0.0552 and 0.1744.
    assert lower_bound(10, 100, z=1.96) == pytest.approx(0.0552, abs=0.0001)


@given(looks)
def test_the_bound_lies_below_what_was_found(counted):
    found, looked = counted
    assert 0 <= lower_bound(found, looked) <= found / looked


@given(st.integers(0, 12), st.integers(1, 12), st.floats(0.01, 0.99))
def test_the_chance_is_that_of_counting_every_case(found, looked, rate):
    expected = sum(
        comb(looked, n) * rate**n * (1 - rate) ** (looked - n) for n in range(min(found, looked) + 1)
    )
    assert at_most(found, looked, rate) == pytest.approx(expected, abs=1e-9)


@given(looks)
def test_whoever_finds_as_much_as_the_others_is_never_doubted(counted):
    assert not too_few(counted, counted, one_in=1_000)


def test_a_few_hand_ins_prove_nothing_and_many_do():
    assert not too_few((0, 20), (60, 1_000), one_in=1_000)
    assert too_few((0, 300), (60, 1_000), one_in=1_000)
    assert not too_few((0, 300), (0, 1_000), one_in=1_000)  # where nobody finds anything, nobody stands apart
    assert not too_few((0, 300), (0, 0), one_in=1_000)


def test_each_ring_is_named_once_and_longer_ones_are_left():
    pays = {1: {2}, 2: {1, 3}, 3: {4}, 4: {1, 5}, 5: {9}}
    assert rings(pays, longest=5) == [(1, 2), (1, 2, 3, 4)]
    assert rings(pays, longest=3) == [(1, 2)]


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=20))
def test_money_that_only_goes_down_makes_no_ring(pairs):
    pays: dict[int, set[int]] = {}
    for one, other in pairs:
        pays.setdefault(min(one, other), set()).add(max(one, other) + 10)
    assert rings(pays, longest=6) == []
