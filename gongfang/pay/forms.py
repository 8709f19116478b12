"""What who keeps the books enters."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gongfang.core import clock
from gongfang.core.models import User
from gongfang.pay.actions import Column
from gongfang.pay.models import BankProfile, Slip
from gongfang.registry.people.models import Organisation, Relation, Role
from gongfang.registry.people.models.residents import running
from gongfang.ui.forms import DayField, KeyedForm, PiecesField, YuanField
from gongfang.work.dispatch.models import Lot


class DrawForm(KeyedForm):
    """Up to which day slips are drawn up."""

    upto = DayField(label=_("Everything inspected up to"))
    terms = forms.ChoiceField(
        label=_("For whom"), required=False, choices=[("", _("everybody")), *Relation.Kind.choices]
    )


class PrepareForm(KeyedForm):
    """For which bank a batch is prepared."""

    profile = forms.ModelChoiceField(
        queryset=BankProfile.objects.none(),
        label=_("Which bank"),
        required=False,
        empty_label=_("standard columns"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["profile"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = BankProfile.objects.order_by("name")


class SlipFilter(forms.Form):
    """Narrows the list of slips down."""

    stage = forms.ChoiceField(
        label=_("Status"), required=False, choices=[("", _("all")), *Slip.Stage.choices]
    )


class WhyForm(KeyedForm):
    """Why a payout came to nothing."""

    why = forms.CharField(label=_("Why"), max_length=200)


class BankAnswerForm(KeyedForm):
    """Which payouts the bank has paid, and when."""

    paid_on = DayField(label=_("Paid on"))
    references = forms.CharField(
        label=_("Only these references"),
        help_text=_("One a line, as on the bank sheet. Leave it empty when the bank has paid all of them."),
        required=False,
        max_length=200_000,
        widget=forms.Textarea({"rows": 4}),
    )

    def clean_references(self) -> list[str]:
        return str(self.cleaned_data["references"]).split()


class CashForm(KeyedForm):
    """Who looked on when cash was handed over, and the receipt that was signed."""

    witness = forms.ModelChoiceField(
        queryset=User.objects.none(), label=_("Witness"), help_text=_("Somebody else, who looked on.")
    )
    document = forms.CharField(
        label=_("Signed receipt"), help_text=_("Its number, or where it is kept."), max_length=200
    )

    def __init__(self, *args: Any, payer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = Role.objects.filter(running(clock.today())).exclude(role__in=("maker", "buyer"))
        known = User.objects.filter(pk__in=held.values("user"), is_active=True).exclude(pk=payer.pk)
        field = self.fields["witness"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = known.order_by("name")


class CorrectForm(KeyedForm):
    """The right pay of an inspection, why, and where it stands."""

    amount_hao = YuanField(label=_("Right amount"))
    reason = forms.CharField(
        label=_("What was wrong with the pay"),
        help_text=_("The person reads this on the slip."),
        max_length=200,
    )
    document = forms.CharField(label=_("Document"), max_length=200)


class AccountForm(KeyedForm):
    """The account in an organisation's own name."""

    number = forms.CharField(
        label=_("Account number"), max_length=60, widget=forms.TextInput({"inputmode": "numeric"})
    )
    bank = forms.CharField(label=_("Bank"), max_length=60)


class MarginAdvanceForm(KeyedForm):
    """How much of the margin to come, from which operator, and what for."""

    operator = forms.ModelChoiceField(label=_("Operator"), queryset=Organisation.objects.none())
    amount_hao = YuanField(label=_("How much"), min_value=1)
    reason = forms.CharField(label=_("What for"), max_length=200)

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["operator"]
        assert isinstance(field, forms.ModelChoiceField)
        theirs = Lot.objects.filter(organisation=organisation).values("line__order__operator")
        field.queryset = Organisation.objects.filter(pk__in=theirs).order_by("name")


class SetOffForm(KeyedForm):
    """How much of the margin owed is set off against the advance."""

    amount_hao = YuanField(label=_("Amount"), min_value=1)


class ProfileForm(KeyedForm):
    """How a bank wants its sheet: one column a line."""

    name = forms.CharField(label=_("Which bank"), max_length=60)
    columns = forms.CharField(
        label=_("Columns"),
        help_text=_(
            "One a line: the bank's title = one of no, name, card, bank, amount (yuan), fen, remark, reference."
        ),
        max_length=4000,
        widget=forms.Textarea({"rows": 8}),
    )
    form = forms.ChoiceField(label=_("File"), choices=BankProfile.Form.choices)
    charset = forms.ChoiceField(label=_("Signs"), choices=BankProfile.Charset.choices)

    def clean_columns(self) -> list[Column]:
        lines = [line for line in str(self.cleaned_data["columns"]).splitlines() if line.strip()]
        return [_column(line) for line in lines]


def _column(line: str) -> Column:
    title, _equals, field = (part.strip() for part in line.replace("＝", "=").rpartition("="))
    if not title or not field:
        raise ValidationError(
            _now("“%(line)s” is no column. Write it as: title = field."), params={"line": line}
        )
    return Column(title, field)


class LookAgainForm(KeyedForm):
    """The numbers another look finds; what was missing is not among them."""

    accepted = PiecesField(label=_("Accepted"), min_value=0)
    rework = PiecesField(label=_("To be mended"), min_value=0)
    rejected = PiecesField(label=_("Rejected"), min_value=0)
    reason = forms.CharField(label=_("What was seen differently"), max_length=200)


class KeepVerdictForm(KeyedForm):
    """Why a verdict stays."""

    answer = forms.CharField(label=_("Why it stays"), max_length=200, help_text=_("The maker reads it."))
