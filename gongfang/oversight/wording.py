"""Units and rules of published figures in words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def unit(code: str) -> str:
    """Say what a figure is counted in."""
    words = {
        "workshops": pgettext("unit", "workshops"),
        "kinds": pgettext("unit", "kinds"),
        "people": pgettext("unit", "people"),
        "pieces": pgettext("unit", "pieces"),
        "days": pgettext("unit", "days"),
        "yuan": pgettext("unit", "yuan"),
        "townships": pgettext("unit", "townships"),
        "years": pgettext("unit", "years"),
        "villages": pgettext("unit", "villages"),
        "minutes": pgettext("unit", "minutes"),
        "cm": pgettext("unit", "centimetres"),
        "enterprises": pgettext("unit", "enterprises"),
        "lists": pgettext("unit", "lists"),
        "levels": pgettext("unit", "levels"),
    }
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
