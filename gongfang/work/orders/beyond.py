"""Ways from an order or an enquiry into rooms above, which this room does not know: they tell where they lead."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from gongfang.core.members import Member
from gongfang.ui.parts import Link
from gongfang.work.orders.models import Enquiry, Order, OrderLine


@dataclass(frozen=True)
class News:
    """A line as it would be: its pieces, its day, its price."""

    line: OrderLine
    pieces: int
    due: date
    fee_hao: int

    @property
    def differs(self) -> bool:
        line = self.line
        return (self.pieces, self.due, self.fee_hao) != (line.pieces, line.due, line.fee_hao)


Way = Callable[[Member, Order], Iterable[Link]]
EnquiryWay = Callable[[Member, Enquiry], Iterable[Link]]
Consequence = Callable[[News], Iterable[str]]
_ways: list[Way] = []
_enquiry_ways: list[EnquiryWay] = []
_consequences: list[Consequence] = []


def way(find: Way) -> Way:
    """Register a function that names further pages about an order for a member."""
    _ways.append(find)
    return find


def ways_from(member: Member, order: Order) -> list[Link]:
    """Return the links of every room above, in the order they were registered."""
    return [link for find in _ways for link in find(member, order)]


def enquiry_way(find: EnquiryWay) -> EnquiryWay:
    """Register a function that names further pages about an enquiry for a member."""
    _enquiry_ways.append(find)
    return find


def ways_from_enquiry(member: Member, enquiry: Enquiry) -> list[Link]:
    """Return the links of every room above, in the order they were registered."""
    return [link for find in _enquiry_ways for link in find(member, enquiry)]


def consequence(find: Consequence) -> Consequence:
    """Register a function that says what a line as it would be after an amendment means for work that is out."""
    _consequences.append(find)
    return find


def told_beyond(new: News) -> list[str]:
    """Return the sentences of every room above."""
    return [sentence for find in _consequences for sentence in find(new)]
