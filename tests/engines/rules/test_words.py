"""Whatever a rule says, it says in Chinese and in English."""

import re
from datetime import date

from hypothesis import given, settings

from gongfang.engines.rules import Teller, Text, judge, payment, reckoned
from gongfang.engines.rules.text import date_words, money_words
from tests.engines.rules.cases import opposite, people, ruling, rulings

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def complete(text):
    assert CHINESE.search(text.zh)
    assert not CHINESE.search(text.en)
    assert text.zh.endswith("。")
    assert text.en.endswith(".")
    assert not re.search(r"[{}|]", text.zh + text.en)


@given(rulings, people(most=1))
@settings(max_examples=50, deadline=None)
def test_every_rule_every_outcome_and_every_amount_has_its_sentences(one, rows):
    teller, answer = Teller(one), judge(one, rows[0])
    complete(teller.condition())
    complete(teller.outcome(answer))
    for reason in answer.reasons:
        complete(teller.reason(reason).sentence())
    for said in (payment(teller), reckoned(answer, teller)):
        if said is not None:
            assert said.zh.endswith("。")
            assert said.en.endswith(".")
            assert not re.search(r"[{}|]", said.zh + said.en)


@given(rulings)
@settings(max_examples=50, deadline=None)
def test_denying_twice_says_the_same(one):
    assert Teller(opposite(opposite(one))).condition() == Teller(one).condition()
    assert Teller(opposite(one)).condition() != Teller(one).condition()


def test_a_rule_reads_as_an_officer_would_write_it():
    one = ruling(
        {
            "all": [
                {"is": "carer"},
                {"any": [{"field": "income", "below": {"parameter": "line"}}, {"is": "relocated"}]},
            ]
        },
        {"each": "months", "pays": 4_005_000, "up_to": 1},
    )
    teller = Teller(one)
    assert teller.condition() == Text(
        "是carer，并且（收入低于3元，或者是relocated）。",
        "Carer, and (an income of less than 3 yuan, or relocated).",
    )
    assert payment(teller) == Text(
        "每个400.50元，最多算1个。", "400.50 yuan for each months, counting at most 1."
    )
    assert teller.numbers() == (
        Text("线：3元（1900年1月1日起，依据：文）。", "Line: 3 yuan (from 1 January 1900 on, by: 文)."),
    )


def test_places_are_told_by_name_where_there_is_one():
    one = ruling({"not": {"field": "home", "within": ["330727000000"]}})
    assert Teller(one, {"330727000000": Text("磐安县", "Pan'an")}).condition() == Text(
        "不住在磐安县。", "Not in Pan'an."
    )
    assert Teller(one).condition().zh == "不住在330727000000。"


def test_what_was_asked_for_stands_beside_what_was_found():
    one = ruling({"years_since": "born", "at_least": 3})
    answer = judge(one, {"born": date(2021, 3, 2)})
    assert Teller(one).outcome(answer) == Text(
        "不符合：满1年（要求：满满3年）。", "Not met: for 1 year (asked for: for at least 3 years)."
    )


def test_amounts_and_days_are_written_as_people_write_them():
    said = [money_words(hao).zh for hao in (0, 1, 100, 5_000, 12_345_600, -20_000)]
    assert said == ["0元", "0.0001元", "0.01元", "0.50元", "1,234.56元", "-2元"]
    assert date_words(date(2022, 11, 3)) == Text("2022年11月3日", "3 November 2022")
