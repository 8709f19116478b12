"""A process that does acts for a county until it is told to stop, or killed."""

from __future__ import annotations

import contextlib
import os
import signal
import time
import traceback
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any

DEATH = (EOFError, BrokenPipeError, ConnectionResetError, OSError)


class Worker:
    """The near end: sends told acts, hears answers, and can kill the far end. Forked, so a new one is there at once."""

    def __init__(self, database: str, county: str, superuser: str) -> None:
        self.facts = (database, county, superuser)
        self._fork()

    def _fork(self) -> None:
        near, far = Pipe()
        self.pid = os.fork()
        if self.pid == 0:
            near.close()
            _serve(far, *self.facts)
        far.close()
        self.pipe = near

    def send(self, what: str, *facts: Any) -> bool:
        """Send, and say whether there was somebody to send to."""
        try:
            self.pipe.send((what, facts))
        except DEATH:
            return False
        return True

    def hear(self) -> tuple[Any, ...]:
        """Hear the answer; a process that died says nothing, and another takes its place."""
        answer: tuple[Any, ...] = ("died",)
        with contextlib.suppress(*DEATH):
            answer = self.pipe.recv()
        if answer == ("died",):
            self._again()
        return answer

    def ask(self, what: str, *facts: Any) -> tuple[Any, ...]:
        self.send(what, *facts)
        return self.hear()

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def _again(self) -> None:
        self.stop()
        self._fork()

    def stop(self) -> None:
        self.kill()
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, 0)
        self.pipe.close()


def _serve(far: Connection, database: str, county: str, superuser: str) -> None:
    """The far end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    from tests.soak import places

    places.use(database)
    while True:
        try:
            what, facts = far.recv()
            far.send(_answer(what, county, superuser, facts))
        except DEATH:
            os._exit(0)


def _answer(what: str, county: str, superuser: str, facts: tuple[Any, ...]) -> tuple[Any, ...]:
    from django.db import InterfaceError, OperationalError, connections

    from gongfang.core.errors import Refused
    from tests.soak import checks, falls, faults, hands

    works = {"do": hands.do, "tell": hands.tell, "look": checks.look, "plant": faults.plant}
    try:
        _enter(county, superuser if what == "plant" else "")
        with falls.falling(facts[0]["fall"] if what in ("do", "tell") else "", superuser):
            return ("done", works[what](*facts))
    except Refused as refusal:
        return ("refused", refusal.code, str(refusal))
    except (OperationalError, InterfaceError) as broken:
        connections.close_all()
        time.sleep(0.05)
        return ("broken", str(broken))
    except Exception:  # noqa: BLE001 -- whatever else happens is a finding, told with its traceback
        return ("error", "".join(traceback.format_exc().splitlines(keepends=True)[-4:]))


def _enter(county: str, superuser: str) -> None:
    """Be in the county, as the application or, to alter what nobody may, as the owner of the machine."""
    from django.db import connection

    from gongfang.counties.models import County
    from gongfang.database import scope
    from gongfang.database.roles import APPLICATION

    login = superuser or APPLICATION
    if connection.settings_dict["USER"] != login:
        connection.close()
        connection.settings_dict["USER"] = login
    scope.enter(County(schema_name=county))
