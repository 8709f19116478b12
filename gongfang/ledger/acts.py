"""Every transfer belongs to an act that was written down, every act to a receipt: nothing is done without a trace."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from gongfang.core.models import Entry
from gongfang.core.receipts import torn
from gongfang.ledger.models import Transfer
from gongfang.ledger.reconcile import Difference, check


@check("acts")
def acts() -> Iterator[Difference]:
    """Compare transfers with the audit lines of their acts, and those with the receipts."""
    written = Entry.objects.filter(act=OuterRef("txn"))
    for txn in (
        Transfer.objects.filter(~Exists(written)).order_by("txn").values_list("txn", flat=True).distinct()
    ):
        yield Difference(_("Audit line of the transfers"), _where(txn, ""), 1, 0)
    for one in torn():
        if one.lines is None:
            yield Difference(_("Receipt of the act"), _where(one.act, one.verb), 1, 0)
        else:
            yield Difference(_("Audit lines of the act"), _where(one.act, one.verb), one.lines, one.found)


def _where(act: object, verb: str) -> str:
    return _("act %(act)s %(verb)s") % {"act": act, "verb": verb}
