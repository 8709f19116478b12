from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction

from gongfang.core import throttle
from gongfang.database import scope

HOUR = timedelta(hours=1)


def test_the_first_tries_pass_and_the_next_do_not(committing):
    assert [throttle.allow("Li Mei", limit=3, window=HOUR) for _ in range(5)] == [True] * 3 + [False] * 2
    assert throttle.allow("Wang Fang", limit=3, window=HOUR)


def test_a_window_that_has_ended_begins_anew(committing):
    assert throttle.allow("Li Mei", limit=1, window=-HOUR)
    assert throttle.allow("Li Mei", limit=1, window=HOUR)
    assert not throttle.allow("Li Mei", limit=1, window=HOUR)


def test_a_try_inside_a_transaction_that_could_undo_it_is_a_mistake(committing):
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        throttle.allow("Li Mei", limit=3, window=HOUR)


def test_ended_windows_are_forgotten_and_open_ones_are_not(committing):
    throttle.forget_ended()
    throttle.allow("Li Mei", limit=1, window=-HOUR)
    throttle.allow("Wang Fang", limit=1, window=HOUR)
    assert throttle.forget_ended() == 1
    assert not throttle.allow("Wang Fang", limit=1, window=HOUR)


def test_no_phone_number_stands_in_the_table(committing):
    throttle.allow("login 13812345678", limit=3, window=HOUR)
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM core_throttle")
        assert all(b"138" not in bytes(key) and len(bytes(key)) == 32 for (key,) in cursor.fetchall())


def test_of_two_hundred_tries_at_once_exactly_seven_pass(committing):
    def tries_ten(_worker):
        scope.enter(committing)
        try:
            return [throttle.allow("one badge", limit=7, window=HOUR) for _ in range(10)]
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as workers:
        passed = [passed for ten in workers.map(tries_ten, range(20)) for passed in ten]
    assert (len(passed), sum(passed)) == (200, 7)
