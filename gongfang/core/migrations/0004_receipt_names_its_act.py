from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0003_restored'),
    ]

    operations = [
        migrations.AddField('receipt', 'act', models.UUIDField(null=True)),
        migrations.AddField('receipt', 'entries', models.PositiveIntegerField(db_default=0)),
    ]
