"""Lists: a table on a desk, a stack of cards on a phone, fifty rows a page."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

from gongfang.core.composed import first_keys, read_keys
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


def page_of(
    request: HttpRequest,
    things: "QuerySet[Any, Thing] | Sequence[Thing]",
    read: Callable[[Sequence[Any]], list[Any]] | None = None,
    *,
    walk: "QuerySet[Any, Thing] | None" = None,
) -> Pages[Thing]:
    """Cut the page the visitor asked for out of a list; a wrong number gives the nearest page.

    `things` says which rows and in which order, `read` how the fifty of a page are put together where that needs more
    than what the query ties to them, and `walk` finds the same rows faster where only fifty of many are wanted.
    """
    paginator, keys = Paginator(things, ROWS_A_PAGE), None
    asked = request.GET.get("page") or "1"
    queried = _queried(things)
    if asked == "1" and walk is None and queried is not None:
        paginator.count, keys = first_keys(queried, ROWS_A_PAGE)
    page = paginator.get_page(asked)
    return Pages(
        items=_rows(things, page, read, walk, keys),
        number=page.number,
        count=paginator.num_pages,
        total=paginator.count,
        before=_url(request, page.number - 1) if page.has_previous() else "",
        after=_url(request, page.number + 1) if page.has_next() else "",
    )


def _queried(things: "QuerySet[Any, Thing] | Sequence[Thing]") -> "QuerySet[Any, Thing] | None":
    """Return a list that is still to be found by keys; what was cut or read before is not."""
    if not isinstance(things, QuerySet) or things.query.is_sliced or things.query.values_select:
        return None
    return things


def _rows(
    things: "QuerySet[Any, Thing] | Sequence[Thing]",
    page: Page[Thing],
    read: Callable[[Sequence[Any]], list[Any]] | None,
    walk: "QuerySet[Any, Thing] | None",
    keys: list[Any] | None,
) -> list[Thing]:
    """Find the keys of a page first: only the rows that are shown are put together from other tables."""
    if not page.paginator.count:
        return []
    queried = _queried(things)
    if queried is None:
        return list(page.object_list)
    if keys is None:
        keys = _keys(queried if walk is None else walk, page)
    return read(keys) if read else read_keys(queried, keys)


def _keys(things: "QuerySet[Any, Thing]", page: Page[Thing]) -> list[Any]:
    """Walk to a page from the nearer end of its list: to the last of 1,400 pages everything else is passed by."""
    count, first = page.paginator.count, (page.number - 1) * ROWS_A_PAGE
    last = min(first + ROWS_A_PAGE, count)
    keys = things.select_related(None).values_list("pk", flat=True)
    if first <= count - last:
        return list(keys[first:last])
    return list(keys.reverse()[count - last : count - first])[::-1]


def _url(request: HttpRequest, number: int) -> str:
    query = request.GET.copy()
    query["page"] = str(number)
    return f"?{query.urlencode()}"


def _value(row: object, key: str) -> Any:
    if isinstance(row, Mapping):
        return row[key]
    return getattr(row, key)
