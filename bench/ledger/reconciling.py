"""Work everything in the ledger out again, in a process of its own, and say how many seconds each check took."""

from __future__ import annotations

import time

from bench.ledger.county import enter


def main() -> None:
    """Run the ledger's own checks over one moment of the county."""
    from django.db import connection, transaction

    from gongfang.ledger import checks

    own = (
        checks.balances, checks.zero_sum, checks.overdrafts, checks.commodities, checks.reversals,
        checks.closed_periods, checks.checkpoints,
    )  # fmt: skip
    connection.ensure_connection()
    with transaction.atomic():
        for check in own:
            began = time.perf_counter()
            assert list(check()) == [], check.__name__
            print(check.__name__, time.perf_counter() - began)


if __name__ == "__main__":
    enter()
    main()
