"""The bank sheet: the one file with everybody's account in full, its columns as the bank wants them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from gongfang.core import clock, sheets
from gongfang.core.errors import NotAllowed
from gongfang.core.members import Member
from gongfang.core.sheets.writing import Kind
from gongfang.pay.models import BankProfile, BankSheet, Payout

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
}
OPENS_FOR = timedelta(minutes=10)


def _name(payout: Payout) -> str:
    if payout.relation is not None:
        return str(payout.relation.resident.name.reveal())
    return str(payout.organisation)


def _account(payout: Payout) -> Any:
    return payout.account or payout.organisation_account


FIELDS: Mapping[str, Callable[[Payout], Any]] = {
    "no": lambda payout: int(payout.reference.rpartition("-")[2]),
    "reference": lambda payout: payout.reference,
    "name": _name,
    "card": lambda payout: _account(payout).number.reveal(),
    "bank": lambda payout: _account(payout).bank,
    "amount": lambda payout: payout.amount_hao,
    "fen": lambda payout: payout.amount_fen,
    "remark": lambda payout: _("Processing fee") if payout.relation_id else _("Margin"),
}
_KINDS: Mapping[str, Kind] = {"no": "integer", "amount": "yuan", "fen": "integer"}
_WIDTHS = {"no": 8, "card": 26, "reference": 26, "bank": 24}


def standard_columns() -> list[dict[str, str]]:
    """Return the columns most banks take, for a batch without a profile."""
    titles = {
        "no": _("No."),
        "name": _("Payee"),
        "card": _("Account"),
        "bank": _("Bank"),
        "amount": _("Amount (yuan)"),
        "remark": _("Remark"),
        "reference": _("Our reference"),
    }
    return [{"title": title, "field": field} for field, title in titles.items()]


def bank_sheet(member: Member, sheet: BankSheet, *, simulated: bool) -> bytes:
    """Return the file of a sheet, to whoever took it out, for ten minutes; then it is taken out anew, and logged."""
    if sheet.made_by_id != member.user.pk or clock.now() - sheet.made_at > OPENS_FOR:
        raise NotAllowed(_("Take the bank sheet out again; each time is written down."))
    profile = sheet.batch.profile
    table = _table(sheet, profile.columns if profile else standard_columns())
    if profile and profile.form == BankProfile.Form.CSV:
        text = sheets.write_csv(table, simulated=simulated).decode("utf-8-sig")
        return text.encode("utf-8-sig" if profile.charset == "utf-8" else profile.charset)
    about = [
        (_("Batch"), sheet.batch.number),
        (_("Operator"), sheet.batch.operator.name),
        (_("Payouts"), str(sheet.rows)),
        (_("What it is"), _("A sheet for the bank. Whoever loses it reports it at once.")),
    ]
    return sheets.write([table], about=about, simulated=simulated)


def download(member: Member, sheet: BankSheet, *, simulated: bool) -> HttpResponse:
    """Answer with the file of a sheet, which no cache keeps."""
    profile = sheet.batch.profile
    form = profile.form if profile else BankProfile.Form.XLSX
    content = bank_sheet(member, sheet, simulated=simulated)
    headers = {
        "Content-Disposition": f'attachment; filename="{sheet.batch.number}.{form}"',
        "Cache-Control": "no-store",
    }
    return HttpResponse(content, content_type=TYPES[form], headers=headers)


def _table(sheet: BankSheet, columns: Sequence[Mapping[str, str]]) -> sheets.Table:
    payouts = sheet.batch.payouts.filter(method=Payout.Method.BANK, stage__in=("approved", "sent"))
    rows = payouts.select_related("relation__resident", "organisation", "account", "organisation_account")
    fields = [column["field"] for column in columns]
    return sheets.Table(
        title=_("Payouts"),
        columns=[
            sheets.Column(
                column["title"], _KINDS.get(column["field"], "text"), _WIDTHS.get(column["field"], 14)
            )
            for column in columns
        ],
        rows=[[FIELDS[field](payout) for field in fields] for payout in rows.order_by("pk")],
    )
