"""What planners have answered so far, line by line in a file, so that an interrupted run goes on where it was.

Answers of another commit do not count.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from bench.judge import Judged
from bench.rivals.asking import Told


@dataclass(frozen=True)
class Kept:
    """Answers by instance and planner; kept in a file if there is one."""

    file: Path | None = None
    commit: str = ""
    instance: str = ""
    answers: dict[tuple[str, str], Told] = field(default_factory=dict)

    @classmethod
    def in_file(cls, file: Path, *, commit: str) -> Kept:
        """What a file has of this commit; the rest of it goes."""
        text = file.read_text(encoding="utf-8") if file.exists() else ""
        lines = [line for line in map(_read, text.splitlines()) if line and line["commit"] == commit]
        file.parent.mkdir(exist_ok=True)
        file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        return cls(file, commit, "", {(one["instance"], one["who"]): _told(one["told"]) for one in lines})

    def of(self, instance: str) -> Kept:
        """The same, for one instance."""
        return replace(self, instance=instance)

    def told(self, who: str) -> Told | None:
        """What somebody has answered already."""
        return self.answers.get((self.instance, who))

    def keep(self, who: str, told: Told) -> Told:
        """Keep an answer, at once."""
        self.answers[self.instance, who] = told
        if self.file is not None:
            line = {"commit": self.commit, "instance": self.instance, "who": who, "told": asdict(told)}
            with self.file.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
        return told


def _read(line: str) -> dict[str, Any] | None:
    """A line; nothing if it broke off in the middle."""
    try:
        return dict(json.loads(line))
    except ValueError:
        return None


def _told(row: dict[str, Any]) -> Told:
    judged = row.pop("judged")
    return Told(**row, judged=Judged(**judged) if judged else None)
