"""What a run of planners leaves behind: answers for the next one, and the best known of each instance."""

import pytest

from bench.judge import Judged
from bench.keeping import Kept
from bench.known import Known, Records, WrongBound
from bench.rivals.asking import Told

HERE = "100 x 12, load 0.75, seed 0"


def told(*, total=None, bound=None):
    """Somebody's answer."""
    plan = None if total is None else Judged(total, 10.0, 1000.0, 30.0, 1000.0, 50)
    return Told(seconds=1.0, megabytes=200.0, judged=plan, bound=bound, sweep=None)


def test_an_interrupted_run_goes_on_with_what_was_answered(tmp_path):
    file = tmp_path / "answers.jsonl"
    Kept.in_file(file, commit="one").of(HERE).keep("good", told(total=90.0))
    with file.open("a") as lines:
        lines.write('{"commit": "one", "insta')
    kept = Kept.in_file(file, commit="one").of(HERE)
    assert kept.told("good") == told(total=90.0)
    assert kept.told("best") is None
    assert kept.of("another").told("good") is None


def test_answers_of_another_commit_do_not_count(tmp_path):
    file = tmp_path / "answers.jsonl"
    Kept.in_file(file, commit="one").of(HERE).keep("bound", told(bound=80.0))
    assert Kept.in_file(file, commit="two").of(HERE).told("bound") is None
    assert file.read_text() == ""


def test_only_what_is_better_is_written_down(tmp_path):
    file = tmp_path / "known.csv"
    records = Records.in_file(file)
    records.learn(HERE, {"good": told(total=90.0), "bound": told(bound=80.0)})
    records.learn(HERE, {"best": told(total=85.0), "bound": told(bound=79.0), "CP-SAT": told(bound=82.0)})
    assert Records.in_file(file).known(HERE) == Known(HERE, 82.0, "CP-SAT", 85.0, "best")
    before = file.stat().st_mtime_ns
    records.learn(HERE, {"good": told(total=90.0), "bound": told(bound=80.0)})
    assert file.stat().st_mtime_ns == before


def test_a_bound_above_a_plan_is_refused(tmp_path):
    records = Records.in_file(tmp_path / "known.csv")
    records.learn(HERE, {"good": told(total=90.0)})
    with pytest.raises(WrongBound):
        records.learn(HERE, {"bound": told(bound=91.0)})
    assert Records.in_file(tmp_path / "known.csv").known(HERE) == Known(HERE, cost=90.0, cost_by="good")
