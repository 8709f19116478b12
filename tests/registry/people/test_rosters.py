from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook

from gongfang.core.errors import NotAllowed, Refused
from gongfang.core.sheets import WrongSheet
from gongfang.registry.people import actions
from gongfang.registry.people.models import Household, HouseholdStatus, Resident, RosterImport
from gongfang.registry.people.queries import returned_copy
from gongfang.registry.places.models import Division
from tests import cast

TITLES = [
    "序号",
    "姓 名",
    "身份证号码",
    "联系电话",
    "所在村",
    "户编号",
    "户属性",
    "不能外出务工",
    "劳动能力",
    "备注",
]
ONE, TWO, THREE = (row.id_number for row in cast.rows(3, start=700))


def workbook(*lines, titles=TITLES, merge=()):
    """A roster as townships send it: two title lines, a header in row 3, totals below."""
    book = Workbook()
    page = book.active
    page.append(["双溪乡农村劳动力花名册"])
    page.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(titles))
    page.append(["填报单位：双溪乡人民政府", None, None, "2026年3月"])
    page.append(titles)
    for line in lines:
        page.append(line)
    page.append(["合计", len(lines)])
    for cells in merge:
        page.merge_cells(cells)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def bring(person, place, content, **facts):
    return actions.import_roster(person.by(), place, content=content, file_name="花名册.xlsx", **facts)


def problems(brought):
    """What stands in the last column of the returned copy, by the row of the sheet."""
    page = load_workbook(BytesIO(returned_copy(brought))).active
    header = [cell.value for cell in page[3]]
    column = header.index("问题") if "问题" in header else header.index("Problem")
    return {row[0].row: row[column].value for row in page.iter_rows(min_row=4) if row[column].value}


def test_a_messy_roster_goes_in(people):
    content = workbook(
        [1, " 张 秀 ", f" {ONE[:6]} {ONE[6:14]} {ONE[14:]} ", "１３８５７９０９９９９", "梓誉村委会", "SX-100", "低收入户", "是", "半劳动力", ""],
        [2, "张玉·兰", "".join(chr(ord(c) + 0xFEE0) for c in TWO), 13857908888, None, None, None, "否", "", "在家"],
        [],
        [3, "李 四", THREE, "", "双溪乡史姆村", "SX-101", "一般户", "", "", ""],
        merge=["E4:E5", "F4:F5", "G4:G5"],
    )  # fmt: skip
    brought = bring(people.feng, people.township, content)
    assert (brought.outcome, brought.rows, brought.added, brought.problems) == ("taken", 3, 3, 0)
    first, second, third = Resident.objects.order_by("pk")[3:]
    assert [one.name.reveal() for one in (first, second, third)] == ["张秀", "张玉·兰", "李四"]
    assert (first.phone.reveal(), second.phone.reveal(), third.phone) == ("13857909999", "13857908888", None)
    assert (first.household, first.capacity, first.cannot_work_away) == (second.household, "partial", True)
    assert (first.division_id, third.division_id) == ("330727203216", "330727203205")
    statuses = HouseholdStatus.objects.filter(household__code__in=["SX-100", "SX-101"])
    assert [(status.household.code, status.kind) for status in statuses] == [("SX-100", "low_income")]


def test_bad_rows_come_back_with_their_reasons_and_nothing_goes_in(people):
    content = workbook(
        [1, "张秀", ONE, "13857909999", "梓誉村", "SX-100"],
        [2, "王五", ONE, "", "梓誉村", ""],
        [3, "赵六", float(f"{TWO[:15]}000"), "", "梓誉村", ""],
        [4, "钱七", f"{THREE[:17]}{(int(THREE[17], 11) + 1) % 10}" if THREE[17] != "X" else f"{THREE[:17]}1", "", "梓誉村", ""],
        [5, "", THREE, "1385790", "天上村", ""],
    )  # fmt: skip
    before = (Resident.objects.count(), Household.objects.count())
    brought = bring(people.feng, people.township, content)
    assert (brought.outcome, brought.rows, brought.problems, brought.added) == ("refused", 5, 4, 0)
    assert (Resident.objects.count(), Household.objects.count()) == before
    found = problems(brought)
    assert sorted(found) == [5, 6, 7, 8]
    assert len(found[8].splitlines()) == 3
    assert not any(number in text for number in (ONE, THREE) for text in found.values())


