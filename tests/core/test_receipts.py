"""Keys are remembered for 400 days and not for ever."""

from datetime import timedelta

import pytest
from django.utils import timezone

from gongfang.core import receipts
from gongfang.core.action import By
from gongfang.core.models import Receipt, User
from gongfang.core.tasks import forget_receipts
from tests.core.test_action import write_rule


@pytest.fixture
def alice(county):
    return User.objects.create(username="alice", name="Alice")


def acted(alice, *, days_ago):
    by = By(alice, "page")
    write_rule(by, None, rule=f"rule {days_ago}")
    Receipt.objects.filter(key=by.key).update(received_at=timezone.now() - timedelta(days=days_ago))
    return by.key


def test_the_night_forgets_keys_of_over_400_days_and_keeps_the_rest(alice):
    for days in (402, 401):
        acted(alice, days_ago=days)
    kept = [acted(alice, days_ago=days) for days in (399, 0)]
    forget_receipts(0)
    assert list(Receipt.objects.order_by("pk").values_list("key", flat=True)) == kept


def test_many_are_forgotten_some_at_a_time(alice, monkeypatch):
    monkeypatch.setattr(receipts, "_A_TIME", 2)
    for days in range(501, 506):
        acted(alice, days_ago=days)
    acted(alice, days_ago=1)
    assert receipts.forget_ended() == 5
    assert receipts.forget_ended() == 0
