"""Each published figure beside what the registers say, with the rows that were counted. Nothing is stored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gongfang.oversight.derivations import Found, derivations
from gongfang.oversight.published import Published, published, report_of
from gongfang.ui.ways import reverse


@dataclass(frozen=True)
class Figure:
    """A published figure with what was found; `found` is None while the part it belongs to is not built."""

    published: Published
    found: Found | None

    @property
    def derived(self) -> Decimal | int | None:
        return self.found.value if self.found else None

    @property
    def holds(self) -> bool | None:
        return self.published.holds(self.found.value) if self.found else None

    @property
    def name(self) -> str:
        """What the figure is called, in the reader's language."""
        return self.published.name_en if (get_language() or "").startswith("en") else self.published.name_zh


def figure(slug: str, name: str) -> Figure | None:
    """Work out one figure of a county, with the rows that were counted."""
    return next((found for found in _worked_out(slug, only=name)), None)


def all_figures(slug: str) -> list[Figure]:
    """Work out every published figure of a county."""
    return list(_worked_out(slug))


def figures(slug: str) -> list[dict[str, Any]]:
    """Return a county's figures as the report prints them: published, derived, whether it holds, where the rows are."""
    return [
        {
            "id": one.published.id,
            "published": one.published.published,
            "derived": plain(one.derived),
            "holds": one.holds,
            "rows": reverse("oversight:figure", args=[one.published.id]) if one.found else None,
        }
        for one in all_figures(slug)
    ]


def sentences(rows: Iterable[dict[str, Any]]) -> list[str]:
    """Return the report as lines for the terminal."""
    return [
        _("%(id)s: published %(published)s, from the registers %(derived)s, %(answer)s")
        % {
            **row,
            "derived": "–" if row["derived"] is None else row["derived"],
            "answer": _answer(row["holds"]),
        }
        for row in rows
    ]


def plain(value: Decimal | int | None) -> int | float | None:
    """Return a figure as JSON writes numbers: whole where it is whole."""
    if value is None or isinstance(value, int):
        return value
    return int(value) if value == value.to_integral_value() else float(value)


def _answer(holds: bool | None) -> str:
    if holds is None:
        return _("not kept yet")
    return _("agrees") if holds else _("differs")


def _worked_out(slug: str, *, only: str = "") -> Iterable[Figure]:
    # The derivations register themselves when their county's module is read.
    from gongfang.oversight import panan  # noqa: F401

    report = report_of(slug)
    for row in published(slug):
        if only in ("", row.id):
            derive = derivations.get(row.id)
            yield Figure(row, derive(report) if derive else None)