def test_the_same_person_twice_in_a_sheet_stays_one(people):
    line = [1, "张秀", ONE, "", "梓誉村", ""]
    brought = bring(people.feng, people.township, workbook(line, line))
    assert (brought.rows, brought.added) == (2, 1)


def test_who_is_there_keeps_the_old_values_unless_asked(people):
    content = workbook(
        [1, "林秀英", cast.LIN.id_number, "13900001111", "史姆村", "", "监测户", "否", "弱劳动力"]
    )
    kept = bring(people.feng, people.township, content)
    people.lin.row.refresh_from_db()
    assert (kept.added, kept.amended, kept.unchanged) == (0, 0, 1)
    assert (people.lin.row.phone.reveal(), people.lin.row.capacity) == ("13857901234", "full")

    amended = bring(people.feng, people.township, content, known_people="amend")
    people.lin.row.refresh_from_db()
    assert (amended.added, amended.amended, amended.unchanged) == (0, 1, 0)
    assert (people.lin.row.phone.reveal(), people.lin.row.capacity) == ("13900001111", "weak")
    assert people.lin.row.division_id == "330727203205"


def test_amending_leaves_alone_what_the_sheet_does_not_say(people):
    content = workbook([1, "林秀英", cast.LIN.id_number, "梓誉村"], titles=[*TITLES[:3], "所在村"])
    bring(people.feng, people.township, content, known_people="amend")
    people.lin.row.refresh_from_db()
    assert people.lin.row.cannot_work_away
    assert people.lin.row.phone.reveal() == "13857901234"


def test_a_sheet_without_the_columns_is_no_roster(people):
    with pytest.raises(WrongSheet):
        bring(people.feng, people.township, workbook([1, "x"], titles=["序号", "品名"]))


def test_a_township_imports_its_own_people_only(people):
    content = workbook([1, "张秀", ONE, "", "南园社区", ""])
    assert bring(people.feng, people.township, content).outcome == "refused"
    assert bring(people.wang, people.county, content).outcome == "taken"
    with pytest.raises(NotAllowed):
        bring(people.feng, people.county, content)
    with pytest.raises(NotAllowed):
        bring(people.he, people.village, content)


def test_the_returned_copy_is_for_who_brought_the_sheet_and_goes_with_the_next(people):
    bad = workbook([1, "张秀", "1", "", "梓誉村", ""])
    brought = bring(people.feng, people.township, bad)
    assert returned_copy(brought).startswith(b"PK")
    bring(people.feng, people.township, workbook([1, "张秀", ONE, "", "梓誉村", ""]))
    with pytest.raises(Refused):
        returned_copy(RosterImport.objects.get(pk=brought.pk))


def test_a_corrected_copy_goes_in(people):
    brought = bring(people.feng, people.township, workbook([1, "张秀", "1", "", "梓誉村", ""]))
    book = load_workbook(BytesIO(returned_copy(brought)))
    book.active.cell(4, 3).value = ONE
    out = BytesIO()
    book.save(out)
    assert bring(people.feng, people.township, out.getvalue()).added == 1


def test_a_township_amends_nobody_and_no_household_of_another(people):
    there = (
        Division.objects.filter(level=Division.Level.VILLAGE)
        .exclude(code__startswith=cast.TOWNSHIP[:9])
        .first()
    )
    away = cast.rows(1, start=800, division=there.code, household="NY-1")
    actions.add_residents(people.wang.by(), people.county, rows=away)
    row = [1, "改名", away[0].id_number, "13900001111", "梓誉村", ""]
    assert bring(people.feng, people.township, workbook(row)).unchanged == 1
    brought = bring(people.feng, people.township, workbook(row), known_people="amend")
    assert (brought.outcome, list(problems(brought))) == ("refused", [4])
    joined = bring(people.feng, people.township, workbook([1, "张秀", ONE, "", "梓誉村", "NY-1"]))
    assert (joined.outcome, list(problems(joined))) == ("refused", [4])
    assert bring(people.wang, people.county, workbook(row), known_people="amend").amended == 1


def test_a_household_code_longer_than_its_column_is_said_in_its_row(people):
    brought = bring(people.feng, people.township, workbook([1, "张秀", ONE, "", "梓誉村", "户" * 41]))
    assert (brought.outcome, list(problems(brought))) == ("refused", [4])
