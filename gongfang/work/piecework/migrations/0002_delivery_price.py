from typing import Any

from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def priced(apps: Any, editor: Any) -> None:
    """What went out before lines could change their price went out at the line's price."""
    line = apps.get_model("orders", "OrderLine").objects.filter(pk=OuterRef("line"))
    deliveries = apps.get_model("piecework", "Delivery").objects.all()
    deliveries.update(fee_hao=Subquery(line.values("fee_hao")[:1]))


class Migration(migrations.Migration):
    dependencies = [
        ("piecework", "0001_initial"),
        ("orders", "0002_amendments"),
    ]

    operations = [
        migrations.AddField(
            model_name="delivery",
            name="fee_hao",
            field=models.PositiveBigIntegerField(default=0),
            preserve_default=False,
        ),
        migrations.RunPython(priced, migrations.RunPython.noop),
    ]
