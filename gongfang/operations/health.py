"""Is it alive, and can it work: two addresses for machines, as JSON or as plain lines, without a login or a county."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from gongfang.core.tasks import counties
from gongfang.counties import schemas
from gongfang.operations import disk, state


@dataclass(frozen=True)
class Answer:
    """One thing that must be so for the installation to work, and whether it is."""

    name: str
    ok: bool


def health(request: HttpRequest) -> HttpResponse:
    """Say that this process lives and answers; asks nothing of anybody."""
    return _answer(request, [Answer("alive", ok=True)])


def ready(request: HttpRequest) -> HttpResponse:
    """Say whether pages and queue can work: database, migrations, worker, room on the disk."""
    return _answer(request, look())


def look() -> list[Answer]:
    """Ask for everything that must be so."""
    return [Answer(name, ok=_asked(check)) for name, check in _CHECKS.items()]


def _asked(check: Callable[[], bool]) -> bool:
    try:
        return check()
    except (DatabaseError, OSError):
        return False


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True


def _migrated() -> bool:
    return not pending()


def pending() -> list[str]:
    """Return the schemas that another version of the program left behind."""
    slugs = ["public", *counties()]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nspname, obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = ANY(%s)",
            [slugs],
        )
        signed = dict(cursor.fetchall())
    return [slug for slug in slugs if signed.get(slug) != _fingerprint()]


@cache
def _fingerprint() -> str:
    return schemas.fingerprint()


def _worker() -> bool:
    return state.queue().has_worker


def _room() -> bool:
    return not disk.space().is_out


_CHECKS: dict[str, Callable[[], bool]] = {
    "database": _database,
    "migrations": _migrated,
    "worker": _worker,
    "disk": _room,
}


def _answer(request: HttpRequest, answers: list[Answer]) -> HttpResponse:
    status = 200 if all(answer.ok for answer in answers) else 503
    response: HttpResponse
    if "application/json" in request.headers.get("Accept", ""):
        response = JsonResponse({answer.name: answer.ok for answer in answers}, status=status)
    else:
        lines = "".join(f"{answer.name}: {'ok' if answer.ok else 'NO'}\n" for answer in answers)
        response = HttpResponse(lines, status=status, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-store"
    return response
