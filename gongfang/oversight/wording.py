"""Units and rules of published figures in words."""

from __future__ import annotations

from django.utils.translation import gettext as _


def unit(code: str) -> str:
    """Say what a figure is counted in."""
    words = {
        "workshops": _("workshops"), "kinds": _("kinds"), "people": _("people"), "pieces": _("pieces"),
        "days": _("days"), "yuan": _("yuan"), "townships": _("townships"), "years": _("years"),
        "villages": _("villages"), "minutes": _("minutes"), "cm": _("centimetres"),
        "enterprises": _("enterprises"), "lists": _("lists"), "levels": _("levels"),
    }  # fmt: skip
    return words.get(code, code)


def rule(code: str) -> str:
    """Say when a figure holds."""
    return {
        "exact": _("exactly"),
        "at_least": _("at least"),
        "at_most": _("at most"),
        "about": _("within five per cent"),
        "potential": _("could be"),
    }.get(code, code)
