"""After the ten days: the published figures hold, and nothing appeared or disappeared on the way."""

import json
from datetime import date

import pytest
from django.db.models import BigIntegerField, F, Sum

from gongfang.core import clock
from gongfang.core.money import HAO_PER_FEN
from gongfang.demo.agreeing import knot_line
from gongfang.demo.play import play
from gongfang.ledger.models import Account
from gongfang.ledger.reconcile import reconcile
from gongfang.oversight.figures import figures
from gongfang.pay.models import Payout, Slip, SlipTake
from gongfang.work.dispatch.models import Lot
from gongfang.work.orders.models import Receipt
from gongfang.work.piecework.models import BagMaterial, GiveBack, HandIn, Inspection, Loss

pytestmark = pytest.mark.slow

HOLD = {*(f"A{number:02}" for number in range(1, 13)), "A17", "A18", "A19", "A22"}
NOT_KEPT = {"A13", "A14", "A15", "A16", "A20", "A21"}


def _sum(rows, of):
    return rows.aggregate(sum=Sum(of, output_field=BigIntegerField()))["sum"] or 0


def _money(purpose, *kinds):
    return _sum(Account.objects.filter(purpose=purpose, commodity="CNY", holder_kind__in=kinds), "balance")


def test_every_figure_that_is_kept_agrees_with_what_was_published(played):
    rows = {row["id"]: row for row in figures(played.schema_name)}
    assert {name for name, row in rows.items() if row["holds"]} == HOLD
    assert {name for name, row in rows.items() if row["holds"] is None} == NOT_KEPT
    assert all(rows[name]["derived"] is None and rows[name]["rows"] is None for name in NOT_KEPT)
    assert (rows["A04"]["derived"], rows["A09"]["derived"], rows["A10"]["derived"]) == (30_000, 18, 70)


def test_the_report_is_what_a_program_expects(played):
    rows = json.loads(json.dumps(figures(played.schema_name)))
    assert [row["id"] for row in rows] == [f"A{number:02}" for number in range(1, 23)]
    assert all(list(row) == ["id", "published", "derived", "holds", "rows"] for row in rows)


def test_thirty_thousand_were_accepted_and_delivered_and_the_order_is_closed(played):
    line = knot_line()
    assert (line.pieces, line.accepted, line.delivered, line.stage) == (30_000, 30_000, 30_000, "closed")
    assert line.handed_in + Loss.objects.aggregate(sum=Sum("pieces"))["sum"] == line.shared
    assert line.shared == 30_000 + line.rejected + line.lost


def test_everything_that_can_happen_happened(played):
    of_order = Inspection.objects.filter(hand_in__bag__lot__line=knot_line())
    said = of_order.aggregate(*(Sum(name) for name in ("rework", "rejected", "lost")))
    assert min(said.values()) > 0
    assert HandIn.objects.filter(bag__lot__line=knot_line(), mended=True).exists()
    assert GiveBack.objects.exists()
    assert Loss.objects.exclude(reason="").exists()
    makers = Lot.objects.filter(line=knot_line(), accepted__gt=0).values("maker").distinct().count()
    assert 100 <= makers <= 200


def test_what_was_earned_is_accepted_pieces_times_rate_to_the_hao(played):
    earned = _sum(Inspection.objects.all(), F("accepted") * F("rate_hao"))
    known = ("owed", "transit", "paid", "overpaid", "kept", "tax")
    assert earned == sum(_money(purpose, "relation") for purpose in known)
    margins = sum(_money(purpose, "organisation") for purpose in ("owed", "transit", "paid"))
    assert margins == _sum(Inspection.objects.all(), "margin_hao")


def test_tax_that_slips_withheld_stands_in_an_account_of_its_own(played):
    takes = SlipTake.objects.exclude(slip__stage=Slip.Stage.CANCELLED)
    withheld = _sum(takes.filter(kind=SlipTake.Kind.TAX), "amount_hao")
    assert withheld == _money("tax", "relation") > 0
    assert not takes.exclude(kind=SlipTake.Kind.TAX).exists()


def test_everybody_was_paid_less_under_one_fen_each(played):
    assert Payout.objects.exclude(stage__in=["confirmed", "failed"]).count() == 0
    assert _money("transit", "relation", "organisation") == 0
    owed = Account.objects.filter(purpose="owed", commodity="CNY")
    assert owed.filter(balance__gte=HAO_PER_FEN).count() == 0
    assert owed.filter(balance__gt=0).exists()  # the rate is no whole fen, so the rule was needed


def test_a_failed_transfer_was_paid_at_the_second_try_and_cash_had_a_witness(played):
    failed = Payout.objects.get(stage="failed")
    again = Payout.objects.get(retry_of=failed)
    assert (again.stage, again.batch.prepared_by_id != again.batch.approved_by_id) == ("confirmed", True)
    cash = Payout.objects.filter(method="cash")
    assert cash.exists()
    assert not cash.filter(witness=None).exists()


def test_rope_came_in_two_deliveries_and_every_millimetre_is_accounted_for(played):
    line = knot_line()
    slips = Receipt.objects.filter(order=line.order).order_by("received_on", "pk")
    assert [slip.kind for slip in slips][:2] == ["in", "in"]
    rope = line.order.materials.get()
    held = dict(
        Account.objects.filter(commodity=f"material:{line.order_id}:{rope.material_id}")
        .values_list("purpose")
        .annotate(sum=Sum("balance"))
    )
    assert rope.received == held["used"] + held["lost"] + rope.returned
    assert (held["store"], held["custody"], held["returned"]) == (0, 0, rope.returned)
    assert rope.returned > 0
    bags = BagMaterial.objects.filter(order_material=rope).aggregate(
        issued=Sum("issued"), used=Sum("used"), back=Sum("given_back"), lost=Sum("lost")
    )
    assert bags["issued"] == bags["used"] + bags["back"] + bags["lost"]


def test_the_fee_came_late_once_and_is_all_there(played):
    bills = list(knot_line().order.invoices.order_by("pk").prefetch_related("payments"))
    assert [bill.stage for bill in bills] == ["paid", "paid"]
    assert [bill.payments.get().received_on > bill.due for bill in bills] == [True, False]


def test_nothing_is_left_to_reconcile(played):
    assert reconcile().differences == ()


def test_nobody_is_remembered_for_declining(played):
    from gongfang.work.dispatch.models import Offer

    assert set(Offer.objects.values_list("stage", flat=True)) == {"accepted"}


def test_a_second_play_says_so_and_does_nothing(played):
    before = Inspection.objects.count()
    assert "已经推演过" in play(played.schema_name)
    assert Inspection.objects.count() == before
    assert clock.today() == date(2022, 11, 17)
