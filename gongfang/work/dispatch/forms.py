"""What people fill in when work is shared out, taken and confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gongfang.core import clock
from gongfang.registry.people.models import Organisation
from gongfang.ui.forms import DayField, KeyedForm, PiecesField, YuanField
from gongfang.work.dispatch.queries import takers


class ShareForm(KeyedForm):
    organisation: forms.ModelChoiceField[Organisation] = forms.ModelChoiceField(
        queryset=None, label=_("Workshop or agent")
    )
    pieces = PiecesField(label=_("How many pieces"))
    margin_hao = YuanField(
        label=_("Margin a piece, in yuan"),
        initial=0,
        help_text=_(
            "What the workshop or agent earns for carrying and looking after the work. The centre sees it."
        ),
    )
    due = DayField(label=_("Due"), required=False, help_text=_("Left empty, the day of the order."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organisation = self.fields["organisation"]
        assert isinstance(organisation, forms.ModelChoiceField)
        organisation.queryset = takers(clock.today())


class PiecesForm(KeyedForm):
    pieces = PiecesField(label=_("How many pieces"))


class TakeForm(KeyedForm):
    pieces = PiecesField(label=_("How many I want to make"))


class DeskClaimForm(KeyedForm):
    """The desk writes down what somebody at the counter takes."""

    maker = forms.TypedChoiceField(coerce=int, label=_("Who takes it"))
    pieces = PiecesField(label=_("How many pieces"))

    def __init__(self, *args: Any, makers: Mapping[int, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        maker = self.fields["maker"]
        assert isinstance(maker, forms.TypedChoiceField)
        maker.choices = [("", _("Choose")), *sorted(makers.items(), key=lambda item: item[1])]


class ConfirmForm(KeyedForm):
    how = forms.ChoiceField(
        label=_("How they said yes"),
        choices=[("slip", _("signed slip")), ("badge", _("badge tap")), ("voice", _("recorded yes"))],
    )
    document = forms.CharField(label=_("Where it is kept"), max_length=200)
