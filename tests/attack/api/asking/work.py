"""Lots, offers, plans, bags, inspection and delivery."""

from __future__ import annotations

from datetime import timedelta

from gongfang.registry.people.models import Resident
from gongfang.work.dispatch import actions as dispatch
from gongfang.work.orders import actions as orders
from gongfang.work.piecework import actions as piecework
from gongfang.work.piecework.models import Bag
from tests.attack.api.asking.place import Ask, Place, asks, post
from tests.attack.api.worlds import due

# --- sharing out --------------------------------------------------------------------------------------------------


@asks("share_out")
def _(place: Place) -> Ask:
    path = f"/api/dispatch/lines/{place.world.line.pk}/share"
    return post(path, organisation_id=place.unit.organisation.pk, pieces=10, margin_hao=100)


@asks("take_back_share")
def _(place: Place) -> Ask:
    return post(f"/api/dispatch/lots/{place.share.pk}/take-back", pieces=10)


@asks("close_lot")
def _(place: Place) -> Ask:
    return post(f"/api/dispatch/lots/{place.lot().pk}/close")


@asks("reopen_lot")
def _(place: Place) -> Ask:
    closed = dispatch.close_lot(place.by, place.lot())
    return post(f"/api/dispatch/lots/{closed.pk}/reopen")


@asks("claim")
def _(place: Place) -> Ask:
    return post(f"/api/dispatch/lots/{place.share.pk}/claim", maker_id=place.maker.row.pk, pieces=5)


@asks("claim_many")
def _(place: Place) -> Ask:
    rows = [{"maker_id": place.maker.row.pk, "pieces": 5}]
    return post(f"/api/dispatch/lots/{place.share.pk}/claims", rows=rows)


@asks("confirm_claim")
def _(place: Place) -> Ask:
    return post(f"/api/dispatch/lots/{place.lot().pk}/confirm", how="slip", document="签字单2号")


@asks("agree_day")
def _(place: Place) -> Ask:
    lot = place.lot()
    orders.amend_order(
        place.world.books.by(),
        place.order,
        due=due() + timedelta(days=3),
        reason="延期",
        document="补充协议2号",
    )
    return post(f"/api/dispatch/lots/{lot.pk}/day", document="签字单3号")


@asks("accept_offer")
def _(place: Place) -> Ask:
    return post(f"/api/dispatch/offers/{place.offer().pk}/accept", pieces=1)


@asks("not_this_time")
def _(place: Place) -> Ask:
    return post(f"/api/dispatch/offers/{place.offer().pk}/not-this-time")


@asks("withdraw_offer")
def _(place: Place) -> Ask:
    return post(f"/api/dispatch/offers/{place.offer().pk}/withdraw")


@asks("start_plan")
def _(place: Place) -> Ask:
    return post(f"/api/dispatch/workshops/{place.unit.organisation.pk}/plan")


@asks("publish_plan")
def _(place: Place) -> Ask:
    return post(f"/api/dispatch/plans/{place.plan().pk}/publish")


@asks("end_publishing")
def _(place: Place) -> Ask:
    return post(f"/api/dispatch/plans/{place.going_out().pk}/leave")


@asks("discard_plan")
def _(place: Place) -> Ask:
    return post(f"/api/dispatch/plans/{place.plan().pk}/discard")


@asks("repair_plan")
def _(place: Place) -> Ask:
    return post(f"/api/dispatch/plans/{place.plan().pk}/repair")


@asks("plan_again")
def _(place: Place) -> Ask:
    return post(f"/api/dispatch/plans/{place.plan().pk}/again")


@asks("stop_plan")
def _(place: Place) -> Ask:
    return post(f"/api/dispatch/plans/{place.begun().pk}/stop")


@asks("edit_plan")
def _(place: Place) -> Ask:
    line = place.plan().lines.filter(maker=place.maker.row).first()
    assert line is not None
    path = f"/api/dispatch/plans/{line.plan_run_id}/edit"
    return post(path, lot_id=line.lot_id, bags=1, giver_id=line.maker_id)


@asks("start_plan#operator")
def _(place: Place) -> Ask:
    return post(f"/api/dispatch/workshops/{place.world.operator.pk}/plan")


@asks("plan_county")
def _(place: Place) -> Ask:
    return post("/api/dispatch/county/plan")


# --- bags ---------------------------------------------------------------------------------------------------------


@asks("pack_bags")
def _(place: Place) -> Ask:
    return post("/api/piecework/bags/pack", lot_ids=[place.lot().pk])


@asks("unpack_bags")
def _(place: Place) -> Ask:
    return post("/api/piecework/bags/unpack", bag_ids=[place.packed().pk])


@asks("issue_bags")
def _(place: Place) -> Ask:
    return post("/api/piecework/bags/issue", bag_ids=[place.packed().pk])


@asks("issue_missing")
def _(place: Place) -> Ask:
    return post("/api/piecework/bags/issue-missing", bag_ids=[place.short().pk])


@asks("use_substitute")
def _(place: Place) -> Ask:
    bag, substitute = place.substitutable()
    return post("/api/piecework/bags/substitute", bag_ids=[bag.pk], substitute_id=substitute.pk)


