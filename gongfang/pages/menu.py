"""The top bar: at most five rows, those of the roles somebody holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from gongfang.ledger.access import may_see_ledger
from gongfang.oversight.access import may_see_figures, may_see_registers
from gongfang.ui.parts import MenuItem
from gongfang.ui.ways import reverse
from gongfang.work.orders.access import may_see_products

MOST = 5

# The rooms each role goes to every day, the most used in front.
_OF_ROLE: Mapping[str, Sequence[str]] = {
    "officer": ("orders", "lots", "people", "pay"),
    "township": ("lots", "bags", "people", "workshops"),
    "manager": ("lots", "bags", "inspect", "slips"),
    "agent": ("lots", "bags", "orders", "slips"),
    "clerk": ("hand_in", "issue", "bags", "lots"),
    "inspector": ("inspect", "bags"),
    "maker": ("work", "my_bags", "money"),
    "buyer": ("board", "orders", "deliveries", "invoices"),
    "steward": ("people", "workshops"),
    "auditor": ("orders", "bags", "slips", "people"),
}


def _places() -> dict[str, tuple[str, str, str]]:
    """Where each row leads: label, name of the address, icon."""
    return {
        "orders": (_("Orders"), "orders:list", "box"),
        "board": (_("Enquiries"), "orders:board", "search"),
        "invoices": (_("Bills"), "orders:invoices", "money"),
        "lots": (_("Work"), "dispatch:lots", "needle"),
        "work": (_("Work there is"), "dispatch:work", "needle"),
        "bags": (_("Bags"), "piecework:bags", "bag"),
        "my_bags": (_("My bags"), "piecework:mine", "bag"),
        "hand_in": (_("Take in"), "piecework:hand_in", "download"),
        "issue": (_("Hand out"), "piecework:issue", "upload"),
        "inspect": (_("To inspect"), "piecework:to_inspect", "check"),
        "deliveries": (_("Deliveries"), "piecework:deliveries", "truck"),
        "people": (_("People"), "people:residents", "people"),
        "workshops": (_("Workshops"), "people:organisations", "building"),
        "pay": (_("Payouts"), "pay:batches", "money"),
        "slips": (_("Slips"), "pay:slips", "money"),
        "money": (_("My money"), "pay:my_money", "money"),
    }


def menus(request: HttpRequest) -> dict[str, Any]:
    """Give the shell the rows of the top bar, and those under the person's name."""
    if getattr(request, "member", None) is None:
        return {}
    return {
        "menu": SimpleLazyObject(lambda: main_menu(request)),
        "account_menu": SimpleLazyObject(lambda: account_menu(request)),
    }


def main_menu(request: HttpRequest) -> tuple[MenuItem, ...]:
    """Return home and the rooms of the member's roles, each once, five in all."""
    member = request.member  # type: ignore[attr-defined]
    wanted = [key for role, keys in _OF_ROLE.items() if member.holds(role) for key in keys]
    places = _places()
    rows = [(_("Home"), "home", "home"), *(places[key] for key in dict.fromkeys(wanted))]
    return tuple(_row(request, *row) for row in rows[:MOST])


def _row(request: HttpRequest, label: str, name: str, icon: str) -> MenuItem:
    url = reverse(name)
    return MenuItem(label, url, icon, current=request.path == url)


def _staff(request: HttpRequest, organisation: int) -> MenuItem:
    """Lead to who works here, and to taking on who comes new."""
    url = reverse("people:organisation", args=[organisation])
    return MenuItem(_("Our people"), url, "people", current=request.path == url)


def account_menu(request: HttpRequest) -> tuple[MenuItem, ...]:
    """Return what belongs to one's own login, and the rarer pages of one's roles."""
    member = request.member  # type: ignore[attr-defined]
    rows = [(_("Products"), "orders:products", "needle")] if may_see_products(member) else []
    if member.holds("officer"):
        rows += [
            (_("Organisations"), "people:organisations", "building"),
            (_("Roles"), "people:roles", "person"),
            (_("What the county chooses"), "parameters", "settings"),
        ]
    rows += [(_("All registers"), "oversight:registers", "list")] if may_see_registers(member) else []
    rows += [(_("Accounts"), "books", "money")] if may_see_ledger(member) else []
    rows += [(_("Doubtful items"), "oversight:doubts", "alert")] if may_see_figures(member) else []
    rows += [(_("Published figures"), "oversight:figures", "check")] if may_see_figures(member) else []
    rows += [(_("Sites"), "places:sites", "building")] if member.holds("officer", "township") else []
    own = sorted(member.organisations("manager", "agent", "clerk"))
    return (
        *(_row(request, *row) for row in rows),
        *(_staff(request, pk) for pk in own[:1]),
        MenuItem(_("Change your password"), reverse("password"), "lock"),
        MenuItem(_("Tokens for other programs"), reverse("tokens"), "settings"),
        MenuItem(_("Log out"), reverse("logout"), "logout", method="post"),
    )
