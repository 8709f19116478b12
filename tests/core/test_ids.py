"""Acts are numbered in the order of time, and no two alike."""

import time

from gongfang.core.ids import by_time


def test_what_is_made_later_sorts_later():
    numbers = []
    for _n in range(5):
        numbers.append(by_time())
        time.sleep(0.002)
    assert numbers == sorted(numbers)


def test_numbers_are_of_version_seven_and_differ():
    numbers = {by_time() for _n in range(1000)}
    assert len(numbers) == 1000
    assert {(number.version, number.variant) for number in numbers} == {(7, "specified in RFC 4122")}
