"""Rows of the county by their numbers, for hands that do what was told."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Model

from gongfang.core.models import User


def of(model: type[Model], pk: Any) -> Any:
    return model._base_manager.get(pk=pk)


def many(model: type[Model], pks: list[int]) -> list[Any]:
    found = model._base_manager.in_bulk(pks)
    return [found[pk] for pk in pks]


def user(name: str, place: dict[str, Any]) -> User:
    return User.objects.get(pk=place["users"][name])


def year_end(year: int) -> date:
    return date(year, 12, 31)
