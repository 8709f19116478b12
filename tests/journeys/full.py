"""A county in which every page has something to show: two orders, bags in every state, offers, slips, payouts."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.urls import NoReverseMatch, reverse
from openpyxl import Workbook

from gongfang.core import clock
from gongfang.core.login import fresh_token, make_token
from gongfang.core.models import Job
from gongfang.operations.backup.models import Payment, Statement
from gongfang.oversight.doubts import actions as doubts
from gongfang.oversight.doubts.finding import Finding
from gongfang.oversight.figures import figures
from gongfang.pages import actions as pages
from gongfang.pay import actions as pay
from gongfang.pay import papers
from gongfang.pay.models import Payout, Slip
from gongfang.registry.people import actions as registry
from gongfang.registry.people.models import Consent, Relation, SkillKind
from gongfang.registry.places import actions as places
from gongfang.work.dispatch import actions as dispatch
from gongfang.work.dispatch.models import Lot, Offer, PlanRun
from gongfang.work.orders import actions as orders
from gongfang.work.orders import papers as reminders
from gongfang.work.orders.models import Invoice, Reminder
from gongfang.work.piecework import actions as piecework
from gongfang.work.piecework import papers as hand_over
from gongfang.work.piecework.actions import HandInRow, Verdict
from tests.cast import People, Person, bank_card
from tests.journeys.conftest import carry_out_long_work


@dataclass
class Full:
    """Who opens which page, of which row."""

    people: People
    rows: dict[str, tuple[Person, Any]] = field(default_factory=dict)

    def opens(self, name: str) -> tuple[Person, str]:
        """Return somebody who may open a page, and its address; a page of a row nobody named is a fault."""
        space, _colon, own = name.rpartition(":")
        who, row = self.rows.get(own) or self.rows.get(name) or (self._usual(space, own), None)
        try:
            return who, reverse(name, args=[row] if row is not None else [])
        except NoReverseMatch:
            raise AssertionError(f"say in {__name__} which row {name} shows, and to whom") from None

    def _usual(self, space: str, own: str) -> Person:
        if own in {"me", "mine", "my_money", "work"}:
            return self.people.lin
        if own in {"hand_in", "hand_in_mended", "issue", "pack", "scan"}:
            return self.people.chen
        if own == "to_inspect":
            return self.people.zhao
        return self.people.wang


def _reminder_of(bill: Invoice, officer: Person) -> Reminder:
    """A reminder as it stands after the invoice was overdue."""
    return Reminder.objects.create(
        invoice=bill, level=1, text="请尽快支付加工费。", sent_on=clock.today(), sent_by=officer.user
    )


def fill(town: People) -> Full:
    """Let two orders run, one of them to money, and name a row for every page."""
    due = clock.today() + timedelta(days=20)
    wang, li, sun, luo, he, chen, zhao = (
        getattr(town, name) for name in ("wang", "li", "sun", "luo", "he", "chen", "zhao")
    )  # fmt: skip
    knotting: SkillKind = registry.add_skill_kind(wang.by(), None, code="knotting", name="编结")
    cord = orders.add_material(wang.by(), None, code="cord", name="红绳", unit_kind="mm")
    product = orders.add_product(wang.by(), None, code="knot", name="中国结", category="手工编织")
    version = orders.publish_version(
        wang.by(),
        product,
        steps=[
            orders.Work(
                name="编结", skill=knotting, standard_seconds=180, bag_pieces=10,
                recipe=[orders.Ingredient(cord, 1200)],
                points=[orders.Look(name="结面平整"), orders.Look(name="绳尾长度", low=68, high=72, unit="mm")],
            )
        ],
    )  # fmt: skip
    step = version.steps.get()
    orders.set_rate(wang.by(), step, hao=5500, valid_from=clock.today(), document="双溪合作社单价表1号")
    orders.set_inspection_plan(
        wang.by(), step, kind="sample", aql=650, valid_from=clock.today(), document="质检办法"
    )
    loose = orders.add_defect_kind(wang.by(), step, name="结面不平", guide="收紧每一道")
    asked = orders.enquire(sun.by(), town.enterprise, product="红色中国结", pieces=300, due=due)
    facts: Any = {"version": version, "fee_hao": 8000, "wage_hao": 5500, "margin_hao": 500}
    quoted = orders.quote(wang.by(), asked, **facts)
    orders.send_quote(wang.by(), quoted)
    quoted = orders.accept_quote(sun.by(), quoted)
    open_enquiry = orders.enquire(sun.by(), town.enterprise, product="流苏", pieces=500, due=due)
    second = orders.enquire(sun.by(), town.enterprise, product="绿色中国结", pieces=200, due=due)
    sent = orders.send_quote(wang.by(), orders.quote(wang.by(), second, **facts))
    sample = orders.make_sample(wang.by(), town.enterprise, version=version, offer=quoted)
    orders.approve_sample_for_enterprise(sun.by(), sample)
    orders.approve_sample_for_centre(li.by(), sample)
    new_sample = orders.make_sample(wang.by(), town.enterprise, version=version)
    contract = orders.sign_contract(
        luo.by(), town.operator, enterprise=town.enterprise, number="HT-001", signed_on=clock.today()
    )
    order = orders.open_order(luo.by(), contract, offer=quoted, due=due)
    draft = orders.open_order(luo.by(), contract, due=due)
    orders.add_line(luo.by(), draft, version=version, pieces=50, fee_hao=8000)
    orders.place_order(luo.by(), order)
    orders.receive_material(
        luo.by(), order, number="SH-001", rows=[orders.Arrival(cord, 360_000)], store=town.workshop
    )
    line = order.lines.get()
    share = dispatch.share_out(wang.by(), line, organisation=town.workshop, pieces=200, margin_hao=500)
    dispatch.share_out(wang.by(), line, organisation=town.agency, pieces=60, margin_hao=500)
    for maker in (town.zhou, town.lin, town.fang):
        registry.add_skill(wang.by(), maker.row, kind=knotting, level=2)
    registry.record_wish(town.lin.by(), town.lin.row, minutes_a_day=240, home_work=True)
    registry.record_limits(town.lin.by(), town.lin.row, limits={"no_lifting": None})
    card = registry.set_bank_account(
        town.lin.by(), town.lin.row, number=bank_card(), bank="浙江农商银行", holder_name="林秀英"
    )
    registry.give_consent(town.lin.by(), town.lin.row, purpose=Consent.Purpose.values[0])
    of_zhou = dispatch.claim(chen.by(), share, maker=town.zhou.row, pieces=40)
    of_lin = dispatch.claim(town.lin.by(), Lot.objects.get(pk=share.pk), maker=town.lin.row, pieces=40)
    bags = piecework.pack_bags(chen.by(), [of_lin])
    out = piecework.issue_bags(chen.by(), bags[:3])
    back = piecework.hand_in(
        chen.by(), out[:2], rows=[HandInRow(bag_id=bag.pk, pieces=10) for bag in out[:2]]
    )
    said = piecework.inspect(
        zhao.by(),
        back[:1],
        rows=[
            Verdict(
                hand_in_id=back[0].pk, accepted=7, rework=2, rejected=1, lost=0, defects={loose.pk: 2},
                readings={str(point.no): 70 if point.low else True for point in step.inspection_points.all()},
            )
        ],
    )  # fmt: skip
    of_zhous = piecework.give_to_mend(chen.by(), said[0].hand_in.bag, maker=town.zhou.row, pieces=1)
    asked_again = piecework.ask_again(town.lin.by(), said[0], words="这个是好的")
    delivery = piecework.deliver(luo.by(), line, pieces=5, carrier="县邮政")
    bill = orders.invoice(luo.by(), order, number="FP-001", due=due)
    back_again = piecework.enter_claim(sun.by(), delivery, pieces=2, reason="绳尾散开")
    settled = piecework.enter_claim(sun.by(), delivery, pieces=1, reason="色差")
    orders.receive_fee(
        wang.by(), bill, amount_hao=bill.amount_hao // 2, received_on=clock.today(), document="回单"
    )
    settled = piecework.answer_claim(luo.by(), settled, outcome="credited", answer="已冲减")
    pay.set_account(he.by(), town.workshop, number=bank_card("621700123456789012"), bank="农业银行")
    beside = _beside_pieces(town, said[0].hand_in.bag.lot.relation)
    slip = pay.draw_up_slips(luo.by(), town.operator)[0]
    batch = pay.prepare_batch(luo.by(), town.operator)
    pay.approve_batch(wang.by(), batch)
    pay.mark_sent(luo.by(), batch)
    more = [orders.Arrival(cord, 240_000)]
    orders.receive_material(luo.by(), order, number="SH-002", rows=more, store=town.operator)
    registry.record_wish(town.zhou.by(), town.zhou.row, minutes_a_day=60, home_work=True)
    run, of_county, mended = _plans(town)
    site = places.add_site(wang.by(), town.village, kind="shop", name="双溪底商")
    household = registry.add_household(wang.by(), town.village, code="SX-900")
    roster = registry.import_roster(wang.by(), town.county, content=_roster(), file_name="花名册.xlsx")
    pages.start_reconcile(wang.by(), None)
    carry_out_long_work()
    payout = Payout.objects.get(relation__resident=town.lin.row)
    token = make_token(wang.by(), wang.user, label="磅秤", digest=fresh_token()[1])
    token = make_token(wang.by(), wang.user, label="磅秤", digest=fresh_token()[1])
    rows: dict[str, tuple[Person, Any]] = {
        "label": (chen, out[2].code),
        "site": (wang, site.pk),
        "register": (wang, "issue"),
        "tax_list": (luo, town.operator.pk),
        "take_out_tax_list": (luo, town.operator.pk),
        "order_books": (luo, town.operator.pk),
        "reminder_check": (sun, reminders.code(_reminder_of(bill, wang))),
        "add_unit": (wang, site.pk),
        "household": (wang, household.pk),
        "add_status": (wang, household.pk),
        "roster": (wang, roster.pk),
        "returned": (wang, roster.pk),
        "retry_roster": (wang, roster.pk),
        "stop_roster": (wang, roster.pk),
        "contest_pace": (town.lin, town.lin.row.skills.get().pk),
        "set_bank_account": (town.lin, town.lin.row.pk),
        "order": (wang, order.pk),
        "contract": (wang, contract.pk),
        "amend": (luo, order.pk),
        "close": (luo, order.pk),
        "reopen": (luo, order.pk),
        "place": (luo, draft.pk),
        "add_line": (luo, draft.pk),
        "cancel": (luo, draft.pk),
        "receive": (luo, order.pk),
        "send_back": (luo, order.pk),
        "invoice_order": (luo, order.pk),
        "drop_line": (luo, draft.lines.get().pk),
        "enquiry": (wang, open_enquiry.pk),
        "close_enquiry": (wang, open_enquiry.pk),
        "write_quote": (wang, open_enquiry.pk),
        "quote": (sun, sent.pk),
        "send_quote": (wang, sent.pk),
        "accept_quote": (wang, sent.pk),
        "decline_quote": (sun, sent.pk),
        "sample": (sun, new_sample.pk),
        "approve_for_enterprise": (sun, new_sample.pk),
        "approve_for_centre": (wang, new_sample.pk),
        "refuse_sample": (wang, new_sample.pk),
        "sign_contract": (luo, None),
        "open_order": (luo, None),
        "bill": (wang, bill.pk),
        "receive_fee": (wang, bill.pk),
        "cancel_invoice": (luo, bill.pk),
        "product": (wang, product.pk),
        "publish": (wang, product.pk),
        "set_rate": (wang, step.pk),
        "set_plan": (wang, step.pk),
        "add_defect": (wang, step.pk),
        "retire_defect": (wang, loose.pk),
        "dispatch:line": (wang, line.pk),
        "lot": (chen, share.pk),
        "claim": (chen, share.pk),
        "take_back_share": (wang, share.pk),
        "close_lot": (wang, share.pk),
        "reopen_lot": (wang, share.pk),
        "confirm_claim": (chen, of_zhou.pk),
        "agree_day": (chen, of_zhou.pk),
        "take": (town.lin, share.pk),
        "workshop": (he, town.workshop.pk),
        "start_plan": (he, town.workshop.pk),
        "plan": (wang, of_county.pk),
        "compare_plans": (wang, mended.pk),
        "person_in_plan": (he, run.pk),
        "bag": (chen, out[2].pk),
        "hand_over": (chen, out[2].pk),
        "part": (chen, out[2].pk),
        "give_to_mend": (chen, out[0].pk),
        "mended_by_another": (chen, of_zhous.pk),
        "take_back_mending": (chen, of_zhous.pk),
        "use_substitute": (chen, bags[3].pk),
        "issue_missing": (chen, out[2].pk),
        "count_use": (chen, back[1].pk),
        "numbers": (chen, said[0].pk),
        "return_offcuts": (wang, order.pk),
        "bill_material": (wang, order.pk),
        "take_stock": (luo, order.pk),
        "stores": (luo, order.pk),
        "ownership": (wang, draft.materials.get().pk),
        "allow_substitute": (wang, step.recipe.get().pk),
        "issue_one": (chen, bags[3].pk),
        "cancel_issue": (chen, out[2].pk),
        "unpack": (chen, bags[3].pk),
        "labels": (chen, None),
        "give_back": (chen, out[2].pk),
        "lose": (chen, out[2].pk),
        "verdict": (zhao, back[1].pk),
        "ask_again": (town.lin, said[0].pk),
        "look_again": (he, said[0].pk),
        "keep_verdict": (he, asked_again.pk),
        "appeals": (he, None),
        "clear_shelf": (he, out[0].lot_id),
        "delivery": (luo, delivery.pk),
        "sign": (sun, delivery.pk),
        "delivery_pdf": (sun, delivery.pk),
        "genuine": (sun, hand_over.code(delivery)),
        "enter_claim": (sun, delivery.pk),
        "complaint": (luo, back_again.pk),
        "claim_picture": (luo, back_again.pk),
        "answer_claim": (luo, back_again.pk),
        "refund": (wang, settled.notes.get().pk),
        "remind": (wang, bill.pk),
        "deliver": (luo, line.pk),
        "slip": (town.lin, slip.pk),
        "paper": (luo, slip.pk),
        "pay:line": (town.lin, slip.lines.filter(bag__isnull=False)[0].pk),
        "correct_pay": (luo, said[0].pk),
        "batch": (luo, batch.pk),
        "job": (wang, Job.objects.latest("pk").pk),
        "job-cancel": (wang, Job.objects.latest("pk").pk),
        "token-revoke": (wang, token.pk),
        "end_bank_account": (town.lin, card.pk),
        "reset_password": (he, zhao.user.pk),
        "home": (wang, None),
        "figure": (wang, figures("panan")[0]["id"]),
    }
    rows["cancel_receipt"] = (luo, order.receipts.latest("pk").pk)
    counted = orders.Count(material=cord, counted=239_000, reason="受潮一米")
    taken = orders.take_stock(luo.by(), order, rows=[counted])
    rows |= dict.fromkeys(("stocktake", "book_stocktake", "discard_stocktake"), (wang, taken.pk))
    gone = piecework.LossRow(bag_id=out[2].pk, materials={cord.pk: 200}, reason="剪坏了", kind="scrap")
    (loss,) = piecework.report_loss(chen.by(), [out[2]], rows=[gone])
    rows |= dict.fromkeys(("find_again", "loss_picture"), (chen, loss.pk))
    rows |= dict.fromkeys(("end_relation",), (wang, out[2].lot.relation_id))
    holder = town.zhou if out[2].lot.maker == town.zhou.row else town.lin
    brought = [piecework.BackRow(bag_id=out[2].pk, materials={cord.pk: 100})]
    given = piecework.give_back(chen.by(for_=holder), [out[2]], rows=brought)
    rows["say_yes_to_give_back"] = (holder, given[0].pk)
    rows |= dict.fromkeys(("cancel_hand_in", "confirm_hand_in", "say_yes"), (chen, back[1].pk))
    rows |= {
        name: (town.lin, Offer.objects.filter(maker=town.lin.row)[0].pk)
        for name in ("accept_offer", "not_this_time")
    }
    rows |= {"withdraw_offer": (he, Offer.objects.filter(maker=town.lin.row)[0].pk)}
    rows |= dict.fromkeys(OF_A_PLAN, (he, run.pk))
    rows |= dict.fromkeys(("withdraw_consent", "end_status", "end_role", "end_account"), (wang, 1))
    for name in ("approve_batch", "cancel_batch", "export_sheet", "mark_sent", "confirm_payouts"):
        rows[name] = (luo, batch.pk)
    for name in ("payout", "fail_payout", "retry_payout", "pay_cash", "cancel_payout"):
        rows[name] = (luo, payout.pk)
    for name in ("operator", "draw_up_slips", "prepare_batch"):
        rows[name] = (luo, town.operator.pk)
    for name in ("margin", "set_account"):
        rows[name] = (he, town.workshop.pk)
    for name in ("resident", "look", "amend_resident", "enrol_user", "record_wish", "record_limits"):
        rows[name] = (wang, town.lin.row.pk)
    rows |= {"be_away": (wang, town.lin.row.pk), "wish_income": (he, town.lin.row.pk)}
    in_spring = clock.today() + timedelta(days=200)
    away = registry.be_away(town.lin.by(), town.lin.row, since=in_spring, until=in_spring + timedelta(days=7))
    registry.wish_income(he.by(), town.lin.row, week_hao=3_000_000)
    registry.set_seats(he.by(), town.workshop, seats=24)
    rows |= {"come_back": (wang, away.pk), "set_seats": (he, town.workshop.pk)}
    rows |= dict.fromkeys(("parameter", "set_parameter"), (wang, "dispatch.offer_hours"))
    for name in ("add_skill", "give_consent", "agree_terms"):
        rows[name] = (wang, town.lin.row.pk)
    for name in (
        "organisation",
        "amend_organisation",
        "close_organisation",
        "take_on",
        "add_staff",
        "give_role",
    ):
        rows[name] = (wang, town.workshop.pk)
    rows |= beside | _asked(town, slip)
    ahead = pay.ask_margin_advance(
        wang.by(), town.workshop, operator=town.operator, amount_hao=500_000, reason="运费"
    )
    rows |= dict.fromkeys(("approve_margin_advance", "refuse_margin_advance"), (luo, ahead.pk))
    rows |= {"ask_margin_advance": (he, town.workshop.pk)} | _given_ahead(town)
    rows |= dict.fromkeys(("people_list",), (luo, town.operator.pk))
    doubted = Finding("card:1", (f"people.bankaccount:{card.pk}",), {"people": 2})
    (doubt,) = doubts.record_doubts(town.system.by(), None, kind="shared_card", found=[doubted])
    rows |= dict.fromkeys(("doubt", "take_doubt", "explain_doubt", "put_right_doubt"), (wang, doubt.pk))
    rows |= dict.fromkeys(("statement",), (sun, order.pk))
    rows |= {"verify": (sun, papers.code(slip)), "cancel_slip": (luo, slip.pk)}
    found = _found_in_statement(town)
    for name in ("payment", "name_payee", "book_payment", "dismiss_payment"):
        rows[name] = (wang, found.pk)
    rows["read_statement"] = (wang, town.operator.pk)
    return Full(town, rows)


def _given_ahead(town: People) -> dict[str, tuple[Person, Any]]:
    ahead = pay.ask_margin_advance(
        town.wang.by(), town.agency, operator=town.operator, amount_hao=300_000, reason="油费"
    )
    return {"set_off_margin": (town.luo, pay.approve_margin_advance(town.luo.by(), ahead).pk)}


OF_TERMS = (
    "terms", "add_earning", "ask_advance", "propose_deduction", "hold_pay", "insure", "settle_leaver",
)  # fmt: skip


def _beside_pieces(town: People, terms: Relation) -> dict[str, tuple[Person, Any]]:
    """Hours to be approved, an advance asked for, a deduction agreed to, pay that waits."""
    luo, wang = town.luo, town.wang
    draft, good = (
        pay.add_earning(
            luo.by(), terms, kind="hours", minutes=90, hour_hao=200_000, reason="教新手", document="工时表"
        )
        for _time in range(2)
    )
    pay.approve_earning(wang.by(), good)
    advance = pay.ask_advance(wang.by(), terms, amount_hao=1_000_000, instalment_hao=300_000, reason="买药")
    row = pay.propose_deduction(wang.by(), terms, kind="meals", amount_hao=150_000, reason="午饭")
    pay.agree_deduction(luo.by(), row, how="slip", document="签字条3号")
    until = clock.today() + timedelta(days=5)
    other = registry.agree_terms(town.fang.by(), town.fang.row, organisation=town.operator)
    hold = pay.hold_pay(luo.by(), other, reason="卡号待核", until=until)
    found = dict.fromkeys(("approve_earning", "amend_earning", "drop_earning", "take_back_earning"), draft.pk)
    found |= dict.fromkeys(
        ("approve_advance", "refuse_advance", "confirm_advance", "confirm_on_paper"), advance.pk
    )
    found |= dict.fromkeys(("agree_deduction", "agree_on_paper", "drop_deduction"), row.pk)
    return {name: (luo, key) for name, key in found.items()} | {
        **dict.fromkeys(OF_TERMS, (luo, terms.pk)),
        "release_pay": (luo, hold.pk),
    }


def _asked(town: People, slip: Slip) -> dict[str, tuple[Person, Any]]:
    """A question about a slip's line, asked for the person."""
    line = slip.lines.filter(bag__isnull=False)[0]
    asked = pay.question_line(town.luo.by(), line, question="少数了两个")
    names = ("question", "answer_question", "confirm_question", "withdraw_question")
    return dict.fromkeys(names, (town.luo, asked.pk)) | {"question_line": (town.luo, line.pk)}


