"""One person's pay with one operator beside pieces: hours, advances, deductions, holds and insurance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from gongfang.core import clock
from gongfang.core.doors import Visit
from gongfang.core.members import Member
from gongfang.pay import access, actions, wording
from gongfang.pay.forms import WhyForm
from gongfang.pay.models import Advance, Deduction, Earning, Hold
from gongfang.pay.term_forms import (
    AdvanceForm,
    AmendForm,
    BackForm,
    CoverForm,
    DeductionForm,
    EarningForm,
    HoldForm,
    YesForm,
    facts_of,
)
from gongfang.registry.people import actions as people
from gongfang.registry.people.covers import uninsured
from gongfang.registry.people.models import Cover, Organisation, Relation
from gongfang.ui.doors import allowed, fill, press
from gongfang.ui.forms import KeyedForm
from gongfang.ui.parts import Link, Tag, Verb
from gongfang.ui.sheets import sheet
from gongfang.ui.tables import Column, Pages, Table, page_of
from gongfang.ui.ways import reverse
from gongfang.work.dispatch.web.names import names

_NO_WAYS: dict[str, Any] = {"way": None, "do": None}


def people_list(request: Visit, pk: int) -> HttpResponse:
    """List an operator's people with their terms, and who lacks the insurance that comes before the first bag."""
    found = _operator(request, pk)
    pages = page_of(request, _running(found))
    bare = uninsured(list(_running(found).values_list("pk", flat=True)), clock.today())
    context = {
        "title": _("People of %(name)s") % {"name": found.name},
        "back": Link(found.name, reverse("pay:operator", args=[found.pk])),
        "answer": wording.uninsured_answer(len(bare)),
        "table": _people_table(request, found, pages.items, pages),
    }
    return render(request, "pay/list.html", context)


def _operator(request: Visit, pk: int) -> Organisation:
    return get_object_or_404(access.operators(request.member), pk=pk)


def _running(operator: Organisation) -> QuerySet[Relation]:
    return Relation.objects.filter(organisation=operator).select_related("resident").order_by("-pk")


def _people_table(
    request: Visit, operator: Organisation, rows: Sequence[Relation], pages: Pages[Relation] | None = None
) -> Table:
    known = names(request.member, [row.resident for row in rows], page="people")
    bare = {row.pk for row in uninsured([row.pk for row in rows], clock.today())}
    return Table(
        caption=_("People"),
        columns=(
            Column("who", _("Person"), "link"),
            Column("kind", _("Terms")),
            Column("since", _("Since"), "date"),
            Column("until", _("Until"), "date"),
            Column("insured", _("Insurance"), "tag"),
        ),
        rows=[
            {
                "who": Link(known[row.resident_id], terms_url(row)),
                "kind": row.get_kind_display(),
                "since": row.since,
                "until": row.until,
                "insured": Tag(_("missing"), "act") if row.pk in bare else None,
            }
            for row in rows
        ],
        empty=_("Nobody works for this operator yet."),
        export_url=reverse("pay:people_sheet", args=[operator.pk]),
        pages=pages,
    )


def people_sheet(request: Visit, pk: int) -> HttpResponse:
    found = _operator(request, pk)
    return sheet(request, _running(found), lambda rows: _people_table(request, found, rows))


def terms_url(relation: Relation) -> str:
    return reverse("pay:terms", args=[relation.pk])


def _relation(request: Visit, pk: int) -> Relation:
    rows = access.visible_relations(request.member).select_related("resident", "organisation")
    return get_object_or_404(rows, pk=pk)


def terms(request: Visit, pk: int) -> HttpResponse:
    """Show what one person has with one operator beside pieces, and what can be done about it."""
    found, member = _relation(request, pk), request.member
    own, keeps = access.is_own(member, found), access.keeps_books(member, found.organisation_id)
    hold = Hold.objects.filter(relation=found, released_on=None, until__gte=clock.today()).first()
    who = names(member, [found.resident], page="terms")[found.resident_id]
    context = {
        "title": _("%(name)s and %(operator)s") % {"name": who, "operator": found.organisation.name},
        "back": _back(found, own=own),
        "answer": wording.terms_answer(found, hold, bare=bool(uninsured([found.pk], clock.today()))),
        "relation": found,
        "own": own,
        "keeps": keeps,
        "hold": hold,
        "earnings": _earnings(member, found),
        "advances": _advances(member, found),
        "deductions": _deductions(member, found),
        "covers": _covers(found),
        "may_settle": keeps and found.until is not None,
    }
    return render(request, "pay/terms.html", context)


