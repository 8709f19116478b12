"""What people fill in about places."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from gongfang.registry.places.models import Division, Site
from gongfang.registry.places.queries import villages
from gongfang.ui.forms import KeyedForm, PiecesField


class PlaceField(forms.CharField):
    """A village, township or county as people name it; cleaned, it is the division."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 80)
        kwargs.setdefault("help_text", _("The name of the village or community, or its 12-digit code."))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        if text.isdecimal():
            exact = Division.objects.filter(code=text).first()
        else:
            exact = Division.objects.filter(name=text).exclude(level=Division.Level.VILLAGE).first()
        found = (exact,) if exact else villages().find(text)
        if len(found) > 1:
            raise forms.ValidationError(
                _("Several villages have this name. Write the township before it, or the code.")
            )
        if not found:
            raise forms.ValidationError(_("No place has this name. Look it up in the list of places."))
        return found[0]


def row_choice(rows: QuerySet[Any], label: Any, *, required: bool = True) -> forms.ModelChoiceField[Any]:
    """Return a field that offers rows to choose from."""
    return forms.ModelChoiceField(queryset=rows, label=label, required=required)


class SiteForm(KeyedForm):
    """A place where people work or live."""

    name = forms.CharField(label=_("Name"), max_length=80)
    kind = forms.ChoiceField(label=_("Kind"), choices=Site.Kind.choices)
    division = PlaceField(label=_("Village or township"))


class UnitForm(KeyedForm):
    """A room or hall of a site."""

    name = forms.CharField(label=_("Name of the unit"), max_length=40)
    area = PiecesField(label=_("Area in square metres"), min_value=1, max_value=1_000_000)


class NarrowForm(forms.Form):
    """Which part of the county a list shows."""

    township = forms.ModelChoiceField(
        label=_("Township"),
        queryset=Division.objects.filter(level=Division.Level.TOWNSHIP),
        required=False,
        empty_label=_("All townships"),
    )
