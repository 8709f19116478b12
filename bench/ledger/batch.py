"""A million at once: piece results settled, transfers written row by row, and everything worked out again."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

import psycopg

from bench.ledger.stand import Stand

_WORKERS = 10_000
_SETTLE = """
SELECT ledger_post_many(uuidv7(), array_agg(uuidv7()),
  array_agg('organisation'::text), array_agg(500::bigint), array_agg('cost'::text),
  array_agg('relation'::text), array_agg(worker), array_agg('owed'::text),
  array_agg('CNY'::text), array_agg(amount), array_agg('pay.settlement:1'::text), array_agg(NULL::bigint),
  NULL::timestamptz, NULL::interval, now(), current_date)
FROM (SELECT worker, sum(amount)::bigint AS amount FROM public.result GROUP BY worker) s
"""
# Ten thousand a call, as a long sheet would be; each row a transfer of its own.
_ROWS = """
SELECT ledger_post_many(uuidv7(), array_agg(uuidv7()),
  array_agg('organisation'::text), array_agg(500::bigint), array_agg('cost'::text),
  array_agg('relation'::text), array_agg(worker), array_agg('owed'::text),
  array_agg('CNY'::text), array_agg(amount), array_agg('piecework.inspection:' || id), array_agg(NULL::bigint),
  NULL::timestamptz, NULL::interval, now(), current_date)
FROM public.result WHERE id > %s AND id <= %s
"""


def prepare(stand: Stand, results: int) -> None:
    """Lay out the piece results, whole and each of one person."""
    with stand.link() as link:
        link.execute(
            "CREATE TABLE result (id bigint PRIMARY KEY, worker bigint NOT NULL, amount bigint NOT NULL)"
        )
        link.execute(
            "INSERT INTO result SELECT n, 1 + (random() * %s)::bigint, 1 + (random() * 9000)::bigint"
            " FROM generate_series(1, %s) n",
            [_WORKERS - 1, results],
        )
        link.execute("GRANT SELECT ON result TO PUBLIC")
        link.execute("GRANT USAGE ON SCHEMA public TO PUBLIC")
        link.execute("VACUUM ANALYZE result")


def settled(stand: Stand, rounds: int) -> tuple[float, float]:
    """Return the seconds of settling per person, and of the plain sum, in turn."""
    ours, plain = [], []
    with stand.county() as link:
        link.execute(_SETTLE)  # the people's accounts are opened once in their lives
        for _round in range(rounds):
            plain.append(
                _timed(
                    lambda: link.execute(
                        "SELECT worker, sum(amount) FROM public.result GROUP BY worker"
                    ).fetchall()
                )
            )
            ours.append(_timed(lambda: link.execute(_SETTLE)))
    return median(ours), median(plain)


def row_by_row(stand: Stand, results: int, *, a_call: int = 10_000) -> tuple[float, float]:
    """Return the rows a second of a transfer each, and of COPY into a table with its key."""
    with stand.county() as link:
        ours = _timed(lambda: [link.execute(_ROWS, [n, n + a_call]) for n in range(0, results, a_call)])
    with stand.link() as link:
        link.execute("CREATE TABLE copied (LIKE result INCLUDING ALL)")
        with link.cursor().copy("COPY result TO STDOUT") as out:
            rows = b"".join(out)
        plain = _timed(lambda: _copied(link, rows))
        link.execute("DROP TABLE copied")
    return results / ours, results / plain


def _copied(link: psycopg.Connection, rows: bytes) -> None:
    with link.cursor().copy("COPY copied FROM STDIN") as into:
        into.write(rows)


def _timed(run: Callable[[], object]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began
