from dataclasses import dataclass
from datetime import date

import pytest

from gongfang.ui.parts import Link, Tag, Verb
from gongfang.ui.tables import Column, Table, page_of

COLUMNS = (
    Column("lot", "Lot", "link"),
    Column("maker", "Maker"),
    Column("quantity", "Pieces", "number"),
    Column("fee", "Fee", "money"),
    Column("due", "Due", "date"),
    Column("status", "Status", "tag"),
    Column("next", "", "verb"),
)


def lot(n: int, **changed: object) -> dict[str, object]:
    return {
        "lot": Link(f"PA-{n}", f"/lots/{n}"),
        "maker": "Zhang Lifen",
        "quantity": 1_200,
        "fee": 5_400_000,
        "due": date(2026, 9, 18),
        "status": Tag("Late", "act"),
        "next": Verb("Close", f"/lots/{n}/close", fields={"lot": n}),
        **changed,
    }


def lots(count: int) -> Table:
    return Table(COLUMNS, [lot(n) for n in range(count)], empty="No lot is out.", caption="Lots")


@pytest.mark.parametrize("count", [1, 30])
def test_a_list_draws_a_row_for_each_thing(draw, count):
    page = draw("{% table lots %}", lots=lots(count))
    assert page.count("<tr") == 1 + count
    assert page.count('data-label="Fee"') == count
    assert page.count("¥540.00") == count
    assert page.count("18 September 2026") == count


def test_an_empty_list_says_its_sentence_and_draws_no_table(draw):
    page = draw("{% table lots %}", lots=lots(0))
    assert "No lot is out." in page
    assert "<table" not in page


def test_what_people_wrote_is_escaped(draw):
    table = Table(COLUMNS, [lot(1, maker="<script>", lot=Link("<b>", '"><b>'))], empty="", caption="<i>")
    page = draw("{% table lots %}", lots=table)
    assert "<script>" not in page
    assert "<b>" not in page
    assert "<i>" not in page
    assert "&lt;script&gt;" in page


def test_nothing_is_shown_as_a_dash_and_zero_as_zero(draw):
    row = lot(1, maker=None, quantity=0, fee=0, due=None, status=None, lot=None, next=None)
    page = draw("{% table lots %}", lots=Table(COLUMNS, [row], empty=""))
    assert page.count("—") == 5
    assert ">0</td>" in page
    assert "¥0.00" in page


def test_a_row_may_be_any_object_with_the_names_of_the_columns(draw):
    @dataclass(frozen=True)
    class Bag:
        code: str
        pieces: int

    table = Table((Column("code", "Bag"), Column("pieces", "Pieces", "number")), [Bag("7K2", 20)], empty="")
    page = draw("{% table bags %}", bags=table)
    assert "7K2" in page
    assert ">20</td>" in page


def test_a_verb_in_a_row_posts_its_fields_with_a_key_of_its_own(draw):
    page = draw("{% table lots %}", lots=lots(2))
    assert page.count('action="/lots/1/close"') == 1
    assert page.count('name="lot" value="1"') == 1
    keys = {part.split('"')[0] for part in page.split('name="key" value="')[1:]}
    assert len(keys) == 2
    assert page.count('name="csrfmiddlewaretoken" value="token"') == 2


def test_the_second_page_keeps_what_was_searched(visit):
    pages = page_of(visit("/?words=knot&page=2"), range(120))
    assert (pages.items[0], len(pages.items), pages.number, pages.count, pages.total) == (50, 50, 2, 3, 120)
    assert (pages.before, pages.after) == ("?words=knot&page=1", "?words=knot&page=3")


@pytest.mark.parametrize(("asked", "number"), [("99", 3), ("none", 1), ("-1", 3), ("", 1)])
def test_a_wrong_page_number_gives_a_page_that_exists(visit, asked, number):
    assert page_of(visit(f"/?page={asked}"), range(120)).number == number


def test_a_list_of_one_page_offers_no_other(draw, visit):
    table = Table(COLUMNS, [lot(1)], empty="", pages=page_of(visit("/"), range(50)))
    assert "Next page" not in draw("{% table lots %}", lots=table)


def test_a_list_of_two_pages_offers_the_second(draw, visit):
    table = Table(COLUMNS, [lot(1)], empty="", pages=page_of(visit("/"), range(51)))
    page = draw("{% table lots %}", lots=table)
    assert "Page 1 of 2, 51 rows" in page
    assert 'href="?page=2"' in page
    assert "Previous page" not in page
