"""Whoever wants to makes as much as they want: "I take 20", within caps."""

import pytest

from gongfang.core.errors import Moved, NotAllowed, Refused
from gongfang.core.models import Parameter
from gongfang.registry.people.models import Relation
from gongfang.work.dispatch import actions
from gongfang.work.dispatch.actions import ClaimRow
from gongfang.work.dispatch.models import Lot
from gongfang.work.orders.actions import close_order
from gongfang.work.orders.models import Material, RecipeItem
from tests.work.dispatch.conftest import TODAY, by


def take(village, share, maker, pieces):
    return actions.claim(by(maker.user), share, maker=maker, pieces=pieces)


def test_a_maker_takes_twenty_and_agrees_terms_with_the_operator(village, share, guihua):
    lot = take(village, share, guihua, 20)
    assert (lot.maker, lot.pieces, lot.parent_id, lot.status) == (guihua, 20, share.pk, "open")
    assert lot.relation == Relation.objects.get(resident=guihua, organisation=village.operator)
    assert Lot.objects.get(pk=share.pk).free == 80
    assert not lot.provisional


def test_taking_twice_agrees_terms_once(village, share, guihua):
    first, second = take(village, share, guihua, 20), take(village, share, guihua, 10)
    assert first.relation_id == second.relation_id
    assert Lot.objects.get(pk=share.pk).claimed == 30


def test_the_same_key_takes_once(village, share, guihua):
    again = by(guihua.user)
    first = actions.claim(again, share, maker=guihua, pieces=20)
    assert actions.claim(again, share, maker=guihua, pieces=20) == first
    assert Lot.objects.get(pk=share.pk).claimed == 20


def test_a_maker_takes_nothing_for_another(village, share, guihua, xiuying):
    with pytest.raises(NotAllowed):
        actions.claim(by(guihua.user), share, maker=xiuying, pieces=20)


@pytest.mark.parametrize("who", ["stranger", "agent_user", "auditor"])
def test_other_desks_hand_out_nothing_here(village, share, guihua, who):
    with pytest.raises(NotAllowed):
        actions.claim(by(getattr(village, who)), share, maker=guihua, pieces=20)


def test_what_the_clerk_writes_down_waits_for_the_persons_own_yes(village, share, guihua):
    lot = actions.claim(by(village.clerk), share, maker=guihua, pieces=20)
    assert lot.provisional
    lot = actions.confirm_claim(by(guihua.user), lot)
    assert not lot.provisional
    with pytest.raises(Moved):
        actions.confirm_claim(by(guihua.user), lot)


def test_acting_for_a_maker_is_provisional_too(village, share, guihua):
    lot = actions.claim(by(village.clerk, for_=guihua.user), share, maker=guihua, pieces=20)
    assert lot.provisional


def test_a_clerk_confirms_only_with_a_slip_that_is_kept(village, share, guihua):
    lot = actions.claim(by(village.clerk), share, maker=guihua, pieces=20)
    with pytest.raises(Refused) as refusal:
        actions.confirm_claim(by(village.clerk), lot, how="slip")
    assert refusal.value.field == "document"
    assert not actions.confirm_claim(by(village.clerk), lot, how="slip", document="2022-09 夹 3").provisional


def test_a_person_without_the_skill_is_told_to_be_shown_first(village, share):
    newcomer = village.maker("王新来", skilled=False)
    with pytest.raises(Refused, match="编结"):
        take(village, share, newcomer, 5)


def test_a_person_who_is_not_with_the_workshop_is_added_first(village, share):
    other = village.maker("赵远", organisation=village.elsewhere)
    with pytest.raises(Refused, match="not with this workshop"):
        actions.claim(by(village.clerk), share, maker=other, pieces=5)


def test_no_more_than_is_left(village, guihua, xiuying):
    share = village.share(50)
    take(village, share, guihua, 40)
    with pytest.raises(Refused, match="Only 10 pieces are left"):
        take(village, share, xiuying, 11)


def test_nothing_is_no_claim(village, share, guihua):
    with pytest.raises(Refused):
        take(village, share, guihua, 0)


def test_sixty_pieces_of_this_step_at_once_and_no_more(village, share, guihua):
    take(village, share, guihua, 50)
    with pytest.raises(Refused, match="take 10 more pieces at once"):
        take(village, share, guihua, 11)
    take(village, share, guihua, 10)
    with pytest.raises(Refused, match="Hand some in first"):
        take(village, share, guihua, 1)


def test_no_more_material_than_one_person_may_hold(village, share, guihua):
    gold = Material.objects.create(code="gold", name="金线", unit_kind="g")
    RecipeItem.objects.create(step=village.step, material=gold, amount=2, value_hao_per_1000=100_000_000)
    with pytest.raises(Refused, match="take 25 more pieces"):
        take(village, share, guihua, 26)


def test_no_more_bags_than_one_person_may_hold(village, share, guihua):
    Parameter.objects.create(key="dispatch.bags_at_once", value=3, valid_from=TODAY, document="工坊通知 3 号")
    with pytest.raises(Refused, match="take 30 more pieces"):
        take(village, share, guihua, 31)


def test_a_whole_sheet_of_claims_is_one_act(village, share, guihua, xiuying):
    rows = [ClaimRow(maker_id=guihua.pk, pieces=20), ClaimRow(maker_id=xiuying.pk, pieces=30)]
    lots = actions.claim_many(by(village.clerk), share, rows=rows)
    assert [(lot.maker_id, lot.pieces) for lot in lots] == [(guihua.pk, 20), (xiuying.pk, 30)]
    assert Lot.objects.get(pk=share.pk).claimed == 50


def test_a_sheet_with_one_bad_row_leaves_nothing_behind(village, share, guihua, xiuying):
    rows = [ClaimRow(maker_id=guihua.pk, pieces=20), ClaimRow(maker_id=xiuying.pk, pieces=300)]
    with pytest.raises(Refused, match="Row 2"):
        actions.claim_many(by(village.clerk), share, rows=rows)
    assert Lot.objects.get(pk=share.pk).claimed == 0
    assert not Lot.objects.filter(maker=guihua).exists()


def test_a_signed_sheet_needs_no_further_yes(village, share, guihua, xiuying):
    rows = [ClaimRow(maker_id=guihua.pk, pieces=20), ClaimRow(maker_id=xiuying.pk, pieces=30)]
    lots = actions.claim_many(by(village.clerk), share, rows=rows, signed="领料单 12 号")
    assert [lot.provisional for lot in lots] == [False, False]


def test_nobody_stands_twice_on_a_sheet(village, share, guihua):
    rows = [ClaimRow(maker_id=guihua.pk, pieces=20), ClaimRow(maker_id=guihua.pk, pieces=1)]
    with pytest.raises(Refused, match="twice"):
        actions.claim_many(by(village.clerk), share, rows=rows)


def test_makers_bring_no_sheets(village, share, guihua):
    with pytest.raises(NotAllowed):
        actions.claim_many(by(guihua.user), share, rows=[ClaimRow(maker_id=guihua.pk, pieces=1)])


def test_work_of_an_order_that_is_over_is_not_taken(village, share, guihua):
    close_order(by(village.officer), village.line.order)
    with pytest.raises(Refused, match="no longer open"):
        take(village, share, guihua, 20)
    with pytest.raises(Refused, match="no longer open"):
        actions.claim_many(by(village.clerk), share, rows=[ClaimRow(maker_id=guihua.pk, pieces=20)])
    assert Lot.objects.get(pk=share.pk).claimed == 0
