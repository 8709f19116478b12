"""Every page of a county; the installation's own front page is in counties/urls.py."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path
from django.utils.module_loading import import_string

from gongfang.core import doors, login

urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", login.login, name="login"),
    path("logout/", login.logout, name="logout"),
    path("language/", doors.choose_language, name="language"),
]
