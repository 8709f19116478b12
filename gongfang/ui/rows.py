"""The rows of a list and what can be ticked, drawn in Python: a template for each took most of a long page's time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.forms import BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from gongfang.ui import formats
from gongfang.ui.drawn import attributes, drawing, escaped
from gongfang.ui.parts import SIGNS
from gongfang.ui.tables import Cell, Column, Table

DrawVerb = Callable[[Any], SafeString]


def rows_of(table: Table, draw_verb: DrawVerb) -> SafeString:
    """Return the rows of a table; verbs are drawn by their own component, which knows the form's token."""
    opens = [_open(column, first=not place) for place, column in enumerate(table.columns)]
    return mark_safe("".join(_row(line, opens, draw_verb) for line in table.lines()))  # noqa: S308 -- escaped below


def _row(line: Sequence[Cell], opens: Sequence[tuple[str, str]], draw_verb: DrawVerb) -> str:
    fields = (
        f"{begin}{_inside(cell, draw_verb)}{end}" for cell, (begin, end) in zip(line, opens, strict=True)
    )
    return f'\n<tr role="row">{"".join(fields)}</tr>'


def _open(column: Column, *, first: bool) -> tuple[str, str]:
    if first:
        return '<th role="rowheader" scope="row">', "</th>"
    label = format_html(' data-label="{}"', column.title) if column.title else ""
    css = f' class="{column.css}"' if column.css else ""
    return f'<td role="cell"{label}{css}>', "</td>"


def _inside(cell: Cell, draw_verb: DrawVerb) -> str:
    value, kind = cell.value, cell.column.kind
    if value and kind == "link" and value.url:
        return f'<a href="{escaped(value.url)}">{escaped(value.text)}</a>'
    if value and kind == "tag":
        sign = SIGNS[value.kind]
        return f'<span class="tag {value.kind}">{drawing(sign) if sign else ""}{escaped(value.text)}</span>'
    if value and kind == "tel":
        return format_html('<a class="tel" href="tel:{}">{}</a>', value, formats.telephone(value))
    if value and kind == "verb":
        return draw_verb(value)
    return escaped(value.text if value and kind == "link" else cell.text)


def choices_of(field: BoundField) -> SafeString:
    """Return the boxes of a field, each before its words."""
    return mark_safe("".join(_choice(option.data) for option in field.subwidgets))  # noqa: S308 -- escaped below


def _choice(told: Mapping[str, Any]) -> str:
    named = {"type": told["type"], "name": told["name"], "value": told["value"], **told["attrs"]}
    at, label = escaped(told["attrs"].get("id", "")), escaped(told["label"])
    return f'<label class="check" for="{at}"><input{attributes(named.items())}><span>{label}</span></label>'
