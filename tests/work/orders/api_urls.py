"""The API of orders alone, so that its tests need no other room."""

from django.http import Http404
from django.urls import path
from ninja import NinjaAPI

from gongfang.core.doors import refusal_json
from gongfang.core.errors import Gone, Refused
from gongfang.core.login import TokenAuth
from gongfang.work.orders.api import router

api = NinjaAPI(title="orders", auth=TokenAuth(), docs_url=None, urls_namespace="orders-alone")
api.add_router("/orders", router)
api.add_exception_handler(Refused, lambda request, refusal: refusal_json(refusal))
api.add_exception_handler(Http404, lambda request, error: refusal_json(Gone()))

urlpatterns = [path("api/", api.urls)]
