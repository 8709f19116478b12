"""A placed order changes: a new version, never less than is in hands, nothing taken from anybody behind their back."""

import uuid
from datetime import date, timedelta

import pytest
from django.test import Client

from gongfang.core.errors import Moved, NotAllowed, Refused, SecondPersonNeeded
from gongfang.work.orders import actions
from gongfang.work.orders.actions import Change, Extra
from gongfang.work.orders.amending import news_of, told
from gongfang.work.orders.models import OrderMaterial
from gongfang.work.orders.queries import fewest_pieces, left_to_share, to_invoice
from tests.work.orders.conftest import DUE, by
from tests.work.orders.counting import work

LETTER = {"reason": "企业追加", "document": "补充协议 1 号"}


def amend(town, order, *changes, who=None, **more):
    return actions.amend_order(by(who or town.manager), order, changes=changes, **(LETTER | more))


def test_an_order_raised_becomes_version_2_and_the_enterprise_sends_more_material(town, order, line, rope):
    version = amend(town, order, Change(line, pieces=31_000))
    line.refresh_from_db()
    kept = version.lines.get()
    assert (version.no, version.reason, version.document, version.amended_by) == (
        2, "企业追加", "补充协议 1 号", town.manager
    )  # fmt: skip
    assert (kept.pieces_before, kept.pieces, line.pieces) == (30_000, 31_000, 31_000)
    assert OrderMaterial.objects.get(order=order, material=rope).promised == 31_000 * 2_400
    assert amend(town, order, Change(line, pieces=30_500)).no == 3


def test_never_fewer_than_are_shared_out_or_made(town, order, line):
    work(
        by(town.clerk), line, shared=20_000, issued=20_000, handed_in=500, accepted=300, rejected=150, lost=50
    )
    line.refresh_from_db()
    assert fewest_pieces(line) == 19_800
    with pytest.raises(Refused) as refusal:
        amend(town, order, Change(line, pieces=19_799))
    assert (refusal.value.code, "19,800" in str(refusal.value) or "19800" in str(refusal.value)) == (
        "too_few",
        True,
    )
    amend(town, order, Change(line, pieces=19_800))
    line.refresh_from_db()
    assert left_to_share(line) == 0


def test_the_tolerance_above_covers_what_is_shared_beyond_the_order(town, contract, knot, sealed):
    order = actions.open_order(by(town.officer), contract, due=DUE)
    line = actions.add_line(
        by(town.officer), order, version=knot, pieces=100, fee_hao=7_000, over_permille=100
    )
    actions.place_order(by(town.officer), order)
    work(by(town.clerk), line, shared=110)
    line.refresh_from_db()
    assert fewest_pieces(line) == 100
    with pytest.raises(Refused):
        amend(town, order, Change(line, pieces=99))


def test_lines_due_with_the_order_move_with_it_and_others_stay(town, contract, knot, sealed):
    order = actions.open_order(by(town.officer), contract, due=DUE)
    with_it = actions.add_line(by(town.officer), order, version=knot, pieces=10, fee_hao=7_000)
    before = DUE - timedelta(days=9)
    earlier = actions.add_line(by(town.officer), order, version=knot, pieces=10, fee_hao=7_000, due=before)
    actions.place_order(by(town.officer), order)
    amend(town, order, due=DUE + timedelta(days=5))
    with_it.refresh_from_db()
    earlier.refresh_from_db()
    order.refresh_from_db()
    assert (order.due, with_it.due, earlier.due) == (DUE + timedelta(days=5), DUE + timedelta(days=5), before)


def test_a_new_price_counts_from_now_on(town, order, line):
    work(by(town.clerk), line, shared=1_000, issued=1_000, handed_in=1_000, accepted=1_000, delivered=400)
    amend(town, order, Change(line, fee_hao=8_000))
    line.refresh_from_db()
    work(by(town.clerk), line, delivered=600)
    assert to_invoice(order) == 400 * 7_000 + 600 * 8_000


def test_a_price_in_steps_follows_the_quantity_ordered(town, contract, knot, sealed):
    order = actions.open_order(by(town.officer), contract, due=DUE)
    line = actions.add_line(
        by(town.officer), order, version=knot, pieces=999, fee_hao=8_000, prices={1_000: 7_500, 5_000: 7_000}
    )
    assert line.fee_hao == 8_000
    actions.place_order(by(town.officer), order)
    amend(town, order, Change(line, pieces=1_000))
    line.refresh_from_db()
    assert line.fee_hao == 7_500
    amend(town, order, Change(line, pieces=5_000))
    line.refresh_from_db()
    assert line.fee_hao == 7_000
    amend(town, order, Change(line, pieces=6_000, fee_hao=6_900))
    line.refresh_from_db()
    assert line.fee_hao == 6_900


