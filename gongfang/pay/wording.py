"""How slips, payouts and batches are said."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gongfang.pay.models import (
    Advance,
    Deduction,
    Dispute,
    Earning,
    Hold,
    MarginAdvance,
    Payout,
    PayoutBatch,
    Slip,
    SlipLine,
    SlipTake,
)
from gongfang.pay.queries import BagPay, Money, Year
from gongfang.registry.people.models import Relation
from gongfang.registry.places.law import Rule
from gongfang.ui.formats import day, full_day, number, pieces, rate, yuan
from gongfang.ui.parts import Kind, Tag

_KINDS: Mapping[str, Kind] = {
    "prepared": "wait",
    "approved": "info",
    "sent": "wait",
    "done": "done",
    "confirmed": "done",
    "failed": "act",
    "cancelled": "plain",
}


def slip_tag(slip: Slip) -> Tag:
    """Return how a slip stands: to be paid, on its way, paid, cancelled."""
    if slip.stage == Slip.Stage.CANCELLED:
        return Tag(str(Slip.Stage.CANCELLED.label), "plain")
    if slip.stage == Slip.Stage.CLOSED:
        return Tag(str(Slip.Stage.CLOSED.label), "done")
    if slip.payout_id:
        return Tag(_("on its way"), "info")
    return Tag(str(Slip.Stage.OPEN.label), "wait")


def payout_tag(payout: Payout) -> Tag:
    """Return how a payout stands; one that failed waits for a person until it is tried again."""
    return Tag(str(payout.get_stage_display()), _KINDS[payout.stage])


def batch_tag(batch: PayoutBatch) -> Tag:
    return Tag(str(batch.get_stage_display()), _KINDS[batch.stage])


def fen(amount_fen: int) -> str:
    return yuan(amount_fen * 100)


# --- the person's own page -------------------------------------------------------------------------------------


def coming(money: Money, last: Payout | None, due: date | None, today: date) -> str:
    """Say what a person has coming, by when, and what came last."""
    return _sentences(_owed(money), _due(money, due, today), _last(last))


def _sentences(*said: str) -> str:
    """Put whole sentences one after another, as the language does it."""
    whole = ""
    for one in filter(None, said):
        whole = _("%(before)s %(after)s") % {"before": whole, "after": one} if whole else one
    return whole


def _owed(money: Money) -> str:
    if money.owed + money.transit < 100:
        return _("Nothing is owed to you now. What you hand in is paid after it is inspected.")
    said = _("You have %(amount)s coming.") % {"amount": yuan(money.owed + money.transit)}
    if not money.transit:
        return said
    return _sentences(said, _("%(amount)s of it is at the bank already.") % {"amount": yuan(money.transit)})


def _due(money: Money, due: date | None, today: date) -> str:
    if due is None or money.owed < 100:
        return ""
    if due < today:
        return _("It should have come by %(day)s. Ask your workshop or the county centre.") % {
            "day": day(due)
        }
    return _("It is paid by %(day)s at the latest.") % {"day": day(due)}


def _last(last: Payout | None) -> str:
    if last is None:
        return ""
    return _("%(amount)s was paid on %(day)s.") % {
        "amount": fen(last.amount_fen),
        "day": day(last.settled_on),
    }


def overpaid(money: Money) -> str:
    """Say what was paid too much; it is never taken without the person's yes."""
    if not money.overpaid:
        return ""
    return _(
        "%(amount)s was paid too much by mistake. Nothing is taken from you for it unless you agree in writing."
    ) % {"amount": yuan(-money.overpaid)}


# --- slips -----------------------------------------------------------------------------------------------------


