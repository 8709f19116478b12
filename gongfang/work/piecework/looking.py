"""How closely a hand-in is looked at: by the plan of its step and the record of the product's own hand-ins."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils.translation import gettext as _

from gongfang.core.errors import Refused
from gongfang.engines.sampling import (
    EVERY,
    FAR_BACK,
    NORMAL,
    SKIPPED,
    TIGHTENED,
    Past,
    Single,
    good_in_a_row,
    next_severity,
    score,
    single,
)
from gongfang.work.dispatch.models import Lot
from gongfang.work.orders.models import InspectionPlan
from gongfang.work.orders.queries import inspection_plans
from gongfang.work.piecework.models import HandIn, Inspection


@dataclass(frozen=True)
class Asked:
    """How a hand-in is to be looked at: how closely, how many pieces, and with how many bad ones it still passes.

    `severity` is empty where no sample is drawn; that of a skipped hand-in holds if a bad piece shows all the same.
    """

    pieces: int
    plan: InspectionPlan | None = None
    severity: str = ""
    single: Single | None = None
    skipped: bool = False

    @property
    def size(self) -> int:
        """The pieces to be looked at."""
        if self.skipped:
            return 0
        return self.single.size if self.single and self.severity != EVERY else self.pieces


@dataclass(frozen=True)
class Looked:
    """What became of it: what the inspection row keeps."""

    plan: InspectionPlan | None = None
    severity: str = ""
    looked: int | None = None
    found: int | None = None
    passed: bool | None = None


@dataclass(frozen=True)
class Told:
    """What a verdict says of its sample."""

    pieces: int
    accepted: int
    bad: int
    looked: int | None
    found: int | None


class Records:
    """The plans in force and the records of their products, read once for a whole sack of hand-ins."""

    def __init__(self, lots: Iterable[Lot], day: date) -> None:
        self._plans = inspection_plans({lot.step_id for lot in lots}, day)
        self._past: dict[int, list[Past]] = {}

    def asked(self, hand_in: HandIn, lot: Lot) -> Asked:
        """Say how a hand-in is to be looked at now; of mended pieces each one."""
        plan = self._plans.get(lot.step_id)
        if plan is None or plan.kind == InspectionPlan.Kind.EVERY or hand_in.mended:
            return Asked(hand_in.pieces)
        past = self._record(plan)
        severity = next_severity(past)
        drawn = single(
            hand_in.pieces,
            level=plan.level,
            aql=plan.aql,
            severity=TIGHTENED if severity == EVERY else severity,
        )
        return Asked(hand_in.pieces, plan, severity, drawn, skipped=_skips(plan, past, hand_in.pk))

    def keep(self, said: Looked, pieces: int) -> None:
        """Add what was just said to the record, for the next hand-in of the same sack."""
        if said.plan is not None and said.passed is not None:
            self._record(said.plan).append(_past(said.plan, said.severity, pieces, said.found, said.passed))

    def _record(self, plan: InspectionPlan) -> list[Past]:
        if plan.pk not in self._past:
            rows = Inspection.objects.filter(plan=plan, passed__isnull=False).exclude(severity="")
            told = rows.order_by("-pk").values_list("severity", "hand_in__pieces", "found", "passed")[
                :FAR_BACK
            ]
            self._past[plan.pk] = [_past(plan, *row) for row in reversed(told)]
        return self._past[plan.pk]


def _past(plan: InspectionPlan, severity: str, pieces: int, found: int | None, passed: bool | None) -> Past:
    found, passed = found or 0, bool(passed)
    if severity == NORMAL:
        return Past(severity, passed, score(pieces, level=plan.level, aql=plan.aql, found=found))
    if severity in (EVERY, TIGHTENED):
        return Past(severity, passed)
    drawn = single(pieces, level=plan.level, aql=plan.aql, severity=severity)
    return Past(severity, passed, close=found > drawn.accept)


def _skips(plan: InspectionPlan, past: Sequence[Past], key: int) -> bool:
    """Say whether a good record spares this one; which it is cannot be foreseen without the county's key."""
    if plan.kind != InspectionPlan.Kind.SKIP or plan.skip_after is None or plan.one_in is None:
        return False
    drawn = hmac.digest(settings.HASH_KEY, f"skip {key}".encode(), "sha256")
    return good_in_a_row(past) >= plan.skip_after and int.from_bytes(drawn[:8]) % plan.one_in != 0


def looked(asked: Asked, told: Told) -> Looked:
    """Check what a verdict says of its sample against what was asked, and return what is kept of it."""
    whole = told.looked is None or told.looked >= told.pieces
    if asked.severity == "" or asked.single is None:
        _refuse_less(told, told.pieces)
        return Looked()
    if asked.skipped and not told.bad:
        return Looked(asked.plan, SKIPPED, told.looked or 0)
    if whole and told.found is None and asked.severity != EVERY:
        return Looked(asked.plan)  # each piece was looked at: that says nothing about a sample
    size = asked.pieces if asked.severity == EVERY else asked.single.size
    _refuse_less(told, size)
    found = told.bad if told.found is None else told.found
    _refuse_found(told, found)
    passed = asked.single.passes(found)
    if not passed and not whole and told.accepted:
        raise Refused(_too_bad(found, size), code="look_at_all", field="found")
    return Looked(asked.plan, asked.severity, told.pieces if whole else told.looked, found, passed)


def _refuse_less(told: Told, size: int) -> None:
    if told.looked is not None and told.looked < size:
        raise Refused(
            _("%(size)s pieces of this hand-in are to be looked at. Draw as many, then give your verdict.")
            % {"size": size},
            code="looked_at_too_few",
            field="found",
        )


def _refuse_found(told: Told, found: int) -> None:
    if not 0 <= found <= told.bad:
        raise Refused(
            _("Each bad piece you found is either to be mended or rejected. Correct the numbers."),
            field="found",
        )


def _too_bad(found: int, size: int) -> str:
    return _(
        "%(found)s of the %(size)s pieces you drew are bad, more than the plan allows. Look at every piece, or send"
        " all of them back."
    ) % {"found": found, "size": size}


def names_of_severity() -> Mapping[str, str]:
    """Return how closely a hand-in is looked at, in words."""
    return {
        "normal": _("normal inspection"),
        "tightened": _("tightened inspection"),
        "reduced": _("reduced inspection"),
        EVERY: _("every piece, until five in a row are good"),
        SKIPPED: _("not looked at, because the record is good"),
    }
