"""The maker's home: my work, my money, read it to me."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gongfang.core import clock
from gongfang.core.members import Member
from gongfang.pages.homes.home import Door, Home, Main, today
from gongfang.pay.queries import money_to, unconfirmed_advances
from gongfang.registry.people.models import Resident
from gongfang.ui.formats import day, number, yuan
from gongfang.ui.ways import reverse
from gongfang.work.dispatch.models import Offer
from gongfang.work.dispatch.queries import open_lots_of
from gongfang.work.piecework.models import Bag
from gongfang.work.piecework.queries import unconfirmed, unconfirmed_give_backs


def maker(member: Member) -> Home:
    """What a person holds to make, until when, what they are asked, and the way to their money."""
    person = Resident(pk=member.resident_id)
    lots = list(open_lots_of(person))
    asked = Offer.objects.filter(maker=person, stage=Offer.Stage.OPEN, expires_at__gt=clock.now()).count()
    unsure = sum(lot.provisional for lot in lots) + unconfirmed(person.pk).count()
    unsure += unconfirmed_give_backs(person.pk).count() + unconfirmed_advances(person).count()
    bags = list(Bag.objects.filter(lot__maker=person, stage=Bag.Stage.OUT))
    to_make = [(lot.pieces - lot.issued, lot.due) for lot in lots if lot.pieces > lot.issued]
    to_make += [(bag.at_home + bag.rework, bag.due) for bag in bags if bag.at_home or bag.rework]
    pieces = sum(count for count, _due in to_make)
    said = (
        pieces
        and _("you have %(n)s pieces to make, until %(day)s")
        % {
            "n": number(pieces),
            "day": day(min(due for _count, due in to_make)),
        },
        asked
        and ngettext("%(n)s offer waits for your yes or no", "%(n)s offers wait for your yes or no", asked)
        % {"n": number(asked)},
        unsure
        and ngettext(
            "%(n)s entry made for you waits for your yes",
            "%(n)s entries made for you wait for your yes",
            unsure,
        )
        % {"n": number(unsure)},
    )
    return Home(
        role=_("My work"),
        sentence=today(said, calm=_("You have nothing to make. Look which work there is.")),
        main=Main(_("Work there is"), reverse("dispatch:work"), "needle"),
        aloud=True,
        doors=(
            Door(_("My money"), reverse("pay:my_money"), "money", None, _money(person)),
            Door(_("My bags"), reverse("piecework:mine"), "bag", len(bags)),
            Door(
                _("About me"),
                reverse("people:me"),
                "person",
                None,
                _("who looked, what I wish"),
            ),
        ),
    )


def _money(person: Resident) -> str:
    money = money_to(person)
    coming = money.owed + money.transit
    return _("%(amount)s to come") % {"amount": yuan(coming)} if coming else ""
