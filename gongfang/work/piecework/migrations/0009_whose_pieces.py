"""A hand-in says whose pieces it brings, and pieces to be mended may be with somebody else."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def whose(apps: Any, editor: Any) -> None:
    """Until now whoever took the bag made every piece of it."""
    bags = apps.get_model("piecework", "Bag").objects.filter(pk=OuterRef("bag"))
    rows = apps.get_model("piecework", "HandIn").objects.filter(relation=None)
    rows.update(relation=Subquery(bags.values("lot__relation")[:1]))
    editor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # nothing is pending when the column is tightened


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0003_covers'),
        ('piecework', '0008_materials'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Mending',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('pieces', models.PositiveIntegerField()),
                ('back', models.PositiveIntegerField(default=0)),
                ('returned', models.PositiveIntegerField(default=0)),
                ('mend_hao', models.PositiveBigIntegerField()),
                ('given_on', models.DateField()),
                ('bag', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mendings', to='piecework.bag')),
                ('first', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.relation')),
                ('given_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('relation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.relation')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('pieces__gt', django.db.models.expressions.CombinedExpression(models.F('back'), '+', models.F('returned')))), fields=['bag'], name='mending_under_way')],
                'constraints': [models.CheckConstraint(condition=models.Q(('pieces__gt', 0), ('pieces__gte', django.db.models.expressions.CombinedExpression(models.F('back'), '+', models.F('returned')))), name='a_mending_never_grows'), models.CheckConstraint(condition=models.Q(('relation', models.F('first')), _negated=True), name='another_mends')],
            },
        ),
        migrations.AddField(
            model_name='handin',
            name='relation',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.relation'),
        ),
        migrations.AddField(
            model_name='handin',
            name='mending',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='piecework.mending'),
        ),
        migrations.RunPython(whose, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='handin',
            name='relation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.relation'),
        ),
        migrations.AddConstraint(
            model_name='handin',
            constraint=models.CheckConstraint(condition=models.Q(('mending', None), ('mended', True), _connector='OR'), name='only_mended_pieces_are'),
        ),
    ]
