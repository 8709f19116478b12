"""The verb on numbered pieces: whose number each accepted piece carries, and that no stranger's leaves with them."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from gongfang.core.action import Act, action
from gongfang.core.errors import Refused
from gongfang.work.orders.models import OrderLine
from gongfang.work.piecework import access
from gongfang.work.piecework.models import Delivery, Inspection, PieceNumber


@action(access.may_number)
def number_pieces(act: Act, word: Inspection, *, codes: Sequence[str]) -> list[PieceNumber]:
    """Write down the numbers on accepted pieces; a number stands once in an order."""
    clean = _clean(codes)
    line = word.hand_in.bag.lot.line
    if len(clean) + word.numbers.count() > word.accepted:
        raise Refused(
            _("%(accepted)s pieces were accepted. Enter no more numbers than that.")
            % {"accepted": word.accepted},
            code="too_many",
            field="codes",
        )
    known = PieceNumber.objects.filter(line__order=line.order_id, code__in=clean).first()
    if known:
        raise Refused(_("Number %(code)s stands in this order already.") % {"code": known}, field="codes")
    return PieceNumber.objects.bulk_create(
        PieceNumber(line=line, inspection=word, code=code) for code in clean
    )


def deliver_numbers(line: OrderLine, delivery: Delivery, codes: Sequence[str]) -> None:
    """Send numbered pieces along: as many as are sent, each made under this order and not sent before."""
    if not codes:
        return
    clean = _clean(codes)
    if len(clean) != delivery.pieces:
        raise Refused(
            _("%(pieces)s pieces are sent. Enter as many numbers, or none.") % {"pieces": delivery.pieces},
            field="numbers",
        )
    made = {
        row.code: row for row in PieceNumber.objects.select_for_update().filter(line=line, code__in=clean)
    }
    for code in clean:
        if code not in made:
            raise Refused(
                _("No piece with number %(code)s was made under this order. Look at the piece again.")
                % {"code": code},
                code="not_made_here",
                field="numbers",
            )
        if made[code].delivery_id:
            raise Refused(_("Number %(code)s was sent before.") % {"code": code}, field="numbers")
    PieceNumber.objects.filter(pk__in=[row.pk for row in made.values()]).update(delivery=delivery)


def _clean(codes: Sequence[str]) -> list[str]:
    clean = [code.strip() for code in codes if code.strip()]
    if not clean or len(set(clean)) < len(clean):
        raise Refused(_("Enter each number once, one a line."), field="codes")
    return clean
