"""Every page of a county; the installation's own front page is in counties/urls.py."""

from __future__ import annotations

from importlib import import_module

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from gongfang.api import api
from gongfang.core import doors, login
from gongfang.ui.gallery import gallery

ROOMS = (
    ("places/", "gongfang.registry.places.urls"),
    ("people/", "gongfang.registry.people.urls"),
    ("orders/", "gongfang.work.orders.urls"),
    ("dispatch/", "gongfang.work.dispatch.urls"),
    ("piecework/", "gongfang.work.piecework.urls"),
    ("B/", "gongfang.work.piecework.label_urls"),
    ("pay/", "gongfang.pay.urls"),
    ("oversight/", "gongfang.oversight.urls"),
)

def _there(room: str) -> bool:
    try:
        import_module(room)
    except (ImportError, AttributeError):
        return False
    return True


urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", login.login, name="login"),
    path("logout/", login.logout, name="logout"),
    path("language/", doors.choose_language, name="language"),
    path("api/", api.urls),
    path("", include("gongfang.pages.urls")),
    *(path(prefix, include(room)) for prefix, room in ROOMS if _there(room)),
]
if settings.DEBUG:
    urlpatterns += [path("ui/gallery/", gallery, name="ui-gallery")]
