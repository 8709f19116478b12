"""Through the years: the past keeps its versions and its numbers, and what cannot hold is refused at once."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gongfang.engines.rules import NoValue, WrongRule, judge, read_policy
from gongfang.engines.rules.examples import policies
from tests.engines.rules.cases import CLAIMANT, PARAMETERS, TODAY, people, rules, ruling

Y = 10_000
BOTH = {"zh": "题", "en": "title"}


def dated(first, last=None, **rest):
    return {"from": first, "to": last, "document": "文", "source": "源", **rest}


def policy(versions, **parameters):
    node = {"name": "n", "title": BOTH, "about": "claimant", "versions": versions}
    return read_policy(node | ({"parameters": parameters} if parameters else {}), {"claimant": CLAIMANT})


def money(*values):
    return {"kind": "money", "title": BOTH, "values": list(values)}


PAYS = {"each": "months", "pays": {"parameter": "month"}, "up_to": 3}
A_YEAR = policy(
    [
        dated("2020-01-01", "2021-12-31", rule={"is": "carer"}, amount=PAYS),
        dated("2022-01-01", rule={"is": "relocated"}),
    ],
    month=money(dated("2020-01-01", "2020-12-31", value=400 * Y), dated("2021-01-01", value=500 * Y)),
)


@pytest.mark.parametrize(
    ("day", "met", "hao"),
    [
        (date(2020, 12, 31), True, 800 * Y),
        (date(2021, 1, 1), True, 1_000 * Y),
        (date(2021, 12, 31), True, 1_000 * Y),
        (date(2022, 1, 1), False, 0),
    ],
)
def test_a_past_day_takes_the_version_and_the_number_of_its_time(day, met, hao):
    answer = judge(A_YEAR.on(day), {"carer": True, "relocated": False, "months": 2})
    assert (answer.met, answer.hao) == (met, hao)


def test_before_the_first_version_there_is_no_answer():
    with pytest.raises(NoValue, match="No version was in force on 31 December 2019"):
        A_YEAR.on(date(2019, 12, 31))


@given(
    rules,
    people(most=3),
    st.dates(date(2022, 1, 2), date(2024, 1, 1)),
    st.dates(date(2020, 1, 1), date(2025, 1, 1)),
)
@settings(max_examples=40, deadline=None)
def test_a_new_version_leaves_the_answers_of_the_past_as_they_were(rule, rows, begins, day):
    new = replace(ruling(rule).version, first=begins)
    before = replace(A_YEAR, parameters={**A_YEAR.parameters, **PARAMETERS})
    try:
        later = before.followed_by(new)
    except WrongRule as refused:
        assume("Nobody" not in refused.reason.en)
        raise
    if day < begins:
        assert [judge(later.on(day), row) for row in rows] == [judge(before.on(day), row) for row in rows]
    assert later.on(max(day, begins)).version == new


def test_a_new_version_that_names_an_unknown_parameter_is_refused():
    with pytest.raises(WrongRule, match="no parameter “line”"):
        A_YEAR.followed_by(
            replace(ruling({"field": "income", "below": {"parameter": "line"}}).version, first=TODAY)
        )


def test_a_new_version_begins_after_the_one_before_it():
    with pytest.raises(WrongRule, match="ends before"):
        A_YEAR.followed_by(replace(ruling(RULE).version, first=date(2021, 6, 1)))


def test_a_ruling_keeps_what_counted():
    one = A_YEAR.on(date(2021, 5, 1))
    assert (one.version.first, one.settings["month"].value) == (date(2020, 1, 1), 500 * Y)
    assert one.settings["month"].first == date(2021, 1, 1)


RULE = {"is": "carer"}
MONTH = {"fixed": {"parameter": "month"}}


@pytest.mark.parametrize(
    ("versions", "parameters", "place", "word"),
    [
        ([dated("2020-01-01", "2019-01-01", rule=RULE)], {}, "versions[0]", "ends before"),
        ([dated("2020-01-01", rule=RULE), dated("2021-01-01", rule=RULE)], {}, "versions[1]", "overlaps"),
        ([dated("2021-01-01", "2021-12-31", rule=RULE), dated("2020-01-01", rule=RULE)], {}, "versions[1]", "overlaps"),
        (
            [dated("2020-01-01", rule=RULE, amount=MONTH)],
            {"month": money(dated("2020-01-02", value=1))},
            "versions[0]", "no value on 1 January 2020",
        ),
        (
            [dated("2020-01-01", rule=RULE, amount=MONTH)],
            {"month": money(dated("2020-01-01", "2020-12-31", value=1))},
            "versions[0]", "no value on 1 January 2021",
        ),
        (
            [dated("2020-01-01", rule=RULE, amount=MONTH)],
            {"month": money(dated("2019-01-01", "2020-05-31", value=1), dated("2020-06-02", value=1))},
            "versions[0]", "no value on 1 June 2020",
        ),
        ([dated("2020-01-01", rule=RULE)], {"month": money(dated("2020-01-01", value=1))}, "parameters.month", "never"),
        (
            [dated("2020-01-01", rule={"all": [RULE, {"not": RULE}]})], {}, "versions[0].rule", "Nobody",
        ),
        ([dated("2020-01-01", rule={"field": "workers", "above": 4})], {}, "versions[0].rule", "Nobody"),
        ([dated("2020-01-01", rule=RULE, amount={"fact": "income"})], {}, "versions[0].amount", "Put a cap"),
        (
            [dated("2020-01-01", rule=RULE, amount={"tiers": "workers", "from": [[2, 1], [2, 3]]})],
            {}, "versions[0]", "Each tier",
        ),
        (
            [dated("2020-01-01", rule=RULE, amount={"permille": {"parameter": "share"}, "of": {"fixed": 1}})],
            {"share": {**money(dated("2020-01-01", value=1001)), "kind": "whole"}},
            "versions[0]", "out of range",
        ),
        (
            [dated("2020-01-01", rule={"days_since": "born", "at_least": {"parameter": "days"}})],
            {"days": {**money(dated("2020-01-01", value=10**8)), "kind": "whole"}},
            "versions[0]", "out of range",
        ),
        ([dated("2020-01-01", rule=RULE, person="x")], {}, "versions[0]", "among"),
        ([{**dated("2020-01-01", rule=RULE), "document": " "}], {}, "versions[0].document", "Words"),
    ],
)  # fmt: skip
def test_what_cannot_hold_is_refused_before_anybody_is_paid_by_it(versions, parameters, place, word):
    with pytest.raises(WrongRule) as refused:
        policy(versions, **parameters)
    assert refused.value.place == place
    assert word in refused.value.reason.en


def test_a_rule_that_nobody_can_meet_on_its_first_day_but_later_is_accepted():
    young = {"all": [{"field": "joined", "above": "2020-01-01"}, {"years_since": "joined", "at_least": 1}]}
    one = policy([dated("2020-01-01", rule=young)])
    assert judge(one.on(date(2020, 6, 1)), {"joined": date(2020, 1, 2)}).met is False
    assert judge(one.on(date(2021, 1, 2)), {"joined": date(2020, 1, 2)}).met is True


def test_a_county_lends_its_parameters_to_many_policies():
    line = A_YEAR.parameters["month"]
    node = {
        "name": "n", "title": BOTH, "about": "claimant",
        "versions": [dated("2020-01-01", rule={"field": "income", "below": {"parameter": "line"}})],
    }  # fmt: skip
    one = read_policy(node, {"claimant": CLAIMANT}, shared={"line": line}).on(date(2020, 5, 1))
    assert judge(one, {"income": 399 * Y}).met is True
    assert judge(one, {"income": 400 * Y}).met is False


# --- the shipped examples --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(policies()))
def test_a_shipped_policy_names_its_document_and_source_on_every_day_something_changes(name):
    for version in policies()[name].versions:
        one = policies()[name].on(version.first)
        assert all(said.document and said.source for said in (one.version, *one.settings.values()))


def told(name, day, **facts):
    answer = judge(policies()[name].on(day), facts)
    return answer.met, answer.hao and answer.hao // Y


CHONGQING = [
    ("excellent", 40, 100_000), ("excellent", 39, 70_000), ("excellent", 20, 70_000), ("excellent", 19, 40_000),
    ("good", 55, 80_000), ("good", 20, 50_000), ("good", 1, 30_000), ("passed", 40, 60_000), ("passed", 30, 30_000),
    ("passed", 7, 20_000),
]  # fmt: skip


@pytest.mark.parametrize(("grade", "kept", "yuan"), CHONGQING)
def test_chongqing_pays_by_grade_and_by_workers_kept(grade, kept, yuan):
    facts = {"place": "500101001001", "grade": grade, "kept_workers": kept}
    assert told("chongqing-performance", date(2023, 1, 1), **facts) == (True, yuan)


def test_chongqing_pays_a_building_by_halves():
    facts = {
        "place": "500101001001",
        "building_approved": True,
        "building_cost": 1_200_000 * Y,
        "review_passed": True,
    }
    assert told("chongqing-building", date(2023, 5, 1), **facts, approved=date(2022, 9, 1)) == (True, 250_000)
    assert told("chongqing-building", date(2023, 9, 1), **facts, approved=date(2022, 9, 1)) == (True, 500_000)


def test_guizhou_pays_women_from_45_and_men_from_50_who_work_at_home():
    facts = {
        "lives_in": "520603001001", "works_at_home": True, "relocated": True, "out_of_poverty": None,
        "disability_card": False, "nobody_employed": False, "tied_by_care": False, "months_at_home": 3,
    }  # fmt: skip
    day = date(2020, 6, 1)
    pays = {
        (sex, age): told(
            "guizhou-work-at-home", day, **facts, sex=sex, born=date(2020 - age, 6, 1) + timedelta(late)
        )
        for sex, age, late in (("female", 45, 0), ("female", 44, 0), ("male", 50, 0), ("male", 49, 1))
    }
    assert pays == {
        ("female", 45): (True, 1_200), ("female", 44): (False, 0), ("male", 50): (True, 1_200), ("male", 49): (False, 0)
    }  # fmt: skip


def test_guangxi_asks_for_five_workers_and_for_15_yuan_of_insurance():
    day = date(2023, 1, 1)
    facts = {"place": "450981001001", "kind": "home"}
    assert told("guangxi-workshop", day, **facts, out_of_poverty_workers=5) == (True, None)
    assert told("guangxi-workshop", day, **facts, out_of_poverty_workers=4) == (False, 0)
    assert told("guangxi-insurance", day, works_at_home=True, premium_month=15 * Y) == (True, None)
    assert told("guangxi-insurance", day, employed=True, premium_month=15 * Y - 1) == (False, 0)


def test_songyang_rewards_the_first_mark_an_agent_passes():
    day, place = date(2023, 6, 1), "331124001001"
    for hand, machine, yuan in (
        (100_000, 0, 10_000),
        (0, 399_999, 10_000),
        (200_000, 0, 20_000),
        (1, 400_000, 20_000),
    ):
        facts = {"place": place, "hand_fees": hand * Y, "machine_fees": machine * Y}
        assert told("songyang-agent", day, **facts) == (True, yuan)
    assert told("songyang-agent", day, place=place, hand_fees=99_999 * Y, machine_fees=199_999 * Y) == (
        False,
        0,
    )


def test_453_trainees_of_zhaoyang_earn_452_370_yuan_by_half_days():
    one = policies()["zhaoyang-trainee"].on(TODAY)
    half_days = [100] * 390 + [99] * 63  # 31.5 days short of 50 days for everybody
    assert sum(half_days) / 2 == 22_618.5
    assert sum(judge(one, {"half_days": count}).hao for count in half_days) == 452_370 * Y
    assert judge(one, {"half_days": 120}).hao == 1_000 * Y
