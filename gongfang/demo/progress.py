"""A bar on the terminal for what takes longer than a breath."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

Tell = Callable[[str], None]


@contextmanager
def bar(steps: int) -> Iterator[Tell]:
    """Show a bar of so many steps; each telling names what was done and moves it on."""
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Progress(*columns) as shown:
        task = shown.add_task("", total=steps)
        yield lambda words: shown.update(task, advance=1, description=words)