def _colleague(place: Place) -> Resident:
    """Another maker of the same place."""
    both = (place.unit.maker, place.unit.colleague)
    return next(one.row for one in both if one.row.pk != place.maker.row.pk)


@asks("hand_over")
def _(place: Place) -> Ask:
    return post("/api/piecework/bags/hand-over", bag_ids=[place.out().pk], maker_id=_colleague(place).pk)


@asks("give_to_mend")
def _(place: Place) -> Ask:
    bag = place.inspected(rework=2).hand_in.bag_id
    return post(f"/api/piecework/bags/{bag}/mendings", maker_id=_colleague(place).pk, pieces=1)


@asks("take_back_mending")
def _(place: Place) -> Ask:
    bag = Bag.objects.get(pk=place.inspected(rework=2).hand_in.bag_id)
    given = piecework.give_to_mend(place.by, bag, maker=_colleague(place), pieces=1)
    return post(f"/api/piecework/mendings/{given.pk}/take-back")


@asks("count_use")
def _(place: Place) -> Ask:
    row = {"hand_in_id": place.handed_in().pk, "materials": {place.county.cord.pk: 12_000}}
    return post("/api/piecework/hand-ins/count-use", rows=[row])


@asks("find_again")
def _(place: Place) -> Ask:
    (loss,) = piecework.lose_bags(place.unit.desk.by(), [place.out()], reason="路上丢了")
    return post("/api/piecework/losses/find-again", loss_ids=[loss.pk])


@asks("number_pieces")
def _(place: Place) -> Ask:
    return post(f"/api/piecework/inspections/{place.inspected().pk}/numbers", codes=["N-1"])


@asks("cancel_issue")
def _(place: Place) -> Ask:
    return post("/api/piecework/bags/cancel-issue", bag_ids=[place.out().pk])


@asks("hand_in")
def _(place: Place) -> Ask:
    return post("/api/piecework/hand-ins", rows=[{"bag_id": place.out().pk, "pieces": 3}])


@asks("hand_in_mended")
def _(place: Place) -> Ask:
    bag = place.inspected(rework=2).hand_in.bag_id
    return post("/api/piecework/hand-ins/mended", rows=[{"bag_id": bag, "pieces": 1}])


@asks("cancel_hand_in")
def _(place: Place) -> Ask:
    return post("/api/piecework/hand-ins/cancel", hand_in_ids=[place.handed_in().pk])


@asks("confirm_hand_ins")
def _(place: Place) -> Ask:
    return post("/api/piecework/hand-ins/confirm", hand_in_ids=[place.handed_in().pk], document="签字单3号")


@asks("confirm_give_backs")
def _(place: Place) -> Ask:
    return post(
        "/api/piecework/give-backs/confirm", give_back_ids=[place.given_back().pk], document="签字单4号"
    )


@asks("inspect")
def _(place: Place) -> Ask:
    return post("/api/piecework/inspections", rows=[{"hand_in_id": place.handed_in().pk, "accepted": 10}])


@asks("ask_again")
def _(place: Place) -> Ask:
    return post(f"/api/piecework/inspections/{place.inspected(rejected=2).pk}/ask-again", words="是好的")


@asks("keep_verdict")
def _(place: Place) -> Ask:
    return post(f"/api/piecework/appeals/{place.asked_again().pk}/keep", answer="比封样短")


@asks("correct_verdict")
def _(place: Place) -> Ask:
    path = f"/api/pay/inspections/{place.inspected(rejected=2).pk}/look-again"
    return post(path, accepted=10, reason="合格")


@asks("clear_shelf")
def _(place: Place) -> Ask:
    lot = place.inspected(rejected=2).hand_in.bag.lot_id
    return post(f"/api/piecework/lots/{lot}/clear-shelf", kind="given", pieces=1, reason="做样品")


@asks("give_back")
def _(place: Place) -> Ask:
    return post("/api/piecework/give-backs", rows=[{"bag_id": place.out().pk, "pieces": 1}])


@asks("report_loss")
def _(place: Place) -> Ask:
    row = {"bag_id": place.out().pk, "pieces": 1, "reason": "路上丢了"}
    return post("/api/piecework/losses", rows=[row])


@asks("lose_bags")
def _(place: Place) -> Ask:
    return post("/api/piecework/losses/bags", bag_ids=[place.out().pk], reason="被水泡了")


@asks("deliver")
def _(place: Place) -> Ask:
    place.inspected()
    return post(f"/api/piecework/lines/{place.world.line.pk}/deliver", pieces=5)


@asks("sign_delivery")
def _(place: Place) -> Ask:
    return post(f"/api/piecework/deliveries/{place.delivered().pk}/sign", signed_by="孙丽")


@asks("enter_claim")
def _(place: Place) -> Ask:
    return post(f"/api/piecework/deliveries/{place.delivered().pk}/claims", pieces=2, reason="绳尾散开")


@asks("answer_claim")
def _(place: Place) -> Ask:
    return post(f"/api/piecework/claims/{place.claimed().pk}/answer", outcome="refused", answer="与封样一致")
