"""Organisations: opened, amended, closed."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from gongfang.core import codes
from gongfang.core.action import Act, action
from gongfang.core.codes import WrongCode
from gongfang.core.errors import Refused
from gongfang.registry.people import access
from gongfang.registry.people.models import Organisation, Relation, Role
from gongfang.registry.people.models.residents import running
from gongfang.registry.places.models import Division


@action(access.may_add_organisation, creates=True)
def add_organisation(
    act: Act,
    place: Division,
    *,
    kind: str,
    name: str,
    credit_code: str = "",
    category: str = "",
    opened_on: date | None = None,
    is_operator: bool = False,
    phone: str = "",
) -> Organisation:
    """Write down an enterprise, workshop, agent or other body; its name stands once in the county."""
    if Organisation.objects.filter(name=name).exists():
        raise Refused(_("An organisation of this name is already here. Open it from the list."), field="name")
    if category and kind != Organisation.Kind.WORKSHOP:
        raise Refused(_("Only a workshop has a kind of workshop. Leave it empty."), field="category")
    return Organisation.objects.create(
        kind=kind,
        name=name,
        credit_code=_free_credit_code(credit_code),
        division=place,
        category=category,
        opened_on=opened_on or act.booked_on,
        is_operator=is_operator or kind == Organisation.Kind.OPERATOR,
        phone=phone,
    )


def _free_credit_code(text: str) -> str | None:
    if not text.strip():
        return None
    try:
        code = codes.credit_code(text)
    except WrongCode as wrong:
        raise Refused(wrong.sentence, code="wrong_code", field="credit_code") from None
    if Organisation.objects.filter(credit_code=code).exists():
        raise Refused(
            _("An organisation with this credit code is already here. Open it from the list."),
            field="credit_code",
        )
    return code


@action(access.may_amend_organisation)
def amend_organisation(
    act: Act, organisation: Organisation, *, name: str | None = None, phone: str | None = None
) -> Organisation:
    """Change an organisation's name or phone."""
    if name and Organisation.objects.filter(name=name).exclude(pk=organisation.pk).exists():
        raise Refused(_("An organisation of this name is already here. Choose another."), field="name")
    organisation.name = name or organisation.name
    organisation.phone = organisation.phone if phone is None else phone
    organisation.save(update_fields=["name", "phone"])
    return organisation


@action(access.may_close_organisation)
def close_organisation(act: Act, organisation: Organisation, *, on: date | None = None) -> Organisation:
    """Close an organisation and end every role held there; people with running terms must be settled first."""
    if organisation.closed_on:
        raise Refused(_("This organisation is closed already."), code="moved")
    if Relation.objects.filter(running(act.booked_on), organisation=organisation).exists():
        raise Refused(
            _("People still work for this organisation. End their terms first."), code="has_relations"
        )
    organisation.closed_on = max(on or act.booked_on, organisation.opened_on)
    organisation.save(update_fields=["closed_on"])
    roles = Role.objects.filter(organisation=organisation, until=None)
    act.note(roles_ended=roles.update(until=act.booked_on))
    return organisation
