"""What is not a rule is refused, with the place and the reason."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongfang.engines.rules import WrongRule, parse, read_policy
from gongfang.engines.rules.reading import MOST_CHARACTERS
from tests.engines.rules.cases import CLAIMANT, amount_nodes, rule_nodes, ruling, shallow

A = {"is": "carer"}


def nested(levels):
    return A if levels == 1 else {"not": nested(levels - 1)}


@pytest.mark.parametrize(
    ("rule", "place", "word"),
    [
        ([], "rule", "object"),
        ({}, "rule", "object"),
        ({"is": "pin"}, "rule.is", "relocated, carer"),
        ({"is": "workers"}, "rule.is", "a whole number"),
        ({"is": ["carer"]}, "rule.is", "no field"),
        ({"is": "carer", "not": A}, "rule", "among"),
        ({"all": []}, "rule.all", "list"),
        ({"all": [A, {"any": [A, 3]}]}, "rule.all[1].any[1]", "object"),
        ({"field": "workers", "at_least": 1.0}, "rule.at_least", "whole number"),
        ({"field": "workers", "at_least": True}, "rule.at_least", "whole number"),
        ({"field": "workers", "at_least": 5}, "rule.at_least", "out of range: 0 to 4"),
        ({"field": "income", "below": -1}, "rule.below", "out of range"),
        ({"field": "workers", "at_least": 1, "at_most": 2}, "rule", "among"),
        ({"field": "workers", "like": "%"}, "rule", "among"),
        ({"field": "grade", "at_least": "a"}, "rule.field", "a choice"),
        ({"field": "grade", "one_of": ["a", "d"]}, "rule.one_of[1]", "a, b, c"),
        ({"field": "grade", "one_of": ["a", "a"]}, "rule.one_of", "twice"),
        ({"field": "grade", "one_of": [{}]}, "rule.one_of[0]", "choices"),
        ({"field": "home", "within": ["330727"]}, "rule.within[0]", "12 digits"),
        ({"field": "born", "above": "2023-02-30"}, "rule.above", "day"),
        ({"field": "born", "above": "20230201"}, "rule.above", "day"),
        ({"field": "born", "above": "1066-10-14"}, "rule.above", "out of range"),
        ({"years_since": "workers", "at_least": 3}, "rule.years_since", "a whole number"),
        ({"years_since": "born", "at_least": 151}, "rule.at_least", "out of range"),
        ({"field": "workers", "at_least": {"parameter": "line"}}, "rule.at_least", "money"),
        ({"field": "workers", "at_least": {"parameter": "nothing"}}, "rule.at_least", "no parameter"),
        ({"field": "workers", "at_least": {"sql": "1"}}, "rule.at_least", "among"),
        (nested(9), "rule" + ".not" * 8, "at most 8"),
        ({"all": [A] * 200}, "rule.all[199]", "at most 200"),
    ],
)
def test_nonsense_is_refused_with_its_place_and_a_reason_in_both_languages(rule, place, word):
    with pytest.raises(WrongRule) as refused:
        ruling(rule)
    assert refused.value.place == place
    assert word in refused.value.reason.en
    assert refused.value.reason.zh.endswith("。")


@pytest.mark.parametrize(
    ("amount", "place", "word"),
    [
        ({"fixed": -1}, "amount.fixed", "out of range"),
        ({"fixed": 10**12 + 1}, "amount.fixed", "out of range"),
        ({"each": "months", "pays": 1}, "amount", "among"),
        ({"each": "income", "pays": 1, "up_to": 1}, "amount.each", "an amount of money"),
        ({"each": "months", "pays": 1, "up_to": 10**6 + 1}, "amount.up_to", "out of range"),
        ({"tiers": "workers", "from": [[1]]}, "amount.from[0]", "two numbers"),
        ({"fact": "workers"}, "amount.fact", "a whole number"),
        ({"permille": 1001, "of": {"fixed": 1}}, "amount.permille", "out of range"),
        ({"sum": [{"fixed": 1}, {}]}, "amount.sum[1]", "object"),
        ({"cases": [{"when": A}]}, "amount.cases[0]", "among"),
        ({"cases": [{"when": {"is": "pin"}, "pays": {"fixed": 1}}]}, "amount.cases[0].when.is", "no field"),
        ({"cases": [{"when": A, "pays": {"fixed": 1}}], "otherwise": None}, "amount.otherwise", "object"),
    ],
)
def test_a_senseless_amount_is_refused(amount, place, word):
    with pytest.raises(WrongRule) as refused:
        ruling(A, amount)
    assert refused.value.place == place
    assert word in refused.value.reason.en


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("{", "not JSON"), ('{"is": "a", "is": "b"}', "“is” stands here twice"), ("[1.5]", "whole number"),
        ("[NaN]", "whole number"), ("[1e9]", "whole number"), ("9" * 30, "whole number"),
        ("[" * 30_000, "deep"), (" " * (MOST_CHARACTERS + 1), "characters"),
    ],
)  # fmt: skip
def test_text_that_is_no_strict_json_is_refused(text, word):
    with pytest.raises(WrongRule, match=word):
        parse(text)


def test_strict_json_is_read():
    assert parse('{"all": [{"field": "workers", "at_least": -3}]}') == {
        "all": [{"field": "workers", "at_least": -3}]
    }


NAMES = st.sampled_from([
    "name", "title", "about", "parameters", "versions", "from", "to", "document", "source", "rule", "amount", "zh", "en",
    "all", "any", "not", "is", "field", "at_least", "one_of", "within", "years_since", "parameter", "fixed", "each", "pays",
    "up_to", "tiers", "fact", "permille", "of", "at_most", "sum", "cases", "when", "otherwise", "kind", "values", "value",
])  # fmt: skip
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.sampled_from(sorted(CLAIMANT.fields)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=15,
)
DATED = {"from": "2020-01-01", "to": None, "document": "文", "source": "源"}
HEAD = {"name": "n", "title": {"zh": "题", "en": "title"}, "about": "claimant"}


@given(ANYTHING, ANYTHING, ANYTHING)
@settings(max_examples=120, deadline=None)
def test_whatever_is_brought_it_is_read_or_refused_and_nothing_else_happens(whole, rule, amount):
    version = {**DATED, "rule": rule, "amount": amount}
    for node in (
        whole,
        {**HEAD, "versions": [version]},
        {**HEAD, "versions": whole},
        {**HEAD, "parameters": whole},
    ):
        refused = read(node)
        assert refused is None or (refused.place and refused.reason.zh != refused.reason.en)


def read(node):
    """Read a policy, or return why it is none."""
    try:
        read_policy(node, {"claimant": CLAIMANT})
    except WrongRule as refused:
        return refused
    return None


@given(rule_nodes().filter(shallow), amount_nodes().filter(shallow))
@settings(max_examples=50, deadline=None)
def test_a_rule_survives_being_written_as_text(rule, amount):
    first, again = ruling(rule, amount), ruling(parse(json.dumps(rule)), parse(json.dumps(amount)))
    assert (again.rule, again.amount) == (first.rule, first.amount)
