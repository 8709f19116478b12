"""The Chromium of the journeys: the system's where there is one, Playwright's own elsewhere.

`python -m tests.journeys.browser` says whether Playwright's own is there.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

SYSTEM = Path("/usr/bin/chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP *.localhost 127.0.0.1",
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start a Chromium, and stop it afterwards."""
    with sync_playwright() as driver:
        path = str(SYSTEM) if SYSTEM.exists() else None
        browser = driver.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


if __name__ == "__main__":
    with sync_playwright() as player:
        sys.exit(not Path(player.chromium.executable_path).exists())
