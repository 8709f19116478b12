"""A stocktake's difference may stand below zero, as the world's side of things does: more was found than was booked.

The functions are those of 0003 with one purpose more.
"""

from importlib import import_module

from django.db import migrations, models
from django.db.models import Q

_before = import_module("gongfang.ledger.migrations.0003_posting")
BELOW_ZERO = "('cost', 'difference', 'making', 'outside', 'overpaid')"


def _wider(function: str) -> str:
    """Return the text of a function of 0003 that knows the new purpose."""
    return function.replace(_before.BELOW_ZERO, BELOW_ZERO).replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_posting")]

    operations = [
        migrations.RemoveConstraint("account", "ledger_no_overdraft"),
        migrations.AddConstraint(
            "account",
            models.CheckConstraint(
                condition=Q(balance__gte=0)
                | Q(purpose__in=("cost", "difference", "making", "outside", "overpaid")),
                name="ledger_no_overdraft",
            ),
        ),
        *(
            migrations.RunSQL(_wider(function), migrations.RunSQL.noop)
            for function in (_before.MOVE, _before.POST_MANY, _before.POST)
        ),
        migrations.RunSQL(_before.BIND, migrations.RunSQL.noop),
        migrations.RunSQL(_before.KEPT, migrations.RunSQL.noop),
    ]
