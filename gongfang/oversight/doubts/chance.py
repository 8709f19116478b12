"""How likely it is to find so little by chance: a bound on what others find, and the tail of a binomial count.

The bound is Wilson's score interval, lower end (E. B. Wilson, "Probable inference, the law of succession, and
statistical inference", Journal of the American Statistical Association 22, 1927, pages 209-212): unlike the plain
rate it holds for few looks and for rates near nothing. Many inspectors are compared at once, so the chance that is
allowed is shared among the comparisons (C. E. Bonferroni, 1936).
"""

from __future__ import annotations

from math import exp, lgamma, log, log1p, sqrt

SURE = 3.09  # one-sided: others' true rate lies below the bound once in a thousand times


def lower_bound(found: int, looked: int, *, z: float = SURE) -> float:
    """Return a rate below which the true rate of `found` in `looked` hardly lies."""
    if found == 0:
        return 0.0
    rate, part = found / looked, z * z / looked
    middle = rate + part / 2
    reach = z * sqrt((rate * (1 - rate) + part / 4) / looked)
    return min(rate, max(0.0, (middle - reach) / (1 + part)))


def at_most(found: int, looked: int, rate: float) -> float:
    """Return how likely it is to find at most `found` in `looked` where each is found with this rate."""
    if rate <= 0 or found >= looked:
        return 1.0
    if rate >= 1:
        return 0.0
    return min(1.0, sum(exp(_log_exactly(n, looked, rate)) for n in range(found + 1)))


def _log_exactly(found: int, looked: int, rate: float) -> float:
    ways = lgamma(looked + 1) - lgamma(found + 1) - lgamma(looked - found + 1)
    return ways + found * log(rate) + (looked - found) * log1p(-rate)


def too_few(own: tuple[int, int], others: tuple[int, int], *, one_in: int) -> bool:
    """Say whether one finds so much less than others do that chance hardly explains it: each pair (found, looked)."""
    return at_most(*own, lower_bound(*others)) * one_in < 1