def slip_answer(slip: Slip) -> str:
    """Say what a slip brings and how far it has come."""
    facts = {"amount": yuan(slip.net_hao), "day": day(slip.period_to)}
    payout = slip.payout
    if slip.stage == Slip.Stage.CANCELLED:
        return _("This slip was cancelled: %(why)s Its lines come on the next one.") % {
            "why": _sentences(slip.cancel_reason)
        }
    if slip.stage == Slip.Stage.CLOSED and payout:
        return _("%(amount)s for work up to %(day)s, paid on %(paid)s.") % {
            **facts,
            "paid": day(payout.settled_on),
        }
    if payout and payout.stage == Payout.Stage.SENT:
        return _("%(amount)s for work up to %(day)s. It is at the bank.") % facts
    if payout:
        return _("%(amount)s for work up to %(day)s. The payout is being prepared.") % facts
    return _("%(amount)s for work up to %(day)s. It waits for the next payout.") % facts


def spoken(bags: Sequence[BagPay], beside: Sequence[SlipLine] = (), takes: Sequence[SlipTake] = ()) -> str:
    """Say a slip bag by bag, then what came beside and what was taken off and why, to be read out."""
    return _sentences(_spoken_lines(bags, beside), *(take(row) for row in takes))


def _spoken_lines(bags: Sequence[BagPay], beside: Sequence[SlipLine]) -> str:
    said = [
        _("%(pieces)s of %(product)s, %(amount)s")
        % {
            "pieces": pieces(bag.pieces),
            "product": bag.bag.lot.line.version.product.name,
            "amount": yuan(bag.amount_hao),
        }
        for bag in bags
    ]
    said += [
        _("%(reason)s, %(amount)s") % {"reason": line(row), "amount": yuan(row.amount_hao)} for row in beside
    ]
    return _("%(rows)s.") % {"rows": _("; ").join(said)} if said else ""


def gross_answer(slip: Slip) -> str:
    """Say how net comes from gross, where anything was taken off."""
    if not slip.taken_hao:
        return ""
    return _("%(gross)s was earned, %(taken)s was taken off, %(net)s is paid.") % {
        "gross": yuan(slip.gross_hao),
        "taken": yuan(slip.taken_hao),
        "net": yuan(slip.net_hao),
    }


def take(row: SlipTake) -> str:
    """Say what was taken off, and by what it was cut."""
    facts = {"amount": yuan(row.amount_hao), "asked": yuan(row.asked_hao), "limit": yuan(row.limit_hao)}
    if row.kind == SlipTake.Kind.TAX:
        return _("%(amount)s of tax is withheld for the tax office.") % facts
    if row.kind == SlipTake.Kind.ADVANCE:
        left = yuan(row.advance.left_hao) if row.advance else ""
        return _("%(amount)s is set off against your advance; %(left)s of it is left.") % {
            **facts,
            "left": left,
        }
    facts["reason"] = row.deduction.reason if row.deduction else ""
    return _("%(reason)s: %(said)s") % {**facts, "said": _cut(row, facts)}


def _cut(row: SlipTake, facts: Mapping[str, str]) -> str:
    if row.cut == SlipTake.Cut.LEGAL_SHARE:
        return (
            _(
                "%(asked)s was agreed. The law lets at most %(limit)s be taken here, so %(amount)s is taken;"
                " the rest waits."
            )
            % facts
        )
    if row.cut == SlipTake.Cut.MINIMUM:
        return (
            _(
                "%(asked)s was agreed, but the minimum wage has to stay, so %(amount)s is taken; the rest waits."
            )
            % facts
        )
    if row.cut == SlipTake.Cut.BAGS_PAY:
        return (
            _(
                "%(asked)s was agreed, but the bag earned less, so %(amount)s is taken and the rest is dropped."
            )
            % facts
        )
    if row.cut == SlipTake.Cut.NOTHING_LEFT:
        return _("%(asked)s was agreed, but only %(amount)s was left; the rest waits.") % facts
    return _("%(amount)s, as you agreed.") % facts


def year(found: Year) -> str:
    """Say what the year brought so far."""
    return _("This year so far: %(gross)s earned, %(tax)s tax, %(taken)s taken off, %(net)s for you.") % {
        "gross": yuan(found.gross_hao),
        "tax": yuan(found.tax_hao),
        "taken": yuan(found.taken_hao),
        "net": yuan(found.net_hao),
    }


