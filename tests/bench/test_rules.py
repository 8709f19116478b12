"""The rules that are measured: each of them divides the people who are drawn."""

import pytest

from bench.rules import RULES, drawn, rulings
from gongfang.engines.rules import judge

PEOPLE = drawn(600, seed=1)


@pytest.mark.parametrize("at", range(len(RULES)))
def test_some_meet_a_rule_some_do_not_and_of_some_facts_are_missing(at):
    assert {judge(rulings()[at], one).met for one in PEOPLE} == {True, False, None}
