"""Call-offs: what orders take of a contract's sum and pieces, what is left, and when that is too much."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import BigIntegerField, Case, F, IntegerField, Q, Sum, When
from django.utils.translation import gettext as _

from gongfang.core.errors import Refused
from gongfang.ui.formats import full_day, number, yuan
from gongfang.work.orders.models import Contract, Order, OrderLine


@dataclass(frozen=True)
class Called:
    """What placed orders called off a contract: pieces, and their fee."""

    contract: Contract
    pieces: int
    fee_hao: int

    @property
    def left_hao(self) -> int | None:
        """What is left of the sum, below zero when more was called off; nothing without a sum."""
        value = self.contract.value_hao
        return None if value is None else value - self.fee_hao

    @property
    def left_pieces(self) -> int | None:
        """What is left of the pieces, below zero when more were called off; nothing without a number."""
        return None if self.contract.pieces is None else self.contract.pieces - self.pieces

    @property
    def overdrawn(self) -> bool:
        return any(left is not None and left < 0 for left in (self.left_hao, self.left_pieces))


def called_off(contract: Contract) -> Called:
    """Add up the placed lines of a contract; of a closed one what was made counts, delivered at its own fee.

    A piece of several steps is one piece, that of its last line.
    """
    kept = Case(
        When(stage=Order.Stage.OPEN, then=F("pieces")),
        default=F("accepted") - F("replaced"),
        output_field=IntegerField(),
    )
    to_come = (F("kept") - F("delivered") + F("replaced")) * F("fee_hao")
    lines = OrderLine.objects.filter(
        order__contract=contract, final=True, stage__in=(Order.Stage.OPEN, Order.Stage.CLOSED)
    )
    rows = lines.annotate(kept=kept).annotate(
        fee=Case(
            When(stage=Order.Stage.CLOSED, then=F("earned_hao")),
            When(Q(kept__gt=F("delivered") - F("replaced")), then=F("earned_hao") + to_come),
            default=F("earned_hao"),
            output_field=BigIntegerField(),
        )
    )
    sums = rows.aggregate(all_pieces=Sum("kept"), all_fee=Sum("fee"))
    return Called(contract, sums["all_pieces"] or 0, int(sums["all_fee"] or 0))


def refuse_overdraw(contract: Contract, day: date) -> None:
    """Refuse an order outside a contract's days, or beyond what is left where the contract refuses that."""
    if contract.valid_from and day < contract.valid_from:
        raise Refused(
            _("This contract begins on %(day)s. Place the order then.")
            % {"day": full_day(contract.valid_from)},
            code="not_valid",
        )
    if contract.valid_until and day > contract.valid_until:
        raise Refused(
            _("This contract ended on %(day)s. Sign a new one first.")
            % {"day": full_day(contract.valid_until)},
            code="not_valid",
        )
    called = called_off(contract)
    if called.overdrawn and contract.overdraw == Contract.Overdraw.REFUSE:
        raise Refused(
            _("This goes beyond the contract %(number)s: %(left)s. Order less, or agree a new contract.")
            % {"number": contract.number, "left": left_sentence(called)},
            code="overdrawn",
        )


def left_sentence(called: Called) -> str:
    """Say what is left of a contract, or by how much it was gone beyond."""
    parts = []
    if (hao := called.left_hao) is not None:
        words = _("%(sum)s left") if hao >= 0 else _("%(sum)s too much")
        parts.append(words % {"sum": yuan(abs(hao))})
    if (pieces := called.left_pieces) is not None:
        words = _("%(pieces)s pieces left") if pieces >= 0 else _("%(pieces)s pieces too many")
        parts.append(words % {"pieces": number(abs(pieces))})
    return _(", ").join(parts)
