"""The roster: scenarios 36 and 37, by the verb, by a program and on the page."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from gongfang.core.errors import Refused
from gongfang.registry.people import actions
from gongfang.registry.people.models import Household, Resident
from gongfang.registry.people.rows import ResidentRow
from tests import cast
from tests.acceptance.town import Town
from tests.registry.people.test_rosters import ONE, TWO, bring, problems, workbook

MODEL = "11010519491231002X"  # the standard's own example


def test_36_the_same_person_twice_stays_one_and_keeps_the_old_values_unless_asked(town: Town):
    people = town.people
    line = [1, "林秀英", cast.LIN.id_number, "13900001111", "史姆村", ""]
    kept = bring(people.feng, people.township, workbook(line, line))
    assert (kept.rows, kept.added, kept.amended) == (2, 0, 0)
    assert Resident.objects.get(pk=people.lin.row.pk).phone.reveal() == "13857901234"
    amended = bring(people.feng, people.township, workbook(line), known_people="amend")
    assert (amended.added, amended.amended) == (0, 1)
    assert Resident.objects.get(pk=people.lin.row.pk).phone.reveal() == "13900001111"


def test_36_a_bad_row_comes_back_with_its_reason_and_nothing_of_the_sheet_stays(town: Town):
    people = town.people
    before = (Resident.objects.count(), Household.objects.count())
    bad = workbook([1, "张秀", ONE, "", "梓誉村", "SX-100"], [2, "王五", f"{TWO[:16]}00", "", "梓誉村", ""])
    brought = bring(people.feng, people.township, bad)
    assert (brought.outcome, brought.problems) == ("refused", 1)
    assert list(problems(brought)) == [5]
    assert (Resident.objects.count(), Household.objects.count()) == before


def test_36_a_roster_comes_in_by_a_page(town: Town, visit):
    people = town.people
    sheet = SimpleUploadedFile("花名册.xlsx", workbook([1, "张秀", ONE, "", "梓誉村", ""]))
    form = {"key": uuid4(), "place": people.township.pk, "file": sheet, "known_people": "keep"}
    before = Resident.objects.count()
    url = reverse("people:rosters")
    assert visit(people.feng).post(url, form).status_code == 302
    assert Resident.objects.count() == before + 1


def test_37_a_number_of_the_standard_passes_and_one_digit_changed_fails(town: Town, machine):
    people = town.people
    row = ResidentRow(name="陈桂香", id_number=MODEL, division=cast.VILLAGE)
    resident = actions.add_resident(people.wang.by(), people.county, row=row)
    for wrong in ("11010519491231003X", "11010519481231002X", "110105194912310021"):
        with pytest.raises(Refused) as refusal:
            actions.add_resident(
                people.wang.by(), people.county,
                row=ResidentRow(name="陈桂香", id_number=wrong, division=cast.VILLAGE),
            )  # fmt: skip
        assert refusal.value.field == "id_number"
        assert wrong[:10] not in str(refusal.value)
    assert str(resident.id_number) == "110***********002X"
    told = machine(people.wang)("GET", f"/people/residents/{resident.pk}")[1]
    assert MODEL not in str(told)
