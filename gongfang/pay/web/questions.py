"""Questions about slip lines, and the numbers of the law as they hold here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.db.models import Case, QuerySet, Value, When
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from gongfang.core import clock
from gongfang.core.doors import Visit
from gongfang.core.errors import NotAllowed
from gongfang.pay import access, actions, wording
from gongfang.pay.models import Dispute
from gongfang.pay.term_forms import AnswerForm, QuestionForm, RuleForm
from gongfang.pay.web.doors import line_url
from gongfang.registry.places import law
from gongfang.ui.doors import allowed, fill, press, workbook
from gongfang.ui.formats import full_day
from gongfang.ui.parts import Link
from gongfang.ui.sheets import sheet
from gongfang.ui.tables import Column, Pages, Table, page_of
from gongfang.ui.ways import reverse


def question_url(dispute: Dispute) -> str:
    return reverse("pay:question", args=[dispute.pk])


def _asked(request: Visit) -> QuerySet[Dispute]:
    rows = access.visible_disputes(request.member).select_related("line__slip__relation")
    return rows.order_by("stage", "asked_on", "pk")


def questions(request: Visit) -> HttpResponse:
    """List what people ask about their slips, the oldest open question in front."""
    waiting = _asked(request).filter(stage=Dispute.Stage.OPEN)
    open_, first = waiting.count(), waiting.first()
    pages = page_of(request, _ordered(request))
    context = {
        "title": _("Questions about slips"),
        "back": Link(_("Slips"), reverse("pay:slips")),
        "answer": wording.questions_answer(open_, (clock.today() - first.asked_on).days if first else 0),
        "table": _table(pages.items, pages),
    }
    return render(request, "pay/list.html", context)


def _ordered(request: Visit) -> QuerySet[Dispute]:
    first = Case(When(stage=Dispute.Stage.OPEN, then=Value(0)), default=Value(1))
    return _asked(request).order_by(first, "asked_on", "pk")


def _table(rows: Sequence[Dispute], pages: Pages[Dispute] | None = None) -> Table:
    today = clock.today()
    return Table(
        caption=_("Questions"),
        columns=(
            Column("slip", _("Slip"), "link"),
            Column("question", _("Question")),
            Column("day", _("Questioned on"), "date"),
            Column("age", _("Waits, in days"), "number"),
            Column("answer", _("Answer")),
            Column("status", _("Status"), "tag"),
        ),
        rows=[
            {
                "slip": Link(row.line.slip.number, question_url(row)),
                "question": row.question,
                "day": row.asked_on,
                "age": (today - row.asked_on).days if row.stage == Dispute.Stage.OPEN else None,
                "answer": row.answer,
                "status": wording.dispute_tag(row),
            }
            for row in rows
        ],
        empty=_("Nobody has asked about a slip."),
        export_url=reverse("pay:questions_sheet"),
        pages=pages,
    )


def questions_sheet(request: Visit) -> HttpResponse:
    return sheet(request, _ordered(request), _table)


def _one(request: Visit, pk: int) -> Dispute:
    parts = (
        "line__slip__relation",
        "line__inspection",
        "line__earning",
        "answered_by",
        "asked_by",
        "correction",
    )
    return get_object_or_404(access.visible_disputes(request.member).select_related(*parts), pk=pk)


def question(request: Visit, pk: int) -> HttpResponse:
    """Show a question, its line and its answer."""
    found, member = _one(request, pk), request.member
    waits, own = found.stage == Dispute.Stage.OPEN, access.may_confirm_question(member, found)
    context = {
        "title": _("Question about slip %(number)s") % {"number": found.line.slip.number},
        "back": Link(_("Questions about slips"), reverse("pay:questions")),
        "answer": found.answer or wording.waits(found, clock.today()),
        "found": found,
        "tag": wording.dispute_tag(found),
        "line": Link(wording.line(found.line), line_url(found.line)),
        "may_answer": waits and actions.answer_question.may(member, found),
        "may_confirm": waits and own and found.provisional,
        "may_withdraw": waits and own,
    }
    return render(request, "pay/question.html", context)


def question_line(request: Visit, pk: int) -> HttpResponse:
    lines = access.visible_lines(request.member).select_related("slip__relation", "earning", "correction")
    found = get_object_or_404(lines, pk=pk)
    allowed(request, actions.question_line, found)
    return fill(
        request,
        QuestionForm(request.POST or None),
        lambda by, facts: actions.question_line(by, found, **facts),
        title=_("Ask about this line"),
        submit=_("Ask"),
        back=Link(found.slip.number, line_url(found)),
        then=question_url,
        done=_("The question is with the operator. Everything else is paid on."),
        answer=wording.line(found),
    )


def answer_question(request: Visit, pk: int) -> HttpResponse:
    found = _one(request, pk)
    allowed(request, actions.answer_question, found)
    return fill(
        request,
        AnswerForm(request.POST or None),
        lambda by, facts: actions.answer_question(by, found, **facts),
        title=_("Answer the question"),
        submit=_("Answer"),
        back=Link(_("Question"), question_url(found)),
        then=question_url,
        done=_("The person reads the answer beside the line."),
        answer=found.question,
    )


def confirm_question(request: Visit, pk: int) -> HttpResponse:
    found = _one(request, pk)
    done = _("It is your question now.")
    return press(request, lambda by: actions.confirm_question(by, found), to=question_url(found), done=done)


def withdraw_question(request: Visit, pk: int) -> HttpResponse:
    found = _one(request, pk)
    done = _("The question is taken back.")
    return press(request, lambda by: actions.withdraw_question(by, found), to=question_url(found), done=done)


# --- rules ---------------------------------------------------------------------------------------------------


def rules(request: Visit) -> HttpResponse:
    """List the numbers of the law as they hold here today, each with its document and source."""
    _readers(request)
    context = {
        "title": _("Rules of pay"),
        "back": Link(_("Payouts"), reverse("pay:batches")),
        "answer": _("These numbers hold here today. Each names the document it stands in."),
        "table": _rules_table(),
        "may_set": access.may_set_rule(request.member, None),
    }
    return render(request, "pay/rules.html", context)


def _readers(request: Visit) -> None:
    if not request.member.holds("officer", "auditor", "township", "manager", "agent"):
        raise NotAllowed


def _rules_table() -> Table:
    named = wording.rules()
    return Table(
        caption=_("Rules of pay"),
        columns=(
            Column("rule", _("Which rule")),
            Column("value", _("What holds")),
            Column("since", _("From"), "date"),
            Column("document", _("Document")),
            Column("source", _("Source")),
        ),
        rows=[
            {
                "rule": named.get(row.key, row.key),
                "value": wording.rule_value(row),
                "since": row.valid_from,
                "document": row.document,
                "source": row.source,
            }
            for row in law.known_on(clock.today())
        ],
        empty=_("No rule is known."),
        export_url=reverse("pay:rules_sheet"),
    )


def rules_sheet(request: Visit) -> HttpResponse:
    _readers(request)
    return workbook(request, _rules_table())


def set_rule(request: Visit) -> HttpResponse:
    allowed(request, actions.set_rule, None)
    return fill(
        request,
        RuleForm(request.POST or None, names=wording.rules(), initial={"valid_from": clock.today()}),
        _set,
        title=_("Set a rule for this county"),
        submit=_("Set the rule"),
        back=Link(_("Rules of pay"), reverse("pay:rules")),
        done=lambda row: _("The rule holds from %(day)s on.") % {"day": full_day(row.valid_from)},
        answer=_("Example: %(example)s") % {"example": json.dumps({"male": 60, "female": 50})},
    )


def _set(by: Any, facts: dict[str, Any]) -> Any:
    key = facts.pop("rule")
    return actions.set_rule(by, None, key=key, **facts)
