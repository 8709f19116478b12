"""What somebody of the county centre enters about doubtful items."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from gongfang.oversight.doubts import wording
from gongfang.oversight.doubts.actions import DeathRow
from gongfang.oversight.models import Doubt
from gongfang.ui.forms import DAY_FORMATS, KeyedForm

MOST_LINES = 5_000


class DoubtFilter(forms.Form):
    """Narrows the list of items down."""

    stage = forms.ChoiceField(
        label=_("Status"), required=False, choices=[("", _("all")), *Doubt.Stage.choices]
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _now("all")), *wording.kinds()]


class AnswerForm(KeyedForm):
    """Why the rows are right, or what was put right."""

    reason = forms.CharField(label=_("Reason"), max_length=400, widget=forms.Textarea({"rows": 3}))


class DeathsForm(KeyedForm):
    """A list of deaths, two columns as copied from a sheet: identity number and day."""

    lines = forms.CharField(
        label=_("Identity number and day of death, one person a line"), widget=forms.Textarea({"rows": 8})
    )
    document = forms.CharField(label=_("Which list"), max_length=200)

    def clean_lines(self) -> list[DeathRow]:
        """Read the lines; the first that does not fit is named by its number."""
        lines = [line for line in self.cleaned_data["lines"].splitlines() if line.strip()]
        if len(lines) > MOST_LINES:
            raise ValidationError(_now("Compare at most %(most)s lines at once.") % {"most": MOST_LINES})
        return list(_read(lines))


def _read(lines: list[str]) -> Iterator[DeathRow]:
    for place, line in enumerate(lines, start=1):
        parts = line.replace("，", " ").replace(",", " ").split()
        died_on = _day(parts[1]) if len(parts) == 2 else None
        if died_on is None:
            raise ValidationError(
                _now("Line %(number)s: write an identity number and a day, such as 2026-09-18.")
                % {"number": place}
            )
        yield DeathRow(id_number=parts[0], died_on=died_on)


def _day(text: str) -> date | None:
    for shape in DAY_FORMATS:
        try:
            return datetime.strptime(text, shape).date()  # noqa: DTZ007 -- a day has no time zone
        except ValueError:
            continue
    return None