def test_a_line_more_is_placed_at_once_if_its_sample_is_sealed(town, order, knot):
    version = amend(town, order, extras=[Extra(knot, 500, 7_200)])
    added = order.lines.order_by("-pk").first()
    assert (added.stage, added.pieces, added.due) == ("open", 500, order.due)
    assert version.lines.get().pieces_before is None


def test_a_line_nobody_began_can_be_dropped_but_not_the_last(town, contract, knot, sealed):
    order = actions.open_order(by(town.officer), contract, due=DUE)
    first = actions.add_line(by(town.officer), order, version=knot, pieces=10, fee_hao=7_000)
    second = actions.add_line(by(town.officer), order, version=knot, pieces=20, fee_hao=7_000)
    actions.place_order(by(town.officer), order)
    amend(town, order, Change(second, pieces=0))
    second.refresh_from_db()
    assert (second.stage, second.cancelled) == ("cancelled", 20)
    assert not order.materials.exclude(promised__in=(10, 24_000)).exists()
    with pytest.raises(Refused) as refusal:
        amend(town, order, Change(first, pieces=0))
    assert refusal.value.code == "nothing_left"


def test_a_change_needs_a_reason_a_paper_a_day_to_come_and_a_difference(town, order, line):
    for wrong, field in (
        ({"reason": " "}, "reason"),
        ({"document": ""}, "document"),
        ({"due": date(2022, 8, 1)}, "due"),
    ):
        with pytest.raises(Refused) as refusal:
            amend(town, order, Change(line, pieces=31_000), **wrong)
        assert refusal.value.field == field
    with pytest.raises(Refused) as same:
        amend(town, order, Change(line, pieces=30_000))
    assert same.value.code == "no_change"


def test_only_who_runs_the_order_changes_it_and_only_while_it_runs(town, order, line, draft):
    with pytest.raises(NotAllowed):
        amend(town, order, Change(line, pieces=31_000), who=town.buyer)
    actions.close_order(by(town.officer), order)
    with pytest.raises((Moved, Refused)):
        amend(town, order, due=DUE + timedelta(days=1))


def test_what_a_change_means_is_said_before_the_yes(town, order, line):
    work(by(town.clerk), line, shared=500, issued=500, handed_in=20, accepted=20, delivered=20)
    line.refresh_from_db()
    wanted = [Change(line, pieces=29_000, due=DUE - timedelta(days=3), fee_hao=4_000)]
    said = " ".join(told(order, news_of(order, [line], due=None, changes=wanted)))
    assert "29,000 pieces instead of 30,000" in said
    assert "500 pieces are shared out or made already and stay as they are." in said
    assert "红绳: the enterprise need not send 2,400 m." in said
    assert "due on 27 September instead of 30 September" in said
    assert "20 pieces delivered already keep their price." in said
    assert "less than the 0.45 yuan a maker gets" in said


def test_a_closed_order_is_opened_again_by_somebody_else_with_a_reason(town, order, line):
    work(by(town.clerk), line, shared=10, issued=10, handed_in=10, accepted=10, delivered=10)
    actions.close_order(by(town.officer), order)
    with pytest.raises(SecondPersonNeeded):
        actions.reopen_order(by(town.officer), order, reason="企业又要")
    with pytest.raises(Refused) as silent:
        actions.reopen_order(by(town.manager), order, reason="")
    assert silent.value.field == "reason"
    again = actions.reopen_order(by(town.manager), order, reason="企业又要")
    line.refresh_from_db()
    assert (again.stage, again.closed_on, line.stage, line.cancelled) == ("open", None, "open", 0)
    with pytest.raises(Moved):
        actions.reopen_order(by(town.manager), order, reason="再来")


def test_the_page_says_what_a_change_means_and_the_second_press_makes_it(town, order, line):
    client = _client(town.manager)
    page = client.get(f"/orders/{order.pk}/amend/")
    typed = {name: field.initial for name, field in page.context["form"].fields.items() if name != "key"}
    typed |= {f"pieces_{line.pk}": 31_000, f"fee_{line.pk}": "0.7", "key": _key(), **LETTER}
    typed = {name: value for name, value in typed.items() if value is not None}
    asked = client.post(f"/orders/{order.pk}/amend/", typed)
    assert "31,000 pieces instead of 30,000" in asked.content.decode()
    assert not order.amendments.exists()
    typed |= {"read_": asked.context["form"]["read_"].value(), "key": _key()}
    other = client.post(f"/orders/{order.pk}/amend/", typed | {f"pieces_{line.pk}": 32_000})
    assert "32,000 pieces instead of 30,000" in other.content.decode()
    assert not order.amendments.exists()
    made = client.post(f"/orders/{order.pk}/amend/", typed)
    assert (made.status_code, order.amendments.get().no) == (302, 2)
    assert "30,000 → 31,000" in client.get(f"/orders/{order.pk}/").content.decode()


def _client(user):
    client = Client(headers={"host": "panan.localhost"})
    client.force_login(user)
    client.cookies["language"] = "en"
    return client


def _key():
    return str(uuid.uuid4())
