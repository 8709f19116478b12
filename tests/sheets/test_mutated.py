"""About a thousand spoilt sheets: whole in, back row by row, or refused in a sentence; never half, never a fault."""

import re
from collections import Counter
from itertools import chain
from pathlib import Path

import pytest

import gongfang
from tests.sheets.books import books
from tests.sheets.bringing import by_action, by_api, by_page, look
from tests.sheets.cells import cells
from tests.sheets.files import files
from tests.sheets.lines import lines

CASES = list(chain(cells(), lines(), books(), files()))
FAMILIES = sorted({case.family for case in CASES})
DOORS = (by_action, by_action, by_page, by_action, by_api)


# Where a sheet of ours is read; who reads another gives its columns a base in drafts.py.
READERS = {
    "registry/people/actions/rosters.py",
    "registry/people/tasks.py",
    "operations/backup/statements.py",
}


def some(of: int) -> list[int]:
    """So many cases, spread evenly over all of them."""
    return [number * len(CASES) // of for number in range(of)]


def test_there_are_a_thousand_and_no_two_are_the_same():
    assert len(CASES) >= 1_000
    assert [name for name, times in Counter(map(str, CASES)).items() if times > 1] == []


def test_every_sheet_the_system_reads_is_spoilt_here():
    package = Path(gongfang.__file__).parent
    found = {
        str(path.relative_to(package))
        for path in package.rglob("*.py")
        if re.search(r"\bsheets\.(find|read)\(", path.read_text(encoding="utf-8"))
    }
    assert found == READERS


@pytest.mark.parametrize("number", some(36), ids=lambda number: str(CASES[number]))
def test_a_spoilt_sheet_is_taken_whole_returned_or_refused(people, number):
    assert look(people, CASES[number], DOORS[number % len(DOORS)]) == []


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES)
def test_each_spoilt_sheet_is_taken_whole_returned_or_refused(people, family):
    wrong = {}
    for number, case in enumerate(CASES):
        if case.family == family and (found := look(people, case, DOORS[number % len(DOORS)])):
            wrong[case.name] = found
    assert wrong == {}
