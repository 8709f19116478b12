"""Who draws up slips, prepares, approves and records payouts, and who sees which slip."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from gongfang.core.members import Member
from gongfang.pay.models import (
    Advance,
    BankSheet,
    Correction,
    Deduction,
    Dispute,
    Earning,
    Hold,
    MarginAdvance,
    OrganisationAccount,
    Payout,
    PayoutBatch,
    Slip,
    SlipLine,
)
from gongfang.registry.people.models import Organisation, Relation
from gongfang.work.orders.models import Order
from gongfang.work.piecework.access import hands_in as hands_in_pieces
from gongfang.work.piecework.models import HandIn, Inspection

EARNERS = ("agent", "manager")  # who answers for an agent or workshop and may read its margin


def keeps_books(member: Member, operator_id: int) -> bool:
    """Say whether this person keeps the operator's books: its manager, or an officer of the county centre."""
    return member.holds("officer") or member.at(operator_id, "manager")


def sees_all(member: Member) -> bool:
    """Say whether every slip and payout of the county is open to this person."""
    return member.is_system or member.holds("officer", "auditor")


def may_draw_up_slips(member: Member, operator: Organisation) -> bool:
    """Who keeps the operator's books draws up its slips; the night's task may, too."""
    return member.is_system or keeps_books(member, operator.pk)


def may_take_out_tax_list(member: Member, operator: Organisation) -> bool:
    """Only who keeps the operator's books sees names and numbers in full, to file them."""
    return keeps_books(member, operator.pk)


def may_prepare_batch(member: Member, operator: Organisation) -> bool:
    """Only a person who keeps the operator's books prepares a batch."""
    return keeps_books(member, operator.pk)


def may_handle_batch(member: Member, batch: PayoutBatch) -> bool:
    """Who keeps the operator's books approves, sends and records; that another prepared it is asked besides."""
    return keeps_books(member, batch.operator_id)


def may_handle_payout(member: Member, payout: Payout) -> bool:
    """As for its batch."""
    return keeps_books(member, payout.operator_id)


def may_correct_pay(member: Member, inspection: Inspection) -> bool:
    """Who keeps the books of the operator that owes the pay; that another inspected is asked besides."""
    return keeps_books(member, inspection.hand_in.bag.lot.line.order.operator_id)


def may_set_bank_profile(member: Member, nothing: None) -> bool:
    """Officers say how a bank wants its sheet."""
    return member.holds("officer")


def may_set_account(member: Member, organisation: Organisation) -> bool:
    """Who answers for the agent or workshop names its account, or an officer does."""
    return member.holds("officer") or member.at(organisation.pk, *EARNERS)


def may_end_account(member: Member, account: OrganisationAccount) -> bool:
    """As for naming it."""
    return may_set_account(member, account.organisation)


def may_ask_margin_advance(member: Member, organisation: Organisation) -> bool:
    """Who answers for the agent or workshop asks, or an officer writes the question down."""
    return may_set_account(member, organisation)


def may_handle_margin_advance(member: Member, advance: MarginAdvance) -> bool:
    """Who keeps the operator's books gives it and sets it off; that another asked is asked besides."""
    return keeps_books(member, advance.operator_id)


def may_drop_margin_advance(member: Member, advance: MarginAdvance) -> bool:
    """Who keeps the operator's books gives none, or who asked takes the question back."""
    return keeps_books(member, advance.operator_id) or may_set_account(member, advance.organisation)


def hands_in_margin_advance(advance: MarginAdvance) -> set[object]:
    """Return who asked: they do not give it."""
    return {advance.asked_by_id}


def visible_margin_advances(member: Member) -> QuerySet[MarginAdvance]:
    """The centre sees all, who keeps an operator's books and who answers for an agent their own."""
    rows = MarginAdvance.objects.all()
    if sees_all(member):
        return rows
    books = Q(operator__in=member.organisations("manager"))
    return rows.filter(books | Q(organisation__in=member.organisations(*EARNERS)))


def is_own(member: Member, relation: Relation) -> bool:
    """Say whether these are the person's own terms."""
    return member.resident_id is not None and member.resident_id == relation.resident_id


def may_cancel_slip(member: Member, slip: Slip) -> bool:
    """Who keeps the books takes an unpaid slip back."""
    return keeps_books(member, slip.relation.organisation_id)


def may_add_earning(member: Member, relation: Relation) -> bool:
    """Who keeps the operator's books writes down hours, allowances and bonuses."""
    return keeps_books(member, relation.organisation_id)


def may_handle_earning(member: Member, earning: Earning) -> bool:
    """As for writing it down; that another approves it is asked besides."""
    return keeps_books(member, earning.relation.organisation_id)


