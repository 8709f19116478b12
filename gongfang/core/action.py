"""The one door for change.

Every verb of every room is a function under `@action`. Web page, API, Excel sheet, scanner, queue and command
line call it alike, with a `By` that says who, through which door and under which idempotency key. Inside another
act it is called with that `Act` and joins its transaction.

The order is always the same: transaction · receipt (idempotency) · lock · permission · body · postings · audit
entry · outbox.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, update_wrapper
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, cast

from django.apps import apps
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import OperationalError, connection, models, transaction

from gongfang.core import clock, ids, watch
from gongfang.core.errors import Frozen, Gone, KeyReused, NotAllowed, SecondPersonNeeded
from gongfang.core.locks import locked
from gongfang.core.members import Member, may_act_for, member_of
from gongfang.core.models import Continuity, Entry, Event, Receipt, User, fields_of, ref
from gongfang.core.receipts import answer

S = TypeVar("S")
R = TypeVar("R")
P = ParamSpec("P")
M = TypeVar("M", bound=models.Model)
T = TypeVar("T")

_TRIES = 4


@dataclass(frozen=True)
class By:
    """Who does it: the user, the door, the idempotency key, and for whom, when it is for another person.

    `via` is one of page, api, sheet, scan, task, cli. `acted_at` is the device's own time and only explains.
    """

    user: User
    via: str
    key: uuid.UUID = field(default_factory=uuid.uuid4)
    for_: User | None = None
    device: str = ""
    acted_at: datetime | None = None
    skew: timedelta | None = None


class Act:
    """A verb being done: who, since when, and what it will post, tell and write down at its end."""

    def __init__(self, by: By, *, parent: Act | None = None) -> None:
        self.by = by
        self.id = ids.by_time()
        self.parent = parent
        self.outermost: Act = parent.outermost if parent else self
        self.txn: uuid.UUID = parent.txn if parent else self.id
        self.received_at: datetime = parent.received_at if parent else clock.now()
        self.booked_on: date = parent.booked_on if parent else clock.business_day(self.received_at)
        self.member: Member = parent.member if parent else member_of(by.for_ or by.user)
        self.facts: dict[str, Any] = {}
        self._deferred: dict[Callable[[Act, list[Any]], None], list[Any]] = {}
        self._events: list[Event] = []
        self._entries: list[Entry] = []

    def lock(self, *rows: M) -> list[M]:
        """Lock rows of one or more tables in the order of table and id, and return them fresh, in the order given."""
        fresh: dict[tuple[type[models.Model], Any], M] = {}
        tables = sorted({type(row) for row in rows}, key=lambda table: table._meta.db_table)
        for table in tables:
            keys = sorted(row.pk for row in rows if type(row) is table)
            fresh.update({(table, row.pk): row for row in locked(table, keys)})
        try:
            return [fresh[type(row), row.pk] for row in rows]
        except KeyError:
            raise Gone from None

    @cached_property
    def actor(self) -> Member:
        """Who does it with their own hands: somebody for themselves, or whoever acts for them."""
        if self.parent:
            return self.parent.actor
        return self.member if self.by.for_ is None else member_of(self.by.user)

    @cached_property
    def helps(self) -> bool:
        """Say whether it is for oneself, or for somebody whom the actor may act for."""
        if self.parent:
            return self.parent.helps
        return self.by.for_ is None or may_act_for(self.actor, self.by.for_)

    def defer(self, flush: Callable[[Act, list[T]], None], *items: T) -> None:
        """Keep items for `flush(act, items)`, called once when the outermost act ends (the ledger posts so)."""
        self.outermost._deferred.setdefault(flush, []).extend(items)

    def emit(self, name: str, subject: models.Model, **facts: Any) -> None:
        """Tell listeners, after the commit and at least once, that something happened."""
        self.outermost._events.append(
            Event(name=name, subject=ref(subject), facts=_plain(facts), txn=self.txn)
        )

    def note(self, **facts: Any) -> None:
        """Write facts beside the verb in the audit (never names, numbers or accounts of persons)."""
        self.facts.update(facts)

    def _end(self) -> None:
        while self._deferred:
            flush = next(iter(self._deferred))
            flush(self, self._deferred.pop(flush))

    def _write_down(self, verb: str, subject: str, before: dict[str, Any], after: dict[str, Any]) -> None:
        by = self.by
        self.outermost._entries.append(
            Entry(
                txn=self.txn, act=self.id, parent=self.parent.id if self.parent else None, verb=verb,
                actor=by.user, on_behalf=by.for_, via=by.via, device=by.device, subject=subject,
                before=before, after=after, facts=_plain(self.facts), acted_at=by.acted_at, skew=by.skew,
                received_at=self.received_at, booked_on=self.booked_on,
            )
        )  # fmt: skip


class Verb(Generic[S, P, R]):
    """A verb with its permission: call it with a `By` (own transaction) or with an `Act` (joins it)."""

    def __init__(
        self,
        body: Callable[Concatenate[Act, S, P], R],
        access: Callable[[Member, S], bool],
        *,
        creates: bool,
        second: Callable[[S], Iterable[Any]] | None,
        money: bool,
        on_behalf: bool,
        forgettable: bool,
    ) -> None:
        update_wrapper(self, body)
        self.name = body.__name__
        self.body, self.access, self.second = body, access, second
        self.creates, self.money, self.on_behalf, self.forgettable = creates, money, on_behalf, forgettable

    def __call__(self, by: By | Act, subject: S, *args: P.args, **kwargs: P.kwargs) -> R:
        if isinstance(by, Act):
            return self._do(Act(by.by, parent=by), subject, *args, **kwargs)
        for _try in range(_TRIES - 1):
            try:
                return self._start(by, subject, *args, **kwargs)
            except OperationalError as error:
                if (
                    connection.in_atomic_block
                    or getattr(error.__cause__, "sqlstate", None) not in watch.CROSSED
                ):
                    raise
        return self._start(by, subject, *args, **kwargs)

    def may(self, member: Member, subject: S) -> bool:
        """Say whether this member has the right to the verb on this thing (to show or hide its button)."""
        return self.access(member, subject)

    @watch.timed
    def _start(self, by: By, subject: S, *args: P.args, **kwargs: P.kwargs) -> R:
        digest = _digest(self.name, subject, args, kwargs)
        try:
            with transaction.atomic():
                receipt = self._receipt(by, digest)
                if receipt is None:
                    return self._again(by, subject, digest)
                act = Act(by)
                result = self._do(act, subject, *args, **kwargs)
                act._end()
                answer(receipt, act=act.id, result=_pack(result), entries=act._entries, events=act._events)
                return result
        except KeyReused:
            _remember_reuse(by, self.name)
            raise

    def _receipt(self, by: By, digest: bytes) -> int | None:
        """Insert the idempotency row and return its number, or None when the key was there before."""
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO core_receipt (key, verb, digest, actor_id, on_behalf_id, device)"
                " VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (key) DO NOTHING RETURNING id",
                [by.key, self.name, digest, by.user.pk, by.for_.pk if by.for_ else None, by.device],
            )
            row = cursor.fetchone()
        return row[0] if row else None

    def _again(self, by: By, subject: S, digest: bytes) -> R:
        """Answer a key that was there before: the stored result, to the same person for the same act only."""
        stored = Receipt.objects.get(key=by.key)
        same = (
            stored.verb == self.name
            and bytes(stored.digest) == digest
            and stored.actor_id == by.user.pk
            and stored.on_behalf_id == (by.for_.pk if by.for_ else None)
            and stored.device == by.device
        )
        if not same:
            raise KeyReused
        if not (self._may_act(by) and self.access(member_of(by.for_ or by.user), subject)):
            raise NotAllowed
        return cast("R", _unpack(stored.result))

    def _do(self, act: Act, subject: S, *args: P.args, **kwargs: P.kwargs) -> R:
        fresh = subject if self.creates else cast("S", _locked(act, subject))
        self._permit(act, fresh)
        rows = _rows(fresh)
        before = {ref(row): _plain(fields_of(row)) for row in rows}
        result = self.body(act, fresh, *args, **kwargs)
        old, new = _changes(before, [*rows, *_rows(result)])
        if not self.forgettable:
            act._write_down(self.name, _name(fresh, result), old, new)
        return result

    def _may_act(self, by: By) -> bool:
        """Say whether it is for oneself, or for somebody whom the actor may do this very verb for."""
        return by.for_ is None or (self.on_behalf and may_act_for(member_of(by.user), by.for_))

    def _permit(self, act: Act, subject: S) -> None:
        by = act.by
        if by.for_ is not None and not (self.on_behalf and act.helps):
            raise NotAllowed
        if not self.access(act.member, subject):
            raise NotAllowed
        hands = {by.user.pk, by.for_.pk if by.for_ else None}
        if self.second and hands & set(self.second(subject)) - {None}:
            raise SecondPersonNeeded
        if self.money and Continuity.current().frozen_at:
            raise Frozen


def action(
    access: Callable[[Member, S], bool],
    *,
    creates: bool = False,
    second: Callable[[S], Iterable[Any]] | None = None,
    money: bool = False,
    on_behalf: bool = False,
    forgettable: bool = False,
) -> Callable[[Callable[Concatenate[Act, S, P], R]], Verb[S, P, R]]:
    """Make a function the one way to do a verb.

    `access(member, subject)` is the permission. The subject (a row, several rows, or with `creates` the thing
    under which something new is made, which is not locked) is locked and handed to the body fresh. `second` names
    the users who had a hand in earlier steps of the same money and may not do this one. `money` verbs rest while a
    restored county is frozen. `on_behalf` allows another to do it for a person, provisionally. `forgettable` verbs
    leave no audit line, because people were promised that nobody remembers; `forget` removes their receipts, too.
    """

    def wrap(body: Callable[Concatenate[Act, S, P], R]) -> Verb[S, P, R]:
        return Verb(
            body,
            access,
            creates=creates,
            second=second,
            money=money,
            on_behalf=on_behalf,
            forgettable=forgettable,
        )

    return wrap


def forget(verb: str, rows: Iterable[models.Model]) -> None:
    """Remove the receipts of a forgettable verb on these rows: a promise to forget covers the key as well."""
    Receipt.objects.filter(verb=verb, result__row__in=[ref(row) for row in rows]).delete()


def _rows(thing: object) -> list[models.Model]:
    if isinstance(thing, models.Model):
        return [thing]
    if isinstance(thing, Sequence) and not isinstance(thing, str | bytes):
        return [row for row in thing if isinstance(row, models.Model)]
    return []


def _locked(act: Act, subject: object) -> object:
    rows = act.lock(*_rows(subject))
    return rows[0] if isinstance(subject, models.Model) else rows


def _name(subject: object, result: object) -> str:
    rows = _rows(subject) or _rows(result)
    return ref(rows[0]) if rows else ""


def _changes(
    before: dict[str, dict[str, Any]], rows: Iterable[models.Model]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the old and the new values of what an act changed, row by row; a new row has no old values."""
    old: dict[str, Any] = {}
    new: dict[str, Any] = {}
    for row in rows:
        name, values = ref(row), _plain(fields_of(row))
        had = before.get(name, {})
        changed = {key for key, value in values.items() if key not in had or had[key] != value}
        if changed:
            new[name] = {key: values[key] for key in sorted(changed)}
            if had:
                old[name] = {key: had[key] for key in sorted(changed)}
    return old, new


