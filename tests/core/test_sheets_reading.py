# ruff: noqa: DTZ001 -- a sheet knows no time zones
from datetime import date, datetime
from io import BytesIO
from itertools import chain
from zipfile import ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from gongfang.core.errors import Refused
from gongfang.core.sheets import Col, WrongSheet, read
from tests.core.sheetmaking import LI_MING, ROSTER, SU_WEN, csv_bytes, one, repacked, roster, upload, xlsx

CUT_OFF = "Excel cut off the last digits. Format the column as text and enter the number again."


def test_a_roster_is_read_out_of_everything_around_it():
    sheet = roster(
        ["磐安县来料加工人员花名册"],
        [],
        ["填报单位：双溪乡", "", "", "", "2022年8月"],
        ["序号", "姓 名*", "身份证号码（18位）", "联系电话", "所在村"],
        [1, "苏  文", SU_WEN, 13812345678, "梓誉村"],
        [],
        [2, "李明", "３４０５２４１９８００１０１００１ｘ", "138-1234-5678", ""],
        ["合计", "2人", "", "", ""],
        ["填表人：王芳", "审核人：", "", "", ""],
        merge=["A1:E1", "D5:D5"],
    )
    assert sheet.is_clean
    assert sheet.header == 4
    assert [(row.number, row.values["name"], row.values["id_number"].text) for row in sheet.rows] == [
        (5, "苏文", SU_WEN),
        (7, "李明", LI_MING),
    ]
    assert [row.values["phone"] for row in sheet.rows] == ["13812345678"] * 2
    assert [row.values["village"] for row in sheet.rows] == ["梓誉村", None]
    assert sheet.rows[0].values["born"] is None


def test_a_merged_cell_counts_on_all_its_rows_and_a_merged_title_stands_just_above_the_data():
    sheet = roster(
        ["所在村", "姓名", "证件与联系", ""],
        ["", "", "身份证号", "手机"],
        ["梓誉村", "苏文", SU_WEN, "13812345678"],
        ["", "李明", LI_MING, "13812345679"],
        ["", "", "", ""],
        ["", "王芳", SU_WEN, ""],
        merge=["A1:A2", "B1:B2", "C1:D1", "A3:A5"],
    )
    assert sheet.header == 2
    assert [(row.number, row.values["village"]) for row in sheet.rows] == [
        (3, "梓誉村"),
        (4, "梓誉村"),
        (6, None),
    ]
    assert sheet.is_clean


def test_the_sheet_with_the_wanted_columns_is_taken_and_a_hidden_one_never_is():
    book = Workbook()
    book.active.append(["说明", "请填写第二张表"])
    hidden, right = book.create_sheet("old"), book.create_sheet("名册")
    hidden.sheet_state = "hidden"
    for page, name in ((hidden, "旧"), (right, "苏文")):
        page.append(["姓名", "身份证号"])
        page.append([name, SU_WEN])
    book.save(out := BytesIO())
    sheet = read(upload(out.getvalue()), ROSTER)
    assert (sheet.name, [row.values["name"] for row in sheet.rows]) == ("名册", ["苏文"])


def test_each_wrong_cell_is_explained_under_its_own_title_and_the_rest_is_read():
    sheet = roster(["姓名", "身份证号", "件数"], ["", SU_WEN[:-1] + "1", "三"], ["李明", LI_MING, 3])
    bad, good = sheet.rows
    assert bad.errors == (
        "姓名: This is missing. Fill it in.",
        "身份证号: This ID number does not check: a digit is wrong. Compare it with the card.",
        "件数: This is not a whole number. Write it in digits without a unit.",
    )
    assert (good.errors, good.values["pieces"]) == ((), 3)
    assert not sheet.is_clean
    assert SU_WEN not in repr(sheet)


def test_a_verb_adds_what_only_it_can_know():
    sheet = roster(["姓名", "身份证号"], ["苏文", SU_WEN], ["李明", LI_MING])
    assert sheet.is_clean
    told = sheet.complaining({3: ["This person is already in the register."]})
    assert [row.errors for row in told.rows] == [(), ("This person is already in the register.",)]


@pytest.mark.parametrize("cell", [3.30727195803020e17, 330727195803020212, "3.30727E+17", "3.30727e17 "])
def test_an_id_number_that_excel_cut_off_is_recognised(cell):
    assert one("id_number", cell) == CUT_OFF


