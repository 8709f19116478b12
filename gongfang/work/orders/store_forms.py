"""What people fill in about stores: slips with their worth and batches, counts, whose material it is, and its bill."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from gongfang.core.members import Member
from gongfang.registry.people.models import Organisation
from gongfang.ui.forms import DayField, KeyedForm, PiecesField, YuanField
from gongfang.work.orders import actions, wording
from gongfang.work.orders.forms import AmountField, stores
from gongfang.work.orders.models import BilledMaterial, Material, Order, RecipeItem
from gongfang.work.orders.queries import Stock


def _named(material: Material, label: Any) -> Any:
    return format_lazy("{} · {}", material.name, label)


class BatchesField(forms.CharField):
    """Batches one a line: the number, and how much of it; a numbered piece needs no amount."""

    def __init__(self, material: Material, **kwargs: Any) -> None:
        self.material = material
        super().__init__(
            label=_named(material, _("batches or numbers")),
            widget=forms.Textarea({"rows": 3, "autocomplete": "off"}),
            help_text=_("One a line: the number, a blank, and how much of it."),
            required=False,
            **kwargs,
        )

    def clean(self, value: Any) -> tuple[actions.Batch, ...]:
        amount, found = AmountField(material=self.material), []
        for line in super().clean(value).splitlines():
            code, _blank, count = line.strip().rpartition(" ")
            if line.strip():
                found.append(
                    actions.Batch(code.strip(), amount.clean(count) or 0) if code else actions.Batch(count)
                )
        return tuple(found)


class ReceiptForm(KeyedForm):
    """A slip: one amount for each material of the order, and one row for what nobody promised."""

    number = forms.CharField(label=_("Number of the slip"), max_length=40)
    store: forms.ModelChoiceField[Organisation] = forms.ModelChoiceField(
        queryset=None, label=_("Store"), empty_label=_("Choose")
    )
    received_on = DayField(label=_("Day"))

    def __init__(
        self, *args: Any, member: Member, order: Order, promised: Sequence[Material], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.promised = promised
        self.fields["store"].queryset = stores(member, order)  # type: ignore[attr-defined]
        for material in promised:
            self._add(material)

    def _add(self, material: Material) -> None:
        self.fields[f"amount_{material.pk}"] = AmountField(material=material)
        if material.tracking != Material.Tracking.NONE:
            self.fields[f"batches_{material.pk}"] = BatchesField(material)

    def arrivals(self) -> list[actions.Arrival]:
        """Return the materials with an amount."""
        facts = self.cleaned_data
        return [
            actions.Arrival(
                material,
                facts[f"amount_{material.pk}"],
                facts.get(f"slip_{material.pk}"),
                facts.get("note", ""),
                _per_1000(material, facts.get(f"worth_{material.pk}")),
                facts.get(f"batches_{material.pk}", ()),
            )
            for material in self.promised
            if facts.get(f"amount_{material.pk}")
        ]


def _per_1000(material: Material, hao: int | None) -> int | None:
    """A metre and a kilogram are a thousand units, a piece is one."""
    return None if hao is None else hao * (1000 if material.unit_kind == Material.Unit.COUNT else 1)


class DeliveryForm(ReceiptForm):
    """What arrives: as counted, as the slip says where that differs, what it is worth, and what bringing it cost."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["extra"] = forms.ModelChoiceField(
            queryset=Material.objects.exclude(pk__in=[material.pk for material in self.promised])
            .filter(tracking=Material.Tracking.NONE)
            .order_by("name"),
            label=_("Another material"),
            empty_label=_("Choose"),
            required=False,
        )
        self.fields["extra_amount"] = PiecesField(
            label=_("How much of it, in mm, g or pieces"), min_value=0, required=False
        )
        self.fields["costs_hao"] = YuanField(
            label=_("Freight and other costs of this slip, in yuan"), required=False
        )
        self.fields["note"] = forms.CharField(
            label=_("What was missing, too much or wrong"),
            max_length=200,
            required=False,
            help_text=_("Needed where the slip says something else than was counted."),
        )

    def _add(self, material: Material) -> None:
        super()._add(material)
        says = AmountField(material=material)
        says.label = _named(material, _("the slip says something else"))
        self.fields[f"slip_{material.pk}"] = says
        self.fields[f"worth_{material.pk}"] = YuanField(
            label=_named(material, _("yuan a metre, kilogram or piece")), required=False
        )

    def arrivals(self) -> list[actions.Arrival]:
        """Return the materials with an amount, and the one nobody promised."""
        facts = self.cleaned_data
        found = super().arrivals()
        if facts.get("extra") and facts.get("extra_amount"):
            found.append(actions.Arrival(facts["extra"], facts["extra_amount"]))
        return found


