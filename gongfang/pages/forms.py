"""One's own password and tokens."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gongfang.core.errors import Refused
from gongfang.core.login import count_try
from gongfang.core.models import Receipt, User
from gongfang.ui.forms import DayField, KeyedForm, PiecesField, YuanField


class TokenForm(KeyedForm):
    """What a token is for, so that its owner knows later which one to end."""

    label = forms.CharField(
        label=gettext_lazy("What it is for"),
        max_length=60,
        help_text=gettext_lazy("For example the weekly sheet of the county's office."),
    )


class ChoiceForm(KeyedForm):
    """A number of the county, from which day on, and why."""

    value: forms.Field = PiecesField(label=gettext_lazy("The number"), min_value=0)
    valid_from = DayField(label=gettext_lazy("From which day on"))
    document = forms.CharField(label=gettext_lazy("Document or reason"), max_length=200)


class AmountForm(ChoiceForm):
    """The same for money."""

    value = YuanField(label=gettext_lazy("The number, in yuan"))


class PeriodForm(KeyedForm):
    """The last day of a period to be closed."""

    until = DayField(
        label=gettext_lazy("Close every day up to"),
        help_text=gettext_lazy(
            "What comes late after that is booked on the first open day and shows its own."
        ),
    )


class PasswordForm(KeyedForm):
    """The old password and a new one."""

    old = forms.CharField(
        label=gettext_lazy("Your password until now"),
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new = forms.CharField(
        label=gettext_lazy("Your new password"),
        max_length=128,
        min_length=8,
        help_text=gettext_lazy(
            "At least 8 characters. Three words that only you put together are easy to keep."
        ),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"min_length": gettext_lazy("Too short. Take at least 8 characters.")},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_old(self) -> str:
        old: str = self.cleaned_data["old"]
        try:
            count_try(self.user)
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        if not self.user.check_password(old):
            raise forms.ValidationError(_("This is not your password until now. Enter it again."))
        return old

    def clean_new(self) -> str:
        new: str = self.cleaned_data["new"]
        validate_password(new, self.user)
        return new

    def was_done(self) -> bool:
        """Say whether this very form changed the password a moment ago, as a second tap sends it again."""
        key, new = self.cleaned_data.get("key"), self.cleaned_data.get("new")
        sent = key and Receipt.objects.filter(key=key, actor=self.user, verb="change_password").exists()
        return bool(sent and new and self.user.check_password(new))