def earning(row: Earning) -> str:
    """Say what an earning is for; hours with their time and rate."""
    if not row.minutes or row.hour_hao is None:
        return row.reason
    return _("%(reason)s: %(minutes)s minutes at %(rate)s yuan an hour") % {
        "reason": row.reason,
        "minutes": number(row.minutes),
        "rate": rate(row.hour_hao),
    }


def line(row: SlipLine) -> str:
    """Say in one line what a line of a slip is."""
    if row.earning:
        return earning(row.earning)
    if row.correction:
        return row.correction.reason
    return _("%(pieces)s at %(rate)s yuan each: %(amount)s") % {
        "pieces": pieces(row.pieces),
        "rate": rate(row.rate_hao),
        "amount": yuan(row.amount_hao),
    }


# --- beside pieces ---------------------------------------------------------------------------------------------


def earning_tag(row: Earning) -> Tag:
    kinds: Mapping[str, Kind] = {"draft": "wait", "approved": "done", "dropped": "plain"}
    return Tag(str(row.get_stage_display()), kinds[row.stage])


def advance_tag(row: Advance) -> Tag:
    if row.provisional and row.stage == Advance.Stage.ASKED:
        return Tag(_("waits for the person's yes"), "act")
    kinds: Mapping[str, Kind] = {
        "asked": "wait", "approved": "info", "paid": "info", "closed": "done", "refused": "plain",
    }  # fmt: skip
    return Tag(str(row.get_stage_display()), kinds[row.stage])


def margin_advance_tag(row: MarginAdvance) -> Tag:
    kinds: Mapping[str, Kind] = {"asked": "wait", "approved": "info", "closed": "done", "refused": "plain"}
    return Tag(str(row.get_stage_display()), kinds[row.stage])


def advances_answer(unsure: int, asked: int) -> str:
    """Say how many advances wait for the person's own yes, and how many to be approved."""
    said = []
    if unsure:
        said.append(
            ngettext(
                "%(count)s advance was asked for by somebody else and waits for the person's own yes.",
                "%(count)s advances were asked for by somebody else and wait for the person's own yes.",
                unsure,
            )
            % {"count": number(unsure)}
        )
    if asked:
        said.append(
            ngettext(
                "%(count)s advance waits to be approved.", "%(count)s advances wait to be approved.", asked
            )
            % {"count": number(asked)}
        )
    return " ".join(said) or _("No advance waits for anybody.")


def deduction_tag(row: Deduction) -> Tag:
    kinds: Mapping[str, Kind] = {"proposed": "wait", "agreed": "info", "closed": "done", "dropped": "plain"}
    return Tag(str(row.get_stage_display()), kinds[row.stage])


def dispute_tag(row: Dispute) -> Tag:
    kinds: Mapping[str, Kind] = {"open": "act", "answered": "done", "withdrawn": "plain"}
    return Tag(str(row.get_stage_display()), kinds[row.stage])


def terms_answer(found: Relation, hold: Hold | None, *, bare: bool) -> str:
    """Say on which terms somebody works, and what is to be done first."""
    if bare:
        return _("The accident insurance is missing. It is paid by the operator before the first bag.")
    if hold:
        return _("The pay waits until %(day)s at the latest.") % {"day": full_day(hold.until)}
    return _("Terms: %(kind)s, since %(day)s.") % {
        "kind": found.get_kind_display(),
        "day": full_day(found.since),
    }


def held(hold: Hold) -> str:
    """Say to the person why their pay waits, and until when."""
    return _("Your pay from %(operator)s waits until %(day)s at the latest: %(reason)s") % {
        "operator": hold.relation.organisation.name,
        "day": day(hold.until),
        "reason": hold.reason,
    }


def questions_answer(count: int, oldest: int) -> str:
    """Say how many questions wait, and for how long the oldest."""
    if not count:
        return _("No question about a slip waits for an answer.")
    return ngettext(
        "%(count)s question waits for an answer, the oldest for %(days)s days.",
        "%(count)s questions wait for an answer, the oldest for %(days)s days.",
        count,
    ) % {"count": number(count), "days": number(oldest)}