@pytest.mark.parametrize(
    "cell",
    [
        "1958-3-2", "1958.03.02", "1958/3/2", "1958年3月2日", "1958年03月02号", "１９５８－３－２", "19580302", 19580302,
        21246, date(1958, 3, 2), datetime(1958, 3, 2, 8, 30), "1958-03-02 00:00:00",
    ],
)  # fmt: skip
def test_a_date_is_read_however_it_was_written(cell):
    assert one("date", cell) == date(1958, 3, 2)


@pytest.mark.parametrize(
    "cell", ["1958-13-2", "1958", 1958, 1958.03, "58-3-2", "三月二日", "1958-3", 19581302, "3000-1-1"]
)
def test_what_is_no_date_is_said_to_be_none(cell):
    assert one("date", cell) == "This is not a date. Write it as 1958-3-2."


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        ("text", "  王　芳 ", "王芳"),
        ("text", "Li  Mei\n", "Li Mei"),
        ("text", 12.0, "12"),
        ("text", "a\u200b\u202eb", "ab"),
        ("phone", 13812345678.0, "13812345678"),
        ("phone", "+86 138 1234 5678", "13812345678"),
        ("integer", 20.0, 20),
        ("integer", "１，２００", 1200),
        ("integer", "-3", -3),
        ("yuan", 0.45, 4_500),
        ("yuan", 0.1 + 0.2, 3_000),
        ("yuan", "￥0.085元", 850),
        ("yuan", 1e-4, 1),
    ],
)
def test_cells_are_read_as_their_column_wants_them(kind, cell, value):
    assert one(kind, cell) == value


@pytest.mark.parametrize(
    ("kind", "cell", "word"),
    [
        ("text", "长" * 501, "500 characters"),
        ("phone", "0579-84661234", "11 digits"),
        ("integer", 3.5, "not a whole number"),
        ("integer", True, "not a whole number"),
        ("integer", "3人", "not a whole number"),
        ("integer", "9" * 19, "not a whole number"),
        ("integer", "1,2", "not a whole number"),
        ("yuan", "1.234,50", "not an amount"),
        ("yuan", -1, "not an amount"),
        ("yuan", "面议", "not an amount"),
        ("yuan", 0.12345, "four decimals"),
    ],
)
def test_a_cell_that_cannot_be_right_gets_its_reason(kind, cell, word):
    assert word in one(kind, cell)


def test_a_choice_is_known_by_any_of_its_words():
    choices = {"female": ("女", "女性"), "male": ("男",)}
    assert [one("choice", word, choices=choices) for word in ("女", " 女性", "MALE")] == [
        "female",
        "female",
        "male",
    ]
    assert one("choice", "?", choices=choices) == "This is none of the choices. Write one of: 女、男."


def test_a_person_whose_name_looks_like_a_footer_is_not_lost():
    sheet = roster(["姓名", "身份证号"], ["审核", SU_WEN], ["审核：王芳", ""])
    assert [row.values["name"] for row in sheet.rows] == ["审核"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_is_read_in_the_encodings_excel_writes(encoding):
    content = csv_bytes(["姓名", "身份证号"], ["苏文", SU_WEN], [], ["李明", LI_MING], encoding=encoding)
    sheet = read(upload(content, "名册.csv"), ROSTER)
    assert [(row.number, row.values["name"]) for row in sheet.rows] == [(2, "苏文"), (4, "李明")]


def test_missing_columns_are_named():
    with pytest.raises(WrongSheet, match="not found: 身份证号"):
        roster(["姓名", "电话"], ["苏文", ""])
    with pytest.raises(WrongSheet, match="not found: 它"):
        roster(["姓名"], ["苏文"], columns=[Col("it", ("它",))])


SOUND = xlsx(["姓名", "身份证号"], ["苏文", SU_WEN])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04 and nothing more",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        b"<html><table><tr><td>\xe5\xa7\x93\xe5\x90\x8d</td></tr></table>",
        b"\x00\x01\x02\x03",
        b"\x89PNG\r\n\x1a\n",
        b"%PDF-1.7",
        SOUND[: len(SOUND) // 2],
        repacked(
            SOUND, {"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row r='x'/></sheetData></worksheet>"}
        ),
        repacked(
            SOUND, {"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row><c r='ABCD1'><v>1</v></c></row>"}
        ),
    ],
)
def test_what_is_no_sheet_is_refused_with_a_sentence(content):
    with pytest.raises(WrongSheet) as refused:
        read(upload(content), ROSTER)
    assert str(refused.value).endswith(".")
    assert isinstance(refused.value, Refused)


