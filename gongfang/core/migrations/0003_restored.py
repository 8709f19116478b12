from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0002_throttle'),
    ]

    operations = [
        migrations.AddField('continuity', 'restored_at', models.DateTimeField(null=True)),
        migrations.AddField('continuity', 'copy_made_at', models.DateTimeField(null=True)),
    ]
