"""What a load costs: transfers a second, the server's processor time and its write-ahead log."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from bench.ledger.crew import Crew, Done
from bench.ledger.stand import COUNTY, Stand, run_program
from gongfang.database.roles import APPLICATION, county_role

_TICKS = os.sysconf("SC_CLK_TCK")
A_CALL = 100
_DRAW = "\\set a random(1, 100)\n\\set b random(1, 10000)\n"
# As acts of the county post: from one of a hundred operators to one of ten thousand people.
# Causes rise with time, too, as the numbers of inspections do.
_NOW = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint % 100000000"
POST = (
    _DRAW
    + f"""SELECT ledger_post(uuidv7(), uuidv7(), 'organisation', :a, 'cost', 'relation', :b, 'owed', 'CNY', 5,
 'piecework.inspection:' || {_NOW}, NULL::bigint, NULL::timestamptz, NULL::interval, now(), current_date);"""
)
POST_MANY = f"""SELECT ledger_post_many(uuidv7(), array_agg(uuidv7()),
 array_agg('organisation'::text), array_agg(1 + (random() * 99)::bigint), array_agg('cost'::text),
 array_agg('relation'::text), array_agg(1 + (random() * 9999)::bigint), array_agg('owed'::text),
 array_agg('CNY'::text), array_agg(5::bigint), array_agg('piecework.inspection:' || {_NOW} + n),
 array_agg(NULL::bigint), NULL::timestamptz, NULL::interval, now(), current_date)
 FROM generate_series(1, {A_CALL}) n;"""
BARE = _DRAW + "SELECT bare(uuidv7(), :a, :b, 5);"
SAME = (
    _DRAW
    + f"""SELECT same(uuidv7(), :a, 100 + :b, 5,
 'piecework.inspection:' || {_NOW});"""
)


@dataclass
class Cost:
    """What one contender did and used, round by round."""

    rates: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)  # microseconds of the server a piece
    wal: list[float] = field(default_factory=list)  # bytes a piece

    @property
    def rate(self) -> float:
        """The middle round's pieces a second."""
        return median(self.rates)


@dataclass(frozen=True)
class Used:
    """Processor time of the server in seconds and bytes of its log, up to now."""

    cpu: float
    wal: int


def used(stand: Stand) -> Used:
    """Read both; the time of a backend that has left is in its postmaster's account."""
    postmaster = int((stand.server.cluster / "postmaster.pid").read_text().split()[0])
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    ticks = sum(_ticks(postmaster)) + sum(sum(_ticks(int(child))[:2]) for child in children)
    with stand.link() as link:
        row = link.execute("SELECT pg_current_wal_insert_lsn() - '0/0'").fetchone()
    assert row is not None
    return Used(ticks / _TICKS, int(row[0]))


def _ticks(pid: int) -> list[int]:
    try:
        return [int(word) for word in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:15]]
    except (FileNotFoundError, ProcessLookupError):
        return [0, 0, 0, 0]


@contextmanager
def charged(stand: Stand, cost: Cost, pieces: list[int]) -> Iterator[None]:
    """Charge what the server uses meanwhile to a contender; `pieces` receives how many it did."""
    before = used(stand)
    yield
    after, done = used(stand), sum(pieces)
    cost.cpu.append((after.cpu - before.cpu) / done * 1e6)
    cost.wal.append((after.wal - before.wal) / done)


@dataclass(frozen=True)
class Script:
    """Something pgbench says over and over."""

    text: str
    database: str
    pieces: int = 1  # how many transfers one saying makes
    in_county: bool = False

    def run(self, stand: Stand, cost: Cost, *, clients: int, seconds: float) -> None:
        """Say it for so long and write down what it cost."""
        pieces: list[int] = []
        with charged(stand, cost, pieces):
            said = self._said(stand, clients, seconds)
            pieces.append(self._number(said, r"actually processed: (\d+)") * self.pieces)
        cost.rates.append(self._number(said, r"tps = (\d+)") * self.pieces)

    def _said(self, stand: Stand, clients: int, seconds: float) -> str:
        options = ["--no-vacuum", "--protocol=prepared", f"--client={clients}", "--jobs=2"]
        options += [f"--time={max(1, round(seconds))}"]
        login = {"PGUSER": "postgres"}
        if self.in_county:
            role = county_role(COUNTY)
            login = {"PGUSER": APPLICATION, "PGOPTIONS": f"-c role={role} -c search_path={COUNTY}"}
        if not self.text:  # pgbench's own: TPC-B
            return run_program(stand, "pgbench", *options, self.database, **login)
        with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
            file.write(self.text)
            file.flush()
            return run_program(stand, "pgbench", *options, f"--file={file.name}", self.database, **login)

    def _number(self, said: str, pattern: str) -> int:
        found = re.search(pattern, said)
        assert found, said
        return int(found[1])


@dataclass(frozen=True)
class Party:
    """A crew of Python processes."""

    crew: Crew

    def run(self, stand: Stand, cost: Cost, *, clients: int, seconds: float) -> None:
        """Let so many of them work for so long and write down what it cost, their own time too."""
        pieces: list[int] = []
        with charged(stand, cost, pieces):
            done: Done = self.crew.work(seconds, only=clients)
            pieces.append(done.times)
        cost.cpu[-1] += done.cpu / done.times * 1e6
        cost.rates.append(done.rate)


Contender = Script | Party


def interleaved(
    stand: Stand, contenders: dict[str, Contender], *, clients: int, seconds: float, rounds: int
) -> Iterator[tuple[str, Cost]]:
    """Let all contenders run in turn, round after round, so that a noisy minute falls on all of them."""
    costs = {name: Cost() for name in contenders}
    for _round in range(rounds):
        for name, contender in contenders.items():
            contender.run(stand, costs[name], clients=clients, seconds=seconds)
            yield name, costs[name]
