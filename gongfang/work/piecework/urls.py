from __future__ import annotations

from django.urls import path

from gongfang.work.piecework.web import bags, claims, defects, deliveries, desk, looks, mine, verdicts

app_name = "piecework"
urlpatterns = [
    path("", bags.bag_list, name="bags"),
    path("bags.xlsx", bags.bag_sheet, name="bag_sheet"),
    path("scan/", bags.scan, name="scan"),
    path("labels/", bags.labels, name="labels"),
    path("mine/", mine.my_bags, name="mine"),
    path("pack/", desk.pack, name="pack"),
    path("issue/", desk.issue, name="issue"),
    path("hand-in/", desk.hand_in, name="hand_in"),
    path("hand-in/mended/", desk.hand_in_mended, name="hand_in_mended"),
    path("<int:pk>/", bags.bag, name="bag"),
    path("<int:pk>/issue/", desk.issue_one, name="issue_one"),
    path("<int:pk>/cancel-issue/", desk.cancel_issue, name="cancel_issue"),
    path("hand-ins/<int:pk>/confirm/", desk.confirm_hand_in, name="confirm_hand_in"),
    path("hand-ins/<int:pk>/yes/", mine.say_yes, name="say_yes"),
    path("give-backs/<int:pk>/yes/", mine.say_yes_to_give_back, name="say_yes_to_give_back"),
    path("hand-ins/<int:pk>/cancel/", desk.cancel_hand_in, name="cancel_hand_in"),
    path("<int:pk>/unpack/", desk.unpack, name="unpack"),
    path("<int:pk>/give-back/", desk.give_back, name="give_back"),
    path("<int:pk>/lost/", desk.lose, name="lose"),
    path("inspect/", verdicts.to_inspect, name="to_inspect"),
    path("inspect.xlsx", verdicts.to_inspect_sheet, name="to_inspect_sheet"),
    path("inspect/<int:pk>/", verdicts.verdict, name="verdict"),
    path("inspect/<int:pk>/photos/<int:no>/", verdicts.photo, name="point_picture"),
    path("inspections/<int:pk>/ask-again/", looks.ask_again, name="ask_again"),
    path("shelf/", looks.shelf, name="shelf"),
    path("shelf.xlsx", looks.shelf_sheet, name="shelf_sheet"),
    path("shelf/<int:pk>/", looks.clear_shelf, name="clear_shelf"),
    path("defects/", defects.defects, name="defects"),
    path("defects.xlsx", defects.defects_sheet, name="defects_sheet"),
    path("deliveries/", deliveries.delivery_list, name="deliveries"),
    path("deliveries.xlsx", deliveries.delivery_sheet, name="delivery_sheet"),
    path("deliveries/<int:pk>/", deliveries.delivery, name="delivery"),
    path("deliveries/<int:pk>/sign/", deliveries.sign, name="sign"),
    path("deliveries/<int:pk>/claim/", claims.enter, name="enter_claim"),
    path("claims/", claims.claim_list, name="claims"),
    path("claims.xlsx", claims.claim_sheet, name="claim_sheet"),
    path("claims/<int:pk>/", claims.claim, name="complaint"),
    path("claims/<int:pk>/picture/", claims.picture, name="claim_picture"),
    path("claims/<int:pk>/answer/", claims.answer, name="answer_claim"),
    path("lines/<int:pk>/deliver/", deliveries.deliver, name="deliver"),
]
