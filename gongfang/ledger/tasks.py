"""The ledger's task of the night: seal the day before in every county."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import timedelta

from procrastinate.contrib.django import app

from gongfang.core import clock
from gongfang.core.action import By
from gongfang.core.errors import Moved
from gongfang.core.models import User
from gongfang.core.tasks import counties, visit
from gongfang.ledger.actions import sign_checkpoint

log = logging.getLogger(__name__)


@app.periodic(cron="10 0 * * *")
@app.task(name="seal_day", queueing_lock="seal_day")
def seal_day(timestamp: int) -> None:
    """Sign the checkpoint of the day that has just ended, county by county."""
    for schema in counties():
        with visit(schema):
            system = User.objects.filter(is_system=True).first()
            if system is None:
                log.warning("County %s has no system user yet; its day is not sealed.", schema)
                continue
            with suppress(Moved):  # the day was sealed before: the queue may call twice
                sign_checkpoint(By(system, "task"), clock.today() - timedelta(days=1))
