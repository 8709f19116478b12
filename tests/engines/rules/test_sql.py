"""One statement for a county says of each what is said of one: met, not met, or facts are missing."""

from datetime import date

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongfang.engines.rules import (
    Source,
    count_answers,
    judge,
    select_answers,
    select_facts,
    select_met,
)
from tests import cluster
from tests.engines.rules.cases import CLAIMANT, DAYS, SOURCE, TYPES, opposite, people, ruling, rulings

COLUMNS = [(one.name, TYPES[one.kind]) for one in CLAIMANT.listed]


@pytest.fixture(scope="module")
def link():
    with cluster.admin() as link:
        link.execute(
            f"CREATE TEMP TABLE claimant (id bigint, {', '.join(f'{name} {kind}' for name, kind in COLUMNS)})"
        )
        yield link


def fill(link: psycopg.Connection, rows: list[dict[str, object]]) -> None:
    """Keep these people, numbered from 0, and nobody else."""
    link.execute("TRUNCATE claimant")
    arrays = ", ".join(f"%s::{kind}[]" for _, kind in COLUMNS)
    columns = [[row[name] for row in rows] for name, _ in COLUMNS]
    link.execute(
        f"INSERT INTO claimant SELECT * FROM unnest(%s::bigint[], {arrays})",
        [list(range(len(rows))), *columns],
    )


def asked(link, statement):
    return link.execute(statement.sql, statement.values).fetchall()


@given(st.lists(rulings, min_size=1, max_size=3), people(), DAYS)
@settings(max_examples=120, deadline=None)
def test_sql_and_python_say_the_same_of_everybody(link, drawn, rows, day):
    fill(link, rows)
    rules = [ruling_of(one, day) for one in drawn]
    told = [judge(one, row) for row in rows for one in rules]
    answers = asked(link, select_answers(rules, SOURCE))
    answers.sort()
    assert [key for key, *_ in answers] == list(range(len(rows)))
    assert [cell for _, *cells in answers for cell in cells] == [
        cell
        for one, ruling in zip(told, rules * len(rows), strict=True)
        for cell in (one.met, paid(one, ruling))
    ]


def ruling_of(one, day):
    return type(one).of(one.version, day=day, vocabulary=one.vocabulary, parameters=one.parameters)


def paid(answer, ruling):
    return answer.hao if ruling.amount else None


@given(rulings, people())
@settings(max_examples=50, deadline=None)
def test_who_meets_it_how_many_and_by_which_facts(link, one, rows):
    fill(link, rows)
    told = {key: judge(one, row) for key, row in enumerate(rows)}
    met = {key: answer.hao for key, answer in told.items() if answer.met}
    assert dict(asked(link, select_met(one, SOURCE))) == met
    outcomes = [answer.met for answer in told.values()]
    counted = asked(link, count_answers([one], SOURCE))
    assert counted == [(outcomes.count(True), outcomes.count(False), outcomes.count(None))]
    facts = select_facts(list(rows[0]), SOURCE, day=one.day, keys=[0])
    assert asked(link, facts) == [(0, *rows[0].values())]


@given(rulings, people())
@settings(max_examples=50, deadline=None)
def test_whoever_meets_a_rule_does_not_meet_its_opposite_and_what_is_missing_is_missing_in_both(
    link, one, rows
):
    fill(link, rows)
    answers = asked(link, select_answers([one, opposite(one)], SOURCE))
    assert [no for _, _, _, no, _ in answers] == [None if yes is None else not yes for _, yes, *_ in answers]


def test_a_year_is_full_on_the_birthday_and_of_29_february_on_1_march(link):
    rows = [dict.fromkeys(CLAIMANT.fields) | {"born": date(2020, 2, 29)}]
    fill(link, rows)
    for on, full in ((date(2023, 2, 28), False), (date(2023, 3, 1), True), (date(2024, 2, 28), True)):
        one = ruling({"years_since": "born", "at_least": 3}, day=on)
        assert judge(one, rows[0]).met is full
        assert asked(link, select_answers([one], SOURCE)) == [(0, full, None)]


def test_the_largest_amounts_fit(link):
    most = 10**12
    fill(link, [dict.fromkeys(CLAIMANT.fields) | {"income": 4 * most, "workers": 4}])
    parts = [{"permille": 1000, "of": {"fact": "income"}}, {"each": "workers", "pays": most, "up_to": 4}]
    one = ruling({"field": "workers", "at_least": 1}, {"sum": parts})
    assert asked(link, select_met(one, SOURCE)) == [(0, 5 * most)]


def test_nothing_of_a_rule_stands_in_the_statement():
    one = ruling(
        {"all": [{"field": "home", "within": ["330727001000"]}, {"field": "grade", "one_of": ["b", "c"]}]},
        {"fixed": 98_765},
    )
    statement = select_met(one, SOURCE)
    assert sorted(str(value) for value in statement.values.values()) == [
        "2023-03-01",
        "330727001",
        "98765",
        "['b', 'c']",
    ]
    assert not any(word in statement.sql for word in ("330727", "98765", "'"))


def test_a_source_keeps_only_fields_of_its_vocabulary_and_all_that_a_rule_asks_for():
    with pytest.raises(ValueError, match="no field pin"):
        Source(CLAIMANT, "claimant", "id", {"pin": "pin"})
    bare = Source(CLAIMANT, "claimant", "id", {"carer": "carer"})
    one = ruling({"all": [{"is": "carer"}, {"is": "relocated"}]})
    assert bare.missing(one) == ("relocated",)
    with pytest.raises(ValueError, match="relocated is not kept here"):
        select_met(one, bare)


def test_a_room_may_use_percent_signs_and_the_day_asked_about(link):
    fill(link, [dict.fromkeys(CLAIMANT.fields) | {"workers": 7}])
    odd = Source(CLAIMANT, "claimant", "id", {"workers": "workers % 4", "joined": "{day} - 1"})
    one = ruling({"all": [{"field": "workers", "equals": 3}, {"days_since": "joined", "equals": 1}]})
    assert asked(link, select_met(one, odd)) == [(0, None)]
