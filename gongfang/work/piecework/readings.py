"""Inspection points: what was looked at or measured, and whether it lies within its bounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from django.utils.translation import gettext as _

from gongfang.core.errors import Refused
from gongfang.work.orders.models import InspectionPoint


class Said(Protocol):
    """What a verdict tells of its readings."""

    @property
    def readings(self) -> Mapping[str, bool | int]: ...
    @property
    def photos(self) -> Mapping[str, str]: ...
    @property
    def accepted(self) -> int: ...
    @property
    def pieces(self) -> int: ...
    @property
    def by_hand(self) -> bool: ...
    @property
    def reason(self) -> str: ...


def passes(point: InspectionPoint, reading: bool | int) -> bool:
    """Say whether a reading is as the sealed sample asks."""
    if point.kind != InspectionPoint.Kind.NUMERIC:
        return reading is True
    return (point.low or 0) <= int(reading) <= (point.high or 0)


def _missing(point: InspectionPoint, verdict: Said) -> bool:
    """Say whether a point was left out; one to be photographed needs its photo, too."""
    no = str(point.no)
    without_photo = point.kind == InspectionPoint.Kind.PHOTO and not verdict.photos.get(no)
    return no not in verdict.readings or without_photo


def refuse_readings(points: Sequence[InspectionPoint], verdict: Said) -> None:
    """Refuse a verdict that leaves a point out, or accepts everything although one is out of bounds."""
    failed = []
    for point in points:
        if _missing(point, verdict):
            raise Refused(
                _("“%(point)s” was not looked at. Enter it before you give your verdict.") % {"point": point},
                code="missing_point",
                field="readings",
            )
        if not passes(point, verdict.readings[str(point.no)]):
            failed.append(point)
    if failed and verdict.accepted == verdict.pieces and not (verdict.by_hand and verdict.reason.strip()):
        raise Refused(
            _("“%(point)s” is not as the sample. Reject or rework pieces, or pass them by hand and say why.")
            % {"point": failed[0]},
            code="out_of_bounds",
            field="readings",
        )
