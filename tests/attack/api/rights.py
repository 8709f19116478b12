"""The table of rights as the county reads it: who may do what, everywhere (全县) or with what is theirs (自己的).

`rights.csv` is written from the mission, the glossary and the guides, and never from the code it is held against.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).parent / "rights.csv"
ROLES = {
    "县级中心": "officer",
    "审计": "auditor",
    "乡镇中心": "township",
    "管家": "steward",
    "工坊负责人": "manager",
    "收发员": "clerk",
    "质检员": "inspector",
    "务工群众": "maker",
    "经纪人": "agent",
    "承接主体负责人": "operator",
    "承接主体收发员": "operator_clerk",
    "承接主体质检员": "operator_inspector",
    "企业采购": "buyer",
    "没有岗位的人": "anyone",
}
EVERYWHERE, OWN, FOR_MAKERS = "全县", "自己的", "替务工群众代办"


@dataclass(frozen=True)
class Right:
    """One row of the table."""

    row: str
    what: str
    everywhere: frozenset[str]
    own: frozenset[str]
    for_makers: bool

    @property
    def verb(self) -> str:
        """The verb; what stands behind # says on which thing."""
        return self.row.partition("#")[0]

    def allows(self, role: str, *, own: bool) -> bool:
        """Say whether the table lets a role do it to what is theirs, or to what is another's."""
        return role in self.everywhere or (own and role in self.own)


def table() -> dict[str, Right]:
    """Read the table; a cell it does not know is a fault of the table."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return {line["动词"]: _right(line) for line in csv.DictReader(file)}


def _right(line: dict[str, str]) -> Right:
    cells = {code: line[title] for title, code in ROLES.items()}
    assert set(cells.values()) <= {EVERYWHERE, OWN, ""}, line
    return Right(
        row=line["动词"],
        what=line["事项"],
        everywhere=frozenset(role for role, cell in cells.items() if cell == EVERYWHERE),
        own=frozenset(role for role, cell in cells.items() if cell == OWN),
        for_makers=line[FOR_MAKERS] == "可以",
    )