def _back(found: Relation, *, own: bool) -> Link:
    if own:
        return Link(_("My money"), reverse("pay:my_money"))
    return Link(found.organisation.name, reverse("pay:operator", args=[found.organisation_id]))


def _verb(label: str, name: str, pk: int, icon: str = "") -> Verb:
    return Verb(label, reverse(f"pay:{name}", args=[pk]), icon)


def _way(name: str, label: str, pk: int) -> Link:
    return Link(label, reverse(f"pay:{name}", args=[pk]))


def _of(rows: QuerySet[Any], found: Relation) -> list[Any]:
    """Return the newest rows of these terms, which they need not read again."""
    newest = list(rows.order_by("-pk")[:50])
    for row in newest:
        row.relation = found
    return newest


def _earnings(member: Member, found: Relation) -> Table:
    rows = _of(Earning.objects.filter(relation=found), found)
    return Table(
        caption=_("Hours, allowances and bonuses"),
        columns=(
            Column("day", _("Day"), "date"),
            Column("kind", _("What it is")),
            Column("reason", _("What for")),
            Column("amount", _("Amount"), "money"),
            Column("status", _("Status"), "tag"),
            Column("way", "", "link"),
            Column("do", "", "verb"),
        ),
        rows=[
            {
                "day": row.earned_on,
                "kind": row.get_kind_display(),
                "reason": wording.earning(row),
                "amount": row.amount_hao,
                "status": wording.earning_tag(row),
                **_NO_WAYS,
                **_earning_ways(member, row),
            }
            for row in rows
        ],
        empty=_("Nothing beside pieces yet."),
    )


def _earning_ways(member: Member, row: Earning) -> dict[str, Any]:
    if not access.may_handle_earning(member, row):
        return {}
    if row.stage == Earning.Stage.DRAFT and member.user.pk not in access.hands_in_earning(row):
        approve = _verb(_("Approve"), "approve_earning", row.pk, "check")
        return {"do": approve, "way": _way("amend_earning", _("Change"), row.pk)}
    if row.stage == Earning.Stage.DRAFT:
        drop = _verb(_("Drop"), "drop_earning", row.pk, "x")
        return {"do": drop, "way": _way("amend_earning", _("Change"), row.pk)}
    if row.stage == Earning.Stage.APPROVED and not row.reverses_id:
        return {"way": _way("take_back_earning", _("Undo by an opposite entry"), row.pk)}
    return {}


def _advances(member: Member, found: Relation) -> Table:
    rows = _of(Advance.objects.filter(relation=found), found)
    return Table(
        caption=_("Advances"),
        columns=(
            Column("day", _("Asked for on"), "date"),
            Column("amount", _("Amount"), "money"),
            Column("part", _("Set off on each slip"), "money"),
            Column("left", _("Still to be set off"), "money"),
            Column("reason", _("What for")),
            Column("status", _("Status"), "tag"),
            Column("paper", "", "link"),
            Column("way", "", "link"),
            Column("do", "", "verb"),
        ),
        rows=[
            {
                "day": row.asked_on,
                "amount": row.amount_hao,
                "part": row.instalment_hao,
                "left": row.left_hao,
                "reason": row.refusal or row.reason,
                "status": wording.advance_tag(row),
                "paper": None,
                **_NO_WAYS,
                **_advance_ways(member, row),
            }
            for row in rows
        ],
        empty=_("No advance was asked for."),
    )


def _advance_ways(member: Member, row: Advance) -> dict[str, Any]:
    if row.stage != Advance.Stage.ASKED:
        return {}
    way = _way("refuse_advance", _("Give none, or take it back"), row.pk)
    if row.provisional:
        return {"way": way, **_yes_ways(member, row)}
    if access.may_handle_advance(member, row) and member.user.pk not in access.hands_in_advance(row):
        return {"do": _verb(_("Approve"), "approve_advance", row.pk, "check"), "way": way}
    return {"way": way}


def _yes_ways(member: Member, row: Advance) -> dict[str, Any]:
    """The person says yes with a press; who did not ask enters what the person signed."""
    if access.is_own(member, row.relation):
        return {"do": _verb(_("Yes, I ask this"), "confirm_advance", row.pk, "check")}
    if access.may_confirm_advance(member, row) and member.user.pk not in access.asked_for_advance(row):
        return {"paper": _way("confirm_on_paper", _("Enter the signed slip"), row.pk)}
    return {}


