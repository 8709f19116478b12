"""The county's figures."""

from django.urls import path

from gongfang.oversight import web

app_name = "oversight"
urlpatterns = [
    path("figures/", web.figure_list, name="figures"),
    path("figures/sheet/", web.figures_sheet, name="figures_sheet"),
    path("figures/<str:name>/", web.figure_page, name="figure"),
]
