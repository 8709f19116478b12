"""What the queue does for people: at night, forget whose pace nothing has shown for a year."""

from __future__ import annotations

from procrastinate.contrib.django import app

from gongfang.core.action import By
from gongfang.core.models import User
from gongfang.core.tasks import counties, visit
from gongfang.registry.people.actions import forget_idle_paces


@app.periodic(cron="40 2 * * *")
@app.task(name="forget_paces", queueing_lock="forget_paces")
def forget_paces(timestamp: int) -> None:
    """Forget idle paces in every county."""
    for schema in counties():
        with visit(schema):
            system = User.objects.filter(is_system=True).first()
            if system:  # a county that is still being founded has nobody yet
                forget_idle_paces(By(system, "task"), None)