def _deductions(member: Member, found: Relation) -> Table:
    rows = _of(Deduction.objects.filter(relation=found), found)
    return Table(
        caption=_("Deductions"),
        columns=(
            Column("day", _("Proposed on"), "date"),
            Column("kind", _("What it is")),
            Column("reason", _("What for")),
            Column("amount", _("Amount"), "money"),
            Column("taken", _("Taken so far"), "money"),
            Column("status", _("Status"), "tag"),
            Column("way", "", "link"),
            Column("do", "", "verb"),
        ),
        rows=[
            {
                "day": row.proposed_on,
                "kind": row.get_kind_display(),
                "reason": row.reason,
                "amount": row.amount_hao,
                "taken": row.taken_hao,
                "status": wording.deduction_tag(row),
                **_NO_WAYS,
                **_deduction_ways(member, row, found),
            }
            for row in rows
        ],
        empty=_("Nothing is deducted."),
    )


def _deduction_ways(member: Member, row: Deduction, found: Relation) -> dict[str, Any]:
    if row.stage not in (Deduction.Stage.PROPOSED, Deduction.Stage.AGREED):
        return {}
    drop = _way("drop_deduction", _("Say no"), row.pk)
    if row.stage == Deduction.Stage.AGREED:
        return {"way": drop}
    if access.is_own(member, found):
        return {"do": _verb(_("Say yes"), "agree_deduction", row.pk, "check"), "way": drop}
    if member.user.pk in access.hands_in_deduction(row):
        return {"way": drop}
    return {"way": _way("agree_on_paper", _("Enter the signed slip"), row.pk)}


def _covers(found: Relation) -> Table:
    rows = Cover.objects.filter(relation=found).order_by("-pk")[:20]
    return Table(
        caption=_("Insurance, paid by the operator"),
        columns=(
            Column("kind", _("Insurance")),
            Column("policy", _("Number of the policy")),
            Column("since", _("From"), "date"),
            Column("until", _("Until"), "date"),
            Column("paid", _("Premium paid"), "money"),
        ),
        rows=[
            {
                "kind": row.get_kind_display(),
                "policy": row.policy,
                "since": row.since,
                "until": row.until,
                "paid": row.paid_hao,
            }
            for row in rows
        ],
        empty=_("No insurance is entered."),
    )


# --- what can be done ------------------------------------------------------------------------------------------------


def _enter(
    request: Visit, pk: int, verb: Any, form: Any, *, title: str, done: str, answer: str = ""
) -> HttpResponse:
    found = _relation(request, pk)
    allowed(request, verb, found)
    return fill(
        request,
        form,
        lambda by, facts: verb(by, found, **facts),
        title=title,
        submit=_("Save"),
        back=Link(found.organisation.name, terms_url(found)),
        done=done,
        answer=answer,
    )


def add_earning(request: Visit, pk: int) -> HttpResponse:
    form = EarningForm(request.POST or None, initial={"earned_on": clock.today()})
    done = _("It is written down. Another person approves it.")
    return _enter(
        request, pk, actions.add_earning, form, title=_("Hours, an allowance or a bonus"), done=done
    )


def ask_advance(request: Visit, pk: int) -> HttpResponse:
    return _enter(
        request,
        pk,
        actions.ask_advance,
        AdvanceForm(request.POST or None),
        title=_("Ask for an advance"),
        done=_("The question is with the operator. Another person decides."),
    )


def propose_deduction(request: Visit, pk: int) -> HttpResponse:
    form = DeductionForm(request.POST or None, relation=_relation(request, pk))
    return _enter(
        request,
        pk,
        actions.propose_deduction,
        form,
        title=_("Propose a deduction"),
        done=_("Nothing is taken before the person says yes."),
        answer=_("A deduction needs the person's own yes, and the law says how much may be taken at most."),
    )


def hold_pay(request: Visit, pk: int) -> HttpResponse:
    return _enter(
        request,
        pk,
        actions.hold_pay,
        HoldForm(request.POST or None),
        title=_("Let the pay wait"),
        done=_("The pay waits. The person reads why and until when."),
    )


