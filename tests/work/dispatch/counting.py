"""A verb of a higher room, as tests of the counters need it."""

from gongfang.core.action import action
from gongfang.work.dispatch import actions


@action(lambda member, lots: True)
def work(act, lots, *, issued=None, handed_in=None, verdicts=None):
    """Move the counters of lots the way issuing, taking in and inspecting do."""
    if issued:
        actions.count_issued(act, lots, pieces=issued)
    if handed_in:
        actions.count_handed_in(act, lots, pieces=handed_in)
    if verdicts:
        actions.count_inspected(act, lots, verdicts=verdicts)
    return lots
