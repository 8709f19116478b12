"""Faults planted in the running code, each one that somebody could really make; the soak has to find every one.

A green soak proves nothing alone: it could be blind. Each alteration swaps one name of a module in the processes that
act, and in no other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from itertools import count
from typing import Any

Make = Callable[[Any], Any]


@dataclass(frozen=True)
class Mutant:
    """A named alteration: what stands at a place of the code, and what is made of it."""

    name: str
    place: str  # module:name, or module:thing.name
    make: Make

    def plant(self) -> None:
        """Alter this process."""
        holder, name = self.stands()
        setattr(holder, name, self.make(getattr(holder, name)))

    def stands(self) -> tuple[Any, str]:
        """Where the name stands that is swapped."""
        module, _colon, path = self.place.partition(":")
        *holders, name = path.split(".")
        holder: Any = import_module(module)
        for one in holders:
            holder = getattr(holder, one)
        return holder, name


def nothing(_before: Any) -> Any:
    """It is not done at all."""
    return lambda *_args, **_facts: None


def twice(before: Any) -> Any:
    """It is done two times."""

    def done(*args: Any, **facts: Any) -> Any:
        before(*args, **facts)
        return before(*args, **facts)

    return done


def always(answer: Any) -> Make:
    """It says the same whatever is asked."""
    return lambda _before: lambda *_args, **_facts: answer


def _none_of(before: Any) -> Any:
    """It asks for the same rows, and finds none."""
    return lambda *args: before(*args).none()


def altered(**changes: Callable[[Any], Any]) -> Make:
    """It is done with another number."""

    def make(before: Any) -> Any:
        return lambda *args, **facts: before(
            *args, **{name: changes.get(name, lambda same: same)(value) for name, value in facts.items()}
        )

    return make


def _unlocked(_before: Any) -> Any:
    def read(table: Any, keys: Any) -> list[Any]:
        beside = getattr(table, "read_with", ())
        rows = table._base_manager.filter(pk__in=list(keys)).order_by("pk")
        return list(rows.select_related(*beside) if beside else rows)

    return read


def _kept_at_once(before: Any) -> Any:
    """The key stands before the act begins, and stays when the act does not."""

    def receipt(self: Any, by: Any, digest: bytes) -> Any:
        from django.db import connection

        found = before(self, by, digest)
        with connection.cursor() as cursor:
            cursor.execute("COMMIT; BEGIN")
        return found

    return receipt


def _answers_anybody(_before: Any) -> Any:
    def again(self: Any, by: Any, subject: Any, digest: bytes) -> Any:
        from gongfang.core import action
        from gongfang.core.models import Receipt

        return action._unpack(Receipt.objects.get(key=by.key).result)

    return again


def _next_door(before: Any) -> Any:
    """Now and then the connection is in the neighbouring county."""
    calls = count(1)

    def enter(county: Any) -> Any:
        from gongfang.counties.models import County
        from tests.soak.places import COUNTIES

        if next(calls) % 25 == 0:
            other = next(slug for _code, slug, _name in COUNTIES if slug != county.schema_name)
            return before(County(schema_name=other))
        return before(county)

    return enter


def _remembered(before: Any) -> Any:
    """What somebody may do is asked once and for all."""
    known: dict[Any, Any] = {}
    return lambda user: known[user.pk] if user.pk in known else known.setdefault(user.pk, before(user))


def _rounded_up(_before: Any) -> Any:
    from gongfang.core.money import round_up_fen

    return round_up_fen


def _paid_twice(before: Any) -> Any:
    """The difference of a second look is paid two times."""

    def put_right(act: Any, inspection: Any, *, amount_hao: int, **facts: Any) -> Any:
        from gongfang.pay.queries import standing_hao

        more = max(0, amount_hao - standing_hao(inspection))
        return before(act, inspection, amount_hao=amount_hao + more, **facts)

    return put_right


def _rate_of_today(before: Any) -> Any:
    """What is earned follows the newest rate, not the one that was promised."""

    def rates(lots: Any) -> Any:
        from gongfang.work.orders.models import Rate

        newest = {rate.step_id: rate for rate in Rate.objects.filter(grade="").order_by("valid_from")}
        return {key: newest[key[0]] for key in before(lots)}

    return rates


def _every_count(before: Any) -> Any:
    """Mended pieces use their material once more."""

    def use(act: Any, hand_ins: Any, *others: Any) -> Any:
        mended = [row for row in hand_ins if row.mended]
        for row in mended:
            row.mended = False
        done = before(act, hand_ins, *others)
        for row in mended:
            row.mended = True
        return done

    return use


def _beyond_the_share(before: Any) -> Any:
    """The law's bound on what may be deducted is not asked."""

    def deduction(asked: Any, share: int, above: int, left: int) -> Any:
        return before(asked, left, above, left)

    return deduction


