"""Verbs on accounts of agents and workshops, and on how a bank wants its sheet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from django.utils.translation import gettext as _

from gongfang.core.action import Act, action
from gongfang.core.codes import normalised
from gongfang.core.errors import Refused
from gongfang.core.races import one_wins
from gongfang.core.secrets import keyed_hash
from gongfang.pay import access
from gongfang.pay.models import BankProfile, OrganisationAccount
from gongfang.pay.sheets import FIELDS
from gongfang.registry.people.models import Organisation


@dataclass(frozen=True)
class Column:
    """A column of a bank's sheet: its title there, and which of our fields stands in it."""

    title: str
    field: str


@action(access.may_set_bank_profile, creates=True)
def set_bank_profile(
    act: Act,
    nothing: None,
    *,
    name: str,
    columns: Sequence[Column],
    form: str = "xlsx",
    charset: str = "utf-8",
) -> BankProfile:
    """Say how a bank wants its sheet; a profile of the same name is replaced."""
    unknown = sorted({column.field for column in columns} - set(FIELDS))
    if unknown or not columns:
        raise Refused(
            _("A column holds one of: %(fields)s.") % {"fields": ", ".join(FIELDS)}, field="columns"
        )
    if not {"card", "amount"} & {column.field for column in columns} or not name.strip():
        raise Refused(_("A bank needs at least the account and the amount."), field="columns")
    if form not in BankProfile.Form.values or charset not in BankProfile.Charset.values:
        raise Refused(_("A sheet is xlsx or csv, in utf-8 or gb18030."), field="form")
    facts = {"columns": [asdict(column) for column in columns], "form": form, "charset": charset}
    profile, _made = BankProfile.objects.update_or_create(name=name.strip(), defaults=facts)
    return profile


@action(access.may_set_account)
def set_account(act: Act, organisation: Organisation, *, number: str, bank: str) -> OrganisationAccount:
    """Name the account, in the organisation's own name, that its margin is paid to; the one before ends."""
    digits = normalised(number)
    if not re.fullmatch(r"[0-9]{8,30}", digits):
        raise Refused(
            _("An account number has 8 to 30 digits. Compare it with the bank's paper."), field="number"
        )
    if not bank.strip():
        raise Refused(_("Name the bank."), field="bank")
    digest = keyed_hash("organisation_account", digits)
    held = OrganisationAccount.objects.filter(number_hash=digest, until=None).first()
    taken = Refused(
        _("This account already belongs to another organisation here. Compare it with the bank's paper."),
        code="account_of_another",
        field="number",
    )
    if held and held.organisation_id != organisation.pk:
        raise taken
    if held:
        return held
    OrganisationAccount.objects.filter(organisation=organisation, until=None).update(until=act.booked_on)
    with one_wins("one_organisation_an_account", taken):
        return OrganisationAccount.objects.create(
            organisation=organisation,
            number=digits,
            number_hash=digest,
            bank=bank.strip(),
            since=act.booked_on,
        )


@action(access.may_end_account)
def end_account(act: Act, account: OrganisationAccount) -> OrganisationAccount:
    """Stop paying to this account; until another is named the margin is paid in cash."""
    if account.until is None:
        account.until = act.booked_on
        account.save(update_fields=["until"])
    return account