def test_a_document_in_excels_clothing_is_no_workbook():
    with ZipFile(out := BytesIO(), "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    with pytest.raises(WrongSheet, match="not an Excel workbook"):
        read(upload(out.getvalue()), ROSTER)


def test_a_workbook_that_unpacks_to_gigabytes_is_refused():
    with pytest.raises(WrongSheet, match="unpacks to far more"):
        read(upload(repacked(SOUND, {"xl/media/image1.png": bytes(60_000_000)})), ROSTER)


def test_a_workbook_that_lies_about_its_size_is_refused():
    bomb = bytearray(repacked(SOUND, {"xl/media/image1.png": bytes(60_000_000)}))
    size = (60_000_000).to_bytes(4, "little")
    while (at := bomb.find(size)) >= 0:
        bomb[at : at + 4] = (60).to_bytes(4, "little")
    with pytest.raises(WrongSheet, match="unpacks to far more"):
        read(upload(bytes(bomb)), ROSTER)


def test_a_workbook_of_a_thousand_parts_is_refused():
    with pytest.raises(WrongSheet, match="unpacks to far more"):
        read(upload(repacked(SOUND, {f"xl/{n}.xml": b"" for n in range(1_001)})), ROSTER)


def _with_cell(reference, tag="c", inside="<v>1</v>"):
    body = f'<sheetData><row r="1"><c r="A1"><v>1</v></c><{tag} r="{reference}">{inside}</{tag}></row></sheetData>'
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    page = f'<worksheet xmlns="{main}" xmlns:x="{main}">{body}</worksheet>'
    return upload(repacked(SOUND, {"xl/worksheets/sheet1.xml": page.encode()}))


@pytest.mark.parametrize(
    ("reference", "tag", "word"),
    [
        ("A1048576", "c", "more than 50,000 rows"),
        ("A1048576", "x:c", "more than 50,000 rows"),
        ("XFD1", "c", "too many columns"),
        ("IV20000", "c", "too many columns"),
    ],
)
def test_one_cell_at_the_far_corner_is_refused_before_room_is_made_for_it(reference, tag, word):
    with pytest.raises(WrongSheet, match=word):
        read(_with_cell(reference, tag), ROSTER)


def test_a_blank_cell_with_a_colour_at_the_far_corner_does_no_harm():
    with pytest.raises(WrongSheet, match="not found"):
        read(_with_cell("XFD1048576", inside=""), ROSTER)


def test_the_row_after_fifty_thousand_is_refused():
    lines = chain([["姓名"]], (["苏文"] for _ in range(50_000)))
    columns = [Col("name", ("姓名",))]
    content = csv_bytes(*lines)
    assert len(read(upload(content, "a.csv"), columns).rows) == 50_000
    with pytest.raises(WrongSheet, match="more than 50,000 rows"):
        read(upload(content + "李明\r\n".encode(), "a.csv"), columns)


def test_a_file_over_ten_megabytes_is_not_even_read():
    heavy = upload(b"PK")
    heavy.size = 11 * 1024 * 1024
    with pytest.raises(WrongSheet, match="larger than 10 MB"):
        read(heavy, ROSTER)
    with pytest.raises(WrongSheet, match="larger than 10 MB"):
        read(upload(bytes(10 * 1024 * 1024 + 1)), ROSTER)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, len(SOUND) - 1), st.binary(min_size=1, max_size=8))
def test_a_damaged_workbook_is_read_or_refused_and_nothing_else(place, noise):
    try:
        sheet = read(upload(SOUND[:place] + noise + SOUND[place + len(noise) :]), ROSTER)
    except WrongSheet as refused:
        sheet = None
        assert str(refused)  # noqa: PT017
    assert sheet is None or sheet.rows is not None


cells = st.one_of(
    st.text(st.characters(exclude_categories=["C"]), max_size=20),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.dates(date(1900, 3, 1), date(2200, 1, 1)),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(cells, min_size=len(ROSTER), max_size=len(ROSTER)), min_size=1, max_size=6))
def test_whatever_stands_in_the_cells_each_row_is_read_or_explained(rows):
    sheet = roster(["序号", *(col.titles[0] for col in ROSTER)], *([1, *row] for row in [["李明"], *rows]))
    for row in sheet.rows:
        assert set(row.values) | {error.partition(":")[0] for error in row.errors}
        assert len(row.values) + len(row.errors) == len(ROSTER)
