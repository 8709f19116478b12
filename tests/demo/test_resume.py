"""A play goes on from wherever a visitor or an interruption left it, and ends the same."""

from contextlib import contextmanager

import pytest

from gongfang.core import clock
from gongfang.core.errors import Refused
from gongfang.counties.models import County
from gongfang.database import scope
from gongfang.demo import play as plays
from gongfang.demo.actions import days_played
from gongfang.demo.agreeing import agree, knot_line
from gongfang.demo.scene import found_again
from gongfang.ledger.reconcile import reconcile
from gongfang.oversight.figures import figures
from tests.demo.conftest import inside

pytestmark = pytest.mark.slow


def ctrl_c_after(steps):
    """A bar on which somebody presses Ctrl-C."""

    @contextmanager
    def bar(_steps):
        told = iter(range(steps))

        def tell(_words):
            if next(told, None) is None:
                raise KeyboardInterrupt

        yield tell

    return bar


def test_the_order_was_placed_by_hand_and_the_play_stopped_in_its_third_day(built, monkeypatch):
    order = agree(found_again(lambda _words: None)).order
    with monkeypatch.context() as patched:
        patched.setattr(plays, "bar", ctrl_c_after(14))
        with pytest.raises(KeyboardInterrupt):
            plays.play(built.schema_name)
    assert days_played() == 2
    with inside() as county:
        assert clock.today().isoformat() == "2022-11-09"
        plays.play(county.schema_name)
    scope.enter(built)
    line = knot_line()
    assert (line.order_id, line.accepted, line.delivered) == (order.pk, 30_000, 30_000)
    assert all(row["holds"] is not False for row in figures(built.schema_name))
    assert reconcile().differences == ()


def test_a_county_that_is_no_demo_is_never_played(committing):
    scope.leave()
    County.objects.filter(schema_name="panan").update(demo=False)
    scope.enter(County.objects.get(schema_name="panan"))
    with pytest.raises(Refused):
        plays.play("panan")
