import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('pay', '0004_margin_advances'),
        ('piecework', '0009_whose_pieces'),
    ]

    operations = [
        migrations.AddField(
            model_name='earning',
            name='mended',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='piecework.inspection'),
        ),
        migrations.AlterField(
            model_name='earning',
            name='kind',
            field=models.CharField(choices=[('hours', 'hours'), ('allowance', 'allowance'), ('bonus', 'bonus'), ('leaving', 'rounded up on leaving'), ('mending', 'mended for somebody else')], max_length=9, verbose_name='kind'),
        ),
        migrations.AddConstraint(
            model_name='earning',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'mending'), _negated=True), ('mended__isnull', False), ('reverses__isnull', False), _connector='OR'), name='mending_was_inspected'),
        ),
    ]
