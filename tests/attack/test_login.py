"""Guessing, fixing, stealing and outliving a login."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from gongfang.core.login import TRIES
from gongfang.core.models import User
from gongfang.counties.models import County


@pytest.mark.slow
def test_of_two_hundred_logins_at_once_exactly_the_limit_of_the_name_is_tried(
    committing: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []
    monkeypatch.setattr(User, "check_password", lambda user, word: tried.append(word) or False)
    User.objects.create(username="lin", name="林秀英", password="!")

    def guess(n: int) -> None:
        try:
            Client(headers={"host": "panan.localhost"}).post(
                "/login/", {"username": "lin", "password": f"{n}"}
            )
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(guess, range(200)))
    assert len(tried) == TRIES
