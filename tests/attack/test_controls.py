"""Every attack gets through once its control is taken out: what holds it off is what we say holds it off."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.attack import controls, guide

HERE = Path(__file__).parent
# An attack that ends in another way than by its own assertion was broken by the removal and shows nothing.
GOT_THROUGH = ("AssertionError", "assert", "Failed")


def _tests() -> set[str]:
    """Every test of this folder, by its file and name."""
    files = [file for file in HERE.rglob("test_*.py") if file != Path(__file__)]
    return {
        f"{file.relative_to(HERE).as_posix()}::{node.name}"
        for file in files
        for node in ast.parse(file.read_text()).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def test_every_attack_names_what_holds_it_off() -> None:
    named = {attack for known in controls.controls().values() for attack in known.attacks}
    assert (_tests() - named, named - _tests()) == (set(), set())


def test_the_guide_tells_every_control_by_its_sentence() -> None:
    """`python -m tests.attack.guide` writes them anew."""
    assert controls.guide() in guide.PAGE.read_text()


@pytest.mark.slow
def test_every_attack_gets_through_once_its_control_is_out(tmp_path: Path) -> None:
    wanted = {(name, attack) for name, known in controls.controls().items() for attack in known.attacks}
    came = _answers(tmp_path / "report.xml")
    assert {
        pair: came.get(pair, ["never ran"])
        for pair in wanted
        if "got through" not in came.get(pair, ()) or set(came[pair]) - {"got through", "held", "skipped"}
    } == {}


def _answers(report: Path) -> dict[tuple[str, str], list[str]]:
    """What came of each attack, case by case, by the control that was out: got through, held, or how it broke."""
    command = [sys.executable, "-m", "pytest", str(HERE), "--without", "each", f"--junitxml={report}"]
    ran = subprocess.run(
        [*command, "--tb=line", f"--ignore={__file__}", "-p", "no:cacheprovider"],
        cwd=HERE.parents[1], capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 1, ran.stdout[-4000:] + ran.stderr[-4000:]
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for case in ET.parse(report).iter("testcase"):
        file = case.attrib["classname"].removeprefix("tests.attack.").replace(".", "/") + ".py"
        test, _bracket, cases = case.attrib["name"].partition("[")
        found[_out(cases), f"{file}::{test}"].append(_answer(case))
    return found


def _out(cases: str) -> str:
    known = [name for name in controls.controls() if cases.removesuffix("]").endswith(f"without={name}")]
    return known[0] if known else ""


def _answer(case: ET.Element) -> str:
    if (failed := case.find("failure")) is not None:
        message = failed.attrib.get("message", "")
        return "got through" if message.startswith(GOT_THROUGH) else f"broke: {message[:300]}"
    if (broken := case.find("error")) is not None:
        return f"broke: {broken.attrib.get('message', '')[:300]}"
    return "skipped" if case.find("skipped") is not None else "held"
