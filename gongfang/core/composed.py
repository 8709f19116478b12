"""Queries that are composed once in a process, and then only asked again with other values.

To compose a statement over nine tables, to plan it, and to make nine objects of each of its rows takes far longer than
PostgreSQL needs to find the rows. Here the text is made once, so that its plan is kept, too; and what many rows of an
answer share, their workshop or their product, is made once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Generic, TypeAlias, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection, connections, models
from django.db.models import Expression, Model, QuerySet, prefetch_related_objects
from django.db.models.base import ModelState
from django.http import Http404

M = TypeVar("M", bound=Model)
Row: TypeAlias = Sequence[Any]
Made: TypeAlias = "dict[Any, Model]"


class Given(Expression):
    """A value that is named when the query is composed, and given when it is asked."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, *_: object, **__: object) -> tuple[str, Any]:
        return "%s", (self,)


@dataclass(frozen=True)
class _Table:
    """Which columns of an answer are one table's, and how its rows are tied to those of the table before."""

    model: type[Model]
    names: tuple[str, ...]
    columns: slice
    key: int
    beside: tuple[_Table, ...]
    tie: Callable[[Any, Any], None]
    tie_back: Callable[[Any, Any], None]

    def made(self, row: Row, known: dict[_Table, Made], db: str) -> Model | None:
        """Return the instance of a row, the same one for the same key; none where an outer join found nothing."""
        key = row[self.key]
        if key is None:
            return None
        mine = known[self]
        if key not in mine:
            mine[key] = self._new(row, known, db)
        return mine[key]

    def _new(self, row: Row, known: dict[_Table, Made], db: str) -> Model:
        # Not through __init__: it looks at every field and default, and all values are here.
        new = self.model.__new__(self.model)
        state = ModelState()
        state.adding, state.db = False, db
        new.__dict__.update(zip(self.names, row[self.columns], strict=True), _state=state)
        for other in self.beside:
            there = other.made(row, known, db)
            other.tie(new, there)
            if there is not None:
                other.tie_back(there, new)
        return new

    def all(self) -> Iterable[_Table]:
        yield self
        for other in self.beside:
            yield from other.all()

    def __hash__(self) -> int:
        return id(self)


def _table(told: dict[str, Any], select: Sequence[tuple[Any, ...]]) -> _Table:
    """Read what Django's compiler says of the columns of one table, and of those joined to it."""
    places, model = told["select_fields"], told["model"]
    names = tuple(select[place][0].target.attname for place in places)
    return _Table(
        model=model,
        names=names,
        columns=slice(places[0], places[-1] + 1),
        key=places[names.index(model._meta.pk.attname)],
        beside=tuple(_table(other, select) for other in told.get("related_klass_infos", ())),
        tie=told.get("local_setter", _untied),
        tie_back=told.get("remote_setter", _untied),
    )


def _untied(_row: object, _other: object) -> None:
    """The first table hangs on none."""


@dataclass(frozen=True)
class _Statement:
    """A statement with its values, and how rows are made of what it answers."""

    text: str
    values: tuple[Any, ...]
    table: _Table
    told: dict[str, int]
    converters: Sequence[tuple[int, Sequence[Callable[..., Any]], Any]]

    def rows(self, found: Iterable[Row]) -> Iterable[Model]:
        known: dict[_Table, Made] = {table: {} for table in self.table.all()}
        here = connections[connection.alias]  # the proxy would look itself up for every single value
        for one in found:
            row = list(one)
            for place, converters, expression in self.converters:
                for convert in converters:
                    row[place] = convert(row[place], expression, here)
            made = self.table.made(row, known, here.alias)
            assert made is not None
            made.__dict__.update((name, row[place]) for name, place in self.told.items())
            yield made


class Composed(Generic[M]):
    """A query for rows of one table, with what `select_related` ties to them and what is annotated."""

    def __init__(self, rows: Callable[[], QuerySet[M]]) -> None:
        self._rows = rows

    @cached_property
    def _statement(self) -> _Statement:
        rows = self._rows()
        compiler: Any = rows.query.get_compiler(rows.db)
        text, values = compiler.as_sql()
        converters = compiler.get_converters([one[0] for one in compiler.select])
        return _Statement(
            text=text,
            values=tuple(values),
            table=_table(compiler.klass_info, compiler.select),
            told=dict(compiler.annotation_col_map or {}),
            converters=[(place, *told) for place, told in converters.items()],
        )

    def all(self, **given: Any) -> list[M]:
        """Return the rows these values lead to."""
        asked = self._statement
        values = [given[one.name] if isinstance(one, Given) else one for one in asked.values]
        return self._answered(asked.text, values)

    def _answered(self, text: str, values: Sequence[Any]) -> list[M]:
        with connection.cursor() as cursor:
            cursor.execute(text, values)
            return list(self._statement.rows(cursor.fetchall()))  # type: ignore[arg-type]

    def first(self, **given: Any) -> M | None:
        """Return the row these values lead to."""
        found = self.all(**given)
        return found[0] if found else None


