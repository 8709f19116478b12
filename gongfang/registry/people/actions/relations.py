"""The terms people work under."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from gongfang.core.action import Act, action
from gongfang.core.errors import Refused
from gongfang.registry.people import access
from gongfang.registry.people.models import Organisation, Relation, Resident


@action(access.may_agree_terms, on_behalf=True)
def agree_terms(
    act: Act, resident: Resident, *, organisation: Organisation, kind: str = "contract", document: str = ""
) -> Relation:
    """Agree the terms with an operator; whoever has running terms there keeps them and gets them back."""
    return _agree(act, [resident], organisation=organisation, kind=kind, document=document)[0]


@action(access.may_agree_terms_many, on_behalf=True)
def agree_terms_many(
    act: Act,
    residents: Sequence[Resident],
    *,
    organisation: Organisation,
    kind: str = "contract",
    document: str = "",
) -> list[Relation]:
    """Agree the terms for many at once; the relations come back in the order of the residents."""
    return _agree(act, residents, organisation=organisation, kind=kind, document=document)


def _agree(
    act: Act, residents: Sequence[Resident], *, organisation: Organisation, kind: str, document: str
) -> list[Relation]:
    if not organisation.is_operator:
        raise Refused(
            _("%(name)s does not sign contracts. Choose the operator of the order.")
            % {"name": organisation.name},
            code="no_operator",
        )
    running_terms = _running(residents, organisation)
    new = [
        Relation(
            resident=resident, organisation=organisation, kind=kind, since=act.booked_on, document=document
        )
        for resident in {resident.pk: resident for resident in residents}.values()
        if resident.pk not in running_terms
    ]
    Relation.objects.bulk_create(new)
    running_terms |= {relation.resident_id: relation for relation in new}
    return [running_terms[resident.pk] for resident in residents]


def _running(residents: Sequence[Resident], organisation: Organisation) -> dict[int, Relation]:
    found = Relation.objects.filter(resident__in=residents, organisation=organisation, until=None)
    return {relation.resident_id: relation for relation in found}


@action(access.may_end_relation)
def end_relation(act: Act, relation: Relation, *, on: date | None = None) -> Relation:
    """End the terms; from this day on they no longer run, what was earned stays owed."""
    if relation.until is None:
        relation.until = max(on or act.booked_on, relation.since)
        relation.save(update_fields=["until"])
    return relation