def waits(row: Dispute, today: date) -> str:
    if row.stage == Dispute.Stage.WITHDRAWN:
        return _("The question was taken back.")
    return _("The operator has not answered yet; asked %(days)s days ago.") % {
        "days": number((today - row.asked_on).days)
    }


def rules() -> dict[str, str]:
    """Name the rules as an officer would."""
    return {
        "minimum_hour": _("minimum wage an hour"),
        "minimum_month": _("minimum wage a month"),
        "accident_insurance": _("accident insurance: least premium, and for whom"),
        "retirement_age": _("earliest age of retirement"),
        "tax_labour": _("tax withheld of fees for work"),
        "tax_wage": _("tax withheld of wages, over the year"),
        "tax_kind": _("which tax for which terms"),
        "tax_file_day": _("day of the next month by which withheld tax is filed"),
        "deduction_permille": _("most that may be deducted of a month's pay"),
        "pay_period": _("longest period of pay, in days"),
        "advance_most": _("most of an advance"),
        "hold_days": _("longest hold on pay, in days"),
        "agent_reward": _("reward of agents by the processing fees they paid in a year"),
    }


_MONEY = ("minimum_hour", "minimum_month", "advance_most")


def rule_value(row: Rule) -> str:
    """Write the value of a rule as an officer reads it."""
    if row.key in _MONEY:
        return yuan(int(row.value))
    if row.key in _TABLES:
        return _TABLES[row.key](row.value)
    return json.dumps(row.value, ensure_ascii=False)


def _ages(value: Mapping[str, int]) -> str:
    return _("men %(male)s, women %(female)s") % dict(value)


def _insurance(value: Mapping[str, Any]) -> str:
    whom = _("everybody") if value["who"] == "everybody" else _("people past the age of retirement")
    return _("at least %(amount)s a month: %(whom)s") % {"amount": yuan(value["month_hao"]), "whom": whom}


def _labour(value: Mapping[str, Any]) -> str:
    return _("up to %(upto)s less %(free)s, above it less %(share)s; then %(bands)s") % {
        "upto": yuan(value["free_upto_hao"]),
        "free": yuan(value["free_hao"]),
        "share": _percent(value["free_permille"]),
        "bands": _bands(value["bands"]),
    }


def _wage(value: Mapping[str, Any]) -> str:
    return _("%(free)s a month free; then %(bands)s") % {
        "free": yuan(value["free_month_hao"]),
        "bands": _bands(value["bands"]),
    }


def _bands(bands: Sequence[Sequence[int | None]]) -> str:
    said = [
        _("up to %(upto)s %(share)s") % {"upto": yuan(upto), "share": _percent(share)}
        if upto is not None
        else _("above %(share)s") % {"share": _percent(share)}
        for upto, share in bands
    ]
    return _(", ").join(said)


def _percent(permille: int | None) -> str:
    whole, rest = divmod(permille or 0, 10)
    return f"{whole}.{rest}%" if rest else f"{whole}%"


def _rewards(value: Mapping[str, Any]) -> str:
    said = [
        _("from %(hand)s by hand or %(machine)s by machine on: %(reward)s")
        % {"hand": yuan(hand), "machine": yuan(machine), "reward": yuan(reward)}
        for hand, machine, reward in value["steps"]
    ]
    return _("; ").join(said)


def _by_terms(value: Mapping[str, Any]) -> str:
    """Write a table by terms, each in its own words: a share, a number of days, or the name of another rule."""
    named = rules()
    said = [
        _("%(terms)s: %(value)s")
        % {
            "terms": Relation.Kind(kind).label,
            "value": named.get(str(found)) or (_percent(found) if found > 31 else number(found)),
        }
        for kind, found in value.items()
    ]
    return _("; ").join(said)


