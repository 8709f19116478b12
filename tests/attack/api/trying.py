"""Who tries what: sends a request as a role and says in one word what came of it."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.test import Client

from gongfang.counties.models import County as Schema
from gongfang.database import scope
from tests.attack.api.asking import Ask, Place, Request
from tests.attack.api.calling import token_of, undone
from tests.attack.api.rights import ROLES
from tests.attack.api.worlds import County
from tests.cast import Person

HOST = "panan.localhost"
NOBODY = "nobody"
ALL = (*ROLES.values(), NOBODY)
REFUSED = {401, 403, 404}


class Trying:
    """Sends requests in the county that stands."""

    def __init__(self, county: County) -> None:
        self.county = county
        self.callers = county.callers()
        self.tokens = {role: token_of(person) for role, person in self.callers.items()}
        self.client = Client(raise_request_exception=False)
        with scope.inside():
            self.here = Schema.objects.get(schema_name="panan")
        scope.enter(self.here)

    def place(self, world: str, unit: str, *, colleague: bool = False) -> Place:
        """Return where a thing stands."""
        found = self.county.worlds[world]
        at = found.units[unit]
        return Place(self.county, found, at, at.colleague if colleague else at.maker)

    def by_role(self, ask: Ask, role: str, **headers: str) -> str:
        """Let a role try."""
        caller = self.callers.get(role, self.county.nobody)
        return self.by(ask, caller, self.tokens.get(role, ""), **headers)

    def by(self, ask: Ask, caller: Person, token: str, **headers: str) -> str:
        """Let somebody try, and let it not have happened."""
        with undone():
            return said(self.send(made(ask, caller), token, **headers))

    def send(self, request: Request, token: str, *, host: str = HOST, **headers: str) -> Any:
        """Send a request as a program does; whichever county was asked, we stay in this one."""
        try:
            return self._send(request, token, host, headers)
        finally:
            scope.enter(self.here)

    def _send(self, request: Request, token: str, host: str, headers: dict[str, str]) -> Any:
        headers |= {"Idempotency-Key": str(uuid.uuid4()), "host": host}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if request.form:
            request.body["file"].seek(0)
            return self.client.post(request.path, request.body, headers=headers)
        body = json.dumps(request.body or {})
        return self.client.generic(
            request.method, request.path, body, content_type="application/json", headers=headers
        )


def made(ask: Ask, caller: Person) -> Request:
    """Return the request, made for the caller where it is about the caller's own."""
    return ask(caller) if callable(ask) else ask


def said(response: Any) -> str:
    """Allowed, refused, or what else it was: then neither was shown."""
    if response.status_code in REFUSED:
        return "refused"
    return "allowed" if response.status_code < 300 else f"{response.status_code} {response.text[:300]}"
