"""What the pages of this room do alike: name the people a list shows."""

from __future__ import annotations

from collections.abc import Iterable

from gongfang.core.doors import Visit
from gongfang.work.dispatch.web.names import names
from gongfang.work.piecework.models import Bag


def makers(request: Visit, bags: Iterable[Bag], *, page: str) -> dict[int, str]:
    """Return by bag under which name its maker stands on a page, and write down that they were seen there."""
    rows = [(bag.pk, bag.lot.maker) for bag in bags if bag.lot.maker]
    known = names(request.member, [maker for _bag, maker in rows], page=page)
    return {bag: known[maker.pk] for bag, maker in rows}
