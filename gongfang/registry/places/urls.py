from django.urls import path

from gongfang.registry.places import web

app_name = "places"
urlpatterns = [
    path("", web.division_list, name="divisions"),
    path("sheet/", web.divisions_sheet, name="divisions_sheet"),
    path("sites/", web.site_list, name="sites"),
    path("sites/sheet/", web.sites_sheet, name="sites_sheet"),
    path("sites/new/", web.add_site, name="add_site"),
    path("sites/<int:pk>/", web.site, name="site"),
    path("sites/<int:pk>/units/new/", web.add_unit, name="add_unit"),
]
