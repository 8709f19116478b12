"""The home, long work, and one's own login."""

from django.urls import path

from gongfang.pages import web, web_choices

urlpatterns = [
    path("", web.home, name="home"),
    path("jobs/<int:pk>/", web.job, name="job"),
    path("jobs/<int:pk>/sheet.xlsx", web.job_sheet, name="job-sheet"),
    path("jobs/<int:pk>/cancel/", web.cancel_job, name="job-cancel"),
    path("accounts/", web.books, name="books"),
    path("accounts/reconcile/", web.start_reconcile, name="reconcile"),
    path("parameters/", web_choices.parameters, name="parameters"),
    path("parameters/sheet.xlsx", web_choices.parameters_sheet, name="parameters_sheet"),
    path("parameters/<str:key>/", web_choices.parameter, name="parameter"),
    path("parameters/<str:key>/set/", web_choices.set_parameter, name="set_parameter"),
    path("tokens/", web.tokens, name="tokens"),
    path("tokens/<int:pk>/end/", web.end_token, name="token-revoke"),
    path("password/", web.password, name="password"),
]
