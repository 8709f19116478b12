"""Verbs of a higher room, as tests of the counters need them."""

from gongfang.core.action import action
from gongfang.work.orders import actions


@action(lambda member, line: True, on_behalf=True)
def work(
    act, line, *, shared=0, issued=0, handed_in=0, accepted=0, rework=0, rejected=0, lost=0, delivered=0
):
    """Move a line's counters the way sharing, issuing, inspecting and delivering do."""
    actions.count_shared(act, line, pieces=shared)
    actions.count_issued(act, line, pieces=issued)
    actions.count_handed_in(act, line, pieces=handed_in)
    actions.count_inspected(act, line, accepted=accepted, rework=rework, rejected=rejected, lost=lost)
    return actions.count_delivered(act, line, pieces=delivered)
