"""Pages of sharing out."""

from __future__ import annotations

from django.urls import path

from gongfang.work.dispatch.web import asking, changing, days, plans, sharing, work, workshop

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
    path("lots/<int:pk>/reopen/", sharing.reopen, name="reopen_lot"),
    path("lots/<int:pk>/confirm/", sharing.confirm, name="confirm_claim"),
    path("lots/<int:pk>/day/", days.agree, name="agree_day"),
    path("offers/<int:pk>/withdraw/", sharing.withdraw_offer, name="withdraw_offer"),
    path("workshops/<int:pk>/", workshop.workshop, name="workshop"),
    path("workshops/<int:pk>/plan/", plans.start_plan, name="start_plan"),
    path("county/", plans.county, name="county"),
    path("county/plan/", plans.plan_county, name="plan_county"),
    path("can-we/", asking.can_we, name="can_we"),
    path("plans/<int:pk>/", plans.plan, name="plan"),
    path("plans/<int:pk>/progress/", plans.progress, name="progress"),
    path("plans/<int:pk>/stop/", plans.stop, name="stop_plan"),
    path("plans/<int:pk>/publish/", plans.publish, name="publish_plan"),
    path("plans/<int:pk>/leave/", plans.leave, name="end_publishing"),
    path("plans/<int:pk>/discard/", plans.discard, name="discard_plan"),
    path("plans/<int:pk>/repair/", plans.repair, name="repair_plan"),
    path("plans/<int:pk>/again/", plans.again, name="plan_again"),
    path("plans/<int:pk>/compare/", plans.compare, name="compare_plans"),
    path("plans/<int:pk>/person/", changing.person_in_plan, name="person_in_plan"),
    path("plans/<int:pk>/edit/", changing.edit, name="edit_plan"),
    path("work/", work.work, name="work"),
    path("work/<int:pk>/take/", work.take, name="take"),
    path("offers/<int:pk>/accept/", work.accept, name="accept_offer"),
    path("offers/<int:pk>/not-this-time/", work.not_this_time, name="not_this_time"),
]