class ByKeys(Composed[M]):
    """Rows found by their keys alone: a list chooses which, whatever the rights of whoever reads it."""

    def __init__(self, rows: Callable[[], QuerySet[M]]) -> None:
        super().__init__(lambda: rows().filter(_among_given()).order_by())

    def read(self, keys: Sequence[Any], **given: Any) -> list[M]:
        """Return the rows in the order of their keys."""
        if not keys:
            return []
        found = {row.pk: row for row in self.all(keys=list(keys), **given)}
        return [found[key] for key in keys if key in found]

    def within(self, rows: QuerySet[M]) -> list[M]:
        """Return the rows a query finds, in any order: its conditions become part of the same statement."""
        asked, keys = self._statement, rows.order_by().values("pk").query
        try:
            chosen, wanted = keys.get_compiler(rows.db).as_sql()
        except EmptyResultSet:
            return []
        place = next(
            at for at, one in enumerate(asked.values) if isinstance(one, Given) and one.name == "keys"
        )
        before, after = asked.text.rsplit("ANY(%s)", 1)
        values = [*asked.values[:place], *wanted, *asked.values[place + 1 :]]
        return self._answered(f"{before}ANY(ARRAY({chosen})){after}", values)


def _among_given() -> models.Func:
    return models.Func(
        models.F("pk"), Given("keys"),
        template="(%(expressions)s))", arg_joiner=" = ANY(", output_field=models.BooleanField(),
    )  # fmt: skip


def one(rows: QuerySet[M], **wanted: Any) -> M:
    """Return the one row of a query that is wanted, with what the query ties to it; none leads nowhere."""
    found = rows.filter(**wanted)
    known = list(found[:2]) if rows.query.annotation_select else _by_keys(*_shape(rows)).within(found)
    if len(known) != 1:
        raise Http404
    prefetch_related_objects(known, *rows._prefetch_related_lookups)  # type: ignore[attr-defined]  # noqa: SLF001 -- Django's
    return known[0]


def read(rows: QuerySet[M]) -> list[M]:
    """Return the rows of a query: their keys are found first, by its conditions and in its order."""
    return read_keys(rows, list(rows.select_related(None).values_list("pk", flat=True)))


def first_keys(rows: QuerySet[M], most: int) -> tuple[int, list[Any]]:
    """Return how many rows a query has, and the keys of the first of them: one statement says both."""
    keys = rows.select_related(None).values("pk")
    try:
        counted, of = keys.order_by().query.get_compiler(rows.db).as_sql()
        chosen, wanted = keys[:most].query.get_compiler(rows.db).as_sql()
    except EmptyResultSet:
        return 0, []
    text = f"SELECT (SELECT COUNT(*) FROM ({counted}) AS counted), ARRAY({chosen})"  # noqa: S608 -- Django's own text
    with connection.cursor() as cursor:
        cursor.execute(text, [*of, *wanted])
        count, found = cursor.fetchone() or (0, [])
    return count, list(found)


def read_keys(rows: QuerySet[M], keys: Sequence[Any]) -> list[M]:
    """Return the rows with these keys, with what this query ties to them."""
    if rows.query.annotation_select:  # which are its own, and unknown to a statement that is composed for all
        known = rows.in_bulk(keys)
        return [known[key] for key in keys if key in known]
    found = _by_keys(*_shape(rows)).read(keys)
    prefetch_related_objects(found, *rows._prefetch_related_lookups)  # type: ignore[attr-defined]  # noqa: SLF001 -- Django's
    return found


# The table, what is tied to its rows, and which columns are left for later, or alone are read.
_Shape: TypeAlias = "tuple[type[M], tuple[str, ...], frozenset[str], bool]"


def _shape(rows: QuerySet[M]) -> _Shape[M]:
    names, later = rows.query.deferred_loading
    return rows.model, tuple(_paths(rows.query.select_related)), frozenset(names), later


@cache
def _by_keys(model: type[M], tied: tuple[str, ...], names: frozenset[str], later: bool) -> ByKeys[M]:
    rows = model._base_manager.all()
    rows = rows.select_related(*tied) if tied else rows
    return ByKeys(lambda: rows.defer(*names) if later else rows.only(*names))


def _paths(tied: Any, before: str = "") -> Iterator[str]:
    """Name what a query ties to its rows, each by its whole path."""
    for name, beyond in tied.items() if tied else ():
        yield f"{before}{name}"
        yield from _paths(beyond, f"{before}{name}__")
