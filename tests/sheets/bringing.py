"""Bringing a spoilt sheet through a door, and looking at what became of everything."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from io import BytesIO
from typing import Any

import python_calamine
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from gongfang.core.errors import Refused as RefusedAct
from gongfang.core.login import fresh_token, make_token
from gongfang.registry.people import actions
from gongfang.registry.people.models import HouseholdStatus, Resident, RosterImport
from gongfang.registry.people.queries import returned_copy
from tests.cast import People
from tests.sheets.cases import Case, Cut, Refused, Returned, Taken
from tests.sheets.drafts import PEOPLE, Person

SENTENCE_ENDS = (".", "。")
LONGEST_SENTENCE = 160
Door = Callable[[People, Case], "RosterImport | str"]


def look(people: People, case: Case, door: Door) -> list[str]:
    """Bring one spoilt sheet and return what is not as it has to be; nothing of it stays."""
    with transaction.atomic():
        before = snapshot()
        known = set(Resident.objects.values_list("pk", flat=True))
        answer = door(people, case)
        found = _judged(case, answer, unchanged=snapshot() == before, known=known)
        transaction.set_rollback(True)
    return found


def snapshot() -> dict[str, tuple[int, int]]:
    """Every table of the room by its number of rows and a sum over their contents."""
    models = [model for model in apps.get_app_config("people").get_models() if model is not RosterImport]
    tables = [model._meta.db_table for model in models]
    query = " UNION ALL ".join(
        f"SELECT '{table}', count(*), coalesce(sum(hashtext(t::text)), 0) FROM {table} t" for table in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {name: (rows, content) for name, rows, content in cursor.fetchall()}


# --- the doors -----------------------------------------------------------------------------------------------


def by_action(people: People, case: Case) -> RosterImport | str:
    try:
        return actions.import_roster(
            people.feng.by(), people.township, content=case.content(), file_name=case.file_name
        )
    except RefusedAct as refused:
        return str(refused.sentence)


def by_page(people: People, case: Case) -> RosterImport | str:
    facts = {
        "place": "双溪乡",
        "known_people": "keep",
        "key": uuid.uuid4(),
        "file": SimpleUploadedFile(case.file_name, case.content()),
    }
    answer = people.feng.client().post(reverse("people:rosters"), facts, follow=True)
    if answer.status_code == 422:
        form = answer.context["form"]
        return " ".join(str(error) for errors in form.errors.values() for error in errors)
    assert answer.status_code == 200, answer.status_code
    return RosterImport.objects.latest("pk")


def by_api(people: People, case: Case) -> RosterImport | str:
    token, digest = fresh_token()
    make_token(people.feng.by(), people.feng.user, label="test", digest=digest)
    client = Client(headers={"host": "panan.localhost", "authorization": f"Bearer {token}"})
    answer = client.post(
        "/api/people/rosters",
        {"place": people.township.code, "file": SimpleUploadedFile(case.file_name, case.content())},
        headers={"idempotency-key": str(uuid.uuid4())},
    )
    if answer.status_code == 200:
        return RosterImport.objects.get(pk=answer.json()["id"])
    assert 400 <= answer.status_code < 500, answer.status_code
    return str(answer.json()["sentence"])


# --- the verdict ---------------------------------------------------------------------------------------------


def _judged(case: Case, answer: RosterImport | str, *, unchanged: bool, known: set[int]) -> list[str]:
    match case.verdict:
        case Taken(people=wanted):
            return _is_taken(answer, wanted, known)
        case Returned(rows=rows):
            return [*_is_returned(answer, rows), *_nothing_in(unchanged=unchanged)]
        case Refused():
            return [*_is_refused(answer), *_nothing_in(unchanged=unchanged)]
        case Cut():
            return _is_cut(answer, known, unchanged=unchanged)


def _nothing_in(*, unchanged: bool) -> list[str]:
    return [] if unchanged else ["something of it is in the register"]


def _is_taken(answer: RosterImport | str, wanted: tuple[Person, ...], known: set[int]) -> list[str]:
    if isinstance(answer, str):
        return [f"refused: {answer}"]
    if answer.outcome != "taken":
        return [f"returned: {reasons(answer)}"]
    there = {person.id_number: person for person in registered()}
    wrong = [
        f"{person} is {there.get(person.id_number)}"
        for person in wanted
        if there.get(person.id_number) != person
    ]
    new = Resident.objects.exclude(pk__in=known).count()
    if answer.added != new or new > len(wanted):
        wrong.append(f"{answer.added} said to be added, {new} are new")
    if answer.added + answer.unchanged != len(wanted):
        wrong.append(f"{answer.added} + {answer.unchanged} people of {len(wanted)}")
    return wrong


def _is_returned(answer: RosterImport | str, rows: dict[int, str]) -> list[str]:
    if isinstance(answer, str):
        return [f"refused: {answer}"]
    if answer.outcome != "refused":
        return [f"taken: {answer.added} added"]
    told = reasons(answer)
    wrong = [] if set(told) == set(rows) else [f"rows {sorted(rows)} wanted, told {told}"]
    for number, column in rows.items():
        lines = told.get(number, "").splitlines()
        named = " ".join(str(column).split())
        if lines and named and not any(line.startswith(named) for line in lines):
            wrong.append(f"row {number} says {lines}, nothing of {named}")
        wrong += [f"row {number}: {line}" for line in lines if not _is_sentence(line)]
    wrong += [f"the reasons repeat a number: {told}" for person in PEOPLE if person.id_number in str(told)]
    return wrong


def _is_refused(answer: RosterImport | str) -> list[str]:
    if not isinstance(answer, str):
        return [f"{answer.outcome}, {answer.added} added, {answer.problems} problems: {reasons(answer)}"]
    return [] if _is_sentence(answer) else [f"no sentence: {answer!r}"]


def _is_cut(answer: RosterImport | str, known: set[int], *, unchanged: bool) -> list[str]:
    if isinstance(answer, str):
        return [*_is_refused(answer), *_nothing_in(unchanged=unchanged)]
    if answer.outcome != "taken":
        return _nothing_in(unchanged=unchanged)
    new = [person for person in registered() if person.id_number not in {"", None}]
    came = Resident.objects.exclude(pk__in=known).count()
    wanted = PEOPLE[:came]
    there = {person.id_number: person for person in new}
    # What the end tore off the last row, nobody can see; every row before has to be whole.
    return [
        f"{person} is {there.get(person.id_number)}"
        for person in wanted[:-1]
        if there.get(person.id_number) != person
    ]


def _is_sentence(text: str) -> bool:
    return text.endswith(SENTENCE_ENDS) and 8 <= len(text) <= LONGEST_SENTENCE + text.count("、") * 20


def registered() -> list[Person]:
    """Everybody of the register as the sheet would say them."""
    statuses = dict(HouseholdStatus.objects.filter(until=None).values_list("household", "kind"))
    return [_person(one, statuses) for one in Resident.objects.select_related("household")]


def _person(one: Resident, statuses: dict[Any, str]) -> Person:
    code = one.household.code if one.household else ""
    return Person(
        name=one.name.reveal(),
        id_number=one.id_number.reveal(),
        phone=one.phone.reveal() if one.phone else "",
        village=str(one.division_id),
        household="" if code.startswith(f"{one.division_id}-") else code,
        status=statuses.get(one.household_id, ""),
        away=one.cannot_work_away,
        capacity=one.capacity,
    )


def reasons(brought: RosterImport) -> dict[int, str]:
    """What the last column of the returned copy says, by the number of the row."""
    book = python_calamine.CalamineWorkbook.from_filelike(BytesIO(returned_copy(brought)))
    grid = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    places = [
        (row, cells.index(title))
        for title in ("问题", "Problem")
        for row, cells in enumerate(grid)
        if title in cells
    ]
    row, column = places[0]
    return {
        number: str(cells[column])
        for number, cells in enumerate(grid[row + 1 :], start=row + 2)
        if column < len(cells) and cells[column]
    }
