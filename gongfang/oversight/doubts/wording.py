"""Each doubtful item in one plain sentence: what was found, never who is to blame."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gongfang.oversight.models import Doubt
from gongfang.ui.formats import full_day, number, rate, yuan
from gongfang.ui.parts import Tag

Facts = Mapping[str, Any]


def title(kind: str) -> str:
    """Name a kind of doubtful item."""
    return _titles().get(kind, kind)


def kinds() -> list[tuple[str, str]]:
    """Return every kind with its name, to choose from."""
    return sorted(_titles().items(), key=lambda one: one[1])


def _titles() -> dict[str, str]:
    return {
        "shared_card": _("One card for two people"),
        "shared_account": _("One account for two organisations"),
        "margin_card": _("A margin on a maker's card"),
        "ghost": _("Paid without a trace of one's own"),
        "one_phone": _("Many people on one phone"),
        "one_number": _("Many people with one telephone number"),
        "double": _("In the register twice"),
        "very_old": _("Older than people who work"),
        "after_death": _("After a death"),
        "passes_all": _("Hardly anything found at inspection"),
        "own_inspection": _("Inspected by one's own hand"),
        "hand_in_again": _("A list of hand-ins sent again"),
        "key_reused": _("Sent again with other content"),
        "too_much_a_day": _("More than a day is long enough for"),
        "without_material": _("Pieces without material"),
        "unusual_loss": _("An unusual loss of dear material"),
        "pay_without_pieces": _("Pay without pieces"),
        "pay_beyond_pieces": _("Pay for more than was accepted"),
        "batch_again": _("Paid again without a slip"),
        "sheet_again": _("A bank sheet taken out again"),
        "own_pay": _("One's own pay"),
        "both_sides": _("A post on both sides of a contract"),
        "fee_loop": _("Fees in a ring"),
    }


def sentence(doubt: Doubt) -> str:
    """Say in one sentence what does not fit together."""
    say = _SENTENCES.get(doubt.kind)
    return say(doubt.facts) if say else title(doubt.kind)


def _shared_card(facts: Facts) -> str:
    return _("One bank card was the card of %(n)s people, one after the other.") % {"n": facts["people"]}


def _shared_account(facts: Facts) -> str:
    return _("The margins of %(n)s organisations went to one and the same account.") % {
        "n": facts["organisations"]
    }


def _margin_card(facts: Facts) -> str:
    return _("The margin of an organisation goes to the card of somebody who has no post there.")


def _ghost(facts: Facts) -> str:
    return _(
        "%(yuan)s were paid to somebody of whom there is no login, no badge tap and no confirmed hand-in."
    ) % {"yuan": yuan(facts["paid_fen"] * 100)}


def _one_phone(facts: Facts) -> str:
    return _("%(n)s people acted for themselves on one and the same phone.") % {"n": facts["people"]}


def _one_number(facts: Facts) -> str:
    return _("%(n)s people who work here gave one and the same telephone number.") % {"n": facts["people"]}


def _double(facts: Facts) -> str:
    return _(
        "%(n)s people of one village have the same name and date of birth, but different identity numbers."
    ) % {"n": facts["people"]}


def _very_old(facts: Facts) -> str:
    return _("Work was taken or paid for somebody who would be %(age)s years old.") % {"age": facts["age"]}


def _after_death(facts: Facts) -> str:
    return ngettext(
        "After the day on the list of deaths, %(n)s entry was made in the person's name.",
        "After the day on the list of deaths, %(n)s entries were made in the person's name.",
        facts["acts"],
    ) % {"n": facts["acts"]}


def _passes_all(facts: Facts) -> str:
    return (
        _(
            "Of “%(product)s”, one inspector found something wrong in %(found)s of %(looked)s hand-ins; all others in"
            " %(others_found)s of %(others)s. Chance hardly explains that."
        )
        % facts
    )


def _own_inspection(facts: Facts) -> str:
    return ngettext(
        "At %(place)s, %(n)s hand-in was inspected by whoever issued or made it.",
        "At %(place)s, %(n)s hand-ins were inspected by whoever issued or made them.",
        facts["number"],
    ) % {"n": facts["number"], "place": facts["place"]}


def _hand_in_again(facts: Facts) -> str:
    return _("On %(day)s, %(bags)s bags came in twice at one desk with the same number of pieces.") % {
        "day": _day(facts), "bags": facts["bags"],
    }  # fmt: skip


def _key_reused(facts: Facts) -> str:
    return ngettext(
        "Something sent before came again with other content and was refused, %(n)s time.",
        "Something sent before came again with other content and was refused, %(n)s times.",
        facts["times"],
    ) % {"n": facts["times"]}


def _too_much_a_day(facts: Facts) -> str:
    return _(
        "On %(day)s, %(pieces)s pieces of one person went out and came back: %(hours)s hours of work at the usual pace."
    ) % {"day": _day(facts), "pieces": number(facts["pieces"]), "hours": facts["hours"]}


def _without_material(facts: Facts) -> str:
    return _("Bag %(bag)s brought %(pieces)s pieces; its material was enough for %(enough)s.") % facts


def _unusual_loss(facts: Facts) -> str:
    return _("Of the %(material)s in bag %(bag)s, worth %(yuan)s, %(percent)s in a hundred are missing.") % {
        "material": facts["material"], "bag": facts["bag"], "yuan": yuan(facts["hao"]),
        "percent": facts["permille"] // 10,
    }  # fmt: skip


def _pay_without_pieces(facts: Facts) -> str:
    return _(
        "%(yuan)s of hours, allowances or bonuses were approved for somebody who brought no pieces near that time."
    ) % {"yuan": yuan(facts["hao"])}


def _pay_beyond_pieces(facts: Facts) -> str:
    if "hao" in facts:
        return _(
            "A correction raises the pay of a hand-in of %(pieces)s pieces at %(rate)s yuan each to %(yuan)s."
        ) % {"pieces": facts["pieces"], "rate": rate(facts["rate"]), "yuan": yuan(facts["hao"])}
    return _("A slip pays %(paid)s pieces of a hand-in of which %(pieces)s were accepted.") % facts


def _batch_again(facts: Facts) -> str:
    return (
        _(
            "Batch %(batch)s pays %(people)s people the same amount as shortly before, and no slip stands behind it."
        )
        % facts
    )


def _sheet_again(facts: Facts) -> str:
    return _("The bank sheet of batch %(batch)s was taken out %(times)s times, on different days.") % facts


def _own_pay(facts: Facts) -> str:
    return ngettext(
        "Somebody wrote down, approved or handed over %(n)s payment to themselves.",
        "Somebody wrote down, approved or handed over %(n)s payments to themselves.",
        facts["number"],
    ) % {"n": facts["number"]}


def _both_sides(facts: Facts) -> str:
    return _("The same person has a post on both sides of contract %(contract)s.") % facts


def _fee_loop(facts: Facts) -> str:
    return _("Fees and margins go round in a ring: %(way)s.") % facts


_SENTENCES: Mapping[str, Callable[[Facts], str]] = {
    "shared_card": _shared_card,
    "shared_account": _shared_account,
    "margin_card": _margin_card,
    "ghost": _ghost,
    "one_phone": _one_phone,
    "one_number": _one_number,
    "double": _double,
    "very_old": _very_old,
    "after_death": _after_death,
    "passes_all": _passes_all,
    "own_inspection": _own_inspection,
    "hand_in_again": _hand_in_again,
    "key_reused": _key_reused,
    "too_much_a_day": _too_much_a_day,
    "without_material": _without_material,
    "unusual_loss": _unusual_loss,
    "pay_without_pieces": _pay_without_pieces,
    "pay_beyond_pieces": _pay_beyond_pieces,
    "batch_again": _batch_again,
    "sheet_again": _sheet_again,
    "own_pay": _own_pay,
    "both_sides": _both_sides,
    "fee_loop": _fee_loop,
}


def _day(facts: Facts) -> str:
    return full_day(date.fromisoformat(facts["day"]))


def waiting(count: int) -> str:
    """Say how many items wait for an answer."""
    if not count:
        return _("No doubtful item waits for an answer.")
    return ngettext(
        "%(n)s doubtful item waits for an answer.", "%(n)s doubtful items wait for an answer.", count
    ) % {"n": number(count)}


def searched(result: Mapping[str, Any]) -> str:
    """Say what a search has found."""
    new = result.get("new", 0)
    if not new:
        return _("The search found nothing new.")
    return ngettext("The search found %(n)s new item.", "The search found %(n)s new items.", new) % {
        "n": number(new)
    }


def tag(doubt: Doubt) -> Tag:
    """Show how an item stands."""
    return Tag(doubt.get_stage_display(), "act" if doubt.is_open else "done")
