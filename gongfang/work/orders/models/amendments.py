"""What changed in an order that was placed already, and prices that follow the quantity."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from gongfang.core.models import User
from gongfang.work.orders.models.orders import Order, OrderLine


class PriceStep(models.Model):
    """From so many pieces ordered on, a piece of a line costs the enterprise so much."""

    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="price_steps")
    from_pieces = models.PositiveIntegerField()
    fee_hao = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["line", "from_pieces"], name="one_price_a_quantity")]

    def __str__(self) -> str:
        return f"{self.from_pieces}+ {self.fee_hao}"


class Amendment(models.Model):
    """A new version of a placed order: who changed it, when, why, and the paper it stands in."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="amendments")
    no = models.PositiveSmallIntegerField()
    due_before = models.DateField()
    due = models.DateField()
    reason = models.CharField(max_length=200)
    document = models.CharField(max_length=200)
    amended_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    amended_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "no"], name="one_version_of_an_order_a_number"),
            models.CheckConstraint(condition=Q(no__gte=2), name="the_order_itself_is_version_1"),
            models.CheckConstraint(condition=~Q(reason="") & ~Q(document=""), name="an_amendment_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.order} / {self.no}"


class AmendedLine(models.Model):
    """A line before and after an amendment; a new one had nothing before, a dropped one has no pieces."""

    amendment = models.ForeignKey(Amendment, on_delete=models.PROTECT, related_name="lines")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="amended")
    pieces_before = models.PositiveIntegerField(null=True)
    pieces = models.PositiveIntegerField()
    due_before = models.DateField(null=True)
    due = models.DateField()
    fee_before_hao = models.PositiveBigIntegerField(null=True)
    fee_hao = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["amendment", "line"], name="a_line_once_an_amendment"),
        ]

    def __str__(self) -> str:
        return f"{self.amendment} {self.line_id}"
