"""Addresses of a restored county's one page and its verbs."""

from django.urls import path

from gongfang.operations.backup import web

app_name = "backup"
urlpatterns = [
    path("", web.standstill, name="standstill"),
    path("operators/<int:pk>/statement/", web.read_statement, name="read_statement"),
    path("payments/book/", web.book_payments, name="book_payments"),
    path("payments/<int:pk>/", web.payment, name="payment"),
    path("payments/<int:pk>/payee/", web.name_payee, name="name_payee"),
    path("payments/<int:pk>/book/", web.book_payment, name="book_payment"),
    path("payments/<int:pk>/dismiss/", web.dismiss_payment, name="dismiss_payment"),
    path("thaw/", web.thaw_county, name="thaw"),
]
