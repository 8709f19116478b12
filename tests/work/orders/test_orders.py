"""An order is placed, counted and closed."""

import pytest
from django.db import IntegrityError, transaction

from gongfang.core.errors import Moved, NotAllowed, Refused
from gongfang.core.models import Entry, Event
from gongfang.work.orders import actions
from gongfang.work.orders.models import OrderLine
from gongfang.work.orders.queries import bag_sizes, left_to_share, pace, trace_order, within_tolerance
from tests.work.orders.conftest import DUE, TODAY, by
from tests.work.orders.counting import work


def test_an_order_opened_from_a_quote_brings_its_line_and_its_material_along(draft):
    line = draft.lines.get()
    promised = {row.material.name: row.promised for row in draft.materials.select_related("material")}
    assert (line.pieces, line.fee_hao, line.due, draft.due) == (30_000, 7_000, DUE, DUE)
    assert promised == {"红绳": 72_000_000, "木珠": 30_000}


def test_an_order_without_a_number_gets_one(town, contract):
    order = actions.open_order(by(town.officer), contract, due=DUE)
    assert order.number == f"20220901-{order.pk}"


def test_no_order_is_placed_without_a_sealed_sample(town, draft):
    with pytest.raises(Refused) as refusal:
        actions.place_order(by(town.officer), draft)
    assert refusal.value.code == "no_sample"


def test_a_sample_one_side_approved_is_not_enough(town, draft, sample):
    actions.approve_sample_for_centre(by(town.officer), sample)
    with pytest.raises(Refused) as refusal:
        actions.place_order(by(town.officer), draft)
    assert refusal.value.code == "no_sample"


def test_the_sample_of_another_enterprise_does_not_count(town, draft, knot):
    other = actions.make_sample(by(town.officer), town.other_enterprise, version=knot)
    actions.approve_sample_for_enterprise(by(town.other_buyer), other)
    actions.approve_sample_for_centre(by(town.officer), other)
    with pytest.raises(Refused) as refusal:
        actions.place_order(by(town.officer), draft)
    assert refusal.value.code == "no_sample"


def test_an_order_without_lines_or_without_a_rate_is_not_placed(town, contract, knotting, sealed):
    empty = actions.open_order(by(town.officer), contract, due=DUE)
    with pytest.raises(Refused) as no_lines:
        actions.place_order(by(town.officer), empty)
    bracelet = actions.add_product(by(town.officer), None, code="bracelet", name="手绳")
    version = actions.publish_version(
        by(town.officer), bracelet, steps=(actions.Work(name="编", skill=knotting, standard_seconds=60),)
    )
    sample = actions.make_sample(by(town.officer), town.enterprise, version=version)
    actions.approve_sample_for_enterprise(by(town.buyer), sample)
    actions.approve_sample_for_centre(by(town.officer), sample)
    actions.add_line(by(town.officer), empty, version=version, pieces=10, fee_hao=900)
    with pytest.raises(Refused) as no_rate:
        actions.place_order(by(town.officer), empty)
    assert (no_lines.value.code, no_rate.value.code) == ("no_lines", "no_rate")


def test_a_placed_order_opens_its_lines_and_takes_no_more(town, order, line, knot):
    assert (order.stage, line.stage, line.status) == ("open", "open", "open")
    with pytest.raises(Moved):
        actions.add_line(by(town.officer), order, version=knot, pieces=1, fee_hao=1)
    with pytest.raises(Moved):
        actions.place_order(by(town.officer), order)


def test_only_an_accepted_quote_of_this_enterprise_becomes_an_order(town, contract, quote):
    with pytest.raises(Refused) as refusal:
        actions.open_order(by(town.officer), contract, offer=quote)
    assert refusal.value.field == "offer"


def test_a_quote_becomes_one_order_and_another_only_when_that_one_is_cancelled(town, contract, draft):
    with pytest.raises(Refused, match="became an order already"):
        actions.open_order(by(town.officer), contract, offer=draft.quote)
    actions.cancel_order(by(town.officer), draft, reason="The enterprise wants another day.")
    assert actions.open_order(by(town.officer), contract, offer=draft.quote).quote == draft.quote


def test_a_dropped_line_takes_its_material_along(town, draft):
    actions.drop_line(by(town.officer), draft.lines.get())
    assert [row.promised for row in draft.materials.all()] == [0, 0]
    assert draft.lines.get().cancelled == 30_000


def test_the_operators_manager_runs_the_order_and_the_buyer_does_not(town, draft, sealed):
    with pytest.raises(NotAllowed):
        actions.place_order(by(town.buyer), draft)
    with pytest.raises(NotAllowed):
        actions.place_order(by(town.clerk), draft)
    assert actions.place_order(by(town.manager), draft).stage == "open"


@pytest.mark.parametrize(
    ("counts", "status"),
    [
        ({"shared": 30_000}, "shared"),
        ({"shared": 30_000, "issued": 29_999}, "partly_issued"),
        ({"shared": 30_000, "issued": 30_000}, "issued"),
        ({"shared": 30_000, "issued": 30_000, "handed_in": 5}, "partly_in"),
        ({"shared": 30_000, "issued": 30_000, "handed_in": 30_000, "accepted": 30_000}, "made"),
        ({"shared": 30_000, "handed_in": 30_000, "accepted": 30_000, "delivered": 30_000}, "delivered"),
    ],
)
def test_the_status_of_a_line_follows_its_counters(town, line, counts, status):
    work(by(town.clerk), line, **counts)
    line.refresh_from_db()
    assert line.status == status


