"""Verbs on pay that waits, and on the numbers of the law as they hold in this county."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from gongfang.core.action import Act, action
from gongfang.core.errors import Moved, Refused
from gongfang.core.models import Parameter
from gongfang.core.races import one_wins
from gongfang.pay import access
from gongfang.pay.models import Hold
from gongfang.registry.people.models import Relation
from gongfang.registry.places.law import keys, rule_on
from gongfang.ui.formats import full_day


@action(access.may_hold_pay)
def hold_pay(act: Act, relation: Relation, *, reason: str, until: date) -> Hold:
    """Let somebody's pay wait, with a reason and a last day; from that day on it is paid whatever happened."""
    if not reason.strip():
        raise Refused(_("Say why the pay waits. The person reads it."), field="reason")
    days = rule_on("hold_days", act.booked_on)
    last = act.booked_on + timedelta(days=int(days.value) if days else 15)
    if not act.booked_on <= until <= last:
        raise Refused(
            _("Pay waits until %(day)s at the latest. Choose a day before.") % {"day": full_day(last)},
            field="until",
        )
    _end_old(relation, act)
    there = Moved(_("This person's pay waits already."))
    with one_wins("one_running_hold_a_person", there):
        return Hold.objects.create(
            relation=relation,
            reason=reason.strip(),
            placed_by=act.by.user,
            placed_on=act.booked_on,
            until=until,
        )


def _end_old(relation: Relation, act: Act) -> None:
    """A hold that ran out makes room, but not for another right after it: pay is not held by chains of holds."""
    old = Hold.objects.filter(relation=relation, released_on=None, until__lt=act.booked_on)
    old.update(released_on=act.booked_on)
    week = act.booked_on - timedelta(days=7)
    if (
        Hold.objects.filter(relation=relation, until__gte=week, released_by=None)
        .exclude(released_on=None)
        .exists()
    ):
        raise Refused(_("This pay waited a short while ago. Pay it first."), code="held_again")


@action(access.may_handle_hold)
def release_pay(act: Act, hold: Hold) -> Hold:
    """Let pay go on that waited."""
    if hold.released_on is not None:
        raise Moved(_("This pay goes on already."))
    hold.released_by, hold.released_on = act.by.user, act.booked_on
    hold.save(update_fields=["released_by", "released_on"])
    return hold


@action(access.may_set_rule, creates=True)
def set_rule(
    act: Act, nothing: None, *, key: str, value: Any, valid_from: date, document: str, source: str = ""
) -> Parameter:
    """Set a number of the law as it holds in this county from a day on, with its document and source."""
    if key not in keys():
        raise Refused(_("There is no such rule. Choose one of the list."), field="key")
    if not document.strip():
        raise Refused(_("Name the document in which it stands."), field="document")
    _refuse_shape(key, value, act.booked_on)
    if Parameter.objects.filter(key=key, place="", valid_from=valid_from).exists():
        raise Refused(_("A rule already begins on this day. Choose a later day."), field="valid_from")
    written = f"{document.strip()} | {source.strip()}" if source.strip() else document.strip()
    return Parameter.objects.create(
        key=key, place="", value=value, valid_from=valid_from, document=written[:200]
    )


_SHAPES: dict[str, Any] = {
    "minimum_hour": 1, "minimum_month": 1, "advance_most": 1, "hold_days": 1,
    "tax_file_day": 1,
    "accident_insurance": {"month_hao": 1, "who": ""},
    "retirement_age": {"male": 1, "female": 1},
    "pay_period": {"part_time": 1},
    "deduction_permille": {"contract": 1, "employment": 1, "part_time": 1},
    "tax_kind": {"contract": "", "employment": "", "part_time": ""},
    "tax_labour": {"free_hao": 1, "free_upto_hao": 1, "free_permille": 1, "bands": []},
    "tax_wage": {"free_month_hao": 1, "bands": []},
    "agent_reward": {"steps": ((1, 1, 1),)},
}  # fmt: skip


def _refuse_shape(key: str, value: Any, day: date) -> None:
    if _like(value, _SHAPES[key]):
        return
    shown = rule_on(key, day)
    raise Refused(
        _("Write this rule as: %(example)s")
        % {"example": json.dumps(shown.value if shown else _SHAPES[key])},
        field="value",
    )


def _like(value: Any, shape: Any) -> bool:
    if isinstance(shape, int):
        return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53
    if isinstance(shape, dict):
        return (
            isinstance(value, dict)
            and value.keys() == shape.keys()
            and all(_like(value[name], one) for name, one in shape.items())
        )
    if isinstance(shape, list):
        return (
            isinstance(value, list)
            and bool(value)
            and all(_band(row) for row in value)
            and value[-1][0] is None
        )
    if isinstance(shape, tuple):
        return isinstance(value, list) and bool(value) and all(_row(row, shape[0]) for row in value)
    return isinstance(value, type(shape))


def _row(row: Any, shape: tuple[Any, ...]) -> bool:
    return (
        isinstance(row, list)
        and len(row) == len(shape)
        and all(_like(value, one) for value, one in zip(row, shape, strict=True))
    )


def _band(row: Any) -> bool:
    return (
        isinstance(row, list)
        and len(row) == 2
        and (row[0] is None or _like(row[0], 1))
        and _like(row[1], 1)
        and row[1] <= 1000
    )
