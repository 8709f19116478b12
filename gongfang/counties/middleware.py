"""The county of a request is its host name; a host nobody registered is answered with 404."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound

from gongfang.core import clock, faults
from gongfang.core.composed import Composed, Given
from gongfang.counties.models import County
from gongfang.database import scope

_AT = Composed(lambda: County.objects.filter(domains__domain=Given("host")).order_by())
HOME_HOSTS = {"localhost", "127.0.0.1", "::1", settings.HOST}


class CountyMiddleware:
    """Enter the county the host names, before anything else looks at the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        scope.leave()
        try:
            host = request.get_host().rsplit(":", 1)[0].strip("[]").lower()
        except DisallowedHost:
            return _nowhere("This")
        if host in HOME_HOSTS:
            request.tenant = None  # type: ignore[attr-defined]
            request.COOKIES.clear()  # nobody logs in here, and other programs on localhost leave cookies
            request.urlconf = settings.PUBLIC_SCHEMA_URLCONF
            return self.get_response(request)
        county = county_at(host)
        if county is None:
            return _nowhere(host)
        if county.resting_since:
            return faults.answer(request, faults.moving)
        request.tenant = county  # type: ignore[attr-defined]
        scope.enter(county)
        with clock.shifted(county.clock_shift):
            return self.get_response(request)


def _nowhere(host: str) -> HttpResponse:
    # Answered before any other middleware has seen the request, so it carries what those would add.
    strict = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'"}
    return HttpResponseNotFound(
        f"{host} is no county of this installation.", content_type="text/plain", headers=strict
    )


def county_at(host: str) -> County | None:
    """Return the county a host name leads to."""
    return _AT.first(host=host)