def test_counters_move_inside_a_higher_verb_only(town, line):
    with pytest.raises(NotAllowed):
        actions.count_issued(by(town.officer), line, pieces=1)


def test_counters_of_a_draft_do_not_move(town, draft):
    with pytest.raises(Moved):
        work(by(town.officer), draft.lines.get(), issued=1)


def test_no_more_is_shared_out_than_ordered_but_what_was_lost_is_made_again(town, line):
    with pytest.raises(Refused) as refusal:
        work(by(town.officer), line, shared=30_001)
    assert refusal.value.code == "too_many"
    shared = work(by(town.officer), line, shared=30_000)
    lost = work(by(town.officer), shared, handed_in=20, accepted=10, rejected=6, lost=4)
    assert left_to_share(lost) == 10


def test_no_more_is_delivered_than_was_accepted(town, line):
    with pytest.raises(Refused) as refusal:
        work(by(town.officer), line, handed_in=10, accepted=10, delivered=11)
    assert refusal.value.code == "too_many"
    with pytest.raises(IntegrityError), transaction.atomic():
        OrderLine.objects.filter(pk=line.pk).update(delivered=1)


def test_no_more_is_taken_back_than_was_counted(town, line):
    with pytest.raises(Refused):
        work(by(town.officer), line, issued=-1)


def test_twenty_planned_nineteen_made_and_closed_leaves_one_cancelled(town, contract, knot, sealed):
    """Acceptance 16 and 17: closing cancels what was not made, whatever number of hand-ins it came in."""
    order = actions.open_order(by(town.officer), contract, due=DUE)
    twenty = actions.add_line(by(town.officer), order, version=knot, pieces=20, fee_hao=7_000)
    ten = actions.add_line(by(town.officer), order, version=knot, pieces=10, fee_hao=7_000)
    actions.place_order(by(town.officer), order)
    work(by(town.clerk), twenty, handed_in=19, accepted=19, delivered=19)
    work(by(town.clerk), ten, handed_in=5, accepted=5, delivered=5)
    work(by(town.clerk), ten, handed_in=2, accepted=2, delivered=2)
    closed = actions.close_order(by(town.officer), order)
    lines = list(closed.lines.order_by("pk").values_list("accepted", "cancelled", "stage"))
    assert lines == [(19, 1, "closed"), (7, 3, "closed")]
    assert (closed.stage, closed.closed_on) == ("closed", TODAY)
    assert Entry.objects.get(verb="close_order").facts == {"made": 26, "cancelled": 4}


def test_closing_tells_whoever_remembers_who_declined(town, order):
    actions.close_order(by(town.officer), order)
    assert Event.objects.filter(name="OrderClosed", subject=f"orders.order:{order.pk}").exists()


def test_an_order_with_accepted_pieces_in_store_is_not_closed(town, order, line):
    work(by(town.clerk), line, handed_in=10, accepted=10, delivered=7)
    with pytest.raises(Refused) as refusal:
        actions.close_order(by(town.officer), order)
    assert (refusal.value.code, "3 accepted pieces" in str(refusal.value)) == ("not_delivered", True)


def test_an_order_is_cancelled_with_a_reason_and_before_bags_go_out(town, order, line):
    with pytest.raises(Refused) as silent:
        actions.cancel_order(by(town.officer), order, reason="")
    assert silent.value.field == "reason"
    work(by(town.clerk), line, issued=30)
    with pytest.raises(Refused) as out:
        actions.cancel_order(by(town.officer), order, reason="企业撤单")
    assert out.value.code == "bags_out"
    work(by(town.clerk), line, issued=-30)
    cancelled = actions.cancel_order(by(town.officer), order, reason="企业撤单")
    assert (cancelled.stage, cancelled.lines.get().cancelled) == ("cancelled", 30_000)


def test_a_hundred_pieces_in_bags_of_thirty(line):
    """Acceptance 20."""
    assert bag_sizes(line.step, 100) == [30, 30, 30, 10]
    assert bag_sizes(line.step, 60) == [30, 30]


def test_a_tolerance_of_a_tenth_on_ten_lets_nine_pass_and_warns_at_eight_and_twelve(town, contract, knot):
    """Acceptance 21."""
    order = actions.open_order(by(town.officer), contract, due=DUE)
    ten = actions.add_line(
        by(town.officer), order, version=knot, pieces=10, fee_hao=1, over_permille=100, under_permille=100
    )
    said = {delivered: within_tolerance(ten, delivered) for delivered in (8, 9, 10, 11, 12)}
    assert said == {8: "short", 9: "within", 10: "within", 11: "within", 12: "over"}


def test_a_tolerance_above_all_of_the_pieces_is_refused(town, draft, knot):
    with pytest.raises(Refused) as refusal:
        actions.add_line(by(town.officer), draft, version=knot, pieces=10, fee_hao=1, over_permille=1001)
    assert refusal.value.field == "over_permille"


def test_the_pace_says_when_an_order_will_be_made():
    today = TODAY.replace(day=10)
    now = pace(pieces=30_000, accepted=18_420, ordered_on=TODAY, due=DUE, today=today)
    assert (now.missing, now.days_left, now.a_day, now.done_on) == (11_580, 20, 2_046, TODAY.replace(day=16))
    fresh = pace(pieces=10, accepted=0, ordered_on=TODAY, due=DUE, today=TODAY)
    assert (fresh.missing, fresh.done_on) == (10, None)


def test_an_order_can_be_traced_through_its_acts(town, order):
    assert [entry.verb for entry in trace_order(order)] == [
        "enquire",
        "quote",
        "send_quote",
        "accept_quote",
        "open_order",
        "place_order",
    ]
