"""What is wrong with pieces, by kind: of a product's step, never of a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from django.utils.translation import gettext as _

from gongfang.core.errors import Refused
from gongfang.work.dispatch.models import Lot
from gongfang.work.orders.models import DefectKind
from gongfang.work.piecework.models import Defect, Inspection


class Said(Protocol):
    """What a verdict tells of its defects."""

    @property
    def hand_in_id(self) -> int: ...
    @property
    def bad(self) -> int: ...
    @property
    def reason(self) -> str: ...
    @property
    def defects(self) -> Mapping[int, int]: ...


def kinds_of(rows: Sequence[Said]) -> Mapping[int, DefectKind]:
    """Return the kinds of defects named by verdicts, by their ids; one off the list is not there any more."""
    named = {kind for row in rows for kind in row.defects}
    return DefectKind.objects.filter(retired_on=None, pk__in=named).in_bulk() if named else {}


def refuse_defects(lot: Lot, row: Said, known: Mapping[int, DefectKind]) -> None:
    """Refuse a defect of another work, or more pieces with it than are set aside."""
    if not row.defects:
        return
    product = lot.step.version.product_id
    for key, pieces in row.defects.items():
        kind = known.get(key)
        if kind is None or (kind.product_id, kind.step_no) != (product, lot.step.no):
            raise Refused(
                _("This defect is not on the list of this work. Choose one that is."), field="defects"
            )
        if not 1 <= pieces <= row.bad:
            raise Refused(
                _("%(bad)s pieces are to be mended or rejected. “%(kind)s” cannot be on more of them.")
                % {"bad": row.bad, "kind": kind},
                field="defects",
            )


def reason_of(row: Said, known: Mapping[int, DefectKind]) -> str:
    """Return what was wrong as the inspector wrote it, or as the defects say it."""
    return row.reason.strip() or _(", ").join(str(known[key]) for key in row.defects)[:200]


def keep_defects(said: Sequence[Inspection], rows: Sequence[Said]) -> None:
    """Write the defects of each inspection down."""
    by_hand_in = {row.hand_in_id: row for row in rows}
    Defect.objects.bulk_create(
        Defect(inspection=inspection, kind_id=kind, pieces=pieces)
        for inspection in said
        for kind, pieces in by_hand_in[inspection.hand_in_id].defects.items()
    )
