"""What used to go missing without a word: each is read now, or said."""

# ruff: noqa: DTZ001 -- a sheet knows no time zones
from datetime import date, datetime, time
from io import BytesIO

import pytest
import xlsxwriter
from openpyxl import Workbook

from gongfang.core.sheets import Col, WrongSheet, find, read, read_rows
from tests.core.sheetmaking import LI_MING, ROSTER, SU_WEN, csv_bytes, one, repacked, roster, upload, xlsx

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HEAD = ["姓名", "身份证号", "手机"]


def book(*pages, hidden=()):
    """A workbook of several sheets, each a list of rows."""
    made = Workbook()
    made.remove(made.active)
    for number, rows in enumerate(pages, start=1):
        page = made.create_sheet(f"第{number}村")
        page.sheet_state = "hidden" if number in hidden else "visible"
        for row in rows:
            page.append(row)
    made.save(out := BytesIO())
    return upload(out.getvalue())


def calculated(*cells):
    """A workbook whose third column holds what a formula left: its text and its kept result."""
    with xlsxwriter.Workbook(out := BytesIO()) as made:
        page = made.add_worksheet()
        page.write_row(0, 0, HEAD)
        for number, (formula, result) in enumerate(cells, start=1):
            page.write_row(number, 0, ["李明", LI_MING])
            page.write_formula(number, 2, formula, None, result)
    return out.getvalue()


def test_two_sheets_with_the_same_list_are_refused_because_one_would_be_lost():
    pages = [[HEAD, ["苏文", SU_WEN]], [HEAD, ["李明", LI_MING]]]
    with pytest.raises(WrongSheet, match="Several sheets hold such a list: 第1村、第2村"):
        read(book(*pages), ROSTER)
    assert len(read(book(*pages, hidden=[1]), ROSTER).rows) == 1
    assert read(book([HEAD], pages[1]), ROSTER).name == "第2村"


def test_two_lists_side_by_side_are_refused_because_the_right_one_would_be_lost():
    with pytest.raises(WrongSheet, match="The title 姓名 stands twice"):
        roster([*HEAD, *HEAD], ["苏文", SU_WEN, "", "李明", LI_MING, ""])
    assert roster([*HEAD, "备注", "备注"], ["苏文", SU_WEN]).is_clean


def test_more_sheets_than_anybody_looks_through_are_refused():
    with pytest.raises(WrongSheet, match="too many sheets"):
        read(book(*[[["说明"]]] * 20, [HEAD, ["苏文", SU_WEN]]), ROSTER)


def test_titles_without_rows_are_no_list():
    with pytest.raises(WrongSheet, match="stands no row"):
        roster(["某县花名册"], HEAD, [], ["合计", ""])


@pytest.mark.parametrize(
    ("formula", "result", "sentence"),
    [
        ("=1/0", "#DIV/0!", "Excel shows an error or has not calculated this yet."),
        ("=Sheet2!A1", "#REF!", "Excel shows an error or has not calculated this yet."),
        ("='138'&'12345678'", "13812345678", ""),
    ],
)
def test_an_error_is_said_and_a_result_is_taken(formula, result, sentence):
    (row,) = read(upload(calculated((formula, result))), ROSTER).rows
    assert " ".join(row.errors).startswith(f"手机: {sentence}" if sentence else "")
    assert bool(row.errors) == bool(sentence)


def test_a_formula_that_answers_with_an_empty_text_is_an_empty_cell():
    cells = f'<c t="inlineStr"><is><t>李明</t></is></c><c t="inlineStr"><is><t>{LI_MING}</t></is></c>'
    page = f"""<worksheet xmlns="{MAIN}"><sheetData><row r="1">{
        "".join(f'<c t="inlineStr"><is><t>{title}</t></is></c>' for title in HEAD)
    }</row><row r="2">{cells}<c t="str"><f>IF(A2=0,1,"")</f><v></v></c></row></sheetData></worksheet>"""
    made = repacked(xlsx(HEAD), {"xl/worksheets/sheet1.xml": page.encode()})
    (row,) = read(upload(made), ROSTER).rows
    assert (row.values["phone"], row.errors) == (None, ())


