from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("piecework", "0009_whose_pieces")]

    operations = [
        migrations.AddIndex(
            model_name="bag",
            index=models.Index(fields=["status", "-id"], name="bag_by_status"),
        ),
    ]
