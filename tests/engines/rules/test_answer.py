"""One person's answer: what is decided stays decided, and the fewest missing facts are really the fewest."""

from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongfang.engines.rules import judge, missing
from gongfang.engines.rules.answer import Answer
from gongfang.engines.rules.judging import met
from gongfang.engines.rules.missing import Search
from tests.engines.rules.cases import CLAIMANT, SMALL, opposite, people, rule_nodes, ruling, rulings, shallow

FIELDS = CLAIMANT.fields
DOMAIN = {
    "relocated": (False, True),
    "carer": (False, True),
    "workers": range(5),
    "months": range(5),
    "grade": "abc",
}
small_rulings = rule_nodes(SMALL).filter(shallow).map(ruling)


def somebody(**facts):
    return dict.fromkeys(FIELDS) | facts


def can_settle(one, facts, names, wanted):
    """Whether some values of these facts bring the outcome about, tried one by one."""
    return any(
        met(one, facts | dict(zip(names, values, strict=True))) is wanted
        for values in product(*(DOMAIN[name] for name in names))
    )


@given(small_rulings, people(most=1), st.booleans())
@settings(max_examples=80, deadline=None)
def test_the_fewest_facts_are_as_few_as_trying_all_of_them_finds(one, rows, wanted):
    (facts,) = rows
    silent = sorted(name for name in set(one.fields()) if facts[name] is None)
    ways = (
        names
        for size in range(len(silent) + 1)
        for names in combinations(silent, size)
        if can_settle(one, facts, names, wanted)
    )
    fewest, found = next(ways, None), Search(one, facts).fewest(wanted=wanted)
    assert (found is None) == (fewest is None)
    if found is not None:
        assert len(found) == len(fewest)
        assert can_settle(one, facts, sorted(found), wanted)


@given(rulings, people(most=1), people(most=1))
@settings(max_examples=70, deadline=None)
def test_what_is_decided_stays_decided_whatever_else_is_learned(one, rows, learned):
    facts = rows[0]
    later = {name: learned[0][name] if fact is None else fact for name, fact in facts.items()}
    now, then = judge(one, facts), judge(one, later)
    assert now.met in (None, then.met)
    assert now.hao in (None, then.hao)


@given(rulings, people(most=1))
@settings(max_examples=70, deadline=None)
def test_the_opposite_of_a_rule_has_the_opposite_answer_for_the_same_reasons(one, rows):
    facts = rows[0]
    yes, no = judge(one, facts), judge(opposite(one), facts)
    assert no.met is (None if yes.met is None else not yes.met)
    assert [(reason.leaf, reason.met, reason.decides) for reason in no.reasons] == [
        (reason.leaf, reason.met, reason.decides) for reason in yes.reasons
    ]
    assert no.lacking == (yes.lacking if yes.met is None else no.lacking)
    assert len(no.enough) == len(yes.enough)


@given(rulings, people(most=1))
@settings(max_examples=70, deadline=None)
def test_only_the_deciding_facts_are_needed(one, rows):
    facts = rows[0]
    answer = judge(one, facts)
    deciding = {reason.leaf.field for reason in answer.reasons if reason.decides}
    kept = {name: fact if name in deciding else None for name, fact in facts.items()}
    assert met(one, kept) is answer.met
    assert set(answer.enough) <= set(answer.lacking)
    assert set(answer.to_meet or ()) <= set(answer.lacking)


def test_one_missing_card_is_asked_for_before_three_other_papers():
    others = {
        "all": [{"is": "relocated"}, {"field": "workers", "at_least": 2}, {"field": "grade", "one_of": ["a"]}]
    }
    one = ruling({"any": [others, {"is": "carer"}]})
    answer = judge(one, somebody())
    assert answer.lacking == ("relocated", "workers", "grade", "carer")
    assert (answer.met, answer.to_meet, answer.enough) == (None, ("carer",), ("carer",))
    answer = judge(one, somebody(carer=False, relocated=True))
    assert (answer.lacking, answer.to_meet) == (("workers", "grade"), ("workers", "grade"))
    assert len(answer.enough) == 1  # a single one of them can show that it is not met


def test_conditions_on_one_field_that_exclude_each_other_are_seen_through():
    one = ruling({"all": [{"field": "workers", "at_least": 3}, {"not": {"field": "workers", "above": 2}}]})
    answer = judge(one, somebody())
    assert (answer.met, answer.to_meet, answer.enough) == (None, None, ("workers",))


def test_a_rule_too_tangled_to_search_gives_a_set_from_which_nothing_can_be_left_out(monkeypatch):
    monkeypatch.setattr(missing, "MOST_STEPS", 12)
    pairs = [
        ({"is": "carer"}, {"is": "relocated"}),
        ({"is": "relocated"}, {"field": "workers", "at_least": 2}),
    ]
    one = ruling({"all": [{"any": list(pair)} for pair in pairs * 2]})
    found = Search(one, somebody()).fewest(wanted=True)
    assert can_settle(one, somebody(), sorted(found), wanted=True)


def test_somebody_who_meets_it_is_told_what_is_missing_for_the_amount():
    one = ruling({"is": "carer"}, {"each": "months", "pays": 4_000_000, "up_to": 3})
    answer = judge(one, somebody(carer=True))
    assert (answer.met, answer.hao, answer.lacking) == (True, None, ("months",))
    assert judge(one, somebody(carer=True, months=4)).hao == 12_000_000
    assert judge(one, somebody(carer=False)) == Answer(
        met=False, reasons=judge(one, somebody(carer=False)).reasons, to_meet=None
    )
    assert judge(one, somebody(carer=False)).hao == 0


@pytest.mark.parametrize(
    ("facts", "word"),
    [({"pin": 1}, "no field"), ({"workers": True}, "whole number"), ({"grade": "d"}, "choice")],
)
def test_facts_nobody_asked_for_and_facts_of_another_kind_are_refused(facts, word):
    with pytest.raises(ValueError, match=word):
        judge(ruling({"field": "workers", "at_least": 1}), facts)
