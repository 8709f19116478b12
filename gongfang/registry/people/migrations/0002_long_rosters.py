import django.db.models.deletion
from django.db import migrations, models

import gongfang.core.secrets


class Migration(migrations.Migration):
    dependencies = [("core", "0002_throttle"), ("people", "0001_initial"), ("places", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="rosterimport",
            name="place",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="places.division",
            ),
        ),
        migrations.AddField(
            model_name="rosterimport",
            name="job",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.job"
            ),
        ),
        migrations.AddField(
            model_name="rosterimport",
            name="kept",
            field=gongfang.core.secrets.EncryptedField(kind="text", null=True),
        ),
        migrations.AlterField(
            model_name="rosterimport",
            name="outcome",
            field=models.CharField(
                choices=[
                    ("waiting", "being worked through"),
                    ("stopped", "stopped"),
                    ("taken", "taken in"),
                    ("refused", "returned with problems"),
                ],
                max_length=7,
                verbose_name="outcome",
            ),
        ),
    ]
