"""Fields that fit a phone, and a form that cannot be counted twice."""

import re
import unicodedata
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from gongfang.core.codes import WrongCode
from gongfang.core.money import parse_yuan
from gongfang.ui import formats

LARGEST = 2**53  # what a phone's own numbers still hold exactly
DAY_FORMATS = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"]
NO_CHOICE = "---------"  # what Django shows, and a screen reader spells, before anything is chosen
OUT_OF_DATE = _("This page is out of date. Open it again and send it once more.")


class KeyedForm(forms.Form):
    """A form whose hidden key makes sure that sending it twice counts once."""

    key = forms.UUIDField(
        initial=uuid4,
        widget=forms.HiddenInput({"id": False}),  # two forms on a page must not share an id
        error_messages={"required": OUT_OF_DATE, "invalid": OUT_OF_DATE},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if field.error_messages["required"] == forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = _("Please fill this in.")
            if isinstance(field, forms.ModelChoiceField) and field.empty_label == NO_CHOICE:
                field.empty_label = _("Choose")


class _NumberField(forms.Field):
    """A number typed as people type it: full-width digits, thousands separators, blanks."""

    inputmode = "numeric"

    def __init__(self, *, min_value: int, max_value: int = LARGEST, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput({"inputmode": self.inputmode, "autocomplete": "off"}))
        super().__init__(**kwargs)
        self.min_value = min_value
        self.max_value = max_value

    def to_python(self, value: Any) -> int | None:
        text = _plain(value)
        return self.parsed(text) if text else None

    def validate(self, value: int | None) -> None:
        super().validate(value)
        if value is None:
            return
        if value < self.min_value:
            least = self.written(self.min_value)
            raise ValidationError(_("Too little. Enter %(least)s or more."), params={"least": least})
        if value > self.max_value:
            most = self.written(self.max_value)
            raise ValidationError(_("Too much. Enter %(most)s or less."), params={"most": most})

    def parsed(self, text: str) -> int:
        raise NotImplementedError

    def written(self, value: int) -> str:
        raise NotImplementedError


class PiecesField(_NumberField):
    """A number of pieces."""

    def __init__(self, *, min_value: int = 1, max_value: int = LARGEST, **kwargs: Any) -> None:
        super().__init__(min_value=min_value, max_value=max_value, **kwargs)

    def parsed(self, text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,18}", text):
            raise ValidationError(_("Enter a whole number, such as 20."))
        return int(text)

    def written(self, value: int) -> str:
        return formats.number(value)


class YuanField(_NumberField):
    """Money typed in yuan, kept in 毫 (1/10,000 yuan)."""

    inputmode = "decimal"

    def __init__(self, *, min_value: int = 0, max_value: int = LARGEST, **kwargs: Any) -> None:
        super().__init__(min_value=min_value, max_value=max_value, **kwargs)

    def parsed(self, text: str) -> int:
        try:
            return parse_yuan(text)
        except WrongCode as wrong:
            raise ValidationError(str(wrong)) from wrong

    def written(self, value: int) -> str:
        return formats.rate(value)

    def prepare_value(self, value: Any) -> Any:
        """Show a stored amount in yuan; leave what was typed as it was typed."""
        if isinstance(value, int):
            return formats.rate(value).replace(",", "")
        return value


class DayField(forms.DateField):
    """A day, picked in the device's own calendar or typed."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
        kwargs.setdefault("input_formats", DAY_FORMATS)
        super().__init__(**kwargs)
        self.error_messages["invalid"] = _("Enter a day, such as 2026-09-18.")


def _plain(typed: Any) -> str:
    text = unicodedata.normalize("NFKC", "" if typed is None else str(typed))
    return "".join(text.split()).replace(",", "")
