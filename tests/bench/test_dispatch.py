"""Planners side by side: the programme that solvers get is the judge's, and nobody's figures are flattered."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bench.contest import Group, Limits, Round, Size, contest
from bench.instances import columns, packed
from bench.judge import Judged, judge
from bench.rivals import Asked
from bench.rivals.asking import Told
from bench.rivals.ours import run
from bench.rivals.programme import Programme
from bench.standings import measures

PROJECT = Path(__file__).parents[2]
CASE = columns(40, 5, load=0.9, seed=3)
SIZE = Size(people=600, orders=60, loads=(0.75,), seeds=1, who=("human", "good", "CP-SAT", "bound"))


def values_of(programme, plan):
    """A plan as the programme's columns: what is late and missing follows from the bags."""
    case, soon, late = programme.case, plan["x"], plan["z"]
    on_time = np.bincount(case["po"], soon * case["g"], int(case["O"]))
    made = on_time + np.bincount(case["po"], late * case["g"], int(case["O"]))
    short = case["T"] - np.bincount(case["pw"], (soon + late) * case["pay"], int(case["W"]))
    parts = []
    for share in case["fk"][::-1]:
        parts.append(np.clip(short, 0, share * case["T"]))
        short = short - parts[-1]
    missing = [np.maximum(0, case["Q"] - on_time), np.maximum(0, case["Q"] - made)]
    return np.concatenate([soon, late, plan["y"].ravel(), *missing, *parts[::-1]])


def rows_of(programme, values):
    """What each row comes to."""
    start, column, factor = programme.matrix()
    row = np.repeat(np.arange(programme.rows), np.diff(start))
    return np.bincount(row, factor * values[column], programme.rows)


@pytest.mark.parametrize("who", ["human", "good"])
def test_a_plan_that_the_judge_passes_keeps_the_programme_and_costs_the_same(who):
    plan = run(CASE, Asked(who=who)).plan
    programme = Programme(CASE)
    values = values_of(programme, plan)
    assert (rows_of(programme, values) <= np.concatenate(programme.most) + 1e-6).all()
    assert (values <= np.concatenate(programme.upper) + 1e-6).all()
    assert np.concatenate(programme.cost) @ values == pytest.approx(judge(CASE, plan).total)
    read = programme.plan(values)
    assert all((read[name] == plan[name]).all() for name in "xzy")


@pytest.mark.parametrize(
    "breaking",
    [
        lambda plan: plan | {"x": plan["x"] * 9},  # minutes, material
        lambda plan: plan | {"y": np.zeros_like(plan["y"])},  # bags that no round brings
    ],
)
def test_a_plan_that_the_judge_refuses_breaks_the_programme(breaking):
    plan = breaking(dict(run(CASE, Asked(who="human")).plan))
    programme = Programme(CASE)
    with pytest.raises(AssertionError):
        judge(CASE, plan)
    assert (rows_of(programme, values_of(programme, plan)) > np.concatenate(programme.most) + 1e-6).any()


def test_no_process_knows_both_solvers():
    # both loaded in one process break HiGHS, and the exact sub-problems fail with it
    asked = (
        "import sys, importlib; importlib.import_module(sys.argv[1]);"
        "print(*sorted({'highspy', 'ortools'} & {name.partition('.')[0] for name in sys.modules}))"
    )
    known = {
        module: subprocess.run(
            [sys.executable, "-c", asked, module], cwd=PROJECT, check=True, capture_output=True, text=True
        ).stdout.split()
        for module in ("bench.dispatch", "bench.rivals.cp_sat", "bench.rivals.linear", "bench.rivals.mixed")
    }
    assert known == {
        "bench.dispatch": [],
        "bench.rivals.cp_sat": ["ortools"],
        "bench.rivals.linear": ["highspy"],
        "bench.rivals.mixed": ["highspy"],
    }


def judged(total, *, rounds=50):
    """A plan at this cost."""
    return Judged(total=total, late=10.0, needed=1000.0, short=30.0, targets=1000.0, rounds=rounds)


def told(*, total=None, bound=None, rounds=50):
    """Somebody's answer."""
    plan = None if total is None else judged(total, rounds=rounds)
    return Told(seconds=1.0, megabytes=200.0, judged=plan, bound=bound, sweep=None)


def standings(cp_sat):
    """Everybody's figures when CP-SAT answers so, by what they say."""
    answers = {
        "human": told(total=200.0, rounds=100),
        "good": told(total=106.0),
        "CP-SAT": cp_sat,
        "bound": told(bound=98.0),
    }
    figures = list(measures(Group(SIZE, 0.75, (Round(answers),))))
    named = {one.what: one for one in figures}
    assert len(named) == len(figures), "two figures by one name"
    return named


def test_a_plan_stands_beside_the_highest_of_all_bounds():
    near = standings(told(total=104.0, bound=100.0))["600 × 60, load 0.75, good: cost"]
    assert near.rival_value == 100.0
    assert near.ratio == pytest.approx(1.06)
    assert near.reached is False


def test_rounds_stand_beside_the_careful_humans():
    assert standings(told(total=104.0))["600 × 60, load 0.75, good: paid rounds"].ratio == 0.5


def test_a_rival_without_a_plan_is_said_to_have_none_and_its_bound_counts():
    seen = standings(told(bound=103.0))
    assert seen["600 × 60, load 0.75, CP-SAT: plans found"].value == 0
    assert "600 × 60, load 0.75, CP-SAT: cost" not in seen
    assert seen["600 × 60, load 0.75, good: cost"].rival_value == 103.0


@pytest.mark.slow
def test_everybody_plans_in_a_process_of_their_own_and_no_bound_lies_above_a_plan(tmp_path):
    path = tmp_path / "case.npz"
    path.write_bytes(packed(CASE))
    who = ("human", "best", "CP-SAT", "HiGHS", "linear", "bound")
    seen = contest(path, CASE, who=who, seed=0, limits=Limits(seconds=2, rounds=1), tell=lambda _: None)
    plans = [one.judged.total for one in seen.told.values() if one.judged]
    bounds = [one.bound for one in seen.told.values() if one.bound is not None]
    assert (len(plans), len(bounds)) == (4, 4)
    assert max(bounds) <= min(plans)
    assert seen.told["linear"].megabytes < seen.told["best"].megabytes  # not what this process has
