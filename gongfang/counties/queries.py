"""What the installation knows of its counties."""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings

from gongfang.counties.models import County
from gongfang.database import scope


def county_key(schema: str = "") -> str:
    """Return the signing key of a county (the current one by default): links of one are noise in another."""
    name = schema or scope.current()
    return hmac.new(settings.SECRET_KEY.encode(), f"county:{name}".encode(), hashlib.sha256).hexdigest()


def address(county: County, path: str = "/") -> str:
    """Return a full link into a county, built from its own host name and never from a request's header."""
    with scope.inside():
        host = county.domains.get(is_primary=True).domain
    scheme, port = ("https", "") if settings.HTTPS else ("http", f":{settings.PORT}")
    return f"{scheme}://{host}{port}{path}"
