import uuid
from datetime import UTC, datetime

import pytest
from django.db import DataError

from gongfang.core.bulk import add_new, keys_of, save_many
from gongfang.core.models import Badge, Event, Job, User


def _events(*names):
    return [Event.objects.create(name=name, subject="x", txn=uuid.uuid4()) for name in names]


def test_each_row_gets_its_own_values_and_nothing_else_changes(county):
    one, two, three = _events("one", "two", "three")
    one.name, two.name, three.name = "eins", "zwei", "drei"
    one.told_at, one.subject = datetime(2022, 11, 7, tzinfo=UTC), "not saved"
    assert save_many([two, one], "name", "told_at") == 2
    saved = Event.objects.order_by("pk").values_list("name", "subject", "told_at")
    assert list(saved) == [("eins", "x", one.told_at), ("zwei", "x", None), ("three", "x", None)]


def test_keys_of_other_tables_and_empty_values_are_saved(county):
    wang, li = (User.objects.create(username=name, name=name) for name in ("wang", "li"))
    job = Job.objects.create(kind="x", asked_by=wang, sentence="busy")
    job.asked_by, job.sentence = li, ""
    assert save_many([job], "asked_by", "sentence") == 1
    job.refresh_from_db()
    assert (job.asked_by, job.sentence) == (li, "")


def _badge(user, digest):
    return Badge(user=user, digest=digest, created_at=datetime(2022, 11, 7, tzinfo=UTC))


def test_new_rows_come_in_and_who_is_there_already_stays(county):
    wang, li = (User.objects.create(username=name, name=name) for name in ("wang", "li"))
    (first,) = add_new([_badge(wang, b"one")])
    (second,) = add_new([_badge(li, b"one"), _badge(li, b"two")])
    assert Badge.objects.get(pk=first).user == wang
    assert keys_of(Badge, "digest", [b"one", b"two", b"three"]) == {b"one": first, b"two": second}
    assert Badge.objects.get(pk=second).revoked_at is None


def test_nothing_is_nothing(county):
    assert save_many([], "name") == 0
    assert add_new([]) == []
    assert keys_of(Badge, "digest", []) == {}


def test_a_text_too_long_for_its_column_is_refused_and_not_cut_off(county):
    (event,) = _events("one")
    event.name = "x" * 61
    with pytest.raises(DataError):
        save_many([event], "name")
