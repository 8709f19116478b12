"""Which session a browser means: a sibling county may have laid a cookie of the same name beside ours."""

from __future__ import annotations

from importlib import import_module

from django.conf import settings
from django.http import HttpRequest

_MOST = 4  # cookies are free to send, looking them up is not


def session_key(request: HttpRequest) -> str | None:
    """Return the session the request carries, from the cookie of exactly our name.

    Cookies are read as they came: Django strips blanks of every alphabet from a name, so that one a browser lets
    any sibling set would otherwise be read as our `__Host-` name. Of several, the one that lives in this county
    counts; when two live, somebody planted one, and neither does.
    """
    sent = {value.strip('"') for name, value in _pairs(request) if name == settings.SESSION_COOKIE_NAME}
    if len(sent) < 2:
        return next(iter(sent), None)
    store = import_module(settings.SESSION_ENGINE).SessionStore
    living = [key for key in sorted(sent)[:_MOST] if store().exists(key)]
    return living[0] if len(living) == 1 else None


def _pairs(request: HttpRequest) -> list[tuple[str, str]]:
    header = request.META.get("HTTP_COOKIE", "")
    pairs = [part.partition("=") for part in header.split(";")]
    return [(name.strip(" \t"), value.strip(" \t")) for name, _is, value in pairs]