def test_a_formula_nobody_calculated_is_not_taken_for_an_empty_cell():
    made = roster(HEAD, ["李明", LI_MING, "=CONCATENATE(138,12345678)"], ["苏文", SU_WEN, "13812345678"])
    assert [len(row.errors) for row in made.rows] == [1, 0]


def test_formulas_by_the_ten_thousand_without_a_result_are_refused_at_once():
    cells = "".join(
        f'<row r="{n}"><c r="A{n}"><f>1</f></c><c r="B{n}"><f>1</f></c></row>' for n in range(2, 25_100)
    )
    page = f'<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData></worksheet>'
    made = repacked(xlsx(HEAD), {"xl/worksheets/sheet1.xml": page.encode()})
    with pytest.raises(WrongSheet, match="formulas without a result"):
        read(upload(made), ROSTER)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_text_files_are_read_with_every_separator_and_encoding_spreadsheets_write(separator, encoding):
    content = separator.join(HEAD) + "\r\n" + separator.join(["苏文", SU_WEN, "13812345678"])
    (row,) = read(upload(content.encode(encoding), "a.csv"), ROSTER).rows
    assert (row.values["name"], row.values["phone"]) == ("苏文", "13812345678")


def test_the_way_to_keep_digits_in_a_text_file_is_understood():
    content = f'姓名,身份证号,手机\r\n苏文,="{SU_WEN}",\'13812345678\r\n'
    (row,) = read(upload(content.encode()), ROSTER).rows
    assert (row.values["id_number"].text, row.values["phone"]) == (SU_WEN, "13812345678")


def test_a_quote_that_is_never_closed_swallows_no_rows():
    content = csv_bytes([*HEAD, "备注"], ["苏文", SU_WEN, "", ""], ["李明", LI_MING, "", ""])
    torn = content.replace("苏文".encode(), '"苏文'.encode())
    with pytest.raises(WrongSheet, match="does not open"):
        read(upload(torn), ROSTER)


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        ("phone", "\u202d13812345678\u202c", "13812345678"),
        ("phone", "'13812345678", "13812345678"),
        ("integer", "\ufeff12", 12),
        ("text", "王\u200b芳", "王芳"),
        ("text", "𬭎", "𬭎"),
        ("text", "\u200b", None),
    ],
)
def test_marks_nobody_sees_change_nothing(kind, cell, value):
    assert one(kind, cell) == value


@pytest.mark.parametrize("name", ["\u200b", "'", "\u3000"])
def test_a_cell_with_nothing_to_see_is_missing(name):
    assert one("text", name, required=True) == "This is missing. Fill it in."


@pytest.mark.parametrize("cell", ["王\ue863", "王\ufffd"])
def test_a_sign_that_was_lost_is_asked_for_again(cell):
    assert one("text", cell).startswith("A sign in here was lost")


def test_true_is_nobodys_name():
    assert one("text", True).startswith("Here stands TRUE or FALSE")


@pytest.mark.parametrize("cell", [date(2026, 3, 12), datetime(2026, 3, 12, 8), time(3, 12)])
def test_a_code_that_excel_made_a_date_of_is_asked_for_again(cell):
    assert one("text", cell).startswith("Excel has made a date or time of this.")


@pytest.mark.parametrize("cell", [6.2284800330012345e18, 622848003300123456, "6.22848E+18", 1e300])
def test_a_card_number_that_excel_cut_off_is_asked_for_again(cell):
    assert one("text", cell).startswith("Excel cut off the last digits.")


def test_a_column_may_be_narrower_than_others():
    assert one("text", "长" * 41, longest=40) == "This is longer than 40 characters. Shorten it."


def test_progress_is_told_while_rows_are_read():
    told = []
    columns = [Col("name", ("姓名",))]
    found = find(upload(csv_bytes(["姓名"], *[["苏文"]] * 2_500)), columns)
    assert found.rows == ()
    assert len(read_rows(found, columns, observe=lambda *step: told.append(step)).rows) == 2_500
    assert told == [(0, 2_500), (1_000, 2_500), (2_000, 2_500)]
