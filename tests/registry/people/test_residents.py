import json
from datetime import date
from time import perf_counter

import pytest

from gongfang.core.errors import NotAllowed, Refused
from gongfang.core.models import Entry, Receipt
from gongfang.registry.people import actions
from gongfang.registry.people.initials import initials
from gongfang.registry.people.models import Household, Resident
from gongfang.registry.people.queries import low_income_on, search
from gongfang.registry.people.rows import ResidentRow
from tests import cast

MODEL = "11010519491231002X"


def test_the_model_number_of_the_standard_passes_and_says_who_it_is(people):
    row = ResidentRow(name="陈桂香", id_number=MODEL, division=cast.VILLAGE)
    resident = actions.add_resident(people.wang.by(), people.county, row=row)
    assert (resident.born_on, resident.sex) == (date(1949, 12, 31), "female")


def test_one_digit_changed_is_refused(people):
    row = ResidentRow(name="陈桂香", id_number="11010519491231003X", division=cast.VILLAGE)
    with pytest.raises(Refused) as refusal:
        actions.add_resident(people.wang.by(), people.county, row=row)
    assert refusal.value.field == "id_number"
    assert "1101051949" not in str(refusal.value)


def test_a_person_is_masked_wherever_they_are_printed(people):
    printed = f"{people.lin.row} {people.lin.row.name!r} {people.lin.row.id_number} {people.lin.row.phone}"
    assert printed == f"林** 林** 330***********{people.lin.row.id_number.reveal()[-4:]} 138****1234"
    assert repr(cast.LIN).count("林秀英") == 0


def test_neither_audit_nor_receipts_hold_a_name_or_a_number(people):
    row = cast.rows(1)[0]
    actions.add_resident(people.wang.by(), people.county, row=row)
    written = json.dumps(list(Entry.objects.values("before", "after", "facts")), ensure_ascii=False)
    written += json.dumps(list(Receipt.objects.values("result")), ensure_ascii=False)
    assert row.name not in written
    assert row.id_number not in written
    assert initials(row.name) not in written


def test_nobody_stands_in_the_register_twice(people):
    with pytest.raises(Refused) as refusal:
        actions.add_resident(people.wang.by(), people.county, row=cast.LIN)
    assert refusal.value.code == "already_there"


def test_who_is_there_already_stays_as_they_are_among_many(people):
    again = ResidentRow(
        name="林秀英", id_number=cast.LIN.id_number, division="330727203205", phone="13900000000"
    )
    found = actions.add_residents(people.wang.by(), people.county, rows=[again, *cast.rows(2), again])
    assert [one.pk for one in found] == [people.lin.row.pk, found[1].pk, found[2].pk, people.lin.row.pk]
    people.lin.row.refresh_from_db()
    assert people.lin.row.phone.reveal() == "13857901234"
    assert Resident.objects.count() == 5


def test_six_thousand_people_are_there_in_seconds(people):
    began = perf_counter()
    residents = actions.add_residents(people.wang.by(), people.county, rows=cast.rows(6000))
    assert actions.join_workshop(people.wang.by(), people.workshop, residents=residents) == 6000
    assert perf_counter() - began < 20
    assert Resident.objects.count() == 6003


def test_a_bad_row_among_many_is_named_and_nothing_goes_in(people):
    bad = ResidentRow(name="张三妹", id_number="330727196001010001", division=cast.VILLAGE)
    with pytest.raises(Refused, match="3"):
        actions.add_residents(people.wang.by(), people.county, rows=[*cast.rows(2), bad])
    assert Resident.objects.count() == 3


def test_the_township_adds_its_own_people_only(people):
    actions.add_resident(people.feng.by(), people.township, row=cast.rows(1)[0])
    with pytest.raises(NotAllowed):
        actions.add_resident(people.feng.by(), people.county, row=cast.rows(1, start=5)[0])
    elsewhere = cast.rows(1, start=6, division="330727001002")[0]
    with pytest.raises(Refused) as refusal:
        actions.add_resident(people.feng.by(), people.township, row=elsewhere)
    assert refusal.value.field == "division"


@pytest.mark.parametrize("who", ["sun", "zhao", "qian", "su", "zhou"])
def test_others_add_nobody(people, who):
    with pytest.raises(NotAllowed):
        actions.add_resident(getattr(people, who).by(), people.village, row=cast.rows(1)[0])


def test_amending_changes_what_is_given_and_nothing_else(people):
    resident = actions.amend_resident(people.chen.by(), people.lin.row, phone="139 5790 4321")
    assert (resident.phone.reveal(), resident.name.reveal()) == ("13957904321", "林秀英")
    assert search(Resident.objects.all(), "13957904321").get() == people.lin.row


def test_the_agent_does_not_amend_the_workshops_makers(people):
    with pytest.raises(NotAllowed):
        actions.amend_resident(people.wu.by(), people.lin.row, phone="13957904321")


def test_a_status_runs_from_day_to_day(people):
    household = people.zhou.row.household
    assert [status.kind for status in household.statuses.all()] == ["low_income"]
    status = actions.add_status(
        people.feng.by(), household, kind="watched", since=date(2026, 1, 1), until=date(2026, 7, 1)
    )
    assert status.until == date(2026, 7, 1)
    today = household.statuses.get(kind="low_income").since
    assert people.zhou.row in low_income_on(today)
    actions.end_status(people.feng.by(), household.statuses.get(kind="low_income"), until=today)
    assert people.zhou.row not in low_income_on(today)


def test_a_running_status_is_not_written_twice(people):
    with pytest.raises(Refused):
        actions.add_status(
            people.wang.by(), people.zhou.row.household, kind="low_income", since=date(2026, 1, 1)
        )


def test_a_household_code_stands_once(people):
    actions.add_household(people.feng.by(), people.village, code="SX-900")
    with pytest.raises(Refused):
        actions.add_household(people.feng.by(), people.village, code="SX-900")
    assert Household.objects.filter(code="SX-900").count() == 1


@pytest.mark.parametrize(
    ("name", "expected"),
    [("王芳", "WF"), ("曾婷", "ZT"), ("陈玥", "CY"), ("吾买尔·艾力", "WMEAL"), ("Anna", "ANNA")],
)
def test_initials_are_read_as_the_name_is(name, expected):
    assert initials(name) == expected


@pytest.mark.parametrize(
    "text", ["林秀英", "lxy", "LX", "13857901234", "+86 138-5790-1234", cast.LIN.id_number]
)
def test_a_person_is_found_by_name_initials_phone_and_number(people, text):
    assert list(search(Resident.objects.all(), text)) == [people.lin.row]


def test_half_a_number_finds_nobody(people):
    assert not search(Resident.objects.all(), cast.LIN.id_number[:10]).exists()
