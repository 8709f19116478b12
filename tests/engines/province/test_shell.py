"""From the shell: instance files in, plan files of the same name out."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bench.cluster import cluster, drawn
from gongfang.cli import main
from gongfang.engines.province import OneByOne, plan_counties

COUNTIES = drawn(2, people=60, orders=8, effort="fast")


@pytest.fixture
def instances(tmp_path: Path) -> list[Path]:
    files = [tmp_path / f"{case.county}.npz" for case in COUNTIES]
    for file, case in zip(files, COUNTIES, strict=True):
        file.write_bytes(case.instance)
    return files


def asked(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["province", *map(str, arguments), "--effort", "fast"])


@pytest.mark.slow
def test_each_county_gets_a_plan_of_its_own_name(instances, tmp_path):
    assert asked(*instances, "-o", tmp_path / "plans").exit_code == 0
    plans = plan_counties([COUNTIES[0]], executor=OneByOne())
    assert (tmp_path / "plans" / "county 0.npz").read_bytes() == plans["county 0"]
    assert len(list((tmp_path / "plans").iterdir())) == 2


@pytest.mark.slow
def test_a_scheduler_is_named_by_its_address(instances, tmp_path):
    with cluster(workers=1) as running:
        assert asked(*instances, "-o", tmp_path / "plans", "--on", running.address).exit_code == 0
    assert len(list((tmp_path / "plans").iterdir())) == 2


def test_two_files_of_one_name_are_refused(instances, tmp_path):
    (tmp_path / "other").mkdir()
    twin = tmp_path / "other" / instances[0].name
    twin.write_bytes(b"")
    said = asked(instances[0], twin, "-o", tmp_path / "plans")
    assert (said.exit_code, "the same name" in said.output) == (1, True)
    assert not (tmp_path / "plans").exists()


def test_plans_do_not_take_the_place_of_their_instances(instances, tmp_path):
    said = asked(*instances, "-o", tmp_path)
    assert (said.exit_code, "Choose another folder" in said.output) == (1, True)
    assert instances[0].read_bytes() == COUNTIES[0].instance
