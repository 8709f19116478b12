"""What the desk enters about the material of bags: real use, substitutes, the next maker, numbers on pieces."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from gongfang.ui.forms import KeyedForm
from gongfang.work.orders.forms import AmountField
from gongfang.work.orders.models import Substitute
from gongfang.work.orders.wording import amount, plain_amount
from gongfang.work.piecework.actions import UseRow
from gongfang.work.piecework.models import BagMaterial, HandIn


class UseForm(KeyedForm):
    """What a hand-in really used of each material that is counted."""

    def __init__(self, *args: Any, hand_in: HandIn, materials: Sequence[BagMaterial], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hand_in, self.materials = hand_in, materials
        for row in materials:
            kind, recipe = row.order_material.material, row.a_piece * hand_in.pieces
            field = AmountField(
                material=kind, help_text=_("By the recipe: %(amount)s") % {"amount": amount(kind, recipe)}
            )
            field.initial = plain_amount(kind, recipe)
            self.fields[f"used_{kind.pk}"] = field
        self.fields["reason"] = forms.CharField(
            label=_("Why more or less was used"), max_length=200, required=False
        )

    def row(self) -> UseRow:
        """Return the row of the count."""
        facts = self.cleaned_data
        used = {
            kind: facts[f"used_{kind}"]
            for kind in (row.order_material.material_id for row in self.materials)
            if facts.get(f"used_{kind}") is not None
        }
        return UseRow(hand_in_id=self.hand_in.pk, materials=used, reason=facts["reason"])


class UseSubstituteForm(KeyedForm):
    """Which allowed substitute the bag carries."""

    def __init__(self, *args: Any, allowed: Iterable[Substitute], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(row.pk, _told(row)) for row in allowed]
        self.fields["substitute"] = forms.TypedChoiceField(
            label=_("Substitute"), choices=[("", _("Choose")), *choices], coerce=int
        )


def _told(row: Substitute) -> str:
    words = {"other": row.material.name, "own": row.item.material.name}
    return gettext("%(other)s instead of %(own)s") % words


class HandOverForm(KeyedForm):
    """Who takes the bag over."""

    def __init__(self, *args: Any, makers: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["maker"] = forms.TypedChoiceField(
            label=_("Who takes it over"), choices=[("", _("Choose")), *makers], coerce=int
        )


def _person(label: str, people: Sequence[tuple[int, str]]) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, choices=[("", _("Choose")), *people], coerce=int)


class BroughtForm(KeyedForm):
    """How many pieces come back."""

    pieces = forms.IntegerField(label=_("Pieces"), min_value=1)


class PartForm(BroughtForm):
    """How many pieces another made of a bag."""

    def __init__(self, *args: Any, makers: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["maker"] = _person(gettext("Who made them"), makers)


class MendForm(BroughtForm):
    """Who mends how many; whose pieces they are is asked where several made them."""

    def __init__(
        self,
        *args: Any,
        makers: Sequence[tuple[int, str]],
        firsts: Sequence[tuple[int, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["maker"] = _person(gettext("Who mends them"), makers)
        if len(firsts) > 1:
            self.fields["first"] = _person(gettext("Whose pieces"), firsts)


class NumbersForm(KeyedForm):
    codes = forms.CharField(
        label=_("Numbers on the pieces, one a line"),
        widget=forms.Textarea({"rows": 4, "autocomplete": "off"}),
    )
