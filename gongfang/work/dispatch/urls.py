"""Pages of sharing out."""

from __future__ import annotations

from django.urls import path

from gongfang.work.dispatch.web import sharing, work, workshop

app_name = "dispatch"
urlpatterns = [
    path("", sharing.lots, name="lots"),
    path("sheet/", sharing.sheet, name="sheet"),
    path("lines/<int:pk>/", sharing.line, name="line"),
    path("lots/<int:pk>/", sharing.lot, name="lot"),
    path("lots/<int:pk>/picture/", sharing.picture, name="picture"),
    path("lots/<int:pk>/claim/", sharing.claim, name="claim"),
    path("lots/<int:pk>/take-back/", sharing.take_back, name="take_back_share"),
    path("lots/<int:pk>/close/", sharing.close, name="close_lot"),
    path("lots/<int:pk>/confirm/", sharing.confirm, name="confirm_claim"),
    path("offers/<int:pk>/withdraw/", sharing.withdraw_offer, name="withdraw_offer"),
    path("workshops/<int:pk>/", workshop.workshop, name="workshop"),
    path("workshops/<int:pk>/plan/", workshop.start_plan, name="start_plan"),
    path("plans/<int:pk>/", workshop.plan, name="plan"),
    path("plans/<int:pk>/progress/", workshop.progress, name="progress"),
    path("plans/<int:pk>/publish/", workshop.publish, name="publish_plan"),
    path("plans/<int:pk>/discard/", workshop.discard, name="discard_plan"),
    path("work/", work.work, name="work"),
    path("work/<int:pk>/take/", work.take, name="take"),
    path("offers/<int:pk>/accept/", work.accept, name="accept_offer"),
    path("offers/<int:pk>/not-this-time/", work.not_this_time, name="not_this_time"),
]
