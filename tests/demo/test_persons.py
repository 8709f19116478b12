"""Invented people are right in form: their numbers check, nobody is there twice."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from gongfang.core import codes
from gongfang.demo.persons import Crowd, Kind, card_number, credit_code, id_number

KIND = Kind(date(1953, 1, 1), date(2003, 12, 31), 80, status="low_income")


@given(born=st.dates(date(1930, 1, 1), date(2022, 1, 1)), order=st.integers(1, 999))
def test_identity_numbers_check_and_say_who_is_who(born, order):
    read = codes.id_number(id_number(born, order), today=date(2022, 11, 7))
    assert (read.born, read.sex, read.place) == (born, "male" if order % 2 else "female", "330727")


@given(st.integers(0, 99_999_999))
def test_card_numbers_check(number):
    assert codes.bank_card(card_number(number))


@given(st.integers(0, 99_999), st.sampled_from(["91", "93", "11"]))
def test_credit_codes_check(number, kind):
    assert codes.credit_code(credit_code(number, kind=kind))


def test_the_same_seed_draws_the_same_people_and_nobody_twice():
    one, two = (Crowd(7).draw(2_000, KIND, ["330727203216", "330727203217"]) for _again in range(2))
    assert one == two
    assert len({row.id_number for row in one}) == 2_000
    assert len({row.phone for row in one if row.phone}) == sum(bool(row.phone) for row in one)
    assert Crowd(8).draw(5, KIND, ["330727203216"]) != one[:5]
