"""Choosing products: skill, what an hour brings, what is left, how steadily they are ordered, what comes back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F
from django.db.models.functions import TruncMonth

from gongfang.registry.people.models import Skill
from gongfang.work.orders.models import Order, OrderLine, Step
from gongfang.work.orders.queries import hourly, with_a_rate

A_YEAR = 365


@dataclass(frozen=True)
class Choice:
    """One product as an officer weighs it; `months` of the last twelve had orders of it, shares are in thousandths."""

    step: Step
    people: int
    hourly_hao: int
    stays_hao: int | None
    months: int
    orders: int
    repeat_permille: int
    back_permille: int
    material_hao: int


@dataclass(frozen=True)
class Wanted:
    """What a product has to be: people who can make it, what an hour brings, months with orders, what comes back."""

    people: int = 0
    hourly_hao: int = 0
    months: int = 0
    back_permille: int = 1000

    def meets(self, choice: Choice) -> bool:
        """Say whether a product is all of it."""
        return (
            choice.people >= self.people
            and choice.hourly_hao >= self.hourly_hao
            and choice.months >= self.months
            and choice.back_permille <= self.back_permille
        )


def choices(day: date, wanted: Wanted | None = None) -> list[Choice]:
    """Return the products with a rate, the steadiest first, those that are not as wanted left out."""
    steps = list(with_a_rate(day).prefetch_related("recipe"))
    able = _able()
    sold = _sold(day)
    found = [_choice(step, able.get(step.skill_id, 0), sold[step.version.product_id]) for step in steps]
    kept = [choice for choice in found if (wanted or Wanted()).meets(choice)]
    return sorted(kept, key=lambda one: (-one.months, -one.hourly_hao, one.step.pk))


def _able() -> dict[int, int]:
    """Return how many people have each skill: what many can do needs little training."""
    return dict(
        Skill.objects.order_by().values_list("kind").annotate(people=Count("resident", distinct=True))
    )


def _sold(day: date) -> dict[int, list[dict[str, Any]]]:
    """Return the order lines of a year by product."""
    since = date.fromordinal(day.toordinal() - A_YEAR)
    lines = OrderLine.objects.filter(order__ordered_on__gt=since, order__ordered_on__lte=day)
    kept = lines.exclude(stage__in=(Order.Stage.DRAFT, Order.Stage.CANCELLED))
    rows = kept.annotate(month=TruncMonth("order__ordered_on")).values(
        "month", "fee_hao", "pieces", "delivered", "order_id",
        product=F("version__product"), enterprise=F("order__enterprise"),
        back=F("returned") + F("replaced") + F("credited"),
    )  # fmt: skip
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows.order_by("order__ordered_on", "pk"):
        found[row["product"]].append(dict(row))
    return found


def _choice(step: Any, people: int, rows: list[dict[str, Any]]) -> Choice:
    orders = {row["order_id"]: row["enterprise"] for row in rows}
    pieces, delivered = sum(row["pieces"] for row in rows), sum(row["delivered"] for row in rows)
    fee = sum(row["fee_hao"] * row["pieces"] for row in rows) // pieces if pieces else None
    return Choice(
        step=step,
        people=people,
        hourly_hao=hourly(step.rate_hao, step.standard_seconds),
        stays_hao=None if fee is None else fee - step.rate_hao,
        months=len({row["month"] for row in rows}),
        orders=len(orders),
        repeat_permille=_repeats(orders.values()),
        back_permille=sum(row["back"] for row in rows) * 1000 // delivered if delivered else 0,
        material_hao=sum(item.amount * item.value_hao_per_1000 // 1000 for item in step.recipe.all()),
    )


def _repeats(enterprises: Iterable[int]) -> int:
    """Return which share of orders came from an enterprise that had ordered before, in thousandths."""
    every = list(enterprises)
    return (len(every) - len(set(every))) * 1000 // len(every) if every else 0
