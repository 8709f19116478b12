"""Verbs on what goes to the enterprise: sent with a numbered slip, signed by who received it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from gongfang.core.action import Act, action
from gongfang.core.errors import Moved, Refused
from gongfang.core.models import ref
from gongfang.ledger import postings
from gongfang.work.orders import actions as orders
from gongfang.work.orders.models import OrderLine
from gongfang.work.piecework import access
from gongfang.work.piecework.actions.numbers import deliver_numbers
from gongfang.work.piecework.models import Delivery


@action(access.may_deliver)
def deliver(
    act: Act, line: OrderLine, *, pieces: int, carrier: str = "", numbers: Sequence[str] = ()
) -> Delivery:
    """Send accepted pieces to the enterprise with a numbered hand-over slip, and the numbers on them if any."""
    if pieces < 1:
        raise Refused(_("Enter how many pieces are sent: one or more."), field="pieces")
    if not line.final:
        raise Refused(_("These pieces go on to the next step. The last step is delivered."), code="half_made")
    orders.count_delivered(act, line, pieces=pieces)
    act.lock(line.order)  # slips of an order are numbered one after the other
    count = Delivery.objects.filter(line__order=line.order_id).count()
    delivery = Delivery.objects.create(
        line=line,
        number=f"{line.order.number}-{count + 1:02}",
        pieces=pieces,
        fee_hao=line.fee_hao,
        carrier=carrier,
        delivered_on=act.booked_on,
        sent_by=act.by.user,
    )
    deliver_numbers(line, delivery, numbers)
    postings.deliver(act, line_id=line.pk, pieces=pieces, cause=ref(delivery))
    act.emit("PiecesDelivered", delivery, pieces=pieces)
    return delivery


@action(access.may_sign_delivery)
def sign_delivery(act: Act, delivery: Delivery, *, signed_by: str, signed_on: date | None = None) -> Delivery:
    """Write down who signed the hand-over slip, and when."""
    if delivery.signed_on:
        raise Moved(_("This slip is signed already."))
    if not signed_by.strip():
        raise Refused(_("Enter the name of the person who signed."), field="signed_by")
    delivery.signed_by, delivery.signed_on = signed_by.strip(), signed_on or act.booked_on
    delivery.save(update_fields=["signed_by", "signed_on"])
    return delivery
