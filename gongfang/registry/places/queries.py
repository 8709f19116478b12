"""What is asked of places: what lies below, and which village somebody meant."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from gongfang.registry.places.access import stem, visible_divisions, visible_sites
from gongfang.registry.places.models import Division

__all__ = [
    "Villages",
    "townships_of",
    "village",
    "villages",
    "villages_of",
    "visible_divisions",
    "visible_sites",
]

# The same village is written with any of these behind its name.
_ENDING = re.compile(r"(社区居民委员会|社区居委会|村民委员会|居民委员会|村委会|居委会|村委|社区|村)$")
_SAME_SIGN = str.maketrans("碳", "炭")


def townships_of(code: str) -> QuerySet[Division]:
    """Return the townships of a county, or the one a code lies in."""
    return Division.objects.filter(level=Division.Level.TOWNSHIP, code__startswith=stem(code)[:9])


def villages_of(code: str) -> QuerySet[Division]:
    """Return the villages and communities of a county or township."""
    return Division.objects.filter(level=Division.Level.VILLAGE, code__startswith=stem(code))


@dataclass(frozen=True)
class Villages:
    """The villages of a place by all the ways their names are written; made once, asked for every row."""

    by_code: Mapping[str, Division]
    by_name: Mapping[str, tuple[Division, ...]]
    above: tuple[Division, ...]

    def find(self, text: str, *, township: str = "") -> tuple[Division, ...]:
        """Return every village the text may mean: one is an answer, two are a question."""
        if text in self.by_code:
            return (self.by_code[text],)
        places = (
            [place for place in self.above if _folded(township).startswith(_bare(place.name))]
            if township
            else []
        )
        name = _folded(text)
        for place in self.above:
            if name.startswith(place.name) and name != place.name:
                name, places = name.removeprefix(place.name), [*places, place]
        found = self.by_name.get(name) or self.by_name.get(_ENDING.sub("", name), ())
        stems = tuple(stem(place.code) for place in places if place.level == Division.Level.TOWNSHIP)
        return tuple(one for one in found if not stems or one.code.startswith(stems))


def villages(within: str = "") -> Villages:
    """Return the book of villages below a place, or of the whole county."""
    found = list(villages_of(within) if within else Division.objects.filter(level=Division.Level.VILLAGE))
    above = Division.objects.exclude(level=Division.Level.VILLAGE)
    return Villages(
        by_code={one.code: one for one in found},
        by_name=_by_name(found),
        above=tuple(above.order_by("code")),
    )


def village(text: str, *, within: str = "") -> Division | None:
    """Return the village a text names, by code or by name however it is ended; None when unclear."""
    found = villages(within).find(text)
    return found[0] if len(found) == 1 else None


def _by_name(found: Iterable[Division]) -> dict[str, tuple[Division, ...]]:
    names: dict[str, list[Division]] = defaultdict(list)
    for one in found:
        name = _folded(one.name)
        bare = _ENDING.sub("", name)
        # 樱花村村委会 is called 樱花村, and 樱花 by those who know it.
        for key in {name, bare, _ENDING.sub("", bare)} - {""}:
            names[key].append(one)
    return {name: tuple(ones) for name, ones in names.items()}


def _folded(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).translate(_SAME_SIGN)


def _bare(name: str) -> str:
    return re.sub(r"(街道|镇|乡)$", "", name)
