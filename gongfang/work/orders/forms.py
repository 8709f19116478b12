"""What people fill in about products, quotes, orders, material and fees."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gongfang.core.codes import WrongCode
from gongfang.core.members import Member
from gongfang.core.money import parse_yuan
from gongfang.registry.people.models import Organisation, SkillKind
from gongfang.ui.forms import DayField, KeyedForm, PiecesField, YuanField
from gongfang.work.orders import access
from gongfang.work.orders.actions import Tier
from gongfang.work.orders.actions.agreements import BUYERS
from gongfang.work.orders.amending import Change, Extra
from gongfang.work.orders.models import (
    Contract,
    InspectionPlan,
    Material,
    Order,
    OrderLine,
    ProductVersion,
    RecipeItem,
    Step,
)
from gongfang.work.orders.queries import quotes_to_order
from gongfang.work.orders.reminding import Level
from gongfang.work.orders.selection import Wanted

PRICE_ROWS = 3
MATERIAL_ROWS = 3
POINT_ROWS = 3
LEVEL_ROWS = 3
UNITS = {"mm": _("metres"), "g": _("kilograms"), "piece": _("pieces")}


def _text(length: int, label: Any, *, required: bool = True, **facts: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, required=required, **facts)


def _choice(label: Any, *, required: bool = True, **facts: Any) -> forms.ModelChoiceField[Any]:
    return forms.ModelChoiceField(
        queryset=None, label=label, required=required, empty_label=_("Choose"), **facts
    )


class AmountField(PiecesField):
    """An amount of material as people count it: metres and kilograms with up to three decimals, or pieces."""

    inputmode = "decimal"

    def __init__(self, *, material: Material, **kwargs: Any) -> None:
        self.counted = material.unit_kind == Material.Unit.COUNT
        super().__init__(
            label=f"{material.name} · {UNITS[material.unit_kind]}", min_value=0, required=False, **kwargs
        )

    def parsed(self, text: str) -> int:
        if self.counted:
            return super().parsed(text)
        amount = re.fullmatch(r"([0-9]{1,12})(?:\.([0-9]{1,3}))?", text)
        if amount is None:
            raise forms.ValidationError(_("Enter an amount such as 72.5, with three decimals at most."))
        return int(amount[1]) * 1000 + int((amount[2] or "").ljust(3, "0"))


def offer(form: forms.Form, **querysets: QuerySet[Any]) -> None:
    """Give the choice fields of a form their rows."""
    for name, rows in querysets.items():
        field = form.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = rows


def enterprises(member: Member) -> QuerySet[Organisation]:
    """Return who may order: all for an officer, the own ones for a buyer."""
    buyers = Organisation.objects.filter(kind__in=BUYERS, closed_on=None).order_by("name")
    return buyers if member.holds("officer") else buyers.filter(pk__in=member.organisations("buyer"))


def operators(member: Member) -> QuerySet[Organisation]:
    """Return who may sign: all operators for an officer, the own ones for their people."""
    signing = Organisation.objects.filter(is_operator=True, closed_on=None).order_by("name")
    return (
        signing if member.holds("officer") else signing.filter(pk__in=member.organisations(*access.OPERATING))
    )


def stores(member: Member, order: Order) -> QuerySet[Organisation]:
    """Return the stores a member may take an order's material into."""
    keeping = Organisation.objects.filter(closed_on=None).order_by("name")
    if access.may_run_order(member, order):
        kinds = (Organisation.Kind.OPERATOR, Organisation.Kind.WORKSHOP, Organisation.Kind.AGENT)
        return keeping.filter(kind__in=kinds) | keeping.filter(pk=order.operator_id)
    return keeping.filter(pk__in=member.organisations(*access.STORING))


class ReasonForm(KeyedForm):
    reason = _text(200, _("Why"))


