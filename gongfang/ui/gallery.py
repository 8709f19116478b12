"""A living page with every component: looked at by people, axe and screenshots."""

from datetime import UTC, date, datetime

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongfang.ui.forms import DayField, KeyedForm, PiecesField, YuanField
from gongfang.ui.icons import ICONS
from gongfang.ui.parts import Link, MenuItem, Step, Tag, Verb
from gongfang.ui.tables import Column, Table, page_of

MORNING = datetime(2026, 9, 18, 6, 5, tzinfo=UTC)
DUE = date(2026, 10, 17)


class ClaimForm(KeyedForm):
    """A form with a field of every sort."""

    quantity = PiecesField(
        label=gettext_lazy("How many"),
        help_text=gettext_lazy("As many as you want to make, up to 200."),
        max_value=200,
    )
    rate = YuanField(label=gettext_lazy("Yuan a piece"))
    due = DayField(label=gettext_lazy("Until when"))
    place = forms.ChoiceField(
        label=gettext_lazy("Where you work"),
        choices=[("home", gettext_lazy("At home")), ("bench", gettext_lazy("At the workshop"))],
        widget=forms.RadioSelect,
    )
    step = forms.ChoiceField(
        label=gettext_lazy("Step"),
        choices=[("knot", gettext_lazy("Tie the knot")), ("tassel", gettext_lazy("Fix the tassel"))],
    )
    remark = forms.CharField(label=gettext_lazy("Remark"), required=False, widget=forms.Textarea({"rows": 2}))
    seen = forms.BooleanField(label=gettext_lazy("I have seen the sealed sample"))


class SearchForm(forms.Form):
    """Narrows the gallery's list."""

    words = forms.CharField(label=gettext_lazy("Name or code"), required=False)
    state = forms.ChoiceField(
        label=gettext_lazy("Status"),
        required=False,
        choices=[("", gettext_lazy("All")), ("out", gettext_lazy("Out"))],
    )


def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component once, with the knots of Pan'an; `?rows=` says how long the list is."""
    sent = request.POST if request.method == "POST" else None
    return render(
        request,
        "ui/gallery.html",
        {
            "title": _("Knots for the New Year"),
            "back": Link(_("All orders"), "#"),
            "menu": _menu(),
            "account_menu": (MenuItem(_("Log out"), "#", icon="logout", method="post"),),
            "form": ClaimForm(sent),
            "search": SearchForm(request.GET, auto_id="search_%s"),
            "lots": _lots(request),
            "nothing": Table(
                columns=(), rows=(), caption=_("Given back"), empty=_("Nothing has come back yet.")
            ),
            "steps": _steps(),
            "icons": sorted(ICONS),
            "due": DUE,
            "morning": MORNING,
        },
    )


def _menu() -> tuple[MenuItem, ...]:
    return (
        MenuItem(_("Today"), "#", icon="home", current=True),
        MenuItem(_("Orders"), "#", icon="list"),
        MenuItem(_("Bags"), "#", icon="bag"),
        MenuItem(_("People"), "#", icon="people"),
        MenuItem(_("Pay"), "#", icon="money"),
    )


def _lots(request: HttpRequest) -> Table:
    asked = request.GET.get("rows", "")
    pages = page_of(request, range(1, int(asked if asked.isdecimal() else 6) + 1))
    return Table(
        caption=_("Lots"),
        columns=(
            Column("lot", _("Lot"), "link"),
            Column("workshop", _("Workshop")),
            Column("quantity", _("Pieces"), "number"),
            Column("rate", _("Yuan a piece"), "rate"),
            Column("fee", _("Fee"), "money"),
            Column("due", _("Due"), "day"),
            Column("status", _("Status"), "tag"),
            Column("next", "", "verb"),
        ),
        rows=[_lot(n) for n in pages.items],
        empty=_("No lot is out. Share out the order to make one."),
        export_url="#",
        pages=pages,
    )


def _lot(n: int) -> dict[str, object]:
    states = (
        Tag(_("Under way"), "info"),
        Tag(_("Done"), "done"),
        Tag(_("Waits for inspection"), "wait"),
        Tag(_("Late"), "act"),
    )
    return {
        "lot": Link(f"PA-{n:03}", "#"),
        "workshop": _("Jianshan workshop"),
        "quantity": 1_200 * n,
        "rate": 4_500,
        "fee": 1_200 * n * 4_500,
        "due": DUE,
        "status": states[n % 4],
        "next": Verb(_("Close"), "#"),
    }


def _steps() -> tuple[Step, ...]:
    return (
        Step(_("Order placed"), _("30,000 knots for Yiwu"), "9月1日", url="#"),
        Step(_("Material received"), _("31,200 m of cord, counted by two"), "9月3日"),
        Step(_("Handed in"), _("18,420 pieces so far"), kind="info"),
        Step(_("Inspected"), kind="plain"),
        Step(_("Paid"), kind="plain"),
    )
