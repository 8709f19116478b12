"""Slips on paper: numbered, in Chinese, with a mark that anybody can check and nobody can make."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from gongfang.core import marks
from gongfang.pay import queries, wording
from gongfang.pay.models import Slip, SlipLine
from gongfang.ui.formats import full_day, rate, yuan
from gongfang.ui.papers import set_page

ROOM = "gongfang.pay"
KIND = "slip"


def code(slip: Slip) -> str:
    """Return what stands in the address of the check."""
    return marks.code(KIND, slip.number, _told(slip))


def genuine(given: str) -> Slip | None:
    """Return the slip whose number and mark are right."""
    slip = Slip.objects.filter(number=marks.number_of(given)).first()
    return slip if slip and marks.holds(KIND, slip.number, _told(slip), given) else None


def _told(slip: Slip) -> str:
    return f"{slip.drawn_on:%Y%m%d}|{slip.gross_hao}|{slip.net_hao}"


def slip_paper(slip: Slip, *, who: str, address: str) -> bytes:
    """Set a slip as a page to print."""
    return set_page(ROOM, "slip.typ", _said(slip, who), address=address)


def _said(slip: Slip, who: str) -> dict[str, Any]:
    lines = [line for bag in queries.bags_on(slip) for line in bag.lines] + queries.earnings_on(slip)
    relation = slip.relation
    return {
        "title": str(slip.get_kind_display()),
        "number": slip.number,
        "facts": [
            [_("Person"), who],
            [_("Operator"), relation.organisation.name],
            [_("Terms"), str(relation.get_kind_display())],
            [_("Period"), wording.period(slip)],
            [_("Drawn up on"), full_day(slip.drawn_on)],
        ],
        "heads": [_("Day"), _("What for"), _("Accepted"), _("Yuan a piece"), _("Amount in yuan")],
        "rows": [_row(line) for line in lines],
        "takes": [wording.take(row) for row in queries.takes_on(slip)],
        "sums": [
            [_("Earned"), yuan(slip.gross_hao)],
            [_("Taken off"), yuan(slip.taken_hao)],
            [_("To be paid"), yuan(slip.net_hao)],
        ],
        "year": wording.year(queries.year_to_date(slip)),
        "cancelled": wording.slip_answer(slip) if slip.stage == Slip.Stage.CANCELLED else "",
        "check": _("Scan to check that this slip is genuine."),
        "signs": [_("Signature of the person"), _("Signature of the operator")],
    }


def _row(line: SlipLine) -> list[str]:
    bag = line.bag
    what = f"{bag.lot.line.version.product.name} · {bag.code[-5:]}" if bag else wording.line(line)
    if line.correction:
        what = f"{what} · {line.correction.reason}"
    return [
        full_day(line.earned_on),
        what,
        str(line.pieces or ""),
        rate(line.rate_hao) if line.rate_hao else "",
        rate(line.amount_hao),
    ]


def statement_paper(said: dict[str, Any]) -> bytes:
    """Set the statement of an order for its enterprise."""
    return set_page(ROOM, "statement.typ", said)
