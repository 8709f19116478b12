"""What the desk, the inspector and whoever sends enter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gongfang.ui.forms import DayField, KeyedForm, PiecesField
from gongfang.work.orders.forms import AmountField
from gongfang.work.orders.models import DefectKind, InspectionPoint, Material
from gongfang.work.piecework import wording
from gongfang.work.piecework.actions import BackRow, HandInRow, LossRow, Verdict
from gongfang.work.piecework.looking import Asked
from gongfang.work.piecework.models import Bag, BagMaterial, Claim, HandIn, Loss, ShelfExit
from gongfang.work.piecework.queries import ToGiveBack, graded_rates

_SCANNER = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}


class ScanForm(forms.Form):
    """One label, scanned or typed."""

    code = forms.CharField(
        label=_("Label of the bag"),
        max_length=200,
        widget=forms.TextInput(_SCANNER),
        error_messages={"required": _("Scan the label, or type the 17 characters under it.")},
    )


class FilterForm(forms.Form):
    """Narrows the list of bags down."""

    status = forms.ChoiceField(
        label=_("Status"), required=False, choices=[("", _("all")), ("late", _("late")), *Bag.Status.choices]
    )


class RowsField(forms.MultipleChoiceField):
    """Ticked rows of a list; one that has left it meanwhile is kept as sent, and the verb says what became of it."""

    widget = forms.CheckboxSelectMultiple

    def valid_value(self, value: Any) -> bool:
        return str(value).isdigit()

    def clean(self, value: Any) -> list[int]:
        return sorted({int(key) for key in super().clean(value)})


class PackForm(KeyedForm):
    """The work of which bags are packed."""

    def __init__(self, *args: Any, choices: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lots"] = RowsField(
            label=_("Work to pack"),
            choices=choices,
            error_messages={"required": _("Choose whose work is to be packed.")},
        )


class IssueForm(KeyedForm):
    """Bags to hand out: scanned one after the other, or ticked."""

    codes = forms.CharField(
        label=_("Labels, scanned or typed, one a line"),
        required=False,
        widget=forms.Textarea({"rows": 3, **_SCANNER}),
    )

    def __init__(self, *args: Any, choices: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bags"] = RowsField(label=_("Packed bags"), choices=choices, required=False)
        if not choices and not self.is_bound:
            del self.fields["bags"]

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        if not facts.get("codes", "").strip() and not facts.get("bags") and not self.errors:
            self.add_error("codes", _("Scan a label, or choose a bag from the list."))
        return facts


class TakeInForm(KeyedForm):
    """How many pieces of each bag came back; a bag left empty is not on the slip."""

    def __init__(
        self, *args: Any, bags: Sequence[Bag], makers: Mapping[int, str], mended: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.bags = bags
        for bag in bags:
            most = bag.rework if mended else bag.at_home
            self.fields[f"bag_{bag.pk}"] = PiecesField(
                label=f"{makers.get(bag.pk, '')} · {wording.work(bag)} · {bag.code}",
                help_text=_("Outside: %(most)s") % {"most": most},
                required=False,
            )
        if len(bags) == 1 and not mended:
            self.fields["minutes"] = PiecesField(
                label=_("Minutes the maker says it took"),
                help_text=_("Only if they want to say it. It shows what an hour of this work really brings."),
                required=False,
            )

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        if not self.rows() and not self.errors:
            self.add_error(None, _("Enter for at least one bag how many pieces came back."))
        return facts

    def rows(self) -> list[HandInRow]:
        """Return the bags with a number."""
        facts = self.cleaned_data
        return [
            HandInRow(bag_id=bag.pk, pieces=facts[f"bag_{bag.pk}"], minutes=facts.get("minutes"))
            for bag in self.bags
            if facts.get(f"bag_{bag.pk}")
        ]


class _MaterialForm(KeyedForm):
    """Pieces of a bag, and material beside what they take along by the recipe."""

    def __init__(self, *args: Any, bag: Bag, materials: Sequence[BagMaterial], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bag, self.materials = bag, materials
        for row in materials:
            kind = row.order_material.material
            self.fields[f"material_{kind.pk}"] = AmountField(
                material=kind, help_text=_("Besides what these pieces take along.")
            )

    def beside(self) -> dict[int, int]:
        """Return the material with an amount."""
        keys = [row.order_material.material_id for row in self.materials]
        return {
            key: self.cleaned_data[f"material_{key}"]
            for key in keys
            if self.cleaned_data.get(f"material_{key}")
        }


def _typed(kind: Material, amount: int) -> str:
    """Write an amount as people type it: metres and kilograms, or pieces."""
    if kind.unit_kind == Material.Unit.COUNT:
        return str(amount)
    return f"{amount // 1000}.{amount % 1000:03}".rstrip("0").rstrip(".")


class GiveBackForm(_MaterialForm):
    """What comes back unworked: no reason is asked."""

    pieces = PiecesField(
        label=_("Pieces not begun or half done"),
        min_value=0,
        required=False,
        help_text=_("Their material comes back with them."),
    )

    def __init__(self, *args: Any, proposed: ToGiveBack, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pieces"].initial = proposed.pieces
        for row in self.materials:
            kind = row.order_material.material
            if amount := proposed.beside.get(kind.pk):
                self.fields[f"material_{kind.pk}"].initial = _typed(kind, amount)

    def row(self) -> BackRow:
        """Return the row of the slip."""
        pieces = self.cleaned_data.get("pieces") or 0
        return BackRow(bag_id=self.bag.pk, pieces=pieces, materials=self.beside())


class LossForm(_MaterialForm):
    """What is gone, and how it happened; nobody owes anything for it."""

    pieces = PiecesField(label=_("Pieces that are gone"), min_value=0, required=False)
    kind = forms.ChoiceField(label=_("What happened"), choices=Loss.Kind.choices, required=False)
    reason = forms.CharField(
        label=_("How it was lost"),
        max_length=200,
        help_text=_("One sentence is enough. Nobody has to pay for it."),
    )
    picture = forms.FileField(label=_("Photo"), required=False)

    def row(self, *, picture: str = "") -> LossRow:
        """Return the row of the slip."""
        facts = self.cleaned_data
        return LossRow(
            bag_id=self.bag.pk,
            pieces=facts.get("pieces") or 0,
            reason=facts["reason"],
            materials=self.beside(),
            kind=facts["kind"] or Loss.Kind.GONE,
            picture=picture,
        )


class VerdictForm(KeyedForm):
    """The word on one hand-in: four numbers that add up, and what was looked at."""

    accepted = PiecesField(label=_("Accepted"), min_value=0)
    rework = PiecesField(label=_("To be mended"), min_value=0, initial=0)
    rejected = PiecesField(label=_("Rejected"), min_value=0, initial=0)
    lost = PiecesField(label=_("Missing from the count"), min_value=0, initial=0)
    reason = forms.CharField(
        label=_("What was wrong"),
        max_length=200,
        required=False,
        help_text=_("Needed when not everything is accepted. The maker reads it."),
    )

    def __init__(
        self,
        *args: Any,
        hand_in: HandIn,
        points: Sequence[InspectionPoint],
        asked: Asked,
        kinds: Sequence[DefectKind],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.hand_in, self.points, self.asked, self.kinds = hand_in, points, asked, kinds
        self.fields["accepted"].initial = hand_in.pieces
        if asked.size and asked.size < asked.pieces:
            self._ask_for_sample(asked.size)
        for kind in kinds:
            self.fields[f"defect_{kind.pk}"] = PiecesField(
                label=_("Pieces with: %(kind)s") % {"kind": kind}, min_value=0, required=False
            )
        for point in points:
            self._ask_for(point)
        if points:
            self.fields["by_hand"] = forms.BooleanField(
                label=_("Pass by hand although a point is not as the sample; the reason is written above"),
                required=False,
            )
        grades = sorted({grade for _lot, grade in graded_rates([hand_in.bag.lot])})
        if grades:
            self.fields["grade"] = forms.ChoiceField(
                label=_("Grade"), required=False, choices=[("", _("no grade")), *((g, g) for g in grades)]
            )

    def _ask_for_sample(self, size: int) -> None:
        self.fields["found"] = PiecesField(
            label=_("Bad pieces among the %(size)s you drew") % {"size": size}, min_value=0, initial=0
        )
        self.fields["whole"] = forms.BooleanField(
            label=_("I looked at every piece, not only at those I drew"), required=False
        )

    def _ask_for(self, point: InspectionPoint) -> None:
        self.fields[f"point_{point.no}"] = _point(point)
        if self.asked.skipped:
            self.fields[f"point_{point.no}"].required = False
        if point.kind == InspectionPoint.Kind.PHOTO:
            self.fields[f"photo_{point.no}"] = forms.FileField(
                label=_("Photo: %(point)s") % {"point": point}, required=not self.asked.skipped
            )

    def _looked(self) -> int | None:
        """Return how many pieces were looked at: those drawn, none of a skipped hand-in, or each one."""
        facts = self.cleaned_data
        if self.asked.skipped and not facts["rework"] + facts["rejected"]:
            return 0
        return self.asked.size if "found" in facts and not facts["whole"] else None

    def verdict(self, photos: Mapping[str, str]) -> Verdict:
        """Return the verdict as the verb takes it, with where its photos are kept."""
        facts = self.cleaned_data
        readings = {str(point.no): facts[f"point_{point.no}"] for point in self.points}
        return Verdict(
            hand_in_id=self.hand_in.pk,
            accepted=facts["accepted"],
            rework=facts["rework"],
            rejected=facts["rejected"],
            lost=facts["lost"],
            reason=facts["reason"],
            readings={no: said for no, said in readings.items() if said not in (None, "")},
            photos=photos,
            by_hand=facts.get("by_hand", False),
            looked=self._looked(),
            found=facts.get("found"),
            defects={
                kind.pk: facts[f"defect_{kind.pk}"] for kind in self.kinds if facts.get(f"defect_{kind.pk}")
            },
            grade=facts.get("grade", ""),
        )


def _point(point: InspectionPoint) -> forms.Field:
    if point.kind == InspectionPoint.Kind.NUMERIC:
        return forms.IntegerField(
            label=point.name,
            help_text=wording.bounds(point),
            widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
            error_messages={"invalid": _("Enter a whole number, such as 20.")},
        )
    return forms.TypedChoiceField(
        label=point.name,
        help_text=wording.bounds(point),
        choices=[("yes", _("yes")), ("no", _("no"))],
        coerce=lambda said: said == "yes" if said else None,
        empty_value=None,
        widget=forms.RadioSelect,
    )


class ConfirmForm(KeyedForm):
    """Where the person's yes is kept."""

    document = forms.CharField(label=_("Where the signed slip or recording is kept"), max_length=200)