def may_ask_advance(member: Member, relation: Relation) -> bool:
    """The person asks, or who keeps the books writes the question down."""
    return is_own(member, relation) or keeps_books(member, relation.organisation_id)


def may_handle_advance(member: Member, advance: Advance) -> bool:
    """Who keeps the books approves; that another asked is asked besides."""
    return keeps_books(member, advance.relation.organisation_id)


def may_confirm_advance(member: Member, advance: Advance) -> bool:
    """The person says yes; who keeps the books enters the signed slip."""
    return may_drop_advance(member, advance)


def may_drop_advance(member: Member, advance: Advance) -> bool:
    """The person takes the question back, or who keeps the books gives none."""
    return is_own(member, advance.relation) or may_handle_advance(member, advance)


def may_propose_deduction(member: Member, relation: Relation) -> bool:
    """Who keeps the operator's books proposes."""
    return keeps_books(member, relation.organisation_id)


def may_agree_deduction(member: Member, deduction: Deduction) -> bool:
    """The person says yes; who keeps the books enters the signed slip."""
    return may_drop_deduction(member, deduction)


def may_drop_deduction(member: Member, deduction: Deduction) -> bool:
    """The person says no at any time, and who keeps the books may drop it."""
    relation = deduction.relation
    return is_own(member, relation) or keeps_books(member, relation.organisation_id)


def may_hold_pay(member: Member, relation: Relation) -> bool:
    """Who keeps the operator's books."""
    return keeps_books(member, relation.organisation_id)


def may_handle_hold(member: Member, hold: Hold) -> bool:
    """As for placing it."""
    return keeps_books(member, hold.relation.organisation_id)


def may_set_rule(member: Member, nothing: None) -> bool:
    """Officers enter what the law and the county say."""
    return member.holds("officer")


def may_question_line(member: Member, line: SlipLine) -> bool:
    """The person, and whoever stands beside them: their operator, workshop, steward or the centre may ask for them."""
    relation = line.slip.relation
    return is_own(member, relation) or may_see_slip(member, line.slip)


def may_see_slip(member: Member, slip: Slip) -> bool:
    """Who keeps the books of the slip, not who only reads it."""
    return keeps_books(member, slip.relation.organisation_id)


def may_confirm_question(member: Member, dispute: Dispute) -> bool:
    """Only the person whose slip it is."""
    return is_own(member, dispute.line.slip.relation)


def may_answer_question(member: Member, dispute: Dispute) -> bool:
    """Who keeps the books of the operator that owes the answer."""
    return keeps_books(member, dispute.line.slip.relation.organisation_id)


def may_see_statement(member: Member, order: Order) -> bool:
    """The enterprise, the operator that signed, the centre and auditors."""
    theirs = member.at(order.enterprise_id, "buyer") or member.at(order.operator_id, "manager")
    return sees_all(member) or theirs


# --- second persons: nobody holds two of issue, inspect and pay for the same bag -----------------------------------


def hands_on_slips(slips: QuerySet[Slip]) -> set[object]:
    """Return who issued, made or inspected what these slips pay."""
    return _users(*_hands(slips))


def _hands(slips: QuerySet[Slip]) -> list[QuerySet[Any, Any]]:
    lines = SlipLine.objects.filter(slip__in=slips)
    return [
        lines.values("inspection__inspector"),
        lines.values("bag__issued_by"),
        lines.values("earning__mended__inspector"),
        lines.values("earning__mended__hand_in__bag__issued_by"),
        slips.values("relation__resident__user"),
    ]


def _users(first: QuerySet[Any, Any], *others: QuerySet[Any, Any]) -> set[object]:
    """Return the users of several queries in one."""
    rows = first.order_by().union(*(other.order_by() for other in others))
    return {user for row in rows for user in row.values()}


def hands_before(operator: Organisation) -> set[object]:
    """Return who had a hand in what a batch prepared now would pay."""
    waiting = Slip.objects.filter(relation__organisation=operator, stage=Slip.Stage.OPEN, payout=None)
    return hands_on_slips(waiting)


def hands_in(batch: PayoutBatch) -> set[object]:
    """Return who prepared the batch, corrected its pay or had a hand in the bags: none of them may approve it."""
    slips = Slip.objects.filter(payout__batch=batch)
    lines = SlipLine.objects.filter(slip__in=slips)
    corrected, entered = lines.values("correction__made_by"), lines.values("earning__made_by")
    prepared = batch.payouts.values("prepared_by")
    return {batch.prepared_by_id} | _users(prepared, corrected, entered, *_hands(slips))


def hands_in_inspection(inspection: Inspection) -> set[object]:
    """Return who issued, made or inspected the bag: none of them corrects its pay."""
    return hands_in_pieces([HandIn(pk=inspection.hand_in_id)]) | {inspection.inspector_id}


