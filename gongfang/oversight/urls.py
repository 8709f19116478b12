"""The county's figures and doubtful items."""

from django.urls import path

from gongfang.oversight import web
from gongfang.oversight.doubts import web as doubts

app_name = "oversight"
urlpatterns = [
    path("figures/", web.figure_list, name="figures"),
    path("figures/sheet/", web.figures_sheet, name="figures_sheet"),
    path("figures/<str:name>/", web.figure_page, name="figure"),
    path("doubts/", doubts.doubts, name="doubts"),
    path("doubts.xlsx", doubts.doubts_sheet, name="doubts_sheet"),
    path("doubts/search/", doubts.search_doubts, name="search_doubts"),
    path("doubts/deaths/", doubts.compare_deaths, name="compare_deaths"),
    path("doubts/<int:pk>/", doubts.doubt, name="doubt"),
    path("doubts/<int:pk>/take/", doubts.take_doubt, name="take_doubt"),
    path("doubts/<int:pk>/explain/", doubts.explain_doubt, name="explain_doubt"),
    path("doubts/<int:pk>/put-right/", doubts.put_right_doubt, name="put_right_doubt"),
]
