"""Lists: a table on a desk, a stack of cards on a phone, fifty rows a page."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

from gongfang.core.bulk import among
from gongfang.ui import formats

CellKind = Literal[
    "text",
    "number",
    "money",
    "rate",
    "day",
    "date",
    "moment",
    "tag",
    "link",
    "tel",
    "verb",
]
ROWS_A_PAGE = 50
RIGHT_ALIGNED = frozenset({"number", "money", "rate"})
NEVER_BROKEN = frozenset({"day", "date", "moment", "tel"})
WRITERS: Mapping[str, Callable[[Any], str]] = {
    "number": formats.number,
    "money": formats.yuan,
    "rate": formats.rate,
    "day": formats.day,
    "date": formats.full_day,
    "moment": formats.moment,
    "tel": formats.telephone,
}

Thing = TypeVar("Thing")


@dataclass(frozen=True)
class Column:
    """A column: the row's key, its heading, how its cells are written."""

    key: str
    title: str
    kind: CellKind = "text"

    @property
    def css(self) -> str:
        return "number" if self.kind in RIGHT_ALIGNED else "still" if self.kind in NEVER_BROKEN else ""


@dataclass(frozen=True)
class Pages(Generic[Thing]):
    """One page of a longer list, and the way to its neighbours."""

    items: Sequence[Thing]
    number: int
    count: int
    total: int
    before: str
    after: str


@dataclass(frozen=True)
class Cell:
    """What stands in one field of a table."""

    column: Column
    value: Any

    @property
    def text(self) -> str:
        if self.value is None or self.value == "":
            return formats.DASH
        return WRITERS.get(self.column.kind, str)(self.value)


@dataclass(frozen=True)
class Table:
    """A list as the page draws it."""

    columns: Sequence[Column]
    rows: Sequence[object]
    empty: str
    caption: str = ""
    export_url: str = ""
    pages: Pages[Any] | None = None

    def lines(self) -> Iterator[list[Cell]]:
        for row in self.rows:
            yield [Cell(column, _value(row, column.key)) for column in self.columns]


def page_of(request: HttpRequest, things: "QuerySet[Any, Thing] | Sequence[Thing]") -> Pages[Thing]:
    """Cut the page the visitor asked for out of a list; a wrong number gives the nearest page."""
    page = Paginator(things, ROWS_A_PAGE).get_page(request.GET.get("page"))
    return Pages(
        items=_rows(things, page),
        number=page.number,
        count=page.paginator.num_pages,
        total=page.paginator.count,
        before=_url(request, page.number - 1) if page.has_previous() else "",
        after=_url(request, page.number + 1) if page.has_next() else "",
    )


def _rows(things: "QuerySet[Any, Thing] | Sequence[Thing]", page: Page[Thing]) -> list[Thing]:
    """Find the keys of a page first: only the rows that are shown are put together from other tables."""
    if not page.paginator.count:
        return []
    if not isinstance(things, QuerySet) or things.query.is_sliced or page.paginator.num_pages == 1:
        return list(page.object_list)
    first = (page.number - 1) * ROWS_A_PAGE
    return list(things.filter(among(things[first : first + ROWS_A_PAGE])))


def _url(request: HttpRequest, number: int) -> str:
    query = request.GET.copy()
    query["page"] = str(number)
    return f"?{query.urlencode()}"


def _value(row: object, key: str) -> Any:
    if isinstance(row, Mapping):
        return row[key]
    return getattr(row, key)
