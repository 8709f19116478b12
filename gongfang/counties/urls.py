from django.urls import path

from gongfang.counties import web

urlpatterns = [path("", web.counties, name="counties")]
handler500 = "gongfang.core.faults.fault"