class EnquiryForm(KeyedForm):
    enterprise = _choice(_("Enterprise"))
    product = _text(120, _("What is to be made"))
    pieces = PiecesField(label=_("How many"))
    due = DayField(label=_("Needed by"))
    note = forms.CharField(label=_("Anything else"), required=False, widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = enterprises(member)
        offer(self, enterprise=rows)
        self.fields["enterprise"].initial = rows.first()


class QuoteForm(KeyedForm):
    version = _choice(_("Product and version"))
    pieces = PiecesField(label=_("How many"))
    due = DayField(label=_("Ready by"))
    material = forms.CharField(
        label=_("Material"),
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text=_("What the enterprise sends and what we buy."),
    )
    fee_hao = YuanField(
        label=_("Fee a piece, in yuan"), min_value=1, help_text=_("What the enterprise pays.")
    )
    wage_hao = YuanField(label=_("To the maker a piece, in yuan"), min_value=1)
    margin_hao = YuanField(label=_("To the agent a piece, in yuan"), initial=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, version=ProductVersion.objects.select_related("product").order_by("product__name", "-no"))


class AnswerForm(KeyedForm):
    document = _text(200, _("Letter or message of the enterprise"), required=False)


class SampleForm(KeyedForm):
    enterprise = _choice(_("Enterprise"))
    version = _choice(_("Product and version"))
    picture = forms.FileField(label=_("Photo"), required=False)

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        versions = ProductVersion.objects.select_related("product").order_by("product__name", "-no")
        offer(self, enterprise=enterprises(member), version=versions)


class ContractForm(KeyedForm):
    operator = _choice(_("Operator"), help_text=_("Signs, owes the fees to the makers and keeps the books."))
    enterprise = _choice(_("Enterprise"))
    number = _text(40, _("Number of the contract"))
    signed_on = DayField(label=_("Signed on"))
    kind = forms.ChoiceField(label=_("Kind"), choices=Contract.Kind.choices)
    value_hao = YuanField(label=_("Value, in yuan"), required=False)
    pieces = PiecesField(label=_("Pieces in all"), required=False)
    valid_from = DayField(label=_("Valid from"), required=False)
    valid_until = DayField(label=_("Valid until"), required=False)
    overdraw = forms.ChoiceField(label=_("Ordering beyond it"), choices=Contract.Overdraw.choices)
    partnership = forms.BooleanField(label=_("Under a mountain–coast partnership"), required=False)
    document = _text(200, _("Where the paper is kept"), required=False)

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        buyers = Organisation.objects.filter(kind__in=BUYERS, closed_on=None).order_by("name")
        offer(self, operator=operators(member), enterprise=buyers)


class OrderForm(KeyedForm):
    contract = _choice(_("Contract"))
    offer = _choice(_("Accepted quote"), required=False, help_text=_("Brings product, pieces and fee along."))
    number = _text(40, _("Number of the order"), required=False, help_text=_("Left empty, we give one."))
    due = DayField(label=_("Due"), required=False, help_text=_("Left empty, the day of the quote."))
    phone = _text(20, _("Telephone for questions"), required=False)
    offcuts_return = forms.BooleanField(label=_("Offcuts go back to the enterprise"), required=False)

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        contracts = (
            access.visible_contracts(member).filter(operator__in=operators(member)).order_by("-signed_on")
        )
        offer(
            self,
            contract=contracts,
            offer=quotes_to_order()
            .filter(enquiry__enterprise__in=contracts.values("enterprise"))
            .select_related("version__product")
            .order_by("-pk"),
        )


class LineForm(KeyedForm):
    """Pieces of a product at a price, which may fall in steps with the quantity."""

    version = _choice(_("Product and version"))
    pieces = PiecesField(label=_("How many"))
    fee_hao = YuanField(label=_("Fee a piece, in yuan"))
    due = DayField(label=_("Due"), required=False, help_text=_("Left empty, the day of the order."))
    over_permille = PiecesField(
        label=_("How many in a thousand may be too many"), min_value=0, max_value=1000, initial=0
    )
    under_permille = PiecesField(
        label=_("How many in a thousand may be missing"), min_value=0, max_value=1000, initial=0
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, version=ProductVersion.objects.select_related("product").order_by("product__name", "-no"))
        for no in range(1, PRICE_ROWS + 1):
            self.fields[f"from_{no}"] = PiecesField(
                label=format_lazy("{} {}", _("Another price from so many pieces on"), no), required=False
            )
            self.fields[f"price_{no}"] = YuanField(
                label=format_lazy("{} {}", _("Fee a piece then, in yuan"), no), required=False
            )

    def clean(self) -> dict[str, Any]:
        """Gather the steps of the price, each a count with its fee."""
        facts = super().clean() or {}
        prices: dict[int, int] = {}
        for no in range(1, PRICE_ROWS + 1):
            pieces, fee = facts.pop(f"from_{no}", None), facts.pop(f"price_{no}", None)
            if (pieces is None) != (fee is None):
                self.add_error(
                    f"from_{no}" if pieces is None else f"price_{no}",
                    _("A step of the price has a count and a fee. Fill in both, or neither."),
                )
            elif pieces in prices:
                self.add_error(f"from_{no}", _("This count has a price already."))
            elif pieces is not None:
                prices[pieces] = fee
        return {**facts, "prices": prices}


class AmendForm(KeyedForm):
    """Every open line as it is now, to be changed; perhaps one line more; and the paper it stands in."""

    reason = _text(200, _("Why"))
    document = _text(200, _("Letter or message of the enterprise"))
    due = DayField(label=_("The whole order is due"), required=False)
    read_ = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, order: Order, lines: Sequence[OrderLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order, self.lines = order, lines
        self.fields["due"].initial = order.due
        for line in lines:
            self._add_line(line)
        versions = ProductVersion.objects.select_related("product").order_by("product__name", "-no")
        self.fields["version"] = _choice(_("One product more"), required=False)
        offer(self, version=versions)
        self.fields["pieces"] = PiecesField(label=_("How many of it"), required=False)
        self.fields["fee_hao"] = YuanField(label=_("Fee a piece of it, in yuan"), required=False)

    def _add_line(self, line: OrderLine) -> None:
        product = line.version.product
        self.fields[f"pieces_{line.pk}"] = PiecesField(
            label=format_lazy("{} · {}", product, _("How many")), min_value=0, initial=line.pieces
        )
        self.fields[f"due_{line.pk}"] = DayField(
            label=format_lazy("{} · {}", product, _("Due")), required=False, initial=line.due
        )
        self.fields[f"fee_{line.pk}"] = YuanField(
            label=format_lazy("{} · {}", product, _("Fee a piece, in yuan")), initial=line.fee_hao
        )

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        if facts.get("version") and not (facts.get("pieces") and facts.get("fee_hao") is not None):
            self.add_error("pieces", _("Say how many pieces of it, and the fee a piece."))
        return facts

    def facts(self) -> dict[str, Any]:
        """Return what the verb takes: only what differs from how it is now."""
        typed = self.cleaned_data
        more = Extra(typed["version"], typed["pieces"], typed["fee_hao"]) if typed.get("version") else None
        return {
            "reason": typed["reason"],
            "document": typed["document"],
            "due": typed["due"] if typed["due"] != self.order.due else None,
            "changes": [change for line in self.lines if (change := self._change(line))],
            "extras": [more] if more else [],
        }

    def _change(self, line: OrderLine) -> Change | None:
        pieces, due, fee = (self.cleaned_data[f"{name}_{line.pk}"] for name in ("pieces", "due", "fee"))
        new = Change(
            line,
            pieces=pieces if pieces != line.pieces else None,
            due=due if due and due != line.due else None,
            fee_hao=fee if fee != line.fee_hao else None,
        )
        return None if new == Change(line) else new

    def _print(self) -> str:
        typed = {
            name: str(value) for name, value in self.cleaned_data.items() if name not in {"key", "read_"}
        }
        return hashlib.sha256(repr(sorted(typed.items())).encode()).hexdigest()[:16]

    def was_read(self) -> bool:
        """Say whether exactly this was shown with what it means before."""
        return bool(self.cleaned_data["read_"] == self._print())

    def read(self) -> AmendForm:
        """Return the same form, to be sent once more now that its meaning is shown."""
        typed = {name: self.data[name] for name in self.data} | {"read_": self._print()}
        again = AmendForm(typed, order=self.order, lines=self.lines)
        again.is_valid()
        for name, errors in self.errors.items():
            again.errors.setdefault(name, errors)
        return again


class InvoiceForm(KeyedForm):
    number = _text(40, _("Number of the invoice"))
    amount_hao = YuanField(
        label=_("Amount, in yuan"), min_value=1, help_text=_("Delivered and not yet invoiced.")
    )
    due = DayField(label=_("To be paid by"))


class FeeForm(KeyedForm):
    amount_hao = YuanField(label=_("What arrived, in yuan"), min_value=1)
    received_on = DayField(label=_("Day"))
    document = _text(200, _("Bank document"))


class RefundForm(KeyedForm):
    refunded_on = DayField(label=_("Day"))
    document = _text(200, _("Bank document"))


class RemindersForm(KeyedForm):
    """After how many days an enterprise is reminded, and in which words; three levels at most."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for no in range(1, LEVEL_ROWS + 1):
            self.fields[f"days_{no}"] = PiecesField(
                label=format_lazy("{} {}", _("Days after the day of payment, level"), no), required=no == 1
            )
            self.fields[f"text_{no}"] = forms.CharField(
                label=format_lazy("{} {}", _("Words of level"), no),
                widget=forms.Textarea({"rows": 3}),
                required=no == 1,
            )
        self.fields["document"] = _text(200, _("Document"))

    def levels(self) -> list[Level]:
        """Return the levels that were filled in."""
        facts = self.cleaned_data
        rows = [(facts.get(f"days_{no}"), facts.get(f"text_{no}")) for no in range(1, LEVEL_ROWS + 1)]
        found = [(days, text) for days, text in rows if days and text]
        return [Level(no, days, text) for no, (days, text) in enumerate(found, start=1)]


class MaterialForm(KeyedForm):
    name = _text(60, _("Name of the material"))
    code = _text(40, _("Code"))
    unit_kind = forms.ChoiceField(label=_("Counted in"), choices=Material.Unit.choices)
    tracking = forms.ChoiceField(label=_("Kept in the store"), choices=Material.Tracking.choices)


class ProductForm(KeyedForm):
    name = _text(60, _("Name of the product"))
    code = _text(40, _("Code"))
    category = _text(40, _("Category"), required=False)


class WantedForm(forms.Form):
    """What a product has to be, for an officer who chooses; whatever is left empty does not matter."""

    people = PiecesField(label=_("At least so many people can make it"), min_value=0, required=False)
    hourly_hao = YuanField(label=_("At least so many yuan an hour"), required=False)
    months = PiecesField(
        label=_("Months with orders of the last twelve, at least"), min_value=0, max_value=12, required=False
    )
    back_permille = PiecesField(
        label=_("At most so many in a thousand come back"), min_value=0, max_value=1000, required=False
    )

    def wanted(self) -> Wanted:
        """Return what was filled in."""
        typed = {name: value for name, value in self.cleaned_data.items() if value is not None}
        return Wanted(**typed)


class RateForm(KeyedForm):
    hao = YuanField(label=_("Yuan a piece"), min_value=1)
    tiers = forms.CharField(
        label=_("Price by count"),
        help_text=_(
            "Leave it empty when each piece earns the same. Otherwise one line for each count, such as: 5 = 16."
        ),
        required=False,
        max_length=400,
        widget=forms.Textarea({"rows": 3}),
    )
    grade = forms.CharField(
        label=_("Only for this grade"),
        help_text=_("Leave it empty for the rate of all pieces. The inspector puts pieces into a grade."),
        required=False,
        max_length=20,
    )
    valid_from = DayField(label=_("From"))
    document = _text(200, _("Document"), help_text=_("In which this rate was agreed."))

    def clean_tiers(self) -> list[Tier]:
        lines = str(self.cleaned_data["tiers"]).splitlines()
        return [_tier(line) for line in lines if line.strip()]


def _tier(line: str) -> Tier:
    count, _equals, price = line.replace("＝", "=").partition("=")
    try:
        return Tier(int(count), parse_yuan(price))
    except (ValueError, WrongCode):
        raise ValidationError(
            _now("“%(line)s” is no count and price. Write it as: 5 = 16."), params={"line": line}
        ) from None


class InspectionPlanForm(KeyedForm):
    """How many pieces of a hand-in are looked at."""

    kind = forms.ChoiceField(label=_("What is looked at"), choices=InspectionPlan.Kind.choices)
    level = forms.ChoiceField(
        label=_("Inspection level"),
        choices=InspectionPlan.Level.choices,
        initial=InspectionPlan.Level.II,
        help_text=_("II is usual; I looks at fewer pieces, III at more."),
    )
    aql = forms.TypedChoiceField(
        label=_("Quality limit (AQL)"),
        coerce=int,
        choices=InspectionPlan.Limit.choices,
        initial=InspectionPlan.Limit.V25,
    )
    skip_after = PiecesField(
        label=_("Good hand-ins in a row until some are not looked at"), required=False, initial=10
    )
    one_in = PiecesField(label=_("Look at one hand-in in so many then"), required=False, initial=4)
    valid_from = DayField(label=_("From"))
    document = _text(200, _("Document"), help_text=_("In which this was agreed."))


class DefectForm(KeyedForm):
    """Something that may be wrong with a piece."""

    name = _text(60, _("What is wrong"))
    guide = _text(200, _("How it should be"), required=False, help_text=_("The maker reads it."))
    picture = forms.FileField(label=_("Photo of how it should be"), required=False)


class VersionForm(KeyedForm):
    """How a product is made: one step, its materials and what the inspector looks at."""

    name = _text(60, _("Name of the work"))
    skill = _choice(_("Skill"))
    method = forms.ChoiceField(label=_("How it is made"), choices=Step.Method.choices, required=False)
    standard_seconds = PiecesField(label=_("Seconds a piece, practised"))
    demonstrated_seconds = PiecesField(label=_("Seconds a piece, shown by the instructor"), required=False)
    bag_pieces = PiecesField(label=_("Pieces in a bag"), initial=50)
    pieces_cap = PiecesField(label=_("Pieces one person has at most at a time"), initial=400)
    picture = forms.FileField(label=_("Photo of the piece"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, skill=SkillKind.objects.order_by("name"))
        for no in range(1, MATERIAL_ROWS + 1):
            self._add_material(no)
        for no in range(1, POINT_ROWS + 1):
            self._add_point(no)

    def clean_method(self) -> str:
        """Take a work nobody said anything about as done by hand."""
        return self.cleaned_data["method"] or Step.Method.HAND

    def _add_material(self, no: int) -> None:
        self.fields[f"material_{no}"] = _choice(format_lazy("{} {}", _("Material"), no), required=False)
        offer(self, **{f"material_{no}": Material.objects.order_by("name")})
        self.fields[f"amount_{no}"] = PiecesField(
            label=format_lazy("{} {}", _("Amount a piece, in mm, g or pieces"), no), required=False
        )
        self.fields[f"ownership_{no}"] = forms.ChoiceField(
            label=format_lazy("{} {}", _("Whose material"), no),
            choices=RecipeItem.Ownership.choices,
            required=False,
        )
        self.fields[f"policy_{no}"] = forms.ChoiceField(
            label=format_lazy("{} {}", _("What is used"), no),
            choices=RecipeItem.Policy.choices,
            required=False,
        )
        self.fields[f"offcut_{no}"] = PiecesField(
            label=format_lazy("{} {}", _("Of it falls off, in mm, g or pieces"), no),
            min_value=0,
            required=False,
        )

    def _add_point(self, no: int) -> None:
        self.fields[f"point_{no}"] = _text(
            80, format_lazy("{} {}", _("What is looked at"), no), required=False
        )
        for name, label in (("low", _("Measured, at least")), ("high", _("Measured, at most"))):
            numbered = format_lazy("{} {}", label, no)
            self.fields[f"{name}_{no}"] = forms.IntegerField(label=numbered, required=False)
        self.fields[f"photo_{no}"] = forms.BooleanField(
            label=format_lazy("{} {}", _("Photographed beside the sealed sample"), no), required=False
        )
        self.fields[f"unit_{no}"] = _text(12, format_lazy("{} {}", _("Unit of measure"), no), required=False)
