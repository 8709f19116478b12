"""Verbs on deductions: proposed by the operator, agreed to by the person, taken slip by slip within the law."""

from __future__ import annotations

from django.utils.translation import gettext as _

from gongfang.core.action import Act, action
from gongfang.core.errors import Moved, NotAllowed, Refused
from gongfang.core.races import one_wins
from gongfang.pay import access
from gongfang.pay.models import Deduction
from gongfang.pay.queries import overpaid_of
from gongfang.pay.takes import bags_pay
from gongfang.registry.people.models import Consent, Relation
from gongfang.work.piecework.models import Bag, HandIn


@action(access.may_propose_deduction)
def propose_deduction(
    act: Act,
    relation: Relation,
    *,
    kind: str,
    amount_hao: int,
    reason: str,
    document: str = "",
    bag: Bag | None = None,
) -> Deduction:
    """Propose to keep a part of somebody's pay: never a deposit, and nothing is taken before the person's own yes."""
    _refuse(act, relation, kind, amount_hao, reason, bag)
    again = Refused(_("A deduction for this bag is there already."), code="once_a_bag", field="bag")
    with one_wins("a_bag_is_deducted_once", again):
        return Deduction.objects.create(
            relation=relation,
            kind=kind,
            bag=bag,
            amount_hao=amount_hao,
            reason=reason.strip(),
            document=document.strip(),
            proposed_by=act.by.user,
            proposed_on=act.booked_on,
        )


def _refuse(act: Act, relation: Relation, kind: str, amount_hao: int, reason: str, bag: Bag | None) -> None:
    if kind not in Deduction.Kind.values:
        raise Refused(
            _("Nobody pays a deposit here. Choose what the deduction is really for."),
            code="no_deposit",
            field="kind",
        )
    if amount_hao < 1 or not reason.strip():
        raise Refused(_("Enter how much, and say what for. The person reads it."), field="reason")
    if (kind == Deduction.Kind.SPOILED) is (bag is None):
        raise Refused(_("A spoiled bag is named, and only it. Choose the bag."), field="bag")
    if bag is not None:
        _refuse_bag(relation, bag)
    if kind == Deduction.Kind.OVERPAID and amount_hao > overpaid_of([relation.pk]).get(relation.pk, 0):
        raise Refused(
            _("So much was not paid too much. Look at the person's money first."), field="amount_hao"
        )


def _refuse_bag(relation: Relation, bag: Bag) -> None:
    made = HandIn.objects.filter(bag=bag, relation=relation).exists()
    if bag.lot.relation_id != relation.pk and not made:
        raise Refused(_("This bag belongs to somebody else."), field="bag")
    if not bags_pay(bag, relation.pk):
        raise Refused(
            _("This bag has earned nothing, so nothing can be kept for it: nobody goes into debt for a bag."),
            code="no_debt",
            field="bag",
        )


@action(access.may_agree_deduction, second=access.hands_in_deduction)
def agree_deduction(
    act: Act, deduction: Deduction, *, how: str = Consent.How.PAGE, document: str = ""
) -> Deduction:
    """Say yes to a deduction: the person on their own page, or another than who proposed it by the signed slip."""
    _must(deduction, Deduction.Stage.PROPOSED)
    own = act.by.for_ is None and act.member.resident_id == deduction.relation.resident_id
    if how not in Consent.How.values or (how == Consent.How.PAGE and not own):
        raise NotAllowed(_("Only the person says yes on the page. Enter the signed slip instead."))
    if not own and not document.strip():
        raise Refused(
            _("Keep the signed slip, badge tap or recording, and enter where it is kept."), field="document"
        )
    deduction.stage, deduction.agreed_on = Deduction.Stage.AGREED, act.booked_on
    deduction.agreed_by, deduction.consent_how = act.by.user, how
    deduction.consent_document = document.strip()
    deduction.save()
    return deduction


@action(access.may_drop_deduction)
def drop_deduction(act: Act, deduction: Deduction) -> Deduction:
    """Say no to a deduction, or take a yes back: nothing more is taken; what was taken stays on its slip."""
    if deduction.stage not in (Deduction.Stage.PROPOSED, Deduction.Stage.AGREED):
        raise Moved(_("Nothing more is taken for this."))
    deduction.stage = Deduction.Stage.DROPPED
    deduction.save(update_fields=["stage"])
    return deduction


def _must(deduction: Deduction, stage: str) -> None:
    if deduction.stage != stage:
        raise Moved(
            _("This deduction is “%(stage)s” by now. Reload the page to see how it stands.")
            % {"stage": deduction.get_stage_display()}
        )
