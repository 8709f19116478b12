"""What the installation knows of its counties."""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings
from django.db.models import QuerySet

from gongfang.counties.models import County
from gongfang.database import scope


def living() -> QuerySet[County]:
    """Return the counties that live in this installation, not those that moved to another."""
    return County.objects.filter(cell="").order_by("code")


def county_key(schema: str = "") -> str:
    """Return the signing key of a county (the current one by default): links of one are noise in another."""
    name = schema or scope.current()
    return hmac.new(settings.SECRET_KEY.encode(), f"county:{name}".encode(), hashlib.sha256).hexdigest()


def address(county: County, path: str = "/") -> str:
    """Return a full link into a county, built from its own host name and never from a request's header."""
    with scope.inside():
        host = county.domains.get(is_primary=True).domain
    return front_page(host) + path


def front_page(host: str = settings.HOST) -> str:
    """Return where people reach a host of ours: through the proxy's https, or at our own port."""
    return f"https://{host}" if settings.HTTPS else f"http://{host}:{settings.PORT}"
