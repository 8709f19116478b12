"""Forms of a restored county."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gongfang.core import clock
from gongfang.operations.backup.models import Payment
from gongfang.registry.people.models import Relation
from gongfang.ui.forms import DayField, KeyedForm


class StatementForm(KeyedForm):
    """The bank's file, or that the bank has paid nothing."""

    until = DayField(label=_("Last day of the statement"))
    file = forms.FileField(
        label=_("The bank's file"),
        help_text=_("Excel or CSV as the bank gives it: day, amount paid out, account, remark."),
        required=False,
    )
    nothing = forms.BooleanField(label=_("The bank has paid nothing since the copy"), required=False)

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        if bool(facts.get("file")) == bool(facts.get("nothing")):
            raise forms.ValidationError(_("Choose the bank's file, or say that the bank has paid nothing."))
        return facts


class PayeeForm(KeyedForm):
    """Whom the bank has paid."""

    relation = forms.ModelChoiceField(queryset=Relation.objects.none(), label=_("Person"))

    def __init__(self, *args: Any, payment: Payment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = Relation.objects.filter(organisation=payment.operator).select_related("resident")
        field = self.fields["relation"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = found.order_by("pk")
        field.label_from_instance = _masked  # type: ignore[assignment, method-assign]


def _masked(relation: Relation) -> str:
    return f"{relation.resident.name} {relation.resident.phone or ''} ({relation.pk})"


class WhyForm(KeyedForm):
    """What a payment was for that is none of ours."""

    why = forms.CharField(label=_("What it was for"), max_length=200)


def last_day() -> dict[str, Any]:
    """Return what stands in the form before anybody types."""
    return {"until": clock.today()}
