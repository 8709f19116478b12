"""The components of a page. Each docstring shows how a template writes it."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.template import Context
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from gongfang.ui import drawn, formats
from gongfang.ui.charts import Bars, Gantt
from gongfang.ui.drawn import drawing
from gongfang.ui.icons import ICONS
from gongfang.ui.parts import SIGNS, Kind, MenuItem, Step
from gongfang.ui.rows import choices_of, rows_of
from gongfang.ui.tables import Table

register = template.Library()

for written in (formats.yuan, formats.rate, formats.number, formats.pieces,
                formats.day, formats.full_day, formats.moment, formats.masked):  # fmt: skip
    register.filter(written.__name__, written)


@register.filter
def tel(phone: str | None) -> str:
    """Link a telephone number so that a tap rings: `{{ person.phone|tel }}`."""
    if not phone:
        return formats.DASH
    return format_html('<a class="tel" href="tel:{}">{}</a>', phone, formats.telephone(phone))


@register.filter
def sign(kind: str) -> str:
    """Name the icon that goes with a kind, for the component templates."""
    return SIGNS[kind]


@register.filter
def message_kind(level: str) -> str:
    """Translate a level of Django's messages into one of our kinds."""
    return {"success": "done", "warning": "wait", "error": "act"}.get(level, "info")


