"""The pages of orders alone, so that their tests need no other room."""

from django.urls import include, path

from gongfang.core import doors, login

urlpatterns = [
    path("login/", login.login, name="login"),
    path("logout/", login.logout, name="logout"),
    path("language/", doors.choose_language, name="language"),
    path("orders/", include("gongfang.work.orders.urls")),
]
