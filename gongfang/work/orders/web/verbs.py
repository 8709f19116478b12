"""Verbs as a trace tells them, after the fact."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

_SAID = {
    "enquire": _("Enquired"),
    "quote": _("Quoted"),
    "send_quote": _("Quote sent"),
    "accept_quote": _("Quote accepted"),
    "decline_quote": _("Quote declined"),
    "open_order": _("Order opened"),
    "add_line": _("Line added"),
    "drop_line": _("Line taken off"),
    "place_order": _("Order placed"),
    "receive_material": _("Material received"),
    "return_material": _("Material sent back"),
    "amend_order": _("Order changed"),
    "close_order": _("Order closed"),
    "reopen_order": _("Order opened again"),
    "cancel_order": _("Order cancelled"),
    "invoice": _("Fee invoiced"),
    "cancel_invoice": _("Invoice cancelled"),
    "remind": _("Reminded"),
    "receive_fee": _("Fee received"),
    "share_out": _("Shared out"),
    "deliver": _("Delivered"),
}


def said(verb: str) -> str:
    """Return how a verb is told; one of a higher room as it is named there."""
    return str(_SAID.get(verb, verb))
