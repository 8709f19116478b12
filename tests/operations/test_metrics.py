"""Figures: counted where things happen, told to who holds the token, and never of a person."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from gongfang.core.errors import NotAllowed
from gongfang.core.login import TRIES, WINDOW
from gongfang.core.throttle import allow
from gongfang.operations import counting, metrics, notes
from gongfang.registry.people import actions
from tests.cast import People

MACHINE = Client(headers={"host": "127.0.0.1"})


def figure(name: str, **labels: str) -> float:
    """The value of one figure as Prometheus would read it; nothing counted is nought."""
    for family in text_string_to_metric_families(metrics.text().decode()):
        for sample in family.samples:
            if sample.name == name and labels.items() <= sample.labels.items():
                return sample.value
    return 0.0


@pytest.mark.parametrize("header", ["", "Bearer ", "Bearer wrong", f"Basic {settings.METRICS_TOKEN}"])
def test_without_the_token_there_is_no_such_page(db, header):
    said = MACHINE.get("/metrics", headers={"authorization": header})
    assert (said.status_code, said.content) == (404, b"")


def test_with_the_token_prometheus_reads_them(county):
    said = MACHINE.get("/metrics", headers={"authorization": f"Bearer {settings.METRICS_TOKEN}"})
    assert said.status_code == 200
    assert "gongfang_database_up 1.0" in said.content.decode()


def test_a_visit_counts_once_under_its_view_and_status(browser_of_county: Client):
    before = figure("gongfang_requests_total", view="login", status="200")
    browser_of_county.get("/login/?next=/people/")
    assert figure("gongfang_requests_total", view="login", status="200") == before + 1
    assert figure("gongfang_request_seconds_count", view="login") >= before + 1


def test_acts_count_under_their_verb_done_and_refused(people: People):
    done = figure("gongfang_acts_total", verb="add_organisation", outcome="done")
    refused = figure("gongfang_acts_total", verb="add_organisation", outcome="refused")
    facts: dict[str, Any] = {"kind": "workshop", "name": "新工坊", "category": "supplied"}
    actions.add_organisation(people.wang.by(), people.village, **facts)
    with pytest.raises(NotAllowed):
        actions.add_organisation(people.zhou.by(), people.village, **facts)
    assert figure("gongfang_acts_total", verb="add_organisation", outcome="done") == done + 1
    assert figure("gongfang_acts_total", verb="add_organisation", outcome="refused") == refused + 1


def test_a_wrong_password_counts_as_a_refused_login(browser_of_county: Client):
    before = figure("gongfang_logins_refused_total", reason="unknown")
    browser_of_county.post("/login/", {"username": "wang", "password": "wrong"})
    assert figure("gongfang_logins_refused_total", reason="unknown") == before + 1


def test_a_login_that_was_tried_too_often_counts_as_such(committing):
    before = figure("gongfang_logins_refused_total", reason="too_many_tries")
    for _try in range(TRIES):
        allow("login:nobody", limit=TRIES, window=WINDOW)
    Client(headers={"host": "panan.localhost"}).post("/login/", {"username": "nobody", "password": "wrong"})
    assert figure("gongfang_logins_refused_total", reason="too_many_tries") == before + 1


def test_a_county_nobody_backed_up_or_reconciled_is_infinitely_late(county, tmp_path, settings):
    settings.DATA = tmp_path
    assert figure("gongfang_backup_age_seconds", county="panan") == float("inf")
    notes.write("reconcile.panan", differences=3)
    assert figure("gongfang_reconcile_age_seconds", county="panan") < 60
    assert figure("gongfang_reconcile_differences", county="panan") == 3
    assert notes.read("reconcile.panan")["at"] > timezone.now() - timedelta(minutes=1)


def test_no_label_names_a_person_or_a_number(people: People):
    people.wang.client().get(f"/people/{people.zhou.row.pk}/")
    labels = {
        value
        for family in text_string_to_metric_families(metrics.text().decode())
        for sample in family.samples
        for name, value in sample.labels.items()
        if name not in {"le", "status", "version"}
    }
    assert "panan" in labels
    assert [label for label in labels if not re.fullmatch(r"[A-Za-z_:.\-]+|[a-z0-9]+", label)] == []


COUNT = """
import os, sys
from pathlib import Path
from gongfang.operations import counting
counting.begin(sys.argv[1], Path(sys.argv[2]))
from prometheus_client import Counter
Counter("visits", "Visits.").inc(int(sys.argv[3]))
"""


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Path]:
    """A data folder whose figures are cleared away afterwards."""
    yield tmp_path
    counting.forget(tmp_path)


def test_what_several_processes_counted_is_added_up(memory, monkeypatch):
    for kind, count in (("web", "2"), ("work", "3")):
        subprocess.run([sys.executable, "-c", COUNT, kind, str(memory), count], check=True)
    counting.begin("asked", memory)
    try:
        found = {
            sample.name: sample.value
            for family in metrics.Everywhere().collect()
            for sample in family.samples
        }
    finally:
        monkeypatch.setenv(counting.VARIABLE, os.environ.pop(counting.VARIABLE))
        monkeypatch.delenv(counting.VARIABLE)
    assert found == {"visits_total": 5}


def test_beginning_anew_forgets_the_run_before(memory, monkeypatch):
    subprocess.run([sys.executable, "-c", COUNT, "web", str(memory), "2"], check=True)
    counting.begin("web", memory)
    monkeypatch.setenv(counting.VARIABLE, os.environ.pop(counting.VARIABLE))
    assert counting.files() == []