class DeliverForm(KeyedForm):
    """What goes to the enterprise."""

    pieces = PiecesField(label=_("How many pieces"))
    carrier = forms.CharField(label=_("Who carries it"), max_length=60, required=False)
    numbers = forms.CharField(
        label=_("Numbers on the pieces, one a line"),
        required=False,
        widget=forms.Textarea({"rows": 3, "autocomplete": "off"}),
    )


class SignForm(KeyedForm):
    """Who signed for it at the enterprise."""

    signed_by = forms.CharField(label=_("Who signed"), max_length=60)
    signed_on = DayField(label=_("Day"), required=False, help_text=_("Left empty, today."))


class AskAgainForm(KeyedForm):
    """What the maker sees differently."""

    words = forms.CharField(label=_("What you see differently"), max_length=200)


class ShelfForm(KeyedForm):
    """What becomes of rejected pieces."""

    kind = forms.ChoiceField(label=_("What becomes of them"), choices=ShelfExit.Kind.choices)
    pieces = PiecesField(label=_("How many pieces"))
    reason = forms.CharField(label=_("Why, or the number of the slip"), max_length=200)


class EnterClaimForm(KeyedForm):
    """What came back from the enterprise, and why."""

    pieces = PiecesField(label=_("How many pieces came back"))
    reason = forms.CharField(label=_("What is wrong with them"), max_length=200)
    picture = forms.FileField(label=_("Photo"), required=False)


class AnswerClaimForm(KeyedForm):
    """What becomes of pieces that came back."""

    outcome = forms.ChoiceField(
        label=_("What becomes of them"), choices=Claim.Stage.choices[1:], widget=forms.RadioSelect
    )
    answer = forms.CharField(label=_("What was done, or why not"), max_length=200)
