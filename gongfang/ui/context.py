"""What the shell around every page needs to know."""

from typing import Any

from django.http import HttpRequest


def county(request: HttpRequest) -> dict[str, Any]:
    """Name the county, the person and the size of the type."""
    tenant = getattr(request, "tenant", None)
    return {
        "county_name": getattr(tenant, "name", ""),
        "demo_banner": bool(getattr(tenant, "demo", False)),
        "help_phone": getattr(tenant, "phone", ""),
        "who": getattr(getattr(request, "user", None), "name", ""),
        "large": request.COOKIES.get("large") == "1",
    }
