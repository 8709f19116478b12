import copy
import json
import pickle

import pytest
from cryptography.exceptions import InvalidTag
from django.core.exceptions import FieldError
from django.db import connection, models
from django.template import Context, Engine
from hypothesis import given
from hypothesis import strategies as st

from gongfang.core import secrets
from gongfang.core.codes import WrongCode
from gongfang.core.secrets import EncryptedField, Sealed

CARD = "11010519491231002X"


class Neighbour(models.Model):  # noqa: DJ008
    """A person as a room would keep one; the table itself is never made."""

    id_number = EncryptedField(kind="id_number", null=True)
    note = EncryptedField()

    class Meta:
        app_label = "neighbours"
        managed = False


class Stranger(models.Model):  # noqa: DJ008
    id_number = EncryptedField(kind="id_number", null=True)

    class Meta:
        app_label = "neighbours"
        managed = False


NUMBER = Neighbour._meta.get_field("id_number")


@pytest.mark.parametrize(
    ("kind", "plain", "masked"),
    [
        ("id_number", "33072719580302123X", "330***********123X"),
        ("phone", "13812345678", "138****5678"),
        ("bank_card", "6222021234567890123", "***************0123"),
        ("name", "王小明", "王**"),
        ("name", "王", "***"),
        ("phone", "1234567", "***"),
        ("text", "a secret", "***"),
        ("text", "", "***"),
    ],
)
def test_a_mask_leaves_only_what_tells_people_apart(kind, plain, masked):
    assert secrets.mask(kind, plain) == masked


@pytest.mark.parametrize(
    "show",
    [str, repr, "{}".format, "{:>30}".format, lambda s: f"{s!r}", lambda s: "%s" % s],  # noqa: UP031
)
def test_a_sealed_value_shows_its_mask_wherever_it_is_printed(show):
    assert show(Sealed(CARD, "id_number")).strip() == "110***********002X"


def test_a_template_a_list_and_a_failure_show_the_mask_too():
    sealed = Sealed(CARD, "id_number")
    page = (
        Engine()
        .from_string("{{ number }} {{ number.plain }} {{ all }}")
        .render(Context({"number": sealed, "all": [sealed]}))
    )
    assert CARD not in page
    assert page.count("002X") == 2
    assert CARD not in str(ValueError("wrong", {"number": sealed}))


def test_a_sealed_value_opens_only_on_purpose():
    sealed = Sealed(CARD, "id_number")
    assert sealed.reveal() == CARD
    assert not hasattr(sealed, "__dict__")
    for way in (pickle.dumps, json.dumps):
        with pytest.raises(TypeError):
            way(sealed)
    with pytest.raises(TypeError):
        "number " + sealed


def test_sealed_values_compare_by_what_they_hide():
    sealed = Sealed(CARD, "id_number")
    assert sealed == Sealed(CARD, "id_number") == copy.deepcopy(sealed)
    assert len({sealed, Sealed(CARD, "id_number"), Sealed("110105194912310021", "id_number")}) == 2
    assert sealed != CARD


def test_a_mask_sent_back_by_a_form_is_refused():
    with pytest.raises(WrongCode, match="Enter it in full"):
        Neighbour(id_number=str(Sealed(CARD, "id_number")))


def test_a_model_seals_what_it_is_given():
    person = Neighbour(id_number=CARD)
    assert isinstance(person.id_number, Sealed)
    person.id_number = None
    assert person.id_number is None
    person.id_number = CARD
    assert CARD not in repr(vars(person))


@given(st.text())
def test_what_was_encrypted_is_read_back(text):
    field = Neighbour._meta.get_field("note")
    stored = field.get_prep_value(text)
    assert field.from_db_value(memoryview(stored)).reveal() == text


def test_the_same_number_is_never_encrypted_to_the_same_bytes():
    first, second = (NUMBER.get_prep_value(CARD) for _ in range(2))
    assert first != second
    assert CARD.encode() not in first + second


def test_bytes_copied_into_another_column_or_changed_do_not_open():
    stored = NUMBER.get_prep_value(CARD)
    with pytest.raises(InvalidTag):
        Stranger._meta.get_field("id_number").from_db_value(stored).reveal()
    with pytest.raises(InvalidTag):
        str(NUMBER.from_db_value(stored[:-1] + bytes([stored[-1] ^ 1])))


def test_after_a_new_key_old_rows_open_and_new_rows_use_it(settings):
    old = NUMBER.get_prep_value(CARD)
    settings.FIELD_KEYS = {"2": b"n" * 32, **settings.FIELD_KEYS}
    new = NUMBER.get_prep_value(CARD)
    assert new.startswith(b"2:")
    assert not old.startswith(b"2:")
    assert NUMBER.from_db_value(old) == NUMBER.from_db_value(new) == Sealed(CARD, "id_number")


def test_nothing_is_looked_up_by_its_encrypted_column():
    for lookup in ("id_number", "id_number__contains", "id_number__in"):
        with pytest.raises(FieldError, match="keyed hash"):
            Neighbour.objects.filter(**{lookup: [CARD]})
    assert "IS NULL" in str(Neighbour.objects.filter(id_number__isnull=True).query)


def test_a_form_gets_no_field_for_it_and_a_migration_keeps_the_kind():
    assert not NUMBER.editable
    assert NUMBER.deconstruct()[3] == {"kind": "id_number", "null": True}


def test_postgresql_keeps_the_bytes_and_the_model_opens_them(county):
    rows = Neighbour.objects.raw(
        "SELECT 1 AS id, %s::bytea AS id_number, %s::bytea AS note",
        [NUMBER.get_prep_value(CARD), Neighbour._meta.get_field("note").get_prep_value("纸花")],
    )
    assert [(row.id_number.reveal(), row.note.reveal()) for row in rows] == [(CARD, "纸花")]


def test_a_keyed_hash_finds_a_value_in_its_county_and_kind_alone(county, settings):
    known = secrets.keyed_hash("id_number", CARD)
    assert known == secrets.keyed_hash("id_number", CARD)
    assert len(known) == 32
    others = {secrets.keyed_hash("phone", CARD), secrets.keyed_hash("id_number", CARD[:-1])}
    settings.HASH_KEY = b"another key"
    others.add(secrets.keyed_hash("id_number", CARD))
    assert len(others) == 3
    assert known not in others


def test_a_keyed_hash_differs_between_counties(county, settings, monkeypatch):
    here = secrets.keyed_hash("id_number", CARD)
    monkeypatch.setattr(connection, "schema_name", "zhaoyang")
    assert secrets.keyed_hash("id_number", CARD) != here


def test_tokens_are_long_and_only_their_hash_is_kept():
    tokens = {secrets.new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert min(map(len, tokens)) == 43
    token = tokens.pop()
    assert secrets.hash_token(token) == secrets.hash_token(token) != secrets.hash_token(tokens.pop())
