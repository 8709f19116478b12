"""A figure says what it stands beside and whether its goal is reached; a page gathers all of them."""

import json
from dataclasses import replace

import pytest

from bench.machine import Machine, measured, sync_rate
from bench.results import Measure, save

MACHINE = Machine(
    cores=2,
    processor="Slow one",
    memory_gb=4.0,
    system="Linux x86_64",
    python="3.11.0",
    postgresql="18.4",
    syncs={"disk": 275},
)


def test_a_goal_beside_a_rival_is_for_the_ratio():
    fast = Measure(what="post", value=90, unit="transfers/s", rival="bare", rival_value=100, at_least=0.8)
    slow = Measure(what="post", value=79, unit="transfers/s", rival="bare", rival_value=100, at_least=0.8)
    assert (fast.goal, fast.reached) == ("≥ 0.8 ×", True)
    assert slow.reached is False


def test_a_goal_without_a_rival_is_for_the_figure_itself():
    assert Measure(what="WAL", value=800, unit="B", at_most=800).reached is True
    assert Measure(what="WAL", value=801, unit="B", at_most=800).reached is False


def test_a_rival_that_could_not_be_measured_reaches_nothing():
    assert (
        Measure(what="post", value=5, unit="/s", rival="bare", rival_value=0, at_least=0.8).reached is False
    )


def test_without_a_goal_nothing_is_claimed():
    assert Measure(what="syncs", value=5, unit="/s").reached is None


def test_the_page_gathers_every_bench_and_says_where_the_reason_stands(tmp_path):
    slow = Measure(what="reconcile", value=2, unit="s", at_most=1, note="1,000,000 transfers")
    save("ledger", [slow], machine=MACHINE, decision="0009-x.md", folder=tmp_path)
    home = Measure(what="home", value=40, unit="ms", at_most=100)
    save("pages", [home], machine=MACHINE, folder=tmp_path)
    page = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert "2 cores Slow one, 4.0 GB" in page
    assert "275 syncs/s disk" in page
    assert (
        "| reconcile (1,000,000 transfers) | 2 s |  |  | ≤ 1 s |"
        " no: [why](../../docs/decisions/0009-x.md) |" in page
    )
    assert "| home | 40 ms |  |  | ≤ 100 ms | yes |" in page
    row = json.loads((tmp_path / "ledger.json").read_text(encoding="utf-8"))["measures"][0]
    assert (row["measure"], row["goal"], row["reached"]) == ("reconcile", "≤ 1 s", False)


def test_a_page_says_when_others_worked_on_the_machine(tmp_path):
    home = Measure(what="home", value=40, unit="ms", at_most=100)
    save("pages", [home], machine=MACHINE, folder=tmp_path)
    assert "Others worked here" not in (tmp_path / "README.md").read_text(encoding="utf-8")
    save("pages", [home], machine=replace(MACHINE, busy=9.4), folder=tmp_path)
    assert "load 9.4 when it began" in (tmp_path / "README.md").read_text(encoding="utf-8")


def test_the_machine_knows_itself(tmp_path):
    here = measured()
    assert here.cores >= 1
    assert here.memory_gb > 0
    assert here.postgresql[0].isdigit()
    assert sync_rate(tmp_path, seconds=0.05) > 0


@pytest.mark.parametrize(("value", "shown"), [(0.1234, "0.123"), (12.34, "12.3"), (1234.5, "1,234")])
def test_figures_have_three_digits(tmp_path, value, shown):
    save("one", [Measure(what="x", value=value, unit="s")], machine=MACHINE, folder=tmp_path)
    assert f"| x | {shown} s |" in (tmp_path / "README.md").read_text(encoding="utf-8")
