from django.urls import path

from gongfang.counties import web

urlpatterns = [path("", web.counties, name="counties")]
