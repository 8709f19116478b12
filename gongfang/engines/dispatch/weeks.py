"""Income week by week: a part of the target falls to each week, and what a bag pays counts in one of them.

A person's target falls to the weeks as their time does: who cannot come in a week is not meant to earn in it. A bag
counts in the last week of its window in which its person has time, for by then it is made. With T the target of a
week and I what is earned in it the plan costs phi(T, I) = T h(I / T), h convex, so that

    phi(T + T', I + I')  <=  phi(T, I) + phi(T', I'):

even weeks cost least, and what the time planned for costs as a whole is never more than its weeks.
"""

import numpy as np

from gongfang.engines.dispatch.arrays import Arrays, Ints


def by_week(arrays: Arrays, amounts: Ints) -> Ints:
    """Amounts of all people as they fall to the weeks: (n, g); each person's add up to the whole."""
    weeks = int(arrays.week[-1]) + 1
    time = np.zeros((len(amounts), weeks), dtype=np.int64)
    np.add.at(time.T, arrays.week, arrays.capacity.T)
    time[~time.any(axis=1)] = np.bincount(arrays.week)
    upto = np.cumsum(time, axis=1) / time.sum(axis=1, keepdims=True)
    ends = np.floor(upto * amounts[:, None]).astype(np.int64)
    ends[:, -1] = amounts
    return np.diff(ends, axis=1, prepend=0)


def weeks_of(arrays: Arrays, person: Ints, last: Ints) -> Ints:
    """The week in which bags count that these people make until these buckets."""
    if not arrays.week[-1]:
        return np.zeros(len(person), dtype=np.int64)
    buckets = np.where(arrays.capacity > 0, np.arange(arrays.buckets), 0)
    there = np.maximum.accumulate(buckets, axis=1)
    weeks: Ints = arrays.week[there[person, last]]
    return weeks
