"""The enterprise's home: its quotes, samples, orders and bills."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gongfang.core.members import Member
from gongfang.pages.homes.home import Door, Home, Main, today
from gongfang.ui.formats import day, number
from gongfang.ui.ways import reverse
from gongfang.work.orders.access import visible_invoices, visible_orders, visible_quotes, visible_samples
from gongfang.work.orders.models import Invoice, Order, Quote, Sample
from gongfang.work.piecework.access import visible_deliveries


def buyer(member: Member) -> Home:
    """The buyer: what waits for an answer, which orders run and until when, what is to be paid."""
    quotes = visible_quotes(member).filter(stage=Quote.Stage.SENT).count()
    samples = visible_samples(member).filter(stage=Sample.Stage.MADE, approved_by_enterprise=None).count()
    running = list(
        visible_orders(member).filter(stage=Order.Stage.OPEN).order_by("due").values_list("due", flat=True)
    )
    bills = visible_invoices(member).filter(stage=Invoice.Stage.OPEN).count()
    unsigned = visible_deliveries(member).filter(signed_on=None).count()
    said = (
        quotes
        and ngettext("%(n)s quote waits for your answer", "%(n)s quotes wait for your answer", quotes)
        % {"n": number(quotes)},
        samples
        and ngettext("%(n)s sample waits for your word", "%(n)s samples wait for your word", samples)
        % {"n": number(samples)},
        unsigned
        and ngettext(
            "%(n)s delivery waits for your signature", "%(n)s deliveries wait for your signature", unsigned
        )
        % {"n": number(unsigned)},
    )
    calm = (
        _("%(n)s of your orders are being made.") % {"n": number(len(running))}
        if running
        else _("None of your orders is running. Ask for a quote; you have it within a day.")
    )
    due = _("the first is due on %(day)s") % {"day": day(running[0])} if running else ""
    return Home(
        role=_("Enterprise"),
        sentence=today(said, calm=calm),
        main=None if quotes or samples else Main(_("Ask for a quote"), reverse("orders:enquire"), "plus"),
        doors=(
            Door(_("Enquiries and quotes"), reverse("orders:board"), "search", quotes),
            Door(_("Samples"), reverse("orders:samples"), "check", samples),
            Door(_("Your orders"), reverse("orders:list"), "box", len(running), due),
            Door(_("Deliveries"), reverse("piecework:deliveries"), "truck", unsigned),
            Door(_("Bills"), reverse("orders:invoices"), "money", bills),
        ),
    )
