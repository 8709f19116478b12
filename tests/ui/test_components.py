import re

import pytest
from django import forms
from django.template import TemplateSyntaxError

from gongfang.ui.forms import KeyedForm, PiecesField
from gongfang.ui.parts import SIGNS, MenuItem, Step


class Claim(KeyedForm):
    quantity = PiecesField(label="How many", help_text="Up to 200.", max_value=200)
    place = forms.ChoiceField(
        label="Where", choices=[("home", "At home"), ("bench", "At the bench")], widget=forms.RadioSelect
    )
    seen = forms.BooleanField(label="I have seen the sample")
    remark = forms.CharField(label="Remark", required=False)


def test_a_sentence_is_read_aloud_and_escapes_what_it_quotes(draw):
    page = draw("{% sentence %}{{ name }} is late.{% endsentence %}", name="<b>Li</b>")
    assert "data-aloud" in page
    assert "&lt;b&gt;Li&lt;/b&gt; is late." in page


@pytest.mark.parametrize("kind", sorted(SIGNS.keys() - {"plain"}))
def test_a_status_never_speaks_by_colour_alone(draw, kind):
    page = draw("{% tag 'Late' kind %}", kind=kind)
    assert "<svg" in page
    assert "Late" in page


@pytest.mark.parametrize(
    ("value", "whole", "width"),
    [(0, 100, 0), (18_420, 30_000, 614), (100, 100, 1000), (120, 100, 1000), (5, 0, 0)],
)
def test_a_bar_is_as_long_as_the_work_done_and_never_longer_than_the_page(draw, value, whole, width):
    page = draw("{% bar value whole label='Accepted' %}", value=value, whole=whole)
    assert f'class="value" width="{width}"' in page


def test_a_bar_says_its_numbers_in_words(draw):
    page = draw("{% bar 18420 30000 label='Accepted' under=21600 under_label='Handed in' %}")
    assert "Accepted <b>18,420</b> of 30,000" in page
    assert "Handed in 21,600" in page


def test_a_verb_posts_with_csrf_a_fresh_key_and_its_fields(draw):
    page = draw("{% verb '/issue' 'Issue' icon='bag' bag=code %}", code='7K2"')
    assert 'method="post" action="/issue"' in page
    assert 'name="csrfmiddlewaretoken" value="token"' in page
    assert re.search(r'name="key" value="[0-9a-f-]{36}"', page)
    assert 'name="bag" value="7K2&quot;"' in page


def test_a_verb_that_asks_twice_shows_its_button_only_after_the_first_press(draw):
    page = draw("{% verb '/cancel' 'Cancel' sure='Twelve bags stay outside.' %}")
    assert page.index("<summary") < page.index("Twelve bags stay outside.") < page.index("<button")


def test_a_wrong_field_says_so_beside_itself_and_keeps_what_was_typed(draw):
    form = Claim({"quantity": "9999", "seen": "on"})
    page = draw("{% field form.quantity %}", form=form)
    assert 'value="9999"' in page
    assert 'aria-invalid="true"' in page
    assert 'aria-describedby="id_quantity_helptext id_quantity_error"' in page
    assert 'id="id_quantity_helptext"' in page
    assert 'id="id_quantity_error"' in page
    assert "Too much. Enter 200 or less." in page


def test_a_choice_is_a_group_with_a_legend(draw):
    page = draw("{% field form.place %}", form=Claim())
    assert "<legend>Where</legend>" in page
    assert page.count('type="radio"') == 2


def test_a_field_that_may_stay_empty_says_so(draw):
    assert "may stay empty" in draw("{% field form.remark %}", form=Claim())
    assert "may stay empty" not in draw("{% field form.quantity %}", form=Claim())


def test_a_form_has_one_main_button_its_key_and_every_field(draw):
    page = draw("{% form form submit='I take these' cancel='/work' %}", form=Claim())
    assert page.count("button main") == 1
    assert page.count('name="key"') == 1
    assert all(f'name="{name}"' in page for name in Claim.base_fields)
    assert 'href="/work"' in page


def test_a_refusal_stands_on_top_of_the_form(draw):
    form = Claim({"key": "knot"})
    form.add_error(None, "This bag is already issued. Scan another one.")
    page = draw("{% form form submit='Send' %}", form=form)
    assert page.index("This bag is already issued.") < page.index('name="quantity"')
    assert "This page is out of date." in page
    assert 'href="#id_quantity"' in page


def test_a_telephone_rings_and_nobody_has_none(draw):
    assert 'href="tel:13800138000"' in draw("{{ phone|tel }}", phone="13800138000")
    assert draw("{{ phone|tel }}", phone="") == "—"


def test_a_timeline_links_each_step_to_what_it_came_from(draw):
    page = draw(
        "{% steps steps %}", steps=[Step("Order", url="/orders/1"), Step("Paid", "¥5", "today", kind="act")]
    )
    assert '<a href="/orders/1">Order</a>' in page
    assert page.count("<li") == 2


def test_an_unknown_icon_is_loud(draw):
    with pytest.raises((KeyError, TemplateSyntaxError)):
        draw("{% icon 'unicorn' %}")


def test_a_fact_without_a_value_shows_a_dash(draw):
    assert "<dd>—</dd>" in draw("{% fact 'Remark' '' %}")
    assert "<dd>0</dd>" in draw("{% fact 'Late' 0 %}")


def test_a_tile_of_zero_shows_its_zero(draw):
    assert ">0</span>" in draw("{% tile '/bags' 'Bags out' icon='bag' count=0 %}")


def test_log_out_is_a_post_and_the_present_page_is_marked(draw):
    page = draw(
        "{% for item in menu %}{% menu_item item %}{% endfor %}",
        menu=(MenuItem("Today", "/", current=True), MenuItem("Log out", "/logout/", method="post")),
    )
    assert 'href="/" aria-current="page"' in page
    assert 'method="post" action="/logout/"' in page
