from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("counties", "0002_clock_shift")]

    operations = [
        migrations.AddField("county", "resting_since", models.DateTimeField(null=True)),
        migrations.AddField("county", "cell", models.CharField(blank=True, default="", max_length=200)),
    ]
