"""Every page and every sheet of a county in full work, after somebody has written ill wherever people write."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from gongfang.pay import actions as pay
from gongfang.pay.models import BankProfile, PayoutBatch
from gongfang.pay.sheets import FIELDS, bank_sheet
from tests.attack.api.calling import one_connection, standing, undone
from tests.attack.poison import addresses, poison
from tests.attack.test_pages import FORMULA, MARKUP, calculating, formulas, happening, loose, texts
from tests.cast import gather
from tests.journeys.full import Full, fill

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def stands(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Full]:
    with standing(django_db_blocker, lambda: fill(gather())) as found:
        yield found


@pytest.fixture
def full(stands: Full) -> Iterator[Full]:
    with undone():
        yield stands


def pages(full: Full, kind: str) -> Iterator[tuple[str, Any]]:
    """Every address that answers with such content, and its answer."""
    clients: dict[Any, Client] = {}
    for name, who, path in addresses(full):
        answer = clients.setdefault(who.user.pk, who.client()).get(path)
        if answer.headers.get("Content-Type", "").startswith(kind):
            yield name, answer


def test_no_name_becomes_markup_on_any_page(full: Full) -> None:
    columns = poison(MARKUP)
    shown = {name: answer.text for name, answer in pages(full, "text/html")}
    assert {name: happening(text)[:3] for name, text in shown.items() if happening(text)} == {}
    assert sum("onload=x" in text for text in shown.values()) > 60
    assert min(len(shown) - 80, columns - 30) > 0, (len(shown), columns)


def test_every_page_forbids_frames_and_foreign_scripts(full: Full) -> None:
    answers = dict(pages(full, ""))
    assert len(answers) > 110
    assert {name: loose(answer) for name, answer in answers.items() if loose(answer)} == {}
    with one_connection():  # whoever closes an answer would close it
        for answer in answers.values():
            getattr(answer, "close", lambda: None)()


def test_nothing_written_calculates_in_any_sheet(full: Full) -> None:
    poison(FORMULA)
    found = {name: answer.content for name, answer in pages(full, SHEET)}
    assert {name: formulas(content) for name, content in found.items() if formulas(content)} == {}
    said = {name: texts(content) for name, content in found.items()}
    assert len(found) > 25
    assert sum(FORMULA in text for text in said.values()) > 15


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_nothing_written_calculates_in_a_sheet_for_the_bank(full: Full, form: str) -> None:
    poison(FORMULA)
    town, batch = full.people, PayoutBatch.objects.get()
    columns = [{"title": FORMULA, "field": field} for field in FIELDS]
    profile = BankProfile.objects.create(name="x", form=form, charset="utf-8", columns=columns)
    PayoutBatch.objects.filter(pk=batch.pk).update(profile=profile, stage="approved")
    sheet = pay.export_sheet(town.luo.by(), PayoutBatch.objects.get())
    content = bank_sheet(town.luo.member, sheet, simulated=False)
    if form == "xlsx":
        assert (formulas(content), FORMULA in texts(content)) == ([], True)
    else:
        assert calculating(content) == []
        assert f"'{FORMULA}" in content.decode("utf-8-sig")
