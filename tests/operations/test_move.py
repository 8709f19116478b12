"""A county moves between two real installations while people work in it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.test import Client

from gongfang.core import tasks
from gongfang.counties.models import County
from gongfang.operations import move
from gongfang.operations.backup.errors import BackupFailed
from tests.cluster import DATA, lend

HERE = Path(__file__).parents[2]


@dataclass(frozen=True)
class Cell:
    """An installation of its own: its data folder, its embedded PostgreSQL."""

    data: Path

    @property
    def env(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        return kept | {"GONGFANG_DATA": str(self.data)}

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", *words]
        return subprocess.run(command, env=self.env, cwd=HERE, capture_output=True, text=True, check=False)

    def books(self) -> list[str]:
        return self.run("tests.operations.moving", "books").stdout.split("\n")[:-1]


@pytest.fixture
def cells(django_db_setup: None) -> Iterator[tuple[Cell, Cell]]:
    # Not pytest's own folder: PostgreSQL runs as another account when root starts it, and could not enter.
    folder = Path(tempfile.mkdtemp(prefix="cells-", dir=DATA))
    folder.chmod(0o755)
    yield Cell(lend(folder / "old")), Cell(folder / "new")
    shutil.rmtree(folder)


@pytest.mark.crash
def test_a_county_moves_while_bags_come_in_and_every_act_is_there_once(cells: tuple[Cell, Cell]) -> None:
    old, new = cells
    command = [sys.executable, "-m", "tests.operations.moving", "found"]
    with subprocess.Popen(command, env=old.env, cwd=HERE, stdout=subprocess.PIPE, text=True) as desk:
        assert desk.stdout is not None
        said = [desk.stdout.readline() for _n in range(40)]
        assert said[-1], "the desk went before the move"
        shutil.copytree(old.data / "keys", new.data / "keys")
        moved = old.run(
            "gongfang",
            "county",
            "move",
            "panan",
            "--to-data",
            str(new.data),
            "--address",
            "http://10.0.0.2:8000",
        )
        said += desk.stdout.readlines()
    assert moved.returncode == 0, moved.stderr
    assert said[-1].startswith("refused")

    sent = {tuple(line.split()[1:]) for line in said if line.startswith("sending")}
    done = {tuple(line.split()[1:]) for line in said if line.startswith("done")}
    assert len(done) >= 15
    there, *differences = new.books()
    assert differences == []
    assert old.books() == [there]  # what stayed behind agrees, too, and nothing was added to it

    # The phone sends what was never answered, and one that was: each is there once.
    for key, bag in (sent - done) | {min(done)}:
        assert new.run("tests.operations.moving", "again", key, bag).stderr == ""
    after, *differences = new.books()
    assert differences == []
    assert int(after) in {int(there), int(there) + len(sent - done)}
    assert "panan.localhost http://10.0.0.2:8000;" in old.run("gongfang", "county", "places").stdout
    assert "no county panan" in old.run("gongfang", "reconcile", "--county", "panan").stderr


@pytest.mark.crash
def test_a_cell_with_other_keys_does_not_take_a_county_and_it_stays_where_it_was(
    cells: tuple[Cell, Cell],
) -> None:
    old, new = cells
    assert old.run("gongfang", "county", "add", "330727", "panan").returncode == 0
    moved = old.run(
        "gongfang", "county", "move", "panan", "--to-data", str(new.data), "--address", "http://b"
    )
    assert moved.returncode == 1
    assert str(new.data / "keys") in moved.stderr
    assert old.run("gongfang", "reconcile", "--county", "panan").stdout == "0 differences\n"


def visit(path: str) -> tuple[int, str]:
    answer = Client(headers={"host": "panan.localhost", "x-language": "en"}).get(path)
    return answer.status_code, answer.content.decode()


def test_visitors_read_that_a_resting_county_is_moving(committing: County) -> None:
    move.rest("panan")
    assert "panan" not in tasks.counties()
    for path in ("/login/", "/api/orders"):
        status, said = visit(path)
        assert status == 503
        assert "This county is moving to another server." in said
    move.stay("panan")
    assert visit("/login/")[0] == 200
    assert "panan" in tasks.counties()


def test_only_a_county_at_work_can_be_sent_and_only_one_that_moved_is_dropped(committing: County) -> None:
    with pytest.raises(BackupFailed):
        move.rest("nowhere")
    with pytest.raises(BackupFailed):
        move.leave("panan", address="http://b")
    with pytest.raises(BackupFailed):
        move.drop("panan")
