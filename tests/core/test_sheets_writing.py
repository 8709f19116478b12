# ruff: noqa: DTZ001 -- a sheet knows no time zones
import csv
from datetime import UTC, date, datetime
from io import BytesIO, StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongfang.core.secrets import Sealed
from gongfang.core.sheets import Col, Column, Table, read, returned, write, write_csv
from tests.core.sheetmaking import LI_MING, ROSTER, SU_WEN, opened, roster, upload

SLIPS = [
    Column("姓名"),
    Column("身份证号", width=22),
    Column("件数", "integer"),
    Column("应发", "yuan"),
    Column("日期", "date"),
    Column("时间", "moment"),
]
EVENING = datetime(2022, 8, 1, 16, 30, tzinfo=UTC)
ROW = ("苏文", SU_WEN, 20, 90_850, date(2022, 8, 1), EVENING)
ABOUT = [("County", "磐安县"), ("As of", "2022-08-11")]


def table(*rows, columns=SLIPS, title="结算单"):
    return Table(title=title, columns=columns, rows=rows)


def test_a_table_is_written_with_numbers_as_numbers_and_codes_as_text():
    book = opened(write([table(ROW)], about=ABOUT))
    page = book["结算单"]
    assert [cell.value for cell in page[1]] == [column.title for column in SLIPS]
    name, number, pieces, pay, day, moment = page[2]
    assert (name.value, number.value, number.data_type, number.number_format) == ("苏文", SU_WEN, "s", "@")
    assert (pieces.value, pay.value) == (20, 9.085)
    assert (day.value.date(), moment.value) == (date(2022, 8, 1), datetime(2022, 8, 2, 0, 30))
    assert (page.freeze_panes, page.auto_filter.ref) == ("A2", "A1:F2")


def test_the_last_sheet_says_what_the_file_is():
    book = opened(write([table(ROW)], about=ABOUT))
    assert book.sheetnames == ["结算单", "About this file"]
    assert [[cell.value for cell in row] for row in book["About this file"]] == [
        ["Item", "Explanation"],
        *map(list, ABOUT),
    ]


def test_simulated_data_says_so_on_every_sheet_and_in_csv():
    book = opened(write([table(ROW), table(ROW, title="b")], about=ABOUT, simulated=True))
    assert {page["A1"].value for page in book} == {"Simulated data"}
    assert {page.freeze_panes for page in book} == {"A3"}
    assert write_csv(table(ROW), simulated=True).decode("utf-8-sig").startswith("Simulated data\r\n姓名")
    assert "Simulated" not in write_csv(table(ROW)).decode()


FORMULAS = [
    "=1+1",
    "+86",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "＝1",
    '=HYPERLINK("http://a.example")',
    "http://a.example",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_nothing_typed_becomes_a_formula_or_a_link(text):
    columns = [Column(text)]
    page = opened(write([table([text], columns=columns, title=text)], about=[(text, text)])).worksheets[0]
    assert {cell.data_type for cell in page["A"]} == {"s"}
    assert page["A2"].hyperlink is None
    rows = list(
        csv.reader(StringIO(write_csv(table([text], columns=columns)).decode("utf-8-sig"), newline=""))
    )
    expected = text if text.startswith("http") else f"'{text}"
    assert rows == [[expected], [expected]]


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(exclude_categories=["C"]), max_size=30))
def test_no_text_at_all_calculates_and_every_text_survives(text):
    cell = opened(write([table([text], columns=[Column("it")])], about=[])).worksheets[0]["A2"]
    assert cell.data_type != "f"
    assert (cell.value or "") == text


def test_a_negative_amount_stays_a_number_in_csv():
    columns = [Column("差额", "yuan"), Column("件数", "integer"), Column("姓名")]
    text = write_csv(table((-12_345_600, -3, None), columns=columns)).decode("utf-8-sig")
    assert text.splitlines()[1] == "-1234.56,-3,"


def test_a_sealed_number_leaves_the_house_masked():
    page = opened(
        write([table([Sealed(SU_WEN, "id_number")], columns=[Column("身份证号")])], about=[])
    ).worksheets[0]
    assert page["A2"].value == "110***********002X"


def test_sheet_names_are_made_acceptable_and_told_apart():
    names = opened(write([table(title=name) for name in ("a/b", "A:B", "", "长" * 40)], about=[])).sheetnames
    assert names == ["a b", "A B 2", "1", "长" * 27, "About this file"]


def test_the_returned_copy_explains_each_bad_row_and_can_be_sent_again():
    sheet = roster(
        ["花名册"],
        ["所在村", "姓名", "身份证号", "备用", "出生日期"],
        ["梓誉村", "苏文", SU_WEN, "@x", date(1949, 12, 31)],
        ["", "", LI_MING, 0.5, "1980-1-1"],
        merge=["A3:A4"],
        sheet="名册",
    )
    page = opened(returned(sheet))["名册"]
    assert page.freeze_panes == "A3"
    assert [cell.value for cell in page[2]] == ["所在村", "姓名", "身份证号", "备用", "出生日期", "Problem"]
    assert [cell.value for cell in page[3]] == ["梓誉村", "苏文", SU_WEN, "@x", datetime(1949, 12, 31), None]
    assert [cell.value for cell in page[4]] == [
        "梓誉村",
        None,
        LI_MING,
        0.5,
        "1980-1-1",
        "姓名: This is missing. Fill it in.",
    ]
    assert page["F4"].fill.fgColor.rgb == "FFF9D5D3"
    assert page["D3"].data_type == "s"

    page["B4"] = "李明"
    again = read(upload(_saved(page)), ROSTER)
    assert again.is_clean
    assert [(row.number, row.values["name"], row.values["village"]) for row in again.rows] == [
        (3, "苏文", "梓誉村"),
        (4, "李明", "梓誉村"),
    ]
    assert [cell.value for cell in opened(returned(again))["名册"][2]].count("Problem") == 1


def test_a_long_number_typed_as_a_number_goes_back_as_text():
    sheet = roster(["姓名", "身份证号"], ["苏文", 330727195803020212])
    assert opened(returned(sheet)).worksheets[0]["B2"].data_type == "s"


def test_what_we_write_we_can_read():
    content = write([table(ROW)], about=ABOUT, simulated=True)
    columns = [
        Col("name", ("姓名",)), Col("id_number", ("身份证号",), "id_number"), Col("pieces", ("件数",), "integer"),
        Col("pay", ("应发",), "yuan"), Col("day", ("日期",), "date"),
    ]  # fmt: skip
    (row,) = read(upload(content), columns).rows
    assert (row.values["name"], row.values["id_number"].text) == ROW[:2]
    assert (row.values["pieces"], row.values["pay"], row.values["day"]) == ROW[2:5]


def _saved(page):
    page.parent.save(out := BytesIO())
    return out.getvalue()
