"""The county's figures and doubtful items."""

from django.urls import path

from gongfang.oversight.doubts import web as doubts
from gongfang.oversight.web import figures, registers, weekly

app_name = "oversight"
urlpatterns = [
    path("figures/", figures.figure_list, name="figures"),
    path("figures/sheet/", figures.figures_sheet, name="figures_sheet"),
    path("figures/<str:name>/", figures.figure_page, name="figure"),
    path("week/", weekly.week, name="week"),
    path("week/sheet.xlsx", weekly.week_sheet, name="week_sheet"),
    path("week/sheet.pdf", weekly.week_pdf, name="week_pdf"),
    path("registers/", registers.registers, name="registers"),
    path("registers/<str:name>.xlsx", registers.register_sheet, name="register_sheet"),
    path("registers/<str:name>/", registers.register, name="register"),
    path("doubts/", doubts.doubts, name="doubts"),
    path("doubts.xlsx", doubts.doubts_sheet, name="doubts_sheet"),
    path("doubts/search/", doubts.search_doubts, name="search_doubts"),
    path("doubts/deaths/", doubts.compare_deaths, name="compare_deaths"),
    path("doubts/<int:pk>/", doubts.doubt, name="doubt"),
    path("doubts/<int:pk>/take/", doubts.take_doubt, name="take_doubt"),
    path("doubts/<int:pk>/explain/", doubts.explain_doubt, name="explain_doubt"),
    path("doubts/<int:pk>/put-right/", doubts.put_right_doubt, name="put_right_doubt"),
]