_TABLES: Mapping[str, Callable[[Any], str]] = {
    "agent_reward": _rewards,
    "retirement_age": _ages,
    "accident_insurance": _insurance,
    "tax_labour": _labour,
    "tax_wage": _wage,
    "tax_kind": _by_terms,
    "deduction_permille": _by_terms,
    "pay_period": _by_terms,
}


# --- payouts ---------------------------------------------------------------------------------------------------


def batch_answer(
    batch: PayoutBatch, *, count: int, amount_fen: int, waiting: int, failed: int, cash: int
) -> str:
    """Say what a batch holds and what has to be done with it now."""
    said = ngettext(
        "%(count)s payout, %(amount)s in all.", "%(count)s payouts, %(amount)s in all.", count
    ) % {"count": number(count), "amount": fen(amount_fen)}
    return _sentences(said, _next(batch, waiting, failed, cash))


def _next(batch: PayoutBatch, waiting: int, failed: int, cash: int) -> str:
    stage = batch.stage
    if stage == PayoutBatch.Stage.PREPARED:
        return _("Another person than %(name)s approves it.") % {"name": batch.prepared_by.name}
    if stage == PayoutBatch.Stage.CANCELLED:
        return _("It was dropped; everything in it is still owed.")
    if stage == PayoutBatch.Stage.DONE:
        return _failed(failed) if failed else _("All of it is paid.")
    if waiting <= cash:
        return _cash(cash)
    if stage == PayoutBatch.Stage.APPROVED:
        return _("Take out the bank sheet and hand it to the bank.")
    return _("It went to the bank on %(day)s; enter what the bank answers.") % {"day": day(batch.sent_on)}


def _failed(failed: int) -> str:
    return ngettext(
        "%(count)s of them failed and is owed again.", "%(count)s of them failed and are owed again.", failed
    ) % {"count": number(failed)}


def _cash(cash: int) -> str:
    return ngettext(
        "%(count)s person is still to be paid in cash.",
        "%(count)s people are still to be paid in cash.",
        cash,
    ) % {"count": number(cash)}


def payable_answer(count: int, amount_fen: int, undrawn: int) -> str:
    """Say whom an operator could pay now, and whether slips have to be drawn up first."""
    if undrawn:
        return ngettext(
            "%(count)s inspected hand-in is on no slip yet. Draw up the slips first.",
            "%(count)s inspected hand-ins are on no slip yet. Draw up the slips first.",
            undrawn,
        ) % {"count": number(undrawn)}
    if not count:
        return _("Nobody waits for a payout here.")
    return ngettext(
        "%(count)s payee waits for %(amount)s.", "%(count)s payees wait for %(amount)s.", count
    ) % {"count": number(count), "amount": fen(amount_fen)}


def batches_answer(late: int, days: int) -> str:
    """Say whether anybody waits longer for pay than agreed."""
    if not late:
        return _("Nobody waits for pay longer than %(days)s days.") % {"days": number(days)}
    return ngettext(
        "%(count)s person waits for pay longer than %(days)s days.",
        "%(count)s people wait for pay longer than %(days)s days.",
        late,
    ) % {"count": number(late), "days": number(days)}


def period(slip: Slip) -> str:
    return f"{full_day(slip.period_from)} – {full_day(slip.period_to)}"


def calendar(ends: Mapping[str, date]) -> str:
    """Say up to which day slips are due now, by the pay calendar."""
    return _(
        "Whatever was earned and is on no slip yet comes onto one slip a person. By the pay calendar the last month"
        " ended on %(month)s, the last part-time period on %(part)s."
    ) % {
        "month": full_day(ends[Relation.Kind.CONTRACT]),
        "part": full_day(ends[Relation.Kind.PART_TIME]),
    }


def uninsured_answer(count: int) -> str:
    """Say how many people lack the insurance that is paid before the first bag."""
    if not count:
        return _("Everybody who has to be insured is insured.")
    return ngettext(
        "%(count)s person has to be insured before the next bag.",
        "%(count)s people have to be insured before the next bag.",
        count,
    ) % {"count": number(count)}
