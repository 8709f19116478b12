"""Frauds planted in the demo county: each is found, and nothing is found in the honest rest."""

import pytest

from gongfang.core import jobs
from gongfang.core.action import By
from gongfang.core.members import member_of
from gongfang.core.models import Job, User
from gongfang.oversight.doubts import actions
from gongfang.oversight.doubts.finding import searches
from gongfang.oversight.doubts.queries import kinds
from gongfang.oversight.doubts.rows import rows_of
from gongfang.oversight.doubts.wording import sentence, title
from gongfang.oversight.models import Doubt
from tests.demo.conftest import built, played  # noqa: F401 -- fixtures
from tests.oversight.plants import PLANTS, Scene

pytestmark = pytest.mark.slow


def search() -> int:
    """Search as the queue does, and return how many items are new."""
    job = actions.search_doubts(By(user=User.objects.get(is_system=True), via="task"), None)
    done = jobs.run(job.pk)
    assert done
    done.refresh_from_db()
    assert (done.state, done.done, done.total) == (Job.State.DONE, len(searches), len(searches))
    assert done.result
    return done.result["new"]


def test_nothing_is_found_in_the_county_as_it_was_built(built):  # noqa: F811
    assert search() == 0


def test_nothing_is_found_after_ten_honest_days(played):  # noqa: F811
    assert search() == 0
    assert not Doubt.objects.exists()


def test_each_of_more_than_twenty_frauds_is_found_and_nothing_else(built):  # noqa: F811
    scene = Scene()
    planted = {plant.__name__: plant(scene) for plant in PLANTS}
    assert len(planted) > 20
    search()
    found = list(Doubt.objects.order_by("pk"))
    explained: set[int] = set()
    for name, expected in planted.items():
        for kind, rows in expected.items():
            items = [doubt for doubt in found if doubt.kind == kind and rows <= set(doubt.rows)]
            assert len(items) == 1, (name, kind, rows)
            explained.add(items[0].pk)
    assert [(doubt.kind, doubt.facts, doubt.rows) for doubt in found if doubt.pk not in explained] == []
    assert {doubt.kind for doubt in found} == set(kinds())
    _read_by_the_auditor(found)
    _stays_as_it_is(found)


def _read_by_the_auditor(found):
    """Every item has its sentence and shows its rows, whatever they are."""
    auditor = member_of(User.objects.get(username="qianjin"))
    for doubt in found:
        assert sentence(doubt) not in ("", doubt.kind, title(doubt.kind))
        assert len(rows_of(auditor, doubt)) == min(len(doubt.rows), 200), doubt.kind


def _stays_as_it_is(found):
    """The same rows are the same items, before they are answered and after."""
    assert search() == 0
    officer = User.objects.get(username="liqiang")
    for doubt in found:
        actions.explain_doubt(By(user=officer, via="page"), doubt, reason="已核对原始凭证")
    assert search() == 0
    assert Doubt.objects.filter(stage=Doubt.Stage.OPEN).count() == 0
