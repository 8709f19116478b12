"""Slips on paper: numbered, in Chinese, with a mark that anybody can check and nobody can make."""

from __future__ import annotations

import base64
import hmac
import io
import json
from importlib.resources import files
from typing import Any

import segno
import typst
from django.utils.translation import gettext as _

from gongfang.core.secrets import keyed_hash
from gongfang.pay import queries, wording
from gongfang.pay.models import Slip, SlipLine
from gongfang.ui.formats import full_day, rate, yuan

_MARK_BYTES = 10  # eighty bits: too many to try


def mark(slip: Slip) -> str:
    """Return the mark of a slip: its number, day and both totals under the county's own key."""
    said = f"{slip.number}|{slip.drawn_on:%Y%m%d}|{slip.gross_hao}|{slip.net_hao}"
    return base64.b32encode(keyed_hash("slip", said)[:_MARK_BYTES]).decode()


def code(slip: Slip) -> str:
    """Return what stands in the address of the check: number and mark."""
    return f"{slip.number}-{mark(slip)}"


def genuine(given: str) -> Slip | None:
    """Return the slip whose number and mark are right."""
    number, _dash, shown = given.rpartition("-")
    slip = Slip.objects.filter(number=number).first()
    if slip is None or not hmac.compare_digest(mark(slip).encode(), shown.upper().encode()):
        return None
    return slip


def slip_paper(slip: Slip, *, who: str, address: str) -> bytes:
    """Set a slip as a page to print; what people typed travels as data and never as markup."""
    return _set("slip.typ", _said(slip, who), qr=address)


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
    return _set("statement.typ", said)


def _set(template: str, said: dict[str, Any], *, qr: str = "") -> bytes:
    source = files("gongfang.pay").joinpath("templates", "pay", template).read_bytes()
    inputs = {"said": json.dumps(said, ensure_ascii=False), "qr": _drawn(qr) if qr else ""}
    found = typst.compile(source, sys_inputs=inputs)
    assert isinstance(found, bytes)  # one page count, one file: only pictures come as several
    return found


def _drawn(address: str) -> str:
    drawing = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawing, kind="svg", scale=4)
    return drawing.getvalue().decode()
