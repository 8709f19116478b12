"""One act as somebody tells it: who, which verb, of which things. Plain, so that a history can be sent and kept."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass, field, replace
from typing import Any

# How an act reaches the county: once; by two desks at the same moment; twice at the same moment under one key; again
# under the key of an earlier act; under its key with other content.
WAYS = ("once", "two_desks", "twice", "again", "key_of_another")


@dataclass(frozen=True)
class Told:
    """An act, with things by the names the model gave them (`bag@12.0`: the first bag act 12 made)."""

    no: int
    verb: str
    who: str
    args: dict[str, Any] = field(default_factory=dict)
    on_behalf: str = ""
    wrong: bool = False  # somebody who has no right to it
    way: str = "once"
    earlier: int = -1  # the act whose key is used again
    day: int = 0
    kill: float = -1.0  # the process dies so many seconds after it was sent
    fall: str = ""  # where it is cut off: see falls
    skew: int = 0  # so many days the phone's own clock is wrong; it explains and decides nothing

    def key(self, seed: int, desk: int = 0) -> uuid.UUID:
        number = self.earlier if self.earlier >= 0 else self.no
        return uuid.uuid5(uuid.NAMESPACE_URL, f"soak/{seed}/{number}/{desk}")

    def plain(self) -> dict[str, Any]:
        return asdict(self)

    def gently(self) -> Told:
        """The same without a death in the middle."""
        return replace(self, kill=-1.0, fall="")