def _turned(before: Any) -> Any:
    """What was missing counts as found, and what was found as missing."""

    def book(act: Any, order: Any, taken: Any, row: Any) -> Any:
        row.booked, row.counted = row.counted, row.booked
        return before(act, order, taken, row)

    return book


def _many_bags(before: Any) -> Any:
    """Nobody is ever full."""
    from dataclasses import replace

    def rooms(*args: Any) -> Any:
        return {key: replace(room, by_bags=10**6) for key, room in before(*args).items()}

    return rooms


WORK, PIECES, PAY = "gongfang.work", "gongfang.work.piecework", "gongfang.pay"
MUTANTS = (
    Mutant("no lock", "gongfang.core.action:locked", _unlocked),
    Mutant("key outside the transaction", "gongfang.core.action:Verb._receipt", _kept_at_once),
    Mutant("a key answers anybody", "gongfang.core.action:Verb._again", _answers_anybody),
    Mutant("missed outbox", "gongfang.core.action:Act.emit", nothing),
    Mutant("wrong schema", "gongfang.database.scope:enter", _next_door),
    Mutant("stale permission", "gongfang.core.action:member_of", _remembered),
    Mutant("posted twice", "gongfang.ledger.postings:accrue", twice),
    Mutant("rounded up", f"{PAY}.queries:whole_fen", _rounded_up),
    Mutant("second person not asked", f"{PIECES}.actions:inspect.second", always(())),
    Mutant("rate of today", f"{PIECES}.actions.inspections:promised_rates", _rate_of_today),
    Mutant("material not taken back at cancel", f"{PIECES}.actions.issues:reverse", nothing),
    Mutant("mended pieces use material again", f"{PIECES}.actions.inspections:use_material", _every_count),
    Mutant(
        "half-made piece lost at a step",
        f"{PIECES}.halfmade:use",
        altered(used=lambda used: max(0, used - 1)),
    ),
    Mutant("found material stays lost", "gongfang.ledger.postings:find", nothing),
    Mutant("stocktake sign turned", f"{WORK}.orders.actions.stocktakes:_book", _turned),
    Mutant("cap not kept", f"{WORK}.dispatch.caps:rooms", _many_bags),
    Mutant("second look paid twice", f"{PAY}.actions.verdicts:put_right", _paid_twice),
    Mutant("advance paid back twice", "gongfang.ledger.postings:repay_advance", twice),
    Mutant("tax not withheld", f"{PAY}.takes:labour_tax", always(0)),
    Mutant("deducted beyond the legal share", f"{PAY}.reckoning:_deduction", _beyond_the_share),
    Mutant("hold ignored", f"{PAY}.queries:_held_on", _none_of),
    Mutant("slip cancelled, its takes kept", f"{PAY}.actions.slips:undo_takes", nothing),
    Mutant("failed payout not owed again", "gongfang.ledger.postings:fail_payout", nothing),
    Mutant("credit note twice", f"{WORK}.orders.actions.fees:_credit", twice),
)
BY_NAME = {mutant.name: mutant for mutant in MUTANTS}
