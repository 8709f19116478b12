"""The list for the tax office leaves with names and numbers in full: an act of its own, every look written down."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from gongfang.core.action import Act, action
from gongfang.core.errors import Refused
from gongfang.pay import access
from gongfang.pay.withheld import filing
from gongfang.registry.people import actions as people
from gongfang.registry.people.models import Organisation


@action(access.may_take_out_tax_list)
def take_out_tax_list(act: Act, operator: Organisation, *, month: date) -> Organisation:
    """Take out what the operator files for a month; each look is written where the person can read it."""
    found = filing(operator, month)
    if not found.rows:
        raise Refused(
            _("Nobody has a slip of this month. Choose another month."), code="empty", field="month"
        )
    purpose = _("Tax list of %(month)s") % {"month": f"{found.month:%Y-%m}"}
    residents = [row.relation.resident_id for row in found.rows]
    people.write_looks(act, residents, purpose=purpose, page="tax_list")
    return operator
