"""Published figures against the registers: who reads them, what they say, and the rows beneath them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongfang.core.errors import NotAllowed
from gongfang.oversight.access import may_see_figures
from gongfang.oversight.figures import figure, figures, sentences
from gongfang.oversight.published import Published, Report, published, report_of
from gongfang.registry.people import actions
from gongfang.registry.people.models import Look, Organisation, Relation


def _published(rule, number=100):
    return Published("X01", "panan", "x", "x", number, "people", rule, "x")


def found(name):
    one = next(row for row in figures("panan") if row["id"] == name)
    return one["derived"], one["holds"]


# --- rules ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "derived", "holds"),
    [
        ("exact", 100, True),
        ("exact", 101, False),
        ("at_least", 100, True),
        ("at_least", 99, False),
        ("at_most", 100, True),
        ("at_most", Decimal("100.01"), False),
        ("about", 105, True),
        ("about", 95, True),
        ("about", Decimal("105.01"), False),
        ("about", Decimal("94.99"), False),
    ],
)
def test_a_figure_holds_by_its_own_rule(rule, derived, holds):
    assert _published(rule).holds(derived) is holds


@given(st.sampled_from(["exact", "at_least", "at_most", "about", "potential"]))
def test_nothing_counted_agrees_with_nothing(rule):
    assert _published(rule).holds(None) is False


def test_every_figure_of_the_four_reports_is_here_once():
    names = [row.id for county in ("panan", "zhaoyang", "wanshan", "yanshan") for row in published(county)]
    assert (len(names), len(set(names))) == (73, 73)


def test_a_report_speaks_of_its_own_month_and_other_counties_of_the_last_full_one(county):
    report = report_of("panan")
    assert (report.month, report.next_month) == (date(2022, 10, 1), date(2022, 11, 1))
    assert report.year == (date(2022, 1, 1), date(2022, 12, 31))
    assert report_of("elsewhere").month.day == 1
    assert Report("x", date(2022, 12, 1)).next_month == date(2023, 1, 1)


# --- what the registers give ----------------------------------------------------------------------------------


def test_workshops_are_counted_while_they_are_open(people):
    assert found("A01") == (1, False)
    for number in range(29):
        actions.add_organisation(
            people.wang.by(), people.village, kind="workshop", name=f"第{number}工坊", category="tourism"
        )
    assert found("A01") == (30, True)
    assert found("A02") == (2, False)
    actions.close_organisation(people.wang.by(), Organisation.objects.get(name="第7工坊"))
    assert found("A01") == (29, False)


def _hire(people):
    terms = actions.agree_terms(
        people.wang.by(), people.lin.row, organisation=people.operator, kind="employment"
    )
    Relation.objects.filter(pk=terms.pk).update(since=date(2022, 5, 3))


def test_somebody_hired_in_another_year_is_not_counted(people):
    actions.agree_terms(people.wang.by(), people.zhou.row, organisation=people.operator, kind="employment")
    assert found("A03")[0] == 0
    _hire(people)
    assert found("A03")[0] == 1


def test_levels_are_those_with_a_centre(people):
    assert found("A22") == (2, True)


def test_what_is_not_kept_yet_is_null_and_says_so(people):
    row = next(row for row in figures("panan") if row["id"] == "A13")
    assert row == {"id": "A13", "published": 11, "derived": None, "holds": None, "rows": None}
    assert "尚未建账" in sentences([row])[0]


def test_an_order_nobody_placed_is_no_figure_and_no_fault(people):
    assert found("A04") == (None, False)
    assert found("A19") == (None, False)


# --- who reads them -------------------------------------------------------------------------------------------


def test_officers_and_auditors_read_the_figures_and_nobody_else(people):
    readers = {
        name: may_see_figures(getattr(people, name).member)
        for name in ("wang", "qian", "he", "sun", "zhou", "feng")
    }
    assert readers == {"wang": True, "qian": True, "he": False, "sun": False, "zhou": False, "feng": False}
    assert people.qian.client().get("/oversight/figures/").status_code == 200
    assert people.he.client().get("/oversight/figures/").status_code == NotAllowed.status
    assert people.he.client().get("/oversight/figures/A01/").status_code == NotAllowed.status


def test_the_list_leads_to_the_rows_that_were_counted(people):
    client = people.wang.client()
    assert "/oversight/figures/A01/" in client.get("/oversight/figures/").text
    assert people.workshop.name in client.get("/oversight/figures/A01/").text
    assert "还没有建" in client.get("/oversight/figures/A13/").text
    assert client.get("/oversight/figures/Z99/").status_code == 404


def test_people_beneath_a_figure_are_masked_and_the_look_is_written_down(people):
    _hire(people)
    page = people.qian.client().get("/oversight/figures/A03/").text
    assert "林**" in page
    assert "林秀英" not in page
    assert Look.objects.filter(viewer=people.qian.user, resident=people.lin.row, page="figure").exists()


def test_the_figures_are_saved_as_a_sheet(people):
    answer = people.wang.client().get("/oversight/figures/sheet/")
    assert answer.headers["Content-Type"].endswith("sheet")


@pytest.mark.parametrize("count", [1, 30])
def test_a_list_of_rows_takes_as_many_queries_with_one_as_with_thirty(
    people, count, django_assert_num_queries
):
    for number in range(count - 1):
        actions.add_organisation(people.wang.by(), people.village, kind="workshop", name=f"第{number}工坊")
    client = people.wang.client()
    client.get("/oversight/figures/A01/")
    with django_assert_num_queries(QUERIES):
        client.get("/oversight/figures/A01/")


QUERIES = 8


def test_one_figure_is_worked_out_without_the_others(people, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        one = figure("panan", "A01")
    assert one.name in {"共富工坊", "workshops"}
