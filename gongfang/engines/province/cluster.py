"""On the machines of a Dask cluster: a scheduler, and workers that may come and go.

The scheduler keeps a task until its plan was fetched, so what a dead worker had is planned again elsewhere; a county
that four workers died of is given up. Messages are
pickles: whoever can speak to the scheduler can run code on every worker, so it stands in a private network and behind
TLS (`tls://`, certificates as Dask's own settings name them).
"""

from collections.abc import Iterable, Iterator

import dask
from distributed import Client

from gongfang.engines.province.executor import Case, Planned
from gongfang.engines.province.here import in_pool


class Cluster:
    """Plans on the workers of the scheduler at `address`."""

    def __init__(self, address: str) -> None:
        self.address = address

    def run(self, cases: Iterable[Case], /) -> Iterator[Planned]:
        """Plan as many counties at a time as there are workers, and keep one ready for each."""
        # A county travels inside its task: sent ahead to a worker, it would be lost together with that worker.
        settings = {"distributed.admin.large-graph-warning-threshold": "1GiB"}
        with dask.config.set(settings), Client(self.address) as client:  # type: ignore[no-untyped-call]
            client.wait_for_workers(1)
            room = 2 * sum(client.nthreads().values())
            with client.get_executor(pure=False) as pool:
                yield from in_pool(pool, iter(cases), due={}, room=room)
