from datetime import UTC, date, datetime

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from gongfang.ui import formats

amounts = st.integers(min_value=-(10**15), max_value=10**15)


def fen_on_screen(text: str) -> int:
    digits = text.replace("¥", "").replace(",", "").replace(".", "").replace(formats.MINUS, "-")
    return int(digits)


@given(amounts)
def test_money_on_screen_is_never_more_than_what_is_there(hao):
    shown = fen_on_screen(formats.yuan(hao)) * 100
    assert abs(shown) <= abs(hao) < abs(shown) + 100


@given(amounts)
def test_a_rate_is_shown_to_the_last_hao(hao):
    text = formats.rate(hao).replace(",", "").replace(formats.MINUS, "-")
    whole, _, decimals = text.partition(".")
    sign = -1 if text.startswith("-") else 1
    assert sign * (abs(int(whole)) * 10_000 + int(decimals.ljust(4, "0"))) == hao
    assert not decimals.endswith("0")


@pytest.mark.parametrize(
    ("hao", "money", "rate"),
    [
        (12_345_600, "¥1,234.56", "1,234.56"),
        (4_500, "¥0.45", "0.45"),
        (4_525, "¥0.45", "0.4525"),
        (99, "¥0.00", "0.0099"),
        (-99, "¥0.00", "−0.0099"),
        (-30_000, "−¥3.00", "−3"),
        (10_000, "¥1.00", "1"),
        (None, "—", "—"),
    ],
)
def test_money_shows_fen_and_a_rate_shows_what_it_has(hao, money, rate):
    assert (formats.yuan(hao), formats.rate(hao)) == (money, rate)


def test_pieces_carry_their_unit_in_both_languages():
    assert (formats.pieces(1), formats.pieces(18_420)) == ("1 piece", "18,420 pieces")
    with translation.override("zh-hans"):
        assert formats.pieces(18_420) == "18,420 件"


def test_days_are_written_as_each_language_writes_them():
    day = date(2026, 9, 18)
    assert (formats.day(day), formats.full_day(day)) == ("18 September", "18 September 2026")
    with translation.override("zh-hans"):
        assert (formats.day(day), formats.full_day(day)) == ("9月18日", "2026年9月18日")


def test_a_moment_late_in_the_evening_elsewhere_is_the_next_morning_here():
    with translation.override("zh-hans"):
        assert formats.moment(datetime(2026, 9, 18, 22, 5, tzinfo=UTC)) == "9月19日 06:05"
        assert formats.day(datetime(2026, 9, 18, 22, 5, tzinfo=UTC)) == "9月19日"


@pytest.mark.parametrize(
    ("open_text", "hidden"),
    [
        ("张三丰", "张*丰"),
        ("张三", "张*"),
        ("欧阳小明", "欧**明"),
        ("13800138000", "138****8000"),
        ("11010519491231002X", "110105********002X"),
        ("6222021234567890123", "**** **** 0123"),
        ("", "—"),
    ],
)
def test_what_is_masked_shows_too_little_to_find_the_person(open_text, hidden):
    assert formats.masked(open_text) == hidden


@pytest.mark.parametrize(
    ("typed", "grouped"),
    [
        ("13800138000", "138 0013 8000"),
        ("057984661234", "0579-84661234"),
        ("02168881234", "021-68881234"),
        ("12333", "12333"),
    ],
)
def test_telephone_numbers_are_grouped_as_they_are_read_out(typed, grouped):
    assert formats.telephone(typed) == grouped


def test_a_word_where_a_number_belongs_is_loud():
    with pytest.raises(ValueError, match="Cannot specify"):
        formats.number("many")  # type: ignore[arg-type]