OF_A_PLAN = (
    "progress", "publish_plan", "discard_plan", "repair_plan", "plan_again", "stop_plan", "edit_plan",
    "end_publishing",
)  # fmt: skip


def _plans(town: People) -> tuple[PlanRun, PlanRun, PlanRun]:
    """A workshop's plan whose offers are out, one of the county that is to be read, and that one mended."""
    he, wang = town.he, town.wang
    dispatch.start_plan(he.by(), town.workshop)
    carry_out_long_work()
    run = PlanRun.objects.get()
    dispatch.publish_plan(he.by(), run)
    carry_out_long_work()
    dispatch.plan_county(wang.by(), town.county, effort="good")
    carry_out_long_work()
    of_county = PlanRun.objects.get(organisation=None)
    dispatch.repair_plan(wang.by(), of_county)
    carry_out_long_work()
    return run, of_county, PlanRun.objects.get(before=of_county)


def _found_in_statement(town: People) -> Payment:
    """A payment of the bank that is in no book, as a restore leaves one."""
    statement = Statement.objects.create(
        operator=town.operator, until=clock.today(), lines=1, known=0, read_by=town.li.user
    )
    return Payment.objects.create(
        operator=town.operator,
        statement=statement,
        paid_on=clock.today(),
        amount_fen=4525,
        reference="F20261101-1-01-0001",
        card=bank_card(),
        same=b"one",
        nth=1,
    )


def _roster() -> bytes:
    """A roster with a mistake, so that its page has a problem to show."""
    book = Workbook()
    sheet = book.active
    sheet.append(["姓名", "身份证号", "村"])
    sheet.append(["张三", "110105194912310021", "双溪村"])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
