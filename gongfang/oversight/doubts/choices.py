"""The county's thresholds for doubtful items in words: what each is called, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from gongfang.core.parameters import Setting
from gongfang.oversight.doubts import parameters as from_here


def thresholds() -> Iterator[tuple[Setting, str, str]]:
    """Return every threshold with its name and its meaning."""
    item = _("Above this it becomes a doubtful item.")
    yield from_here.PEOPLE_A_PHONE, _("People who act for themselves on one phone"), item
    yield (
        from_here.PHONE_DAYS,
        _("Days over which people on one phone are counted"),
        _("Older acts do not count."),
    )
    yield from_here.PEOPLE_A_NUMBER, _("People at work with one telephone number"), item
    yield (
        from_here.OLDEST_YEARS,
        _("Age from which work is doubted, in years"),
        _("From this age on somebody asks."),
    )
    days = _("The same amount once more within these days, without a slip, becomes a doubtful item.")
    yield from_here.SAME_PAY_DAYS, _("Days in which the same pay is doubted"), days
    least = _("From this number on it becomes a doubtful item.")
    yield from_here.SAME_PAY_PEOPLE, _("People paid the same amount again"), least
    yield from_here.SAME_HAND_INS, _("Bags that come in twice alike on one day"), least
    around = _("Hours, allowances and bonuses without any hand-in within these days become a doubtful item.")
    yield from_here.WITHOUT_PIECES_DAYS, _("Days around pay in which pieces are looked for"), around
    yield from_here.CORRECTION_PERMILLE, _("Pay put right upwards, of 1,000 parts of the full rate"), item
    yield from_here.MATERIAL_PERMILLE, _("Pieces beyond their material, of 1,000 parts"), item
    yield from_here.HOURS_A_DAY, _("Hours of work that came out and back on one day"), item
    sure = _("The higher, the surer one must be before an inspector stands apart.")
    yield from_here.CHANCE_ONE_IN, _("Chance may explain it once in so many times"), sure
    yield from_here.LOOP_STEPS, _("Organisations in a ring of fees"), _("Longer rings are not looked for.")
