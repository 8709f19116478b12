from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0007_stores")]

    operations = [
        migrations.AddField(
            model_name="step",
            name="method",
            field=models.CharField(
                choices=[("hand", "by hand"), ("machine", "by machine")], default="hand", max_length=7
            ),
        ),
    ]
