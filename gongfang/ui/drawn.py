"""The smallest parts of a page, drawn in Python: fifty verbs or a hundred fields, a template each, were half a page."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any
from uuid import uuid4

from django.forms import BoundField
from django.forms.renderers import DjangoTemplates
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from gongfang.ui import formats
from gongfang.ui.icons import ICONS
from gongfang.ui.parts import Kind, MenuItem

# mark_safe: what goes into these texts is escaped, or drawn here.


def escaped(value: object) -> str:
    """Write a value into a page; Django's own asks of each argument anew whether it is lazy."""
    return value.__html__() if hasattr(value, "__html__") else html.escape(str(value))


@lru_cache(maxsize=len(ICONS))
def drawing(name: str) -> SafeString:
    """Return a line icon that a word stands beside."""
    inside = mark_safe(ICONS[name])  # noqa: S308 -- our own drawings, never a visitor's
    return format_html('<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">{}</svg>', inside)


def _icon(name: str) -> str:
    return drawing(name) if name else ""


def button(url: str, label: str, *, icon: str = "", kind: str = "plain") -> SafeString:
    """Return a link that looks like a button."""
    text = f'<a class="button {escaped(kind)}" href="{escaped(url)}">{_icon(icon)}{escaped(label)}</a>'
    return mark_safe(text)  # noqa: S308


def tile(
    url: str, title: str, *, icon: str = "", count: int | None = None, text: str = "", kind: Kind = "plain"
) -> SafeString:
    """Return one part of a home, with what is counted there."""
    sign = drawing("alert") if kind == "act" else ""
    counted = "" if count is None else f'<span class="tile-count">{formats.number(count)}</span>'
    said = f'<span class="tile-text">{sign}{escaped(text)}</span>' if text else ""
    inside = f'{_icon(icon)}<span class="tile-title">{escaped(title)}</span>{counted}{said}'
    return mark_safe(f'<li><a class="tile {kind}" href="{escaped(url)}">{inside}</a></li>')  # noqa: S308


# --- what is pressed -------------------------------------------------------------------------------------------


def token(csrf: object) -> str:
    """Return the hidden field that says a form is ours."""
    given = str(csrf or "NOTPROVIDED")
    return "" if given == "NOTPROVIDED" else _hidden("csrfmiddlewaretoken", given)


def _hidden(name: str, value: object) -> str:
    return f'<input type="hidden" name="{escaped(name)}" value="{escaped(value)}">'


def verb(
    csrf: object,
    url: str,
    label: str,
    hidden: Mapping[str, object],
    *,
    icon: str = "",
    kind: str = "main",
    sure: str = "",
) -> SafeString:
    """Return a button that posts one verb with a fresh key; `sure` asks once more before."""
    words = f"{_icon(icon)}{escaped(label)}"
    along = "".join(_hidden(name, value) for name, value in {"key": uuid4(), **hidden}.items())
    press = f'<button type="submit" class="button {"main" if sure else escaped(kind)}">{words}</button>'
    posted = f'<form class="verb" method="post" action="{escaped(url)}">{token(csrf)}{along}{press}</form>'
    if not sure:
        return mark_safe(posted)  # noqa: S308
    asked = f'<summary class="button {escaped(kind)}">{words}</summary><p>{escaped(sure)}</p>'
    return mark_safe(f'<details class="sure">{asked}{posted}</details>')  # noqa: S308


def menu_item(item: MenuItem, csrf: object, *, signs: bool) -> SafeString:
    """Return a row of a menu."""
    words = f"{_icon(item.icon) if signs else ''}{escaped(item.label)}"
    if item.method == "post":
        inside = f'{token(csrf)}<button type="submit">{words}</button>'
        return mark_safe(f'<form method="post" action="{escaped(item.url)}">{inside}</form>')  # noqa: S308
    here = ' aria-current="page"' if item.current else ""
    return mark_safe(f'<a href="{escaped(item.url)}"{here}>{words}</a>')  # noqa: S308


# --- what is filled in -----------------------------------------------------------------------------------------


def field(bound: BoundField, choices: Callable[[BoundField], str]) -> SafeString:
    """Return a field with its label, help and what is wrong with it."""
    if bound.is_hidden:
        return mark_safe(str(bound))  # noqa: S308
    ticked = getattr(bound.field.widget, "input_type", "")
    listed = ticked in {"radio", "checkbox"} and bound.use_fieldset
    check = ticked == "checkbox" and not bound.use_fieldset
    beside = _help(bound) + _errors(bound)
    if listed:
        inside = f'{_legend(bound)}{beside}<div class="choices">{choices(bound)}</div></fieldset>'
    elif check:
        named = f'<label class="check" for="{bound.id_for_label}">{bound}<span>{_label(bound)}</span></label>'
        inside = f"{named}{beside}"
    else:
        inside = f'<label for="{bound.id_for_label}">{_label(bound)}{_optional(bound)}</label>{beside}{bound}'
    return mark_safe(f'<div class="field{" wrong" if bound.errors else ""}">{inside}</div>')  # noqa: S308


def _legend(bound: BoundField) -> str:
    described = bound.aria_describedby
    told = f' aria-describedby="{escaped(described)}"' if described else ""
    return f"<fieldset{told}><legend>{_label(bound)}{_optional(bound)}</legend>"


def _label(bound: BoundField) -> str:
    return escaped(bound.label)


def _optional(bound: BoundField) -> str:
    return "" if bound.field.required else f' <span class="optional">{escaped(_("may stay empty"))}</span>'


def _help(bound: BoundField) -> str:
    text = bound.help_text
    return f'<p class="help" id="{bound.auto_id}_helptext">{escaped(text)}</p>' if text else ""


def _errors(bound: BoundField) -> str:
    if not bound.errors:
        return ""
    said = "".join(f"<p>{drawing('alert')}{escaped(error)}</p>" for error in bound.errors)
    return f'<div class="error" id="{bound.auto_id}_error">{said}</div>'


def attributes(named: Iterable[tuple[str, Any]]) -> str:
    """Write attributes of a tag; one that is true has no value, one that is false is left out."""
    return "".join(
        f" {name}" if value is True else f' {name}="{escaped(str(value))}"'
        for name, value in named
        if value is not None and value is not False
    )


def _input(widget: Mapping[str, Any]) -> str:
    named = {"type": widget["type"], "name": widget["name"], "value": widget["value"], **widget["attrs"]}
    return f"<input{attributes(named.items())}>"


def _select(widget: Mapping[str, Any]) -> str:
    groups = "".join(_group(name, options) for name, options, _place in widget["optgroups"])
    return f'<select name="{escaped(widget["name"])}"{attributes(widget["attrs"].items())}>{groups}</select>'


def _group(name: str | None, options: Iterable[Mapping[str, Any]]) -> str:
    written = "".join(
        f'<option value="{escaped(str(one["value"]))}"{attributes(one["attrs"].items())}>'
        f"{escaped(one['label'])}</option>"
        for one in options
    )
    return f'<optgroup label="{escaped(name)}">{written}</optgroup>' if name else written


_WIDGETS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "django/forms/widgets/select.html": _select,
    **{
        f"django/forms/widgets/{kind}.html": _input
        for kind in ("text", "number", "hidden", "checkbox", "input")
    },
}


class Renderer(DjangoTemplates):
    """Draws the widgets every form is made of; the rarer ones keep Django's templates."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        draw = _WIDGETS.get(template_name)
        return mark_safe(draw(context["widget"])) if draw else super().render(template_name, context, request)  # noqa: S308
