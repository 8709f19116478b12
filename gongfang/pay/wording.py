"""How slips, payouts and batches are said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gongfang.pay.models import Payout, PayoutBatch, Slip
from gongfang.pay.queries import BagPay, Money
from gongfang.ui.formats import day, full_day, number, pieces, yuan
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
    """Return how a slip stands: to be paid, on its way, paid."""
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
    facts = {"amount": yuan(slip.gross_hao), "day": day(slip.period_to)}
    payout = slip.payout
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


def spoken(bags: Sequence[BagPay]) -> str:
    """Say a slip bag by bag, to be read out."""
    said = [
        _("%(pieces)s of %(product)s, %(amount)s")
        % {
            "pieces": pieces(bag.pieces),
            "product": bag.bag.lot.line.version.product.name,
            "amount": yuan(bag.amount_hao),
        }
        for bag in bags
    ]
    return _("%(rows)s.") % {"rows": _("; ").join(said)} if said else ""


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
