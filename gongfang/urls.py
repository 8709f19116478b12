"""Every page of a county; the installation's own front page is in counties/urls.py."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from gongfang.api import api
from gongfang.core import doors, login
from gongfang.ui.gallery import gallery

urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", login.login, name="login"),
    path("logout/", login.logout, name="logout"),
    path("language/", doors.choose_language, name="language"),
    path("api/", api.urls),
    path("B/", include("gongfang.work.piecework.label_urls")),  # short and in capitals, for small QR codes
    path("places/", include("gongfang.registry.places.urls")),
    path("people/", include("gongfang.registry.people.urls")),
    path("orders/", include("gongfang.work.orders.urls")),
    path("dispatch/", include("gongfang.work.dispatch.urls")),
    path("piecework/", include("gongfang.work.piecework.urls")),
    path("pay/", include("gongfang.pay.urls")),
    path("oversight/", include("gongfang.oversight.urls")),
    path("standstill/", include("gongfang.operations.backup.urls")),
    path("", include("gongfang.pages.urls")),
]
handler400 = "gongfang.core.doors.not_read"
handler404 = "gongfang.core.doors.not_here"
handler500 = "gongfang.core.faults.fault"
if settings.DEBUG:
    urlpatterns += [path("ui/gallery/", gallery, name="ui-gallery")]
