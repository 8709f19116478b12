"""Doubtful items: what somebody of the county centre should look into, and what came of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gongfang.core.models import User


class Doubt(models.Model):
    """Rows that do not fit together, found by one search, until somebody explains them or puts them right.

    It is about rows and never about a person: it names no resident, nothing below oversight can read it, and no pay,
    work or right changes because of it. `subject` is what the search finds it by again; `hands` are the logins that
    had a part in the rows and therefore do not answer for them.
    """

    class Stage(models.TextChoices):
        OPEN = "open", _("waits for an answer")
        EXPLAINED = "explained", _("explained")
        PUT_RIGHT = "put_right", _("put right")

    kind = models.CharField(max_length=24)
    subject = models.CharField(max_length=80)
    rows = models.JSONField(default=list)
    facts = models.JSONField(default=dict)
    hands = models.JSONField(default=list)
    before = models.ForeignKey("self", on_delete=models.PROTECT, related_name="+", null=True)
    found_on = models.DateField()
    seen_on = models.DateField()
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    stage = models.CharField(max_length=9, choices=Stage, default=Stage.OPEN)
    reason = models.CharField(max_length=400, blank=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    answered_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"], condition=Q(stage="open"), name="one_open_doubt_of_a_subject"
            ),
            models.CheckConstraint(
                condition=Q(stage="open")
                | ~Q(reason="") & Q(answered_by__isnull=False, answered_on__isnull=False),
                name="an_answered_doubt_has_its_reason",
            ),
        ]
        indexes = [models.Index(fields=["stage", "-found_on"], name="doubt_by_stage")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"

    @property
    def is_open(self) -> bool:
        """Say whether it still waits for an answer."""
        return self.stage == Doubt.Stage.OPEN
