from datetime import date
from uuid import UUID, uuid4

import pytest
from django import forms
from hypothesis import given
from hypothesis import strategies as st

from gongfang.registry.people.models import Organisation
from gongfang.ui.forms import DayField, KeyedForm, PiecesField, YuanField


class Quote(KeyedForm):
    quantity = PiecesField(max_value=30_000)
    rate = YuanField(min_value=100)
    due = DayField()
    remark = forms.CharField(required=False)


def sent(**changed: str) -> Quote:
    return Quote({"key": str(uuid4()), "quantity": "20", "rate": "0.45", "due": "2026-09-18", **changed})


def test_a_quote_is_read_as_integers_and_a_day():
    form = sent()
    assert form.is_valid()
    assert form.cleaned_data["quantity"] == 20
    assert form.cleaned_data["rate"] == 4_500
    assert form.cleaned_data["due"] == date(2026, 9, 18)
    assert isinstance(form.cleaned_data["key"], UUID)


def test_two_forms_never_carry_the_same_key():
    assert Quote()["key"].value() != Quote()["key"].value()


def test_a_form_sent_back_with_errors_keeps_its_key():
    form = sent(quantity="none")
    assert not form.is_valid()
    assert form["key"].value() == form.data["key"]


@pytest.mark.parametrize("key", ["", "knot"])
def test_a_form_without_a_true_key_says_that_the_page_is_out_of_date(key):
    assert sent(key=key).errors["key"] == ["This page is out of date. Open it again and send it once more."]


@given(st.integers(min_value=0, max_value=2**53))
def test_an_amount_shown_in_a_field_comes_back_as_it_was(hao):
    field = YuanField()
    assert field.clean(field.prepare_value(hao)) == hao


@given(st.integers(min_value=0, max_value=10**9), st.integers(min_value=0, max_value=9_999))
def test_yuan_typed_with_four_decimals_are_kept_to_the_hao(whole, hao):
    assert YuanField().clean(f"{whole:,}.{hao:04}") == whole * 10_000 + hao


@pytest.mark.parametrize("typed", ["0.45", "０．４５", "¥0.45", "￥ 0.4500", "0.45元", "0.450000"])
def test_an_amount_may_be_typed_as_people_type_it(typed):
    assert YuanField().clean(typed) == 4_500


@pytest.mark.parametrize("typed", ["0.45255", "half", "-1", "1e3", "1.2.3", "NaN", "\x00"])
def test_what_is_no_amount_is_refused_with_a_sentence(typed):
    with pytest.raises(forms.ValidationError) as refused:
        YuanField().clean(typed)
    assert refused.value.messages[0].endswith(".")


def test_bounds_of_money_are_told_in_yuan():
    assert sent(rate="0.005").errors["rate"] == ["Too little. Enter 0.01 or more."]


@pytest.mark.parametrize(
    ("typed", "count"), [("1200", 1200), ("1,200", 1200), ("１２００", 1200), (" 20 ", 20)]
)
def test_pieces_may_be_typed_as_people_type_them(typed, count):
    assert PiecesField().clean(typed) == count


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("0", "Too little. Enter 1 or more."),
        ("30001", "Too much. Enter 30,000 or less."),
        ("2.5", "Enter a whole number, such as 20."),
        ("-3", "Enter a whole number, such as 20."),
        ("9" * 30, "Enter a whole number, such as 20."),
        ("", "Please fill this in."),
    ],
)
def test_a_wrong_count_says_what_to_do(typed, sentence):
    assert sent(quantity=typed).errors["quantity"] == [sentence]


@pytest.mark.parametrize("typed", ["2026-09-18", "2026/9/18", "2026.9.18", "2026年9月18日"])
def test_a_day_may_be_typed_as_people_type_it(typed):
    assert DayField().clean(typed) == date(2026, 9, 18)


def test_phones_are_asked_for_the_right_keyboard():
    form = Quote()
    assert 'inputmode="numeric"' in str(form["quantity"])
    assert 'inputmode="decimal"' in str(form["rate"])
    assert 'type="date"' in str(form["due"])


def test_a_choice_begins_with_words_instead_of_dashes():
    class Choosing(KeyedForm):
        workshop = forms.ModelChoiceField(queryset=Organisation.objects.none())

    assert "---" not in str(Choosing()["workshop"])


class Sack(forms.Form):
    bags = forms.MultipleChoiceField(
        choices=[(1, "knots <b>& bows</b>"), (2, "bows")], widget=forms.CheckboxSelectMultiple
    )
    how = forms.ChoiceField(choices=[("", "—"), ("page", "on the page")], widget=forms.RadioSelect)


@pytest.mark.parametrize("name", ["bags", "how"])
@pytest.mark.parametrize("data", [None, {"bags": ["2"], "how": "page"}])
def test_boxes_are_drawn_as_django_draws_them_each_before_its_words(draw, name, data):
    form = Sack(data)
    each = (
        '<label class="check" for="{{ o.id_for_label }}">{{ o.tag }}<span>{{ o.choice_label }}</span></label>'
    )
    djangos = draw("{% for o in field %}" + each + "{% endfor %}", field=form[name])
    assert draw("{% choices field %}", field=form[name]) == djangos
    assert "<b>" not in djangos
