"""Earned and paid, added up by workshop or agent and order line: what sheets and books of the centre are made of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, Count, Exists, F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from gongfang.core.money import HAO_PER_FEN
from gongfang.pay.models import Correction, Payout, Slip, SlipLine
from gongfang.registry.people.models import Organisation
from gongfang.registry.places.law import Rule, rule_on
from gongfang.work.orders.models import Step
from gongfang.work.piecework.models import Inspection, SecondLook

REWARD = "agent_reward"
Place = tuple[int, int]  # organisation, order line
_LOT = "hand_in__bag__lot"
_CAUSES: Mapping[str, tuple[Any, str]] = {
    "piecework.inspection": (Inspection, _LOT),
    "piecework.secondlook": (SecondLook, f"inspection__{_LOT}"),
    "pay.correction": (Correction, f"inspection__{_LOT}"),
}

# A second look says the margin of all the accepted pieces anew.
_LAST_LOOK = SecondLook.objects.filter(inspection=OuterRef("pk")).order_by("-pk").values("margin_hao")[:1]
MARGIN_NOW = Coalesce(Subquery(_LAST_LOOK), F("margin_hao"))
_MOVED = SecondLook.objects.filter(inspection=OuterRef("pk")).order_by().values("inspection")
ACCEPTED_NOW = F("accepted") + Coalesce(Subquery(_MOVED.annotate(sum=Sum("accepted")).values("sum")), 0)
PIECES = tuple(_CAUSES)  # what pieces earn comes from one of these


def lots_of_causes(causes: Iterable[str]) -> dict[str, int]:
    """Return whose lot each verdict, second look or correction was about; other causes have none."""
    asked: dict[str, list[int]] = defaultdict(list)
    for cause in causes:
        kind, _colon, pk = cause.rpartition(":")
        if kind in _CAUSES:
            asked[kind].append(int(pk))
    found: dict[str, int] = {}
    for kind, keys in asked.items():
        model, path = _CAUSES[kind]
        rows = model.objects.filter(pk__in=keys).order_by().values_list("pk", path)
        found |= {f"{kind}:{pk}": lot for pk, lot in rows}
    return found


def paid_pieces(since: date, until: date) -> dict[Place, int]:
    """Return what was paid for pieces in a stretch of days: the lines of slips whose payout was settled then."""
    paid = SlipLine.objects.filter(
        slip__stage=Slip.Stage.CLOSED, slip__payout__settled_on__range=(since, until), bag__isnull=False
    )
    return _summed(paid, "bag__lot", "amount_hao")


def unpaid_pieces() -> dict[Place, int]:
    """Return what pieces earned that no paid slip says yet: on a slip to be paid, or on none."""
    waiting = SlipLine.objects.filter(slip__stage=Slip.Stage.OPEN, bag__isnull=False)
    spoken = Inspection.objects.filter(~Exists(SlipLine.objects.filter(inspection=OuterRef("pk"))))
    put_right = Correction.objects.filter(~Exists(SlipLine.objects.filter(correction=OuterRef("pk"))))
    found: dict[Place, int] = defaultdict(int)
    for part in (
        _summed(waiting, "bag__lot", "amount_hao"),
        _summed(spoken, _LOT, "amount_hao"),
        _summed(put_right, f"inspection__{_LOT}", "difference_hao"),
    ):
        for place, hao in part.items():
            found[place] += hao
    return found


def _summed(rows: QuerySet[Any], lot: str, of: str) -> dict[Place, int]:
    summed = rows.order_by().values_list(f"{lot}__organisation", f"{lot}__line")
    found = summed.annotate(sum=Sum(of, output_field=BigIntegerField()))
    return {(organisation, line): int(total) for organisation, line, total in found if total}


@dataclass(frozen=True)
class YearFees:
    """What an agent's or workshop's makers were paid in a year, for hand and for machine work, and its margin."""

    organisation: Organisation
    hand_hao: int
    machine_hao: int
    makers: int
    margin_hao: int
    reward_hao: int

    @property
    def fees_hao(self) -> int:
        """Processing fees of both kinds together."""
        return self.hand_hao + self.machine_hao


def fees_of_year(organisations: QuerySet[Organisation], year: int) -> list[YearFees]:
    """Return what each of these paid in a year, who paid most first; whoever paid nothing is left out."""
    days = (date(year, 1, 1), date(year, 12, 31))
    lines = SlipLine.objects.filter(
        slip__stage=Slip.Stage.CLOSED, slip__payout__settled_on__range=days, bag__isnull=False
    ).order_by()
    paid: dict[int, dict[str, int]] = defaultdict(dict)
    for at, method, total in lines.values_list("bag__lot__organisation", "bag__lot__step__method").annotate(
        sum=Sum("amount_hao", output_field=BigIntegerField())
    ):
        paid[at][method] = int(total)
    makers = lines.values_list("bag__lot__organisation").annotate(n=Count("bag__lot__maker", distinct=True))
    margins = Payout.objects.filter(stage=Payout.Stage.CONFIRMED, settled_on__range=days).order_by()
    fen = margins.values_list("organisation").annotate(sum=Sum("amount_fen", output_field=BigIntegerField()))
    return _ranked(organisations.in_bulk(paid), paid, dict(makers), dict(fen), rule_on(REWARD, days[1]))


def _ranked(
    known: Mapping[int, Organisation],
    paid: Mapping[int, Mapping[str, int]],
    makers: Mapping[int, int],
    margins: Mapping[int | None, int],
    rule: Rule | None,
) -> list[YearFees]:
    rows = [
        YearFees(
            organisation=organisation,
            hand_hao=paid[pk].get(Step.Method.HAND, 0),
            machine_hao=paid[pk].get(Step.Method.MACHINE, 0),
            makers=makers[pk],
            margin_hao=margins.get(pk, 0) * HAO_PER_FEN,
            reward_hao=_reward(organisation, paid[pk], rule),
        )
        for pk, organisation in known.items()
    ]
    return sorted(rows, key=lambda row: (-row.fees_hao, row.organisation.pk))


def _reward(organisation: Organisation, paid: Mapping[str, int], rule: Rule | None) -> int:
    """Return which step of the county's reward an agent has passed: by hand or by machine, the higher one."""
    if rule is None or organisation.kind != Organisation.Kind.AGENT:
        return 0
    hand, machine = paid.get(Step.Method.HAND, 0), paid.get(Step.Method.MACHINE, 0)
    passed = [
        reward
        for by_hand, by_machine, reward in rule.value["steps"]
        if hand >= by_hand or machine >= by_machine
    ]
    return max(passed, default=0)
