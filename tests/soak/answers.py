"""What an act made, in plain numbers: enough for the model to follow, and nothing it could copy its own answer from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Q

from gongfang.pay.models import Payout
from gongfang.work.dispatch.models import PlanRun
from gongfang.work.orders.queries import before
from tests.soak import hands_after, hands_terms

Said = dict[str, Any]


def said_of(row: Any) -> Said:
    """Say the number of a row, and what else of its kind is asked for."""
    more = _SAID.get(row._meta.label_lower)
    return {"pk": row.pk, **(more(row) if more else {})}


def _payout(row: Payout) -> Said:
    whose = row.relation_id or row.organisation_id
    facts = {"of": "relation" if row.relation_id else "organisation", "whose": whose}
    return {"pk": row.pk, "batch": row.batch_id, "fen": row.amount_fen, "method": row.method, **facts}


_SAID: dict[str, Callable[[Any], Said]] = {
    "dispatch.lot": lambda row: {"relation": row.relation_id},
    "dispatch.offer": lambda row: {"lot": row.lot_id, "maker": row.maker_id, "pieces": row.pieces},
    "core.job": lambda row: {"pk": PlanRun.objects.get(Q(job=row) | Q(sending=row)).pk},
    "orders.order": lambda row: {"lines": list(row.lines.order_by("pk").values_list("pk", flat=True))},
    "orders.orderline": lambda row: {"steps": [line.pk for line in (*before(row), row)]},
    "orders.amendment": lambda row: {"steps": hands_after.added(row)},
    "piecework.bag": lambda row: {"pieces": row.pieces, "lot": row.lot_id, "relation": row.lot.relation_id},
    "piecework.claim": lambda row: {"notes": hands_after.noted(row)},
    "piecework.secondlook": lambda row: {"correction": hands_after.corrected(row)},
    "pay.slip": lambda row: {
        "relation": row.relation_id,
        "gross": row.gross_hao,
        **hands_terms.on_slip(row),
    },
    "pay.dispute": lambda row: {"correction": row.correction_id},
    "pay.payoutbatch": lambda row: {"payouts": [_payout(one) for one in row.payouts.order_by("pk")]},
    "pay.payout": _payout,
}