def hands_in_earning(earning: Earning) -> set[object]:
    """Return who wrote an earning down and who gets it: neither approves it or takes it back."""
    return {earning.made_by_id, earning.relation.resident.user_id}


def hands_in_advance(advance: Advance) -> set[object]:
    """Return who asked for an advance and who gets it: neither approves it."""
    return {advance.asked_by_id, advance.relation.resident.user_id}


def asked_for_advance(advance: Advance) -> set[object]:
    """Return who asked for an advance: they do not enter the person's yes."""
    return {advance.asked_by_id}


def hands_in_deduction(deduction: Deduction) -> set[object]:
    """Return who proposed a deduction: they do not enter the other side's yes."""
    return {deduction.proposed_by_id}


# --- what one sees --------------------------------------------------------------------------------------------


def _own(member: Member, field: str) -> Q:
    return Q(**{field: member.resident_id}) if member.resident_id is not None else Q(pk__in=())


def visible_slips(member: Member) -> QuerySet[Slip]:
    """Makers see their own, who keeps an operator's books its slips; the centre and auditors see all."""
    slips = Slip.objects.all()
    if sees_all(member):
        return slips
    books = Q(relation__organisation__in=member.organisations("manager"))
    return slips.filter(books | _own(member, "relation__resident"))


def visible_lines(member: Member) -> QuerySet[SlipLine]:
    """Return the lines of visible slips."""
    return SlipLine.everything.filter(slip__in=visible_slips(member))


def visible_batches(member: Member) -> QuerySet[PayoutBatch]:
    """Who keeps an operator's books sees its batches; the centre and auditors see all."""
    batches = PayoutBatch.objects.all()
    return batches if sees_all(member) else batches.filter(operator__in=member.organisations("manager"))


def visible_payouts(member: Member) -> QuerySet[Payout]:
    """Return payouts of visible batches, one's own, and those of the agent or workshop one answers for."""
    payouts = Payout.objects.all()
    if sees_all(member):
        return payouts
    books = Q(operator__in=member.organisations("manager"))
    margin = Q(organisation__in=member.organisations(*EARNERS))
    return payouts.filter(books | margin | _own(member, "relation__resident"))


def visible_sheets(member: Member) -> QuerySet[BankSheet]:
    """Return who took out the sheets of visible batches."""
    return BankSheet.objects.filter(batch__in=visible_batches(member))


def visible_corrections(member: Member) -> QuerySet[Correction]:
    """Return the corrections of pay that visible relations earned."""
    field = "inspection__hand_in__relation"
    corrections = Correction.objects.all()
    return (
        corrections if sees_all(member) else corrections.filter(**{f"{field}__in": visible_relations(member)})
    )


def visible_relations(member: Member) -> QuerySet[Relation]:
    """Return the relations whose pay this person may read."""
    relations = Relation.objects.all()
    if sees_all(member):
        return relations
    books = Q(organisation__in=member.organisations("manager"))
    return relations.filter(books | _own(member, "resident"))


def operators(member: Member) -> QuerySet[Organisation]:
    """Return the operators whose books this person keeps or checks."""
    signing = Organisation.objects.filter(is_operator=True)
    return signing if sees_all(member) else signing.filter(pk__in=member.organisations("manager"))


def earners(member: Member) -> QuerySet[Organisation]:
    """Return the agents and workshops whose margin this person may read."""
    organisations = Organisation.objects.all()
    return organisations if sees_all(member) else organisations.filter(pk__in=member.organisations(*EARNERS))


def may_see_fees(member: Member) -> bool:
    """The centre and auditors see what every agent and workshop paid, who answers for one its own."""
    return sees_all(member) or bool(member.organisations(*EARNERS))


def visible_accounts(member: Member) -> QuerySet[OrganisationAccount]:
    """Return the accounts of the agents and workshops one answers for; the centre sees all, masked."""
    return OrganisationAccount.objects.filter(organisation__in=earners(member))


def visible_earnings(member: Member) -> QuerySet[Earning]:
    """Return the earnings of relations whose pay one may read."""
    return Earning.objects.filter(relation__in=visible_relations(member))


def visible_advances(member: Member) -> QuerySet[Advance]:
    """Return the advances of relations whose pay one may read."""
    return Advance.objects.filter(relation__in=visible_relations(member))


def visible_deductions(member: Member) -> QuerySet[Deduction]:
    """Return the deductions of relations whose pay one may read."""
    return Deduction.objects.filter(relation__in=visible_relations(member))


def visible_holds(member: Member) -> QuerySet[Hold]:
    """Return the holds on pay one may read."""
    return Hold.objects.filter(relation__in=visible_relations(member))


def visible_disputes(member: Member) -> QuerySet[Dispute]:
    """Return the questions about slips one may read."""
    return Dispute.objects.filter(line__slip__in=visible_slips(member))
