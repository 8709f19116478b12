"""The command line of the bench: files in, files out, the same bytes each time."""

import os
import signal
import subprocess
import sys
import time
from itertools import combinations_with_replacement
from pathlib import Path
from typing import Any

import numpy as np
import pytest

COMMAND = [sys.executable, "-m", "gongfang.engines.dispatch"]


def make_case(path: Path, *, seed: int = 0) -> dict[str, Any]:
    people, orders, buckets, places = 40, 8, 4, 5
    chance = np.random.default_rng(seed)
    pw, po = np.nonzero(chance.random((people, orders)) < 0.4)
    first = chance.integers(0, buckets, orders)
    size = chance.integers(5, 40, orders).astype(float)
    rate = chance.uniform(0.5, 3, orders)
    capacity = chance.uniform(0, 1500, (people, buckets))
    good = size[po] * chance.uniform(0.8, 1, len(po))
    runs = np.array(list(combinations_with_replacement(range(buckets), 2)))
    quantity = chance.integers(50, 2000, orders).astype(float)
    case = {
        "W": people, "O": orders, "B": buckets, "nv": places,
        "vill": chance.integers(0, places, people), "cap": capacity, "custody": chance.uniform(200, 900, people),
        "T": chance.uniform(100, 900, people), "a": first,
        "e": np.minimum(buckets - 1, first + chance.integers(0, 3, orders)), "K": size, "Q": quantity,
        "N": np.ceil(quantity * 1.06 / size), "L": rate * 3, "rate": rate, "pw": pw, "po": po,
        "m": size[po] * chance.uniform(2, 9, len(po)), "g": good, "pay": good * rate[po],
        "val": (size * chance.uniform(0.1, 4, orders))[po], "F": np.r_[chance.uniform(40, 120, places - 1), 0],
        "fw": np.array([1.5, 1.0, 0.5]), "fk": np.array([0.5, 0.3, 0.2]), "iv": runs, "ivcap": np.stack([capacity[:, s : t + 1].sum(axis=1) for s, t in runs], axis=1),
    }  # fmt: skip
    np.savez_compressed(path, **case)
    return case


def run(case: Path, out: Path, **environment: str) -> tuple[Any, Any, Any]:
    subprocess.run([*COMMAND, case, "-o", out, "--effort", "fast"], check=True, env=os.environ | environment)
    with np.load(out) as plan:
        return plan["x"], plan["z"], plan["y"]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_plan_of_an_instance_breaks_nothing(tmp_path, seed):
    case = make_case(tmp_path / "case.npz", seed=seed)
    on_time, late, visits = run(tmp_path / "case.npz", tmp_path / "plan.npz")
    both, pw, po, end = on_time + late, case["pw"], case["po"], case["B"] - 1
    assert both.sum() > 20
    for at, (s, t) in enumerate(case["iv"]):
        inside = (case["a"][po] >= s) * (on_time * (case["e"][po] <= t) + late * (t == end))
        assert (np.bincount(pw, inside * case["m"], case["W"]) <= case["ivcap"][:, at] + 1e-9).all()
    assert (np.bincount(po, both, case["O"]) <= case["N"]).all()
    held = np.bincount(pw, both * case["val"], case["W"])
    assert (held <= case["custody"] * visits.sum(axis=1)[case["vill"]] + 1e-9).all()
    for pair in np.flatnonzero(both):
        last = end if late[pair] else case["e"][po[pair]]
        assert visits[case["vill"][pw[pair]], case["a"][po[pair]] : last + 1].any()


def test_the_benches_an_instance_tells_are_kept_to(tmp_path):
    case = make_case(tmp_path / "case.npz", seed=1)
    told = np.full((case["nv"], case["B"]), np.nan)
    told[0] = 300.0
    np.savez_compressed(tmp_path / "fewer.npz", **case, bench=told)
    there = case["vill"][case["pw"]] == 0
    on_time, late, _ = run(tmp_path / "case.npz", tmp_path / "plan.npz")
    assert ((on_time + late) * case["m"])[there].sum() > 1200
    on_time, late, _ = run(tmp_path / "fewer.npz", tmp_path / "plan.npz")
    minutes = ((on_time + late) * case["m"])[there]
    assert 600 < minutes.sum() <= 1200
    first = case["a"][case["po"][there]]
    assert all(minutes[first >= bucket].sum() <= 300 * (case["B"] - bucket) for bucket in range(case["B"]))


def test_three_processes_write_the_same_bytes(tmp_path):
    make_case(tmp_path / "case.npz")
    written = set()
    for number in range(3):
        threads = {"NUMBA_NUM_THREADS": str(1 + number % 2), "OPENBLAS_NUM_THREADS": str(1 + number)}
        run(tmp_path / "case.npz", tmp_path / "plan.npz", PYTHONHASHSEED=str(number), **threads)
        written.add((tmp_path / "plan.npz").read_bytes())
    assert len(written) == 1


@pytest.mark.slow
def test_ctrl_c_ends_the_search_and_writes_what_was_found(tmp_path):
    make_case(tmp_path / "case.npz")
    asked = [*COMMAND, tmp_path / "case.npz", "-o", tmp_path / "plan.npz", "--effort", "best"]
    with subprocess.Popen(asked) as search:
        time.sleep(5)
        search.send_signal(signal.SIGINT)
        assert search.wait(30) == 0
    with np.load(tmp_path / "plan.npz") as plan:
        assert plan["x"].sum() > 20


PLANNING = """
import sys
from random import Random
from gongfang.engines.dispatch import Person, Problem, Visit, Work, plan
dice = Random(7)
skills = ["knots", "herbs", "sewing"]
people = tuple(
    Person(
        id=f"p{n}", village=f"v{n % 7}", minutes=(dice.randrange(0, 900), dice.randrange(0, 900)),
        custody_cap=dice.randrange(10**6), income_target=dice.randrange(10**7), skills=frozenset(dice.sample(skills, 2)),
        declined=frozenset({f"w{dice.randrange(9)}"}),
    )
    for n in range(60)
)
works = tuple(
    Work(
        id=f"w{n}", pieces=dice.randrange(900), bag_pieces=dice.randrange(1, 40), bags=60, first=0,
        last=dice.randrange(-1, 3), seconds=dice.randrange(30, 900), rate=dice.randrange(20000),
        bag_value=dice.randrange(90000), skill=dice.choice(skills),
    )
    for n in range(9)
)
visits = tuple(Visit(village=f"v{n}", bucket=b, cost=n * 1000) for n in range(7) for b in range(2))
sys.stdout.write(repr(plan(Problem(buckets=2, people=people, works=works, visits=visits), seed=3)))
"""


def test_three_processes_explain_themselves_in_the_same_bytes():
    told = {
        subprocess.run(
            [sys.executable, "-c", PLANNING],
            check=True,
            capture_output=True,
            env=os.environ | {"PYTHONHASHSEED": str(number)},
        ).stdout
        for number in range(3)
    }
    assert len(told) == 1
    assert b"Offer(" in told.pop()
