"""What is entered about one person's pay beside pieces, and about the rules of the county."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gongfang.pay.actions.earnings import ENTERED
from gongfang.pay.models import Deduction, Earning
from gongfang.registry.people.models import Consent, Cover, Relation
from gongfang.registry.places.law import keys
from gongfang.ui.forms import DayField, KeyedForm, PiecesField, YuanField
from gongfang.work.piecework.models import Bag, Inspection


def _reason(label: Any, text: Any = "") -> forms.CharField:
    return forms.CharField(label=label, help_text=text, max_length=200)


class EarningForm(KeyedForm):
    """Hours take the time and what an hour earns; an allowance or bonus its amount."""

    kind = forms.ChoiceField(label=_("What it is"), choices=[(kind.value, kind.label) for kind in ENTERED])
    minutes = PiecesField(label=_("Minutes worked"), help_text=_("Only for hours."), required=False)
    hour_hao = YuanField(label=_("Yuan an hour"), help_text=_("Only for hours."), required=False)
    amount_hao = YuanField(
        label=_("Amount"), help_text=_("Only for an allowance or a bonus."), required=False
    )
    reason = _reason(_("What for"), _("The person reads this on the slip."))
    document = _reason(_("Document"))
    earned_on = DayField(label=_("Day"))
    claim_until = DayField(label=_("Can be claimed until"), required=False)

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        return {**facts, "amount_hao": facts.get("amount_hao") or 0}


class AmendForm(EarningForm):
    """The same for a draft, whose kind and days stay."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("kind", "earned_on", "claim_until"):
            del self.fields[name]


def facts_of(earning: Earning) -> dict[str, Any]:
    """Return a draft as its form shows it."""
    names = ("minutes", "hour_hao", "reason", "document")
    shown = {name: getattr(earning, name) for name in names}
    return shown if earning.kind == Earning.Kind.HOURS else {**shown, "amount_hao": earning.amount_hao}


class BackForm(KeyedForm):
    reason = _reason(_("Why"), _("The person reads this on the slip."))
    document = _reason(_("Document"))


class AdvanceForm(KeyedForm):
    """How much, and how much of each slip is set off against it."""

    amount_hao = YuanField(label=_("How much"), min_value=1)
    instalment_hao = YuanField(
        label=_("Set off on each slip"), help_text=_("There is no interest."), min_value=1
    )
    reason = forms.CharField(label=_("What for"), max_length=200, required=False)


class DeductionForm(KeyedForm):
    """What would be kept, and what for; the person says yes or no."""

    kind = forms.ChoiceField(label=_("What it is"), choices=Deduction.Kind.choices)
    bag = forms.ModelChoiceField(
        queryset=Bag.objects.none(), label=_("Bag"), help_text=_("Only for a spoiled bag."), required=False
    )
    amount_hao = YuanField(label=_("Amount"), min_value=1)
    reason = _reason(_("What for"), _("The person reads this before saying yes."))
    document = forms.CharField(label=_("Document"), max_length=200, required=False)

    def __init__(self, *args: Any, relation: Relation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["bag"]
        assert isinstance(field, forms.ModelChoiceField)
        earned = Inspection.objects.filter(hand_in__relation=relation, amount_hao__gt=0)
        field.queryset = Bag.objects.filter(pk__in=earned.values("hand_in__bag")).order_by("-pk")


class YesForm(KeyedForm):
    """The person's yes, as it was given on paper, by badge or as a recording."""

    how = forms.ChoiceField(
        label=_("How it was given"),
        choices=[choice for choice in Consent.How.choices if choice[0] != Consent.How.PAGE],
    )
    document = _reason(_("Where it is kept"))


class HoldForm(KeyedForm):
    reason = _reason(_("Why the pay waits"), _("The person reads this."))
    until = DayField(label=_("Until"))


class CoverForm(KeyedForm):
    """A policy the operator has paid."""

    kind = forms.ChoiceField(label=_("Insurance"), choices=Cover.Kind.choices)
    policy = forms.CharField(label=_("Number of the policy"), max_length=60)
    since = DayField(label=_("From"))
    months = PiecesField(label=_("For how many months"), initial=12)
    month_hao = YuanField(label=_("Premium a month"), min_value=1)


class QuestionForm(KeyedForm):
    question = forms.CharField(
        label=_("What is wrong with this line"), max_length=400, widget=forms.Textarea({"rows": 3})
    )


class AnswerForm(KeyedForm):
    """A reason; with an amount the line is put right by it."""

    answer = forms.CharField(
        label=_("Answer"),
        help_text=_("The person reads it."),
        max_length=400,
        widget=forms.Textarea({"rows": 3}),
    )
    amount_hao = YuanField(
        label=_("Right amount"), help_text=_("Only if the line was wrong."), required=False
    )
    document = forms.CharField(label=_("Document"), max_length=200, required=False)


class RuleForm(KeyedForm):
    """A number of the law as it holds in this county."""

    rule = forms.ChoiceField(label=_("Which rule"), choices=[])
    value = forms.CharField(
        label=_("What holds"),
        help_text=_("Written as in the list; money in 1/10,000 yuan."),
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
    )
    valid_from = DayField(label=_("From"))
    document = _reason(_("Document"))
    source = forms.CharField(label=_("Source"), max_length=100, required=False)

    def __init__(self, *args: Any, names: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["rule"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(key, names.get(key, key)) for key in keys()]

    def clean_value(self) -> Any:
        try:
            return json.loads(self.cleaned_data["value"])
        except json.JSONDecodeError:
            raise ValidationError(_now("Write the value as the list shows it.")) from None


class PeriodForm(forms.Form):
    """From which day to which a statement reaches."""

    since = DayField(label=_("From"), required=False)
    until = DayField(label=_("Until"), required=False)
