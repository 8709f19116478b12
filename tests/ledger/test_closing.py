"""A closed period stays as it was; what comes late is booked in the open one and shows its own day."""

from datetime import UTC, date, datetime, timedelta

import pytest

from gongfang.core import clock
from gongfang.core.action import By
from gongfang.core.errors import Moved, NotAllowed, Refused
from gongfang.ledger.actions import close_period
from gongfang.ledger.models import Closing, Snapshot, Transfer
from gongfang.ledger.reconcile import reconcile
from tests.ledger.conftest import as_owner, by, move, person
from tests.ledger.test_posting import OWED, TRANSIT, pay

OCTOBER_20 = datetime(2026, 10, 20, 4, tzinfo=UTC)
NOVEMBER_2 = datetime(2026, 11, 2, 4, tzinfo=UTC)
END_OF_OCTOBER = date(2026, 10, 31)
END_OF_NOVEMBER = date(2026, 11, 30)
DECEMBER_3 = datetime(2026, 12, 3, 4, tzinfo=UTC)


def at(moment, verb, *arguments):
    with clock.at(moment):
        return verb(*arguments)


def snapshot(closing):
    return sorted(Snapshot.objects.filter(closing_id=closing.pk).values_list("balance", flat=True))


def test_closing_keeps_the_balances_of_the_last_day(officer, clerk):
    at(OCTOBER_20, move, by(clerk), [pay(450)])
    at(NOVEMBER_2, move, by(clerk), [pay(50)])
    closing = at(NOVEMBER_2, close_period, by(officer), END_OF_OCTOBER)
    assert snapshot(closing) == [-450, 450]
    assert closing.accounts == 2


def test_the_next_closing_goes_on_from_the_one_before(officer, clerk):
    at(OCTOBER_20, move, by(clerk), [pay(450)])
    at(NOVEMBER_2, close_period, by(officer), END_OF_OCTOBER)
    at(NOVEMBER_2, move, by(clerk), [pay(450, OWED, TRANSIT)])
    closing = at(DECEMBER_3, close_period, by(officer), END_OF_NOVEMBER)
    assert snapshot(closing) == [-450, 450]
    assert reconcile().differences == ()


def test_what_comes_late_is_booked_on_the_first_open_day_and_shows_its_own(officer, clerk):
    at(NOVEMBER_2, close_period, by(officer), END_OF_OCTOBER)
    late = By(clerk, "scan", acted_at=OCTOBER_20, skew=timedelta(seconds=3))
    at(OCTOBER_20, move, late, [pay(450)])
    row = Transfer.objects.get()
    assert (row.booked_on, row.acted_at, row.skew) == (date(2026, 11, 1), OCTOBER_20, timedelta(seconds=3))
    assert reconcile().differences == ()


def test_a_period_that_is_not_over_stays_open(officer):
    with pytest.raises(Refused, match="not over yet"):
        at(NOVEMBER_2, close_period, by(officer), date(2026, 11, 2))


def test_a_closed_period_cannot_be_closed_again_nor_an_earlier_one(officer):
    at(NOVEMBER_2, close_period, by(officer), END_OF_OCTOBER)
    for until in (END_OF_OCTOBER, date(2026, 9, 30)):
        with pytest.raises(Moved):
            at(NOVEMBER_2, close_period, by(officer), until)
    assert Closing.objects.count() == 1


def test_only_an_officer_closes(auditor, maker):
    for person_ in (auditor, maker):
        with pytest.raises(NotAllowed):
            at(NOVEMBER_2, close_period, by(person_), END_OF_OCTOBER)


def test_a_closed_period_altered_by_the_owner_is_found(committing):
    officer, clerk = person("Officer Ouyang"), person("Clerk Chen")
    at(OCTOBER_20, move, by(clerk), [pay(450)])
    at(NOVEMBER_2, close_period, by(officer), END_OF_OCTOBER)
    as_owner("UPDATE ledger_snapshot SET balance = 999 WHERE balance > 0")
    assert {difference.what for difference in reconcile().differences} == {"Balance at the close", "Digest"}
