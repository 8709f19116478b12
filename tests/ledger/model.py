"""The ledger in plain Python, written apart from the one in the database: what both say must agree."""

from collections import defaultdict
from dataclasses import dataclass, field

BELOW_ZERO = {"cost", "difference", "making", "outside", "overpaid"}


class RefusalError(Exception):
    """The model refuses."""


@dataclass
class Moved:
    source: tuple[str, ...]
    target: tuple[str, ...]
    amount: int
    reverses: int | None


@dataclass
class Model:
    """Balances are added up from the transfers each time: slow, and hard to get wrong."""

    transfers: list[Moved] = field(default_factory=list)

    def balances(self, transfers=None):
        held: defaultdict[tuple[str, ...], int] = defaultdict(int)
        for moved in self.transfers if transfers is None else transfers:
            held[moved.source] -= moved.amount
            held[moved.target] += moved.amount
        return {account: amount for account, amount in held.items() if amount}

    def is_accrual_taken_back(self, moved):
        return moved.reverses is not None and moved.target[1] == "cost"

    def act(self, steps):
        """Do all steps or none; a step is (source, target, amount, reverses), reversals naming an earlier number."""
        moves = [Moved(*step) for step in steps]
        back = [moved for moved in moves if self.is_accrual_taken_back(moved)]
        after = [*self.transfers, *(moved for moved in moves if moved not in back)]
        for moved in back:
            take = max(0, min(moved.amount, self.balances(after).get(moved.source, 0)))
            if take:
                after.append(Moved(moved.source, moved.target, take, moved.reverses))
            if take < moved.amount:
                debt = (moved.source[0], "overpaid")
                after.append(Moved(debt, moved.target, moved.amount - take, moved.reverses))
        for number, original in enumerate(self.transfers):
            if sum(moved.amount for moved in after if moved.reverses == number) > original.amount:
                raise RefusalError("more taken back than moved")
        if any(
            self.transfers[moved.reverses].reverses is not None
            for moved in moves
            if moved.reverses is not None
        ):
            raise RefusalError("a reversal is not reversed")
        for account, amount in self.balances(after).items():
            if amount < 0 and account[1] not in BELOW_ZERO:
                raise RefusalError(f"{account} would stand at {amount}")
        self.transfers = after
