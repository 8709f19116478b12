"""Sessions as Django keeps them in the database, read by a statement that is composed once."""

from __future__ import annotations

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from gongfang.core.composed import Composed, Given

_LIVING = Composed(
    lambda: Session.objects.filter(session_key=Given("key"), expire_date__gt=Given("now")).order_by()
)


class SessionStore(db.SessionStore):
    """The same rows, found faster: every page begins with one."""

    def _get_session_from_db(self) -> Session | None:
        found = _LIVING.first(key=self.session_key, now=timezone.now())
        if found is None:
            self._session_key = None
        return found
