"""The installation's front page: which counties live here."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from gongfang.counties.queries import address, living


def counties(request: HttpRequest) -> HttpResponse:
    """List the counties, each at its own host name."""
    rows = [(county, address(county)) for county in living().prefetch_related("domains")]
    # No token and so no session: nobody logs in here, and the public schema keeps no sessions.
    return render(request, "counties/list.html", {"counties": rows, "csrf_token": ""})
