"""The verbs without a door of their own, each as somebody would call it who had found one all the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from gongfang.core import clock
from gongfang.core.action import By
from gongfang.core.models import Continuity
from gongfang.ledger import actions as ledger
from gongfang.operations.backup import actions as backup
from gongfang.oversight.doubts import actions as doubts
from gongfang.pages import actions as pages
from gongfang.pay import actions as pay
from gongfang.registry.people import actions as registry
from gongfang.registry.people.actions import rosters
from gongfang.registry.people.actions.skills import Pace
from gongfang.registry.people.models import RosterImport
from gongfang.work.dispatch import actions as dispatch
from gongfang.work.dispatch.planning import Findings
from gongfang.work.orders import actions as orders
from gongfang.work.orders.actions import batches
from gongfang.work.piecework import actions as piecework
from tests.attack.api.asking import Place

EVERYBODYS = {"start_sheet"}  # a list one reads anyway, written as a sheet for oneself
Call = Callable[[By], Any]
NOTHING = Findings(digest="", totals={}, lines=[], unmade=[], waiting=[])


def calls(place: Place) -> dict[str, Call]:
    """Return a call for each of them."""
    lot, line, run = place.lot(), place.world.line, place.plan()
    maker, books = place.maker.row, place.county.second.user
    pace, yesterday = Pace(maker.pk, 5, 5), clock.today() - timedelta(days=1)
    roster = RosterImport.objects.create(
        brought_by=books, place=place.world.township, outcome="waiting", rows=1
    )
    batch, said = place.batch(), place.inspected()
    verdict = dispatch.Verdict(accepted=1)
    return {
        "count_shared_many": lambda by: orders.count_shared_many(by, [line], pieces=[1]),
        "share_out_many": lambda by: dispatch.share_out_many(
            by, [line], organisation=place.unit.organisation, rows=[dispatch.ShareRow(pieces=1, margin_hao=0)]
        ),
        "count_shared": lambda by: orders.count_shared(by, line, pieces=1),
        "count_issued": lambda by: dispatch.count_issued(by, [lot], pieces=[1]),
        "count_handed_in": lambda by: dispatch.count_handed_in(by, [lot], pieces=[1]),
        "count_inspected": lambda by: dispatch.count_inspected(by, [lot], verdicts=[verdict]),
        "count_delivered": lambda by: orders.count_delivered(by, line, pieces=0),
        "count_passed_on": lambda by: orders.count_passed_on(by, line, pieces=0),
        "count_claimed": lambda by: orders.count_claimed(by, line, returned=1),
        "credit_fee": lambda by: orders.credit_fee(by, place.order, reason="退回"),
        "look_again": lambda by: piecework.look_again(
            by, said, accepted=9, rework=0, rejected=1, reason="数错"
        ),
        "count_batches_out": lambda by: batches.count_batches_out(by, [], wanted=[]),
        "count_batches_back": lambda by: batches.count_batches_back(by, [], stores=[], amounts=[]),
        "count_handed_over": lambda by: dispatch.count_handed_over(by, lot, maker=maker, pieces=1),
        "count_reopened": lambda by: dispatch.count_reopened(by, [lot]),
        "record_pace": lambda by: registry.record_pace(by, maker, skill="knotting", pieces=1, accepted=1),
        "record_paces": lambda by: registry.record_paces(by, [maker], skill="knotting", paces=[pace]),
        "record_plan": lambda by: dispatch.record_plan(by, run, findings=NOTHING),
        "publish_part": lambda by: dispatch.publish_part(by, run, organisation=place.unit.organisation),
        "expire_offers": lambda by: dispatch.expire_offers(by, []),
        "forget_offers": lambda by: dispatch.forget_offers(by, place.order),
        "free_offers": lambda by: dispatch.free_offers(by, maker),
        "forget_absences": lambda by: registry.forget_absences(by, None),
        "forget_idle_paces": lambda by: registry.forget_idle_paces(by, None),
        "sign_checkpoint": lambda by: ledger.sign_checkpoint(by, yesterday),
        "change_password": lambda by: pages.change_password(by, place.unit.desk.user, encoded="!"),
        "forget_sheets": lambda by: pages.forget_sheets(by, None),
        "record_doubts": lambda by: doubts.record_doubts(by, None, kind="very_old", found=[]),
        "take_roster": lambda by: rosters.take_roster(by, roster, people=[], known_people="keep"),
        "return_roster": lambda by: rosters.return_roster(by, roster, problems=1, copy=b""),
        "forget_rosters": lambda by: rosters.forget_rosters(by, None),
        "freeze_county": lambda by: backup.freeze_county(
            by, Continuity.current(), copy_made_at=timezone.now()
        ),
        "settle_by_statement": lambda by: pay.settle_by_statement(by, batch, payouts=[], paid_on={}),
        "book_statement": lambda by: pay.book_statement(by, place.world.operator, rows=[], prepared_by=books),
    }
