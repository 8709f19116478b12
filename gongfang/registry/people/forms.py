"""What people fill in about people and organisations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from gongfang.core.members import Member
from gongfang.core.secrets import new_password
from gongfang.registry.people import access
from gongfang.registry.people.actions.own import MOST_A_WEEK_HAO
from gongfang.registry.people.actions.seats import MOST_SEATS
from gongfang.registry.people.models import (
    Consent,
    FunctionalLimit,
    HouseholdStatus,
    Organisation,
    Relation,
    Resident,
    Role,
    Skill,
    SkillKind,
)
from gongfang.registry.people.rows import ResidentRow
from gongfang.registry.places.forms import PlaceField, row_choice
from gongfang.registry.places.models import Division
from gongfang.ui.forms import DayField, KeyedForm, PiecesField, YuanField

MINUTES_A_DAY = 24 * 60


def _number(label: Any, most: int) -> PiecesField:
    return PiecesField(label=label, min_value=1, max_value=most, required=False)


class SearchForm(KeyedForm):
    """Whom somebody looks for; sent by POST, so that no number of a person stands in an address or a log."""

    text = forms.CharField(
        label=_("Name, pinyin initials, phone or ID number"),
        max_length=40,
        required=False,
        help_text=_("Such as 王芳 or wf; a phone or ID number in full."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )


class PersonForm(KeyedForm):
    """A person as their card and the village's book say."""

    name = forms.CharField(
        label=_("Full name"), max_length=40, widget=forms.TextInput({"autocomplete": "off"})
    )
    id_number = forms.CharField(
        label=_("ID number"), max_length=30, widget=forms.TextInput({"autocomplete": "off"})
    )
    division = PlaceField(label=_("Village or community"))
    phone = forms.CharField(
        label=_("Phone"), max_length=30, required=False, widget=forms.TextInput({"inputmode": "tel"})
    )
    household = forms.CharField(label=_("Household code"), max_length=40, required=False)
    cannot_work_away = forms.BooleanField(label=_("Cannot go away for work"), required=False)
    capacity = forms.ChoiceField(label=_("Labour capacity"), choices=Resident.Capacity.choices)

    def row(self) -> ResidentRow:
        """Return the person as the actions take them."""
        facts = {name: value for name, value in self.cleaned_data.items() if name != "key"}
        division: Division = facts.pop("division")
        return ResidentRow(division=division.code, **facts)


class AmendForm(KeyedForm):
    """What may change of a person; empty stays as it is."""

    name = forms.CharField(
        label=_("Full name"), max_length=40, required=False, help_text=_("Leave empty what does not change.")
    )
    phone = forms.CharField(
        label=_("Phone"), max_length=30, required=False, widget=forms.TextInput({"inputmode": "tel"})
    )
    division = PlaceField(label=_("Village or community"), required=False)
    cannot_work_away = forms.BooleanField(label=_("Cannot go away for work"), required=False)
    capacity = forms.ChoiceField(label=_("Labour capacity"), choices=Resident.Capacity.choices)


class LookForm(KeyedForm):
    """What somebody needs an unmasked person for."""

    purpose = forms.CharField(
        label=_("What do you need it for?"),
        max_length=120,
        help_text=_("The person can read this line together with your name."),
    )


class EnrolForm(KeyedForm):
    """A login for a resident."""

    username = forms.CharField(label=_("User name"), max_length=60)
    password = forms.CharField(
        label=_("First password"),
        max_length=128,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )


class NewPasswordForm(KeyedForm):
    """A password nobody has to think of; it comes with the page, so that sending twice keeps the one shown."""

    password = forms.CharField(initial=new_password, max_length=128, widget=forms.HiddenInput)


class WishForm(KeyedForm):
    """How much somebody wishes to make."""

    pieces_a_week = _number(_("Pieces a week"), 100_000)
    minutes_a_day = _number(_("Minutes a day"), MINUTES_A_DAY)
    home_work = forms.BooleanField(label=_("I want to work at home"), required=False)
    products = forms.CharField(label=_("What I like to make"), max_length=200, required=False)
    note = forms.CharField(label=_("What else to know"), max_length=200, required=False)


class IncomeForm(KeyedForm):
    """What somebody would like to earn a week."""

    week_hao = YuanField(
        label=_("Yuan a week"), required=False, max_value=MOST_A_WEEK_HAO, help_text=_("Left empty: no wish.")
    )


class AwayForm(KeyedForm):
    """Days somebody is not to be asked for; nobody asks why."""

    since = DayField(label=_("From"), required=False, help_text=_("Left empty: from today."))
    until = DayField(label=_("Back on"))


class SeatsForm(KeyedForm):
    """How many people can work at a workshop at once."""

    seats = PiecesField(
        label=_("How many people at once"), min_value=0, max_value=MOST_SEATS, required=False,
        help_text=_("Benches and machines somebody can sit at. Left empty: nobody counts them."),
    )  # fmt: skip
    hours = PiecesField(label=_("Hours a day"), max_value=24)
    since = DayField(label=_("Since"))

    @staticmethod
    def told(facts: dict[str, Any]) -> dict[str, Any]:
        """Return what was filled in as the action takes it."""
        return {"seats": facts["seats"], "minutes_a_day": facts["hours"] * 60, "since": facts["since"]}