class StockForm(KeyedForm):
    """What was found of everything that is booked in a store, each batch by itself."""

    def __init__(self, *args: Any, lying: Sequence[Stock], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lying = lying
        for name, stock, code, booked in self._rows():
            kind = stock.order_material.material
            field = AmountField(
                material=kind, help_text=_("Booked: %(booked)s") % {"booked": wording.amount(kind, booked)}
            )
            field.label = format_lazy("{} {}", field.label, code)
            field.required = True
            self.fields[name] = field
        self.fields["reason"] = forms.CharField(
            label=_("Where a difference may come from"), max_length=200, required=False
        )

    def _rows(self) -> list[tuple[str, Stock, str, int]]:
        rows = []
        for stock in self.lying:
            parts = [(batch.code, batch.left) for batch in stock.batches] or [("", stock.amount)]
            rows += [
                (f"counted_{stock.order_material.pk}_{no}", stock, code, left)
                for no, (code, left) in enumerate(parts)
            ]
        return rows

    def counts(self) -> list[actions.Count]:
        """Return what was found; the reason goes with what differs."""
        facts = self.cleaned_data
        return [
            actions.Count(
                material=stock.order_material.material,
                counted=facts[name],
                batch=code,
                reason=facts["reason"] if facts[name] != booked else "",
            )
            for name, stock, code, booked in self._rows()
        ]


class OwnershipForm(KeyedForm):
    ownership = forms.ChoiceField(label=_("Whose material"), choices=RecipeItem.Ownership.choices)


class SubstituteForm(KeyedForm):
    material: forms.ModelChoiceField[Material] = forms.ModelChoiceField(
        queryset=None, label=_("Material"), empty_label=_("Choose")
    )
    amount = PiecesField(label=_("Amount a piece, in mm, g or pieces"))
    document = forms.CharField(
        label=_("Document"), max_length=200, help_text=_("In which the enterprise agreed.")
    )

    def __init__(self, *args: Any, item: RecipeItem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Material.objects.exclude(pk=item.material_id).order_by("name")
        self.fields["material"].queryset = others  # type: ignore[attr-defined]


class BillForm(KeyedForm):
    """The bill for our own material: what is open of each, or less."""

    number = forms.CharField(label=_("Number of the invoice"), max_length=40)
    due = DayField(label=_("To be paid by"))

    def __init__(self, *args: Any, open_: dict[int, BilledMaterial], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.open_ = open_
        for row in open_.values():
            kind = row.order_material.material
            words = {"amount": wording.amount(kind, row.amount)}
            self.fields[f"amount_{kind.pk}"] = AmountField(
                material=kind, help_text=_("Used and not billed yet: %(amount)s") % words
            )

    def rows(self) -> list[actions.Billed] | None:
        """Return what is billed; with nothing entered, all of it."""
        entered = [
            actions.Billed(material=row.order_material.material, amount=amount)
            for kind, row in self.open_.items()
            if (amount := self.cleaned_data.get(f"amount_{kind}"))
        ]
        return entered or None