class _Canonical(DjangoJSONEncoder):
    def default(self, o: Any) -> Any:
        if isinstance(o, models.Model):
            return ref(o)
        if is_dataclass(o) and not isinstance(o, type):
            return {part.name: getattr(o, part.name) for part in fields(o)}
        if isinstance(o, set | frozenset):
            return sorted(o)
        if (content := _content(o)) is not None:
            return hashlib.sha256(content).hexdigest()
        return super().default(o)


def _content(thing: Any) -> bytes | None:
    """Return the bytes of a binary value or an uploaded file, which a digest stands for."""
    if isinstance(thing, bytes | memoryview):
        return bytes(thing)
    return b"".join(thing.chunks()) if hasattr(thing, "chunks") else None


def _plain(value: dict[str, Any]) -> dict[str, Any]:
    return cast("dict[str, Any]", json.loads(json.dumps(value, cls=_Canonical)))


def _digest(verb: str, subject: object, args: Iterable[object], kwargs: dict[str, object]) -> bytes:
    payload = json.dumps(
        [verb, subject, list(args), kwargs], cls=_Canonical, sort_keys=True, ensure_ascii=False
    )
    # Keyed, because a payload may hold a first password or a card number that a plain hash would give away.
    return hmac.digest(settings.HASH_KEY, payload.encode(), "sha256")


def _pack(result: object) -> object:
    """Keep what an act answered: rows by name, plain values as they are."""
    if isinstance(result, models.Model):
        return {"row": ref(result)}
    if isinstance(result, list | tuple):
        return {"rows": [_pack(item) for item in result]}
    return {"value": json.loads(json.dumps(result, cls=_Canonical))}


def _unpack(stored: Any) -> object:
    if "row" in stored:
        label, key = stored["row"].split(":", 1)
        row = apps.get_model(label)._base_manager.filter(pk=key).first()
        if row is None:
            raise Gone
        return row
    if "rows" in stored:
        return [_unpack(item) for item in stored["rows"]]
    return stored["value"]


def _remember_reuse(by: By, verb: str) -> None:
    """A key that came back with other content is a doubtful item; the refusal itself stored nothing."""
    now = clock.now()
    Entry.objects.create(
        txn=uuid.uuid4(), act=uuid.uuid4(), verb="reuse_key", actor=by.user, on_behalf=by.for_, via=by.via,
        device=by.device, subject=f"core.receipt:{by.key}", facts={"verb": verb}, acted_at=by.acted_at,
        skew=by.skew, received_at=now, booked_on=clock.business_day(now),
    )  # fmt: skip
