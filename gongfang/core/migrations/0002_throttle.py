from django.db import migrations

from gongfang.core.throttle import CREATE_THROTTLE, DROP_THROTTLE


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [migrations.RunSQL(CREATE_THROTTLE, DROP_THROTTLE)]
