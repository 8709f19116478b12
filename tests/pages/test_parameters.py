"""What a county chooses in numbers: from a day on, with the reason, reached through one page."""

from __future__ import annotations

import importlib
import pkgutil
from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

import gongfang
from gongfang.core import clock
from gongfang.core.errors import NotAllowed, Refused
from gongfang.core.parameters import Setting
from gongfang.pages import actions
from gongfang.pages.choices import choices, standing
from gongfang.work.dispatch.parameters import OFFER_HOURS, ROUND_COST_HAO


def declared():
    """Every setting that any room reads."""
    names = [one.name for one in pkgutil.walk_packages(gongfang.__path__, "gongfang.")]
    rooms = [
        name for name in names if name.split(".")[1] in ("work", "pay", "registry", "oversight", "ledger")
    ]
    modules = [importlib.import_module(name) for name in rooms if "migrations" not in name]
    return {thing.key for module in modules for thing in vars(module).values() if isinstance(thing, Setting)}


def test_every_number_a_room_reads_is_one_the_county_reaches():
    assert declared() == {one.setting.key for one in choices()}
    assert all(one.setting.least <= one.setting.value <= one.setting.most for one in choices())


def test_a_number_holds_from_its_day_on_with_what_was_before_and_what_is_planned(people):
    today = clock.today()
    later = today + timedelta(days=30)
    facts: dict[str, Any] = {"key": OFFER_HOURS.key, "document": "磐人社〔2022〕31号"}
    actions.set_parameter(people.wang.by(), None, value=24, **facts)
    actions.set_parameter(people.wang.by(), None, value=72, **facts)
    actions.set_parameter(people.li.by(), None, value=96, valid_from=later, **facts)
    assert [OFFER_HOURS.on(day) for day in (today - timedelta(days=1), today, later)] == [48, 72, 96]
    choice = next(one for one in choices() if one.setting == OFFER_HOURS)
    found = standing(choice, today)
    assert (found.value, [row.value for row in found.planned], found.before) == (72, [96], [])
    after = standing(choice, later)
    assert (after.value, [row.value for row in after.before]) == (96, [72])


def test_only_the_centre_chooses_and_only_what_makes_sense(people):
    good: dict[str, Any] = {"key": OFFER_HOURS.key, "value": 24, "document": "会议纪要"}
    for person in (people.feng, people.he, people.chen, people.wu, people.luo, people.qian, people.zhou):
        with pytest.raises(NotAllowed):
            actions.set_parameter(person.by(), None, **good)
    wrongs: tuple[tuple[dict[str, Any], str], ...] = (
        ({"key": "dispatch.colour"}, "one of the list"),
        ({"value": 0}, "between 1 and 720"),
        ({"document": " "}, "say why"),
        ({"valid_from": clock.today() - timedelta(days=1)}, "today or a later day"),
    )
    for wrong, said in wrongs:
        with translation.override("en"), pytest.raises(Refused, match=said):
            actions.set_parameter(people.wang.by(), None, **{**good, **wrong})


def test_the_page_shows_each_number_and_an_officer_sets_it_there(people):
    officer = people.wang.client()
    listed = officer.get("/parameters/")
    assert listed.status_code == 200
    address = f"/parameters/{ROUND_COST_HAO.key}/"
    form = officer.get(f"{address}set/").context["form"]
    sent = {"key": form["key"].value(), "value": "75", "valid_from": clock.today(), "document": "邮政报价"}
    assert officer.post(f"{address}set/", sent).status_code == 302
    assert ROUND_COST_HAO.on(clock.today()) == 750_000
    assert "邮政报价" in officer.get(address).content.decode()
    assert officer.get("/parameters/sheet.xlsx").status_code == 200
    manager = people.he.client()
    assert "邮政报价" in manager.get(address).content.decode()
    assert manager.get(f"{address}set/").status_code == 403
    assert people.zhou.client().get("/parameters/").status_code == 403
    assert officer.get("/parameters/dispatch.colour/").status_code == 404
