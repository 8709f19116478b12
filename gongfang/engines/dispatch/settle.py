"""From whole bags found by the search to what is offered: the last bags, who was in line, who comes next.

The search counts in whole bags. An order may end with a smaller one; which of its bags that is, and anything the
search left lying though somebody had room, follows the rule (`rule`).
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from gongfang.engines.dispatch.arrays import Arrays, Ints
from gongfang.engines.dispatch.rule import Grant, Line, Sharing, Turn, turns_of
from gongfang.engines.dispatch.search import Search


def settle(arrays: Arrays, search: Search, *, kept: Mapping[int, int]) -> Sharing:
    """Share out what the search found, in the rounds it chose, and by the rule what is left of each work."""
    sharing = Sharing(replace(arrays, served=search.links.visits.copy()), kept=kept)
    found = {late: _found(arrays, search, column) for late, column in ((False, "soon"), (True, "late"))}
    turns = turns_of(arrays)
    for turn in turns:
        _take_found(sharing, turn, found[turn.late])
    for turn in turns:
        sharing.take_turn(turn)
    sharing.grants = _joined(sharing.grants)
    return sharing


def _found(arrays: Arrays, search: Search, column: str) -> Ints:
    bags = np.zeros(len(arrays.person), dtype=np.int64)
    bags[search.rows] = search.tables.pairs[column]
    return bags


def _take_found(sharing: Sharing, turn: Turn, found: Ints) -> None:
    """Give the bags found to whom they were found for, the poorest first, as long as whole ones are needed."""
    bags = found[sharing.arrays.pairs(turn.work)]
    if not bags.any():
        return
    line = Line(sharing, turn)
    able = [at for at, units in enumerate(line.room) if units >= line.size]
    others = [sharing.fullness(line.people[at]) for at in able if not bags[at]]
    line.serve(np.minimum(bags * line.size, line.room).tolist())
    line.give_whole_bags()
    line.close()
    for grant in line.grants.values():
        grant.able, grant.following = len(able), min(others, default=None)


def _joined(grants: list[Grant]) -> list[Grant]:
    """One grant for each pair and round."""
    joined: dict[tuple[int, bool], Grant] = {}
    for grant in grants:
        first = joined.setdefault((grant.pair, grant.late), grant)
        if first is not grant:
            first.bags += grant.bags
            first.kept += grant.kept
            first.after = grant.after
    return list(joined.values())
