"""What people fill in when work is shared out, taken and confirmed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gongfang.core import clock
from gongfang.registry.people.models import Organisation
from gongfang.ui.forms import DayField, KeyedForm, PiecesField, YuanField
from gongfang.work.dispatch.planning import ByHand
from gongfang.work.dispatch.queries import takers
from gongfang.work.dispatch.wording import called
from gongfang.work.orders.models import Step
from gongfang.work.orders.queries import with_a_rate


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


class SlipForm(KeyedForm):
    document = forms.CharField(label=_("Where it is kept"), max_length=200)


class EffortForm(KeyedForm):
    """How long the planner may look for something better."""

    effort = forms.ChoiceField(
        label=_("How long to plan"),
        choices=[
            ("fast", _("quick: a careful first plan")),
            ("good", _("good: a few seconds more")),
            ("best", _("best: in the background, until you stop it")),
        ],
        initial="good",
    )


class WorkForm(forms.Form):
    """Which work is asked about."""

    work = forms.ChoiceField(label=_("Work"))

    def __init__(self, *args: Any, works: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        work = self.fields["work"]
        assert isinstance(work, forms.ChoiceField)
        work.choices = list(works)


class ByHandForm(forms.Form):
    """Bags to be moved for one person of a plan."""

    work = forms.ChoiceField(label=_("Work"))
    bags = PiecesField(label=_("How many bags"))
    way = forms.ChoiceField(
        label=_("Where to"), choices=[("to", _("to this person")), ("from", _("away from this person"))]
    )
    other = forms.TypedChoiceField(
        coerce=int, empty_value=None, required=False, label=_("From or to whom"),
        help_text=_("Left empty: from what nobody has, or back to nobody."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, works: Sequence[tuple[str, str]], others: Sequence[tuple[int, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("work", works), ("other", [("", _("nobody")), *others])):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = list(choices)

    def change(self, person: int) -> ByHand:
        """What was filled in, as the planner is told it."""
        facts = self.cleaned_data
        giver, taker = (facts["other"], person) if facts["way"] == "to" else (person, facts["other"])
        return ByHand(work=facts["work"], bags=facts["bags"], giver=giver, taker=taker)


class StepField(forms.ModelChoiceField):  # type: ignore[type-arg] # generic only for mypy
    """A piece that has a rate, by its name."""

    def label_from_instance(self, step: Step) -> str:
        return called(step.version.product.name, step.name)


class AskForm(forms.Form):
    """Whether something can be made, before it is promised to anybody."""

    step = StepField(queryset=None, label=_("What is to be made"), empty_label=_("Choose"))
    pieces = PiecesField(label=_("How many pieces"))
    due = DayField(label=_("Needed by"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        step = self.fields["step"]
        assert isinstance(step, forms.ModelChoiceField)
        step.queryset = with_a_rate(clock.today())
