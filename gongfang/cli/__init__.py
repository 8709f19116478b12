"""The command line: start a county on this machine, add one, load the demo, play it, reconcile it."""

from gongfang.cli import backup, counties, demo, doctor, ledger, moving, planning, province, serve
from gongfang.cli.root import main

__all__ = [
    "backup",
    "counties",
    "demo",
    "doctor",
    "ledger",
    "main",
    "moving",
    "planning",
    "province",
    "serve",
]