@register.simple_tag
def html_lang() -> str:
    """Write the language as a browser wants it, on error pages too: zh-Hans, en."""
    language = get_language() or "zh-hans"
    return "zh-Hans" if language.startswith("zh") else language


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw a line icon; a label only where no word stands beside it: `{% icon "bag" %}`."""
    if not name:
        return mark_safe("")
    if label:
        inside = mark_safe(ICONS[name])  # noqa: S308 our own drawings, never a visitor's
        return format_html(
            '<svg class="icon" viewBox="0 0 24 24" role="img" aria-label="{}">{}</svg>', label, inside
        )
    return drawing(name)


@register.simple_block_tag
def sentence(content: str, kind: Kind = "plain") -> SafeString:
    """Answer first, in one sentence: `{% sentence %}11,580 pieces to go.{% endsentence %}`."""
    sign_icon = icon(SIGNS[kind]) if kind == "act" else ""
    return format_html('<p class="sentence {}" data-aloud>{}<span>{}</span></p>', kind, sign_icon, content)


@register.simple_block_tag
def card(content: str, title: str, icon: str = "") -> SafeString:
    """Group one matter under a heading: `{% card _("Material") icon="box" %}…{% endcard %}`."""
    return _drawn("card", title=title, icon=icon, content=content)


@register.simple_block_tag
def fold(content: str, title: str, icon: str = "", count: str = "", *, opened: bool = False) -> SafeString:
    """Group what not everybody reads, one touch away, without any script: `{% fold _("Rounds") %}…{% endfold %}`."""
    return _drawn("fold", title=title, icon=icon, count=count, open=opened, content=content)


@register.simple_block_tag
def note(content: str, kind: Kind = "info") -> SafeString:
    """Put a remark in a box: `{% note "wait" %}…{% endnote %}`."""
    return _drawn("note", kind=kind, content=content)


@register.simple_block_tag
def tiles(content: str) -> SafeString:
    """Hold the tiles of a home: `{% tiles %}{% tile … %}{% endtiles %}`."""
    return format_html('<ul class="tiles">{}</ul>', content)


@register.simple_tag
def tile(
    url: str, title: str, *, icon: str = "", count: int | None = None, text: str = "", kind: Kind = "plain"
) -> SafeString:
    """Lead from a home to one part: `{% tile url _("Bags out") icon="bag" count=12 %}`."""
    return drawn.tile(url, title, icon=icon, count=count, text=text, kind=kind)


@register.inclusion_tag("ui/parts/bar.html")
def bar(
    value: int,
    whole: int,
    *,
    label: str,
    under: int | None = None,
    under_label: str = "",
) -> dict[str, Any]:
    """Show how far a thing has come: `{% bar accepted quantity label=_("Accepted") %}`."""
    return {
        "value": value,
        "whole": whole,
        "label": label,
        "under": under,
        "under_label": under_label,
        "width": _thousandths(value, whole),
        "under_width": _thousandths(under or 0, whole),
    }


@register.inclusion_tag("ui/parts/tag.html")
def tag(text: str, kind: Kind = "plain") -> dict[str, str]:
    """Show a status as a pill with a sign: `{% tag _("Issued") "info" %}`."""
    return {"text": text, "kind": kind}


@register.simple_tag
def fact(label: str, value: object) -> SafeString:
    """Write one line of a fact sheet, inside `<dl class="facts">`: `{% fact _("Due") order.due|day %}`."""
    return format_html(
        "<div><dt>{}</dt><dd>{}</dd></div>", label, formats.DASH if value in (None, "") else value
    )


@register.simple_tag
def button(url: str, label: str, *, icon: str = "", kind: str = "plain") -> SafeString:
    """Draw a link as a button: `{% button url _("New order") icon="plus" kind="main" %}`."""
    return drawn.button(url, label, icon=icon, kind=kind)


@register.simple_tag(takes_context=True)
def verb(
    context: Context,
    url: str,
    label: str,
    *,
    icon: str = "",
    kind: str = "main",
    sure: str = "",
    **hidden: object,
) -> SafeString:
    """Post one verb with a fresh key: `{% verb url _("Issue") icon="bag" bag=bag.code %}`."""
    return drawn.verb(context.get("csrf_token"), url, label, hidden, icon=icon, kind=kind, sure=sure)


@register.simple_tag(takes_context=True)
def menu_item(context: Context, item: MenuItem, *, signs: bool = False) -> SafeString:
    """Draw a row of a menu, with its sign where it stands alone: `{% menu_item item signs=True %}`."""
    return drawn.menu_item(item, context.get("csrf_token"), signs=signs)


@register.simple_tag(takes_context=True)
def rows(context: Context, table: Table) -> SafeString:
    """Draw the rows of a list: `{% rows table %}`, inside its `tbody`."""
    csrf = context.get("csrf_token")
    return rows_of(
        table, lambda one: drawn.verb(csrf, one.url, one.label, one.fields, icon=one.icon, kind="plain")
    )


@register.simple_tag
def field(field: BoundField) -> SafeString:
    """Draw a field with its label, help and what is wrong: `{% field form.quantity %}`."""
    return drawn.field(field, choices_of)


@register.simple_tag
def choices(field: BoundField) -> SafeString:
    """Draw what can be ticked, each with its words: `{% choices field %}`."""
    return choices_of(field)


@register.inclusion_tag("ui/parts/form.html", takes_context=True)
def form(
    context: Context, form: BaseForm, *, submit: str, url: str = "", icon: str = "", cancel: str = ""
) -> dict[str, Any]:
    """Draw a whole form with one main button: `{% form form submit=_("Send") %}`."""
    return {
        "csrf_token": context.get("csrf_token"),
        "form": form,
        "submit": submit,
        "url": url,
        "icon": icon,
        "cancel": cancel,
    }


@register.inclusion_tag("ui/parts/filters.html")
def filters(form: BaseForm) -> dict[str, BaseForm]:
    """Narrow a list down by a GET form: `{% filters form %}`."""
    return {"form": form}


@register.inclusion_tag("ui/list.html", takes_context=True)
def table(context: Context, table: Table) -> dict[str, Any]:
    """Draw a list, cards on a phone: `{% table lots %}`."""
    return {"csrf_token": context.get("csrf_token"), "table": table}


@register.inclusion_tag("ui/parts/chart.html")
def chart(chart: Gantt | Bars) -> dict[str, Gantt | Bars]:
    """Draw a chart above the table that has the same numbers: `{% chart gantt %}`, and `ui/chart.js` in `scripts`."""
    return {"chart": chart}


@register.inclusion_tag("ui/parts/steps.html")
def steps(steps: Iterable[Step]) -> dict[str, Iterable[Step]]:
    """Draw a timeline: `{% steps trace %}`."""
    return {"steps": steps}


@register.inclusion_tag("ui/parts/aloud.html")
def aloud() -> dict[str, str]:
    """Offer to read the page out: `{% aloud %}`."""
    return {}


def _thousandths(value: int, whole: int) -> int:
    if whole <= 0:
        return 0
    return min(1000, value * 1000 // whole)


def _drawn(part: str, **facts: object) -> SafeString:
    return render_to_string(f"ui/parts/{part}.html", dict(facts))