def insure(request: Visit, pk: int) -> HttpResponse:
    found = _relation(request, pk)
    allowed(request, people.insure, [found])
    return fill(
        request,
        CoverForm(request.POST or None, initial={"since": clock.today()}),
        lambda by, facts: people.insure(by, [found], **facts),
        title=_("Enter an insurance"),
        submit=_("Save"),
        back=Link(found.organisation.name, terms_url(found)),
        done=_("The insurance is entered as a cost of the operator."),
        answer=_("The operator pays it; nothing of it is taken from the person."),
    )


def settle_leaver(request: Visit, pk: int) -> HttpResponse:
    found = _relation(request, pk)
    done = _("What was owed is rounded up to a whole fen.")
    return press(request, lambda by: actions.settle_leaver(by, found), to=terms_url(found), done=done)


def release_pay(request: Visit, pk: int) -> HttpResponse:
    found = get_object_or_404(access.visible_holds(request.member).select_related("relation"), pk=pk)
    to = terms_url(found.relation)
    return press(request, lambda by: actions.release_pay(by, found), to=to, done=_("The pay goes on."))


def _one(rows: Any, pk: int) -> Any:
    return get_object_or_404(rows.select_related("relation__organisation", "relation__resident"), pk=pk)


def _press(request: Visit, rows: Any, pk: int, verb: Any, done: str) -> HttpResponse:
    found = _one(rows, pk)
    return press(request, lambda by: verb(by, found), to=terms_url(found.relation), done=done)


def _say(request: Visit, found: Any, verb: Any, form: Any, *, title: str, done: str) -> HttpResponse:
    allowed(request, verb, found)
    return fill(
        request,
        form,
        lambda by, facts: verb(by, found, **facts),
        title=title,
        submit=_("Save"),
        back=Link(found.relation.organisation.name, terms_url(found.relation)),
        done=done,
    )


def approve_earning(request: Visit, pk: int) -> HttpResponse:
    rows = access.visible_earnings(request.member)
    return _press(
        request, rows, pk, actions.approve_earning, _("It is approved and comes with the next slip.")
    )


def drop_earning(request: Visit, pk: int) -> HttpResponse:
    rows = access.visible_earnings(request.member)
    return _press(request, rows, pk, actions.drop_earning, _("The draft is dropped."))


def amend_earning(request: Visit, pk: int) -> HttpResponse:
    found = _one(access.visible_earnings(request.member), pk)
    form = AmendForm(request.POST or None, initial=facts_of(found))
    done = _("The draft is changed. Another person approves it.")
    return _say(request, found, actions.amend_earning, form, title=_("Change the draft"), done=done)


def take_back_earning(request: Visit, pk: int) -> HttpResponse:
    found = _one(access.visible_earnings(request.member), pk)
    form = BackForm(request.POST or None)
    done = _("An opposite entry stands beside it; the next slip says both.")
    return _say(request, found, actions.take_back_earning, form, title=_("Take it back"), done=done)


def approve_advance(request: Visit, pk: int) -> HttpResponse:
    rows = access.visible_advances(request.member)
    done = _("The advance is approved and comes with the next batch.")
    return _press(request, rows, pk, actions.approve_advance, done)


def agree_deduction(request: Visit, pk: int) -> HttpResponse:
    rows = access.visible_deductions(request.member)
    return _press(request, rows, pk, actions.agree_deduction, _("You said yes. It comes off your next slip."))


def agree_on_paper(request: Visit, pk: int) -> HttpResponse:
    found = _one(access.visible_deductions(request.member), pk)
    form = YesForm(request.POST or None)
    done = _("The person's yes is entered.")
    return _say(request, found, actions.agree_deduction, form, title=_("Enter the signed slip"), done=done)


def drop_deduction(request: Visit, pk: int) -> HttpResponse:
    found = _one(access.visible_deductions(request.member), pk)
    form = KeyedForm(request.POST or None)
    done = _("Nothing more is taken for this.")
    return _say(request, found, actions.drop_deduction, form, title=_("Say no to the deduction"), done=done)


def refuse_advance(request: Visit, pk: int) -> HttpResponse:
    found = _one(access.visible_advances(request.member), pk)
    form = WhyForm(request.POST or None)
    return _say(
        request,
        found,
        actions.refuse_advance,
        form,
        title=_("Give no advance"),
        done=_("No advance is given."),
    )


def related(rows: Sequence[Relation]) -> list[Link]:
    """Return the ways to the terms of somebody with each operator."""
    return [Link(row.organisation.name, terms_url(row)) for row in rows]
