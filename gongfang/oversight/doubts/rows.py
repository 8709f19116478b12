"""The rows behind a doubtful item: what each is, its day, and the page it stands on; people are shown masked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from gongfang.core.clock import business_day
from gongfang.core.members import Member
from gongfang.core.models import Entry
from gongfang.oversight.models import Doubt
from gongfang.pay.models import (
    BankSheet,
    Correction,
    Earning,
    OrganisationAccount,
    Payout,
    PayoutBatch,
    SlipLine,
)
from gongfang.registry.people.actions import seen
from gongfang.registry.people.models import BankAccount, Organisation, Relation, Resident
from gongfang.registry.people.queries import names
from gongfang.ui.formats import number, yuan
from gongfang.ui.parts import Link
from gongfang.work.dispatch.models import Lot
from gongfang.work.orders.models import Contract, Invoice
from gongfang.work.piecework.models import Bag, HandIn, Inspection, Loss

SHOWN = 200
PAGE = "doubt"


@dataclass(frozen=True)
class Row:
    """One row behind an item, as the page lists it."""

    what: str
    row: Link
    text: str
    day: date | None = None


@dataclass(frozen=True)
class _Kind:
    """How rows of one table are read, and what the page says of them; `who` is the resident a row belongs to."""

    rows: Callable[[], QuerySet[Any]]
    who: Callable[[Any], Resident | None]
    tell: Callable[[Any, str], Row]


def rows_of(member: Member, doubt: Doubt) -> list[Row]:
    """Return the rows behind an item, in the order they were found, the first two hundred of them.

    Whose rows they are is shown masked, and each look is written into the person's own book of looks.
    """
    found = _found(doubt.rows[:SHOWN])
    people = {kind.who(row) for kind, row in found}
    known = [person for person in people if person]
    seen(member, known, page=PAGE)
    shown = names(member, known)
    return [kind.tell(row, shown.get(getattr(kind.who(row), "pk", 0), "")) for kind, row in found]


def _found(refs: Sequence[str]) -> list[tuple[_Kind, Model]]:
    keys: dict[str, list[str]] = defaultdict(list)
    for ref in refs:
        table, _colon, key = ref.partition(":")
        keys[table].append(key)
    read = {table: _KINDS[table].rows().in_bulk([int(key) for key in of]) for table, of in keys.items()}
    pairs = (ref.partition(":")[::2] for ref in refs)
    return [(_KINDS[table], read[table][int(key)]) for table, key in pairs if int(key) in read[table]]


def _nobody(row: Any) -> Resident | None:
    return None


def _person(row: Resident, name: str) -> Row:
    return Row(_("Person"), Link(name, reverse("people:resident", args=[row.pk])), row.division.name)


def _card(row: BankAccount, name: str) -> Row:
    link = Link(str(row.number), reverse("people:resident", args=[row.resident_id]))
    return Row(_("Card"), link, name, row.since)


def _terms(row: Relation, name: str) -> Row:
    return Row(_("Terms"), Link(row.organisation.name, reverse("pay:terms", args=[row.pk])), name, row.since)


def _organisation(row: Organisation, name: str) -> Row:
    link = Link(row.name, reverse("people:organisation", args=[row.pk]))
    return Row(row.get_kind_display(), link, row.division.name, row.opened_on)


def _account(row: OrganisationAccount, name: str) -> Row:
    link = Link(str(row.number), reverse("pay:margin", args=[row.organisation_id]))
    return Row(_("Account of an organisation"), link, row.organisation.name, row.since)


def _bag_url(pk: int) -> str:
    return reverse("piecework:bag", args=[pk])


def _bag(row: Bag, name: str) -> Row:
    return Row(_("Bag"), Link(row.code, _bag_url(row.pk)), name, row.issued_on)


def _lot(row: Lot, name: str) -> Row:
    link = Link(row.organisation.name, reverse("dispatch:lot", args=[row.pk]))
    return Row(_("Work taken"), link, name, row.shared_on)


def _hand_in(row: HandIn, name: str) -> Row:
    text = _("%(pieces)s pieces, %(name)s") % {"pieces": number(row.pieces), "name": name}
    return Row(_("Hand-in"), Link(row.bag.code, _bag_url(row.bag_id)), text, row.handed_in_on)


def _inspection(row: Inspection, name: str) -> Row:
    words = {"accepted": row.accepted, "pieces": row.hand_in.pieces, "inspector": row.inspector.name}
    text = _("%(accepted)s of %(pieces)s accepted by %(inspector)s") % words
    bag = row.hand_in.bag
    return Row(_("Inspection"), Link(bag.code, _bag_url(bag.pk)), text, row.inspected_on)


def _loss(row: Loss, name: str) -> Row:
    return Row(_("Loss"), Link(row.bag.code, _bag_url(row.bag_id)), row.reason, row.lost_on)


def _earning(row: Earning, name: str) -> Row:
    link = Link(row.reason, reverse("pay:terms", args=[row.relation_id]))
    text = _("%(yuan)s, %(name)s") % {"yuan": yuan(row.amount_hao), "name": name}
    return Row(row.get_kind_display(), link, text, row.earned_on)


def _line(row: SlipLine, name: str) -> Row:
    text = _("%(yuan)s, %(name)s") % {"yuan": yuan(row.amount_hao), "name": name}
    link = Link(row.slip.number, reverse("pay:line", args=[row.pk]))
    return Row(_("Line of a slip"), link, text, row.earned_on)


def _correction(row: Correction, name: str) -> Row:
    bag = row.inspection.hand_in.bag
    return Row(_("Correction of pay"), Link(bag.code, _bag_url(bag.pk)), row.reason, row.made_on)


def _payout(row: Payout, name: str) -> Row:
    text = _("%(yuan)s, %(name)s") % {"yuan": yuan(row.amount_hao), "name": name}
    link = Link(row.reference, reverse("pay:payout", args=[row.pk]))
    return Row(_("Payout"), link, text, row.settled_on)


def _batch(row: PayoutBatch, name: str) -> Row:
    link = Link(row.number, reverse("pay:batch", args=[row.pk]))
    return Row(_("Batch"), link, row.operator.name, row.prepared_on)


def _sheet(row: BankSheet, name: str) -> Row:
    link = Link(row.batch.number, reverse("pay:batch", args=[row.batch_id]))
    return Row(_("Bank sheet"), link, row.made_by.name, business_day(row.made_at))


def _contract(row: Contract, name: str) -> Row:
    link = Link(row.number, reverse("orders:contract", args=[row.pk]))
    return Row(_("Contract"), link, f"{row.enterprise} – {row.operator}", row.signed_on)


def _invoice(row: Invoice, name: str) -> Row:
    text = _("%(yuan)s, %(name)s") % {"yuan": yuan(row.amount_hao), "name": row.order.enterprise.name}
    return Row(_("Bill"), Link(row.number, reverse("orders:bill", args=[row.pk])), text, row.invoiced_on)


def _entry(row: Entry, name: str) -> Row:
    device = row.device or _("no phone named")
    text = _("%(who)s, %(device)s") % {"who": row.actor.name, "device": device}
    return Row(_("Line of the audit"), Link(str(row.facts.get("verb", row.verb)), ""), text, row.booked_on)


def _maker(row: Any) -> Resident | None:
    lot: Lot = row.bag.lot
    return lot.maker


def _payee(row: Any) -> Resident | None:
    return row.relation.resident if row.relation else None


def _with(model: type[Model], *parts: str) -> Callable[[], QuerySet[Any]]:
    return lambda: model._default_manager.select_related(*parts)  # noqa: SLF001 -- Django's own name


_IN_BAG = "bag__lot__maker"
_KINDS: Mapping[str, _Kind] = {
    "people.resident": _Kind(_with(Resident, "division"), lambda row: row, _person),
    "people.bankaccount": _Kind(_with(BankAccount, "resident"), lambda row: row.resident, _card),
    "people.relation": _Kind(_with(Relation, "resident", "organisation"), lambda row: row.resident, _terms),
    "people.organisation": _Kind(_with(Organisation, "division"), _nobody, _organisation),
    "pay.organisationaccount": _Kind(_with(OrganisationAccount, "organisation"), _nobody, _account),
    "piecework.bag": _Kind(_with(Bag, "lot__maker"), lambda row: row.lot.maker, _bag),
    "dispatch.lot": _Kind(_with(Lot, "maker", "organisation"), lambda row: row.maker, _lot),
    "piecework.handin": _Kind(_with(HandIn, _IN_BAG), _maker, _hand_in),
    "piecework.inspection": _Kind(_with(Inspection, "hand_in__bag", "inspector"), _nobody, _inspection),
    "piecework.loss": _Kind(_with(Loss, "bag"), _nobody, _loss),
    "pay.earning": _Kind(_with(Earning, "relation__resident"), _payee, _earning),
    "pay.slipline": _Kind(
        _with(SlipLine, "slip__relation__resident"), lambda row: row.slip.relation.resident, _line
    ),
    "pay.correction": _Kind(_with(Correction, "inspection__hand_in__bag"), _nobody, _correction),
    "pay.payout": _Kind(_with(Payout, "relation__resident"), _payee, _payout),
    "pay.payoutbatch": _Kind(_with(PayoutBatch, "operator"), _nobody, _batch),
    "pay.banksheet": _Kind(_with(BankSheet, "batch", "made_by"), _nobody, _sheet),
    "orders.contract": _Kind(_with(Contract, "enterprise", "operator"), _nobody, _contract),
    "orders.invoice": _Kind(_with(Invoice, "order__enterprise"), _nobody, _invoice),
    "core.entry": _Kind(_with(Entry, "actor"), _nobody, _entry),
}


def tables() -> Iterable[str]:
    """Return the tables whose rows a page can show."""
    return _KINDS.keys()