class LimitsForm(KeyedForm):
    """What work must not ask of a person; never why."""

    hours_a_day = _number(_("Hours a day at most"), 24)
    kinds = forms.MultipleChoiceField(
        label=_("What work must not ask"),
        choices=[choice for choice in FunctionalLimit.Kind.choices if choice[0] != "hours_a_day"],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def limits(self) -> dict[str, int | None]:
        """Return the limits as the action takes them."""
        hours = self.cleaned_data["hours_a_day"]
        given: dict[str, int | None] = dict.fromkeys(self.cleaned_data["kinds"])
        return given | ({"hours_a_day": hours} if hours else {})


class SkillForm(KeyedForm):
    """What somebody can do."""

    kind = row_choice(SkillKind.objects.all(), _("Skill"))
    level = forms.TypedChoiceField(label=_("How well"), choices=Skill.Level.choices, coerce=int)


class SkillKindForm(KeyedForm):
    """A skill that steps can ask for."""

    name = forms.CharField(label=_("Name"), max_length=60)
    code = forms.SlugField(
        label=_("Code"), max_length=40, help_text=_("Lower-case letters, such as knotting.")
    )


class WhyForm(KeyedForm):
    """A reason in one line."""

    why = forms.CharField(label=_("What is wrong with it?"), max_length=200)


class ConsentForm(KeyedForm):
    """A yes to a purpose, with its proof when another writes it down."""

    purpose = forms.ChoiceField(label=_("Purpose"), choices=Consent.Purpose.choices)
    how = forms.ChoiceField(label=_("How it was given"), choices=Consent.How.choices)
    document = forms.CharField(label=_("Number of the slip or recording"), max_length=200, required=False)


class AccountForm(KeyedForm):
    """The person's own card."""

    holder_name = forms.CharField(label=_("Name on the card"), max_length=40)
    number = forms.CharField(
        label=_("Card number"),
        max_length=40,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )
    bank = forms.CharField(label=_("Bank"), max_length=60)


class TermsForm(KeyedForm):
    """The terms somebody works under."""

    organisation = row_choice(Organisation.objects.filter(is_operator=True, closed_on=None), _("Operator"))
    kind = forms.ChoiceField(label=_("Kind of terms"), choices=Relation.Kind.choices)
    document = forms.CharField(label=_("Number of the agreement"), max_length=200, required=False)


class RosterForm(KeyedForm):
    """A roster to take in."""

    place = PlaceField(label=_("Whose roster is it?"))
    file = forms.FileField(
        label=_("The sheet"),
        help_text=_("Excel or CSV as it is: title lines, merged cells and totals may stay."),
        widget=forms.ClearableFileInput({"accept": ".xlsx,.xls,.csv"}),
    )
    known_people = forms.ChoiceField(
        label=_("People who are in the register already"),
        choices=[("keep", _("keep their values")), ("amend", _("take the values of this sheet"))],
        widget=forms.RadioSelect,
        initial="keep",
    )


class HouseholdForm(KeyedForm):
    """A household of the village's book."""

    code = forms.CharField(label=_("Household code"), max_length=40)
    division = PlaceField(label=_("Village or community"))


class StatusForm(KeyedForm):
    """What a household is entitled as."""

    kind = forms.ChoiceField(label=_("Entitled as"), choices=HouseholdStatus.Kind.choices)
    since = DayField(label=_("Since"))
    until = DayField(label=_("Until"), required=False, help_text=_("The first day it no longer counts."))


class OrganisationForm(KeyedForm):
    """An enterprise, workshop, agent or other body."""

    name = forms.CharField(label=_("Name"), max_length=80)
    kind = forms.ChoiceField(label=_("Kind"), choices=Organisation.Kind.choices)
    division = PlaceField(label=_("Place"))
    category = forms.ChoiceField(
        label=_("Kind of workshop"),
        choices=[("", _("not a workshop")), *Organisation.Category.choices],
        required=False,
    )
    credit_code = forms.CharField(label=_("Credit code"), max_length=30, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=20, required=False)
    is_operator = forms.BooleanField(
        label=_("Signs contracts, owes the fees and keeps the books"), required=False
    )
    opened_on = DayField(label=_("Opened on"), required=False)


class AmendOrganisationForm(KeyedForm):
    """Name and phone of an organisation."""

    name = forms.CharField(label=_("Name"), max_length=80)
    phone = forms.CharField(label=_("Phone"), max_length=20, required=False)


class StaffForm(KeyedForm):
    """A login with a first role."""

    name = forms.CharField(label=_("Full name"), max_length=60)
    username = forms.CharField(label=_("User name"), max_length=60)
    password = forms.CharField(
        label=_("First password"),
        max_length=128,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    role = forms.ChoiceField(label=_("Role"))

    def offering(self, member: Member, scope: access.Scope) -> StaffForm:
        """Offer only the roles this member gives here; makers come in by their own verb."""
        field = self.fields["role"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            choice
            for choice in Role.Name.choices
            if choice[0] != Role.Name.MAKER and access.may_give(member, scope, choice[0])
        ]
        return self


class GiveRoleForm(StaffForm):
    """A further role for somebody who has a login."""

    name = None  # type: ignore[assignment]
    password = None  # type: ignore[assignment]
    field_order = ("username", "role")
