"""Going when the process that started this one is gone, however it went: nothing stays behind on the port."""

from __future__ import annotations

import os
import signal
import threading
import time


def leave_with_parent() -> None:
    """Stop this process soon after its parent has ended."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(10)
        os.kill(os.getpid(), signal.SIGKILL)  # a process that waits for its dead parent hears nothing else

    threading.Thread(target=watch, daemon=True).start()
