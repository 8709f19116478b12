"""The homes of the centres: county officer, township, steward, auditor."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gongfang.core import clock
from gongfang.core.members import Member
from gongfang.oversight.doubts.queries import waiting as doubts_waiting
from gongfang.oversight.doubts.wording import waiting as said_of_doubts
from gongfang.pages import queries
from gongfang.pages.homes.home import Door, Home, today, urgent
from gongfang.pages.homes.wording import overdue, pressing, wanting
from gongfang.pay.access import visible_batches
from gongfang.registry.people.access import visible_residents
from gongfang.ui.formats import number
from gongfang.ui.ways import reverse
from gongfang.work.orders.access import visible_lines, visible_orders, visible_samples
from gongfang.work.orders.models import Enquiry, Sample
from gongfang.work.orders.queries import fee_arrears


def officer(member: Member) -> Home:
    """The county centre: what presses, who waits for work, which fees are late."""
    day = clock.today()
    running, press = queries.running(visible_orders(member), day)
    idle = queries.without_work(visible_residents(member)).count()
    late, share = fee_arrears(day).count(), queries.to_share(visible_lines(member)).count()
    asked = Enquiry.objects.filter(stage=Enquiry.Stage.OPEN).count()
    samples = visible_samples(member).filter(stage=Sample.Stage.MADE, approved_by_centre=None).count()
    batches = visible_batches(member).filter(stage="prepared").count()
    doubts = doubts_waiting().count()
    said = (press and pressing(press), idle and wanting(idle), late and overdue(late))
    return Home(
        role=_("County centre"),
        sentence=today(said, calm=_("Today nothing presses. Everybody who wants work has some.")),
        kind=urgent(press or late),
        doors=(
            Door(
                _("Running orders"),
                reverse("orders:list"),
                "box",
                running,
                _("%(n)s due soon or late") % {"n": number(press)} if press else "",
                urgent(press),
            ),
            Door(
                _("Enquiries without a quote"),
                reverse("orders:board"),
                "search",
                asked,
                _("answer within a day"),
            ),
            Door(_("Samples to look at"), reverse("orders:samples"), "check", samples),
            Door(
                _("Lines to share out"),
                reverse("dispatch:lots"),
                "people",
                share,
                wanting(idle) if idle else "",
            ),
            Door(_("Fees"), reverse("orders:invoices"), "clock", late, _("overdue"), urgent(late)),
            Door(_("Payouts"), reverse("pay:batches"), "money", batches, _("to approve")),
            Door(_("Doubtful items"), reverse("oversight:doubts"), "alert", doubts, _("wait for an answer")),
            Door(
                _("All registers"),
                reverse("oversight:registers"),
                "list",
                None,
                _("seven lists, each as a sheet"),
            ),
        ),
    )


def township(member: Member) -> Home:
    """The township centre: the bags of its workshops, and who waits for work."""
    places = queries.places_of(member, "township")
    out, due = queries.bags_in(places, clock.today())
    idle = queries.without_work(visible_residents(member)).count()
    late = ngettext("%(n)s bag should come in", "%(n)s bags should come in", due) % {"n": number(due)}
    return Home(
        role=_("Township centre"),
        sentence=today((due and late, idle and wanting(idle)), calm=_("Today no bag is due.")),
        kind=urgent(due),
        doors=(
            Door(_("Bags out"), reverse("piecework:bags"), "bag", out, late if due else "", urgent(due)),
            Door(_("Work shared out"), reverse("dispatch:lots"), "box"),
            Door(_("People"), reverse("people:residents"), "people", idle, _("want work and have none")),
            Door(_("Workshops"), reverse("people:organisations"), "building"),
        ),
    )


def steward(member: Member) -> Home:
    """The steward: who wishes for work and has none, to be visited."""
    idle = queries.without_work(visible_residents(member)).count()
    return Home(
        role=_("Workshop steward"),
        sentence=today((idle and wanting(idle),), calm=_("Today everybody who wants work has some.")),
        doors=(
            Door(
                _("People"),
                reverse("people:residents"),
                "people",
                idle,
                _("want work and have none: visit them"),
            ),
            Door(_("Workshops"), reverse("people:organisations"), "building"),
        ),
    )


def auditor(member: Member) -> Home:
    """The auditor: everything to read, nothing to change."""
    doubts = doubts_waiting().count()
    calm = _("Every amount leads to its pieces, its bag and its order, and back.")
    return Home(
        role=_("Audit"),
        sentence=said_of_doubts(doubts) if doubts else calm,
        doors=(
            Door(_("Doubtful items"), reverse("oversight:doubts"), "alert", doubts, _("wait for an answer")),
            Door(_("Orders"), reverse("orders:list"), "box", None, _("from the order to each person")),
            Door(_("Slips"), reverse("pay:slips"), "money", None, _("from the amount to the order")),
            Door(_("Bags"), reverse("piecework:bags"), "bag"),
            Door(_("Fees"), reverse("orders:invoices"), "clock"),
            Door(_("People"), reverse("people:residents"), "people"),
            Door(
                _("All registers"),
                reverse("oversight:registers"),
                "list",
                None,
                _("seven lists, each as a sheet"),
            ),
            Door(_("Accounts"), reverse("books"), "check", None, _("do they agree")),
        ),
    )
