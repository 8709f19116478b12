import threading
from datetime import UTC, date, datetime, timedelta

import pytest

from gongfang.core import clock

MORNING = datetime(2022, 8, 1, 7, 30, tzinfo=clock.SHANGHAI)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2022, 7, 31, 15, 59, 59, tzinfo=UTC), date(2022, 7, 31)),
        (datetime(2022, 7, 31, 16, 0, tzinfo=UTC), date(2022, 8, 1)),
        (MORNING, date(2022, 8, 1)),
    ],
)
def test_a_business_day_begins_at_midnight_in_shanghai(moment, day):
    assert clock.business_day(moment) == day


def test_a_moment_without_a_zone_is_refused():
    naive = MORNING.replace(tzinfo=None)
    with pytest.raises(ValueError, match="time zone"):
        clock.business_day(naive)
    with pytest.raises(ValueError, match="time zone"), clock.at(naive):
        pass


def test_the_told_moment_moves_on_the_same_way_each_time():
    def looks():
        with clock.at(MORNING):
            return [clock.now() for _ in range(3)]

    first = looks()
    assert first == [MORNING, MORNING + timedelta(microseconds=1), MORNING + timedelta(microseconds=2)]
    assert looks() == first


def test_moments_nest_and_the_present_returns():
    before = datetime.now(UTC)
    with clock.at(MORNING):
        with clock.at(MORNING + timedelta(days=1)):
            assert clock.today() == date(2022, 8, 2)
        assert clock.today() == date(2022, 8, 1)
    assert before <= clock.now() <= datetime.now(UTC)


def test_the_present_returns_after_a_failure():
    with pytest.raises(RuntimeError), clock.at(MORNING):
        raise RuntimeError
    assert clock.now().year > 2022


def test_another_thread_keeps_its_own_time():
    seen = []
    with clock.at(MORNING):
        other = threading.Thread(target=lambda: seen.append(clock.now()))
        other.start()
        other.join()
    assert seen[0].year > 2022


def test_skew_corrects_a_device_that_runs_ahead():
    device_now = MORNING + timedelta(minutes=7)
    ahead = clock.skew(device_now=device_now, server_now=MORNING)
    assert device_now - ahead == MORNING


def test_a_shifted_county_lives_on_its_own_day_and_the_present_returns():
    with clock.shifted(timedelta(days=-365)):
        assert clock.now() == pytest.approx(datetime.now(UTC) - timedelta(days=365), abs=timedelta(seconds=5))
        with clock.at(MORNING):
            assert clock.now() == MORNING
    assert datetime.now(UTC) - clock.now() < timedelta(seconds=5)
