"""What belongs to a person alone: wishes, limits, consents, their own card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from gongfang.core import codes
from gongfang.core.action import Act, action
from gongfang.core.codes import WrongCode
from gongfang.core.errors import Refused
from gongfang.core.races import one_wins
from gongfang.core.secrets import keyed_hash
from gongfang.registry.people import access
from gongfang.registry.people.models import (
    BankAccount,
    Consent,
    FunctionalLimit,
    IncomeWish,
    Resident,
    Wish,
)
from gongfang.registry.people.rows import checked_name

MOST_A_WEEK_HAO = 100_000_000


@action(access.may_record_own, on_behalf=True)
def record_limits(act: Act, resident: Resident, *, limits: Mapping[str, int | None]) -> Resident:
    """Write down what work must not ask of a person, in place of what was written before."""
    if unknown := set(limits) - set(FunctionalLimit.Kind.values):
        raise Refused(_("There is no such limit: %(names)s.") % {"names": ", ".join(sorted(unknown))})
    if any(value is not None and value < 0 for value in limits.values()):
        raise Refused(_("A limit is not below zero. Enter how much is still possible."), field="limits")
    resident.limits.all().delete()
    FunctionalLimit.objects.bulk_create(
        [FunctionalLimit(resident=resident, kind=kind, value=value) for kind, value in limits.items()]
    )
    act.note(limits=len(limits))
    return resident


@action(access.may_record_own, on_behalf=True)
def record_wish(
    act: Act,
    resident: Resident,
    *,
    pieces_a_week: int | None = None,
    minutes_a_day: int | None = None,
    home_work: bool = False,
    products: str = "",
    note: str = "",
) -> Wish:
    """Write down how much and what a person wishes to make; work is offered within it."""
    if min(pieces_a_week or 0, minutes_a_day or 0) < 0:
        raise Refused(_("Nobody makes less than nothing. Enter how much it shall be, or leave it empty."))
    wish, _made = Wish.objects.update_or_create(
        resident=resident,
        defaults={
            "pieces_a_week": pieces_a_week,
            "minutes_a_day": minutes_a_day,
            "home_work": home_work,
            "products": products,
            "note": note,
        },
    )
    return wish


@action(access.may_wish_income, on_behalf=True)
def wish_income(act: Act, resident: Resident, *, week_hao: int | None) -> Resident:
    """Write down what somebody would like to earn a week, or nothing any more; plans aim for it.

    Said by the person it holds; written down by the desk it waits for the person's own word.
    """
    if week_hao is not None and not 0 < week_hao <= MOST_A_WEEK_HAO:
        raise Refused(
            _("Enter what it shall be a week, up to 10,000 yuan, or leave it empty."), field="week_hao"
        )
    if week_hao is None:
        IncomeWish.objects.filter(resident=resident).delete()
        return resident
    own = act.by.for_ is None and access.is_self(act.member, resident)
    told = {"week_hao": week_hao, "provisional": not own}
    IncomeWish.objects.update_or_create(resident=resident, defaults=told)
    return resident


@action(access.may_give_consent)
def give_consent(
    act: Act, resident: Resident, *, purpose: str, how: str = "page", document: str = ""
) -> Consent:
    """Write down a person's yes to a purpose; another person writes it down only with the proof of it."""
    if how == Consent.How.PAGE and not access.is_self(act.member, resident):
        raise Refused(
            _(
                "Only the person can agree on their own page. Take a signed slip, a recorded yes or their badge."
            ),
            code="own_consent",
            field="how",
        )
    running_yes = resident.consents.filter(purpose=purpose, withdrawn_at=None).first()
    return running_yes or Consent.objects.create(
        resident=resident, purpose=purpose, how=how, document=document, given_at=act.received_at
    )


@action(access.may_withdraw_consent)
def withdraw_consent(act: Act, consent: Consent) -> Consent:
    """Take a yes back from now on; no reason is asked."""
    if consent.withdrawn_at is None:
        consent.withdrawn_at = act.received_at
        consent.save(update_fields=["withdrawn_at"])
    return consent


class CardOfAnother(Refused):
    """A card number that somebody else here was the first to name."""

    code = "card_of_another"

    def __init__(self) -> None:
        super().__init__(
            _("This card already belongs to another person here. Compare it with the card in their hand."),
            field="number",
        )


@dataclass(frozen=True, kw_only=True)
class CardRow:
    """One line of a sheet of cards: whose it is, as it is written on the card."""

    resident_id: int
    number: str = field(repr=False)
    bank: str
    holder_name: str = field(repr=False)


@action(access.may_set_bank_account)
def set_bank_account(
    act: Act, resident: Resident, *, number: str, bank: str, holder_name: str
) -> BankAccount:
    """Name the person's own card for payouts; the one before ends. Somebody else's card is refused."""
    row = CardRow(resident_id=resident.pk, number=number, bank=bank, holder_name=holder_name)
    return _set_cards(act, [resident], [row])[0]


@action(access.may_set_bank_accounts)
def set_bank_accounts(
    act: Act, residents: Sequence[Resident], *, rows: Sequence[CardRow]
) -> list[BankAccount]:
    """Name the own cards of many people, a whole sheet or nothing; each row is checked as a single card is."""
    if [row.resident_id for row in rows] != [resident.pk for resident in residents]:
        raise Refused(_("The rows and the people do not fit together. Open the list again."), field="rows")
    return _set_cards(act, residents, rows)


def _set_cards(act: Act, residents: Sequence[Resident], rows: Sequence[CardRow]) -> list[BankAccount]:
    cards = [_own_card(resident, row) for resident, row in zip(residents, rows, strict=True)]
    held = {bytes(card.number_hash): card for card in _running_cards(cards)}
    for card in cards:
        other = held.setdefault(bytes(card.number_hash), card)
        if other.resident_id != card.resident_id:
            raise CardOfAnother
    new = [card for card in cards if held[bytes(card.number_hash)] is card]
    BankAccount.objects.filter(resident__in=[card.resident_id for card in new], until=None).update(
        until=act.booked_on
    )
    for card in new:
        card.since = act.booked_on
    with one_wins("one_person_an_account", CardOfAnother()):
        BankAccount.objects.bulk_create(new, batch_size=500)
    return [held[bytes(card.number_hash)] for card in cards]


def _running_cards(cards: Sequence[BankAccount]) -> QuerySet[BankAccount]:
    return BankAccount.objects.filter(number_hash__in=[card.number_hash for card in cards], until=None)


def _own_card(resident: Resident, row: CardRow) -> BankAccount:
    card, name = _card(row.number), resident.name.reveal()
    if checked_name(row.holder_name) != name:
        raise Refused(
            _("The card is not in this person's own name. Take their own card, or pay cash with a witness."),
            code="not_own_card",
            field="holder_name",
        )
    return BankAccount(
        resident=resident,
        number=card,
        number_hash=keyed_hash("bank_card", card),
        bank=row.bank,
        holder_name=name,
    )


def _card(number: str) -> str:
    try:
        return codes.bank_card(number)
    except WrongCode as wrong:
        raise Refused(wrong.sentence, code="wrong_code", field="number") from None


@action(access.may_end_bank_account)
def end_bank_account(act: Act, account: BankAccount) -> BankAccount:
    """Stop paying to this card; until another is named the person is paid in cash."""
    if account.until is None:
        account.until = act.booked_on
        account.save(update_fields=["until"])
    return account
