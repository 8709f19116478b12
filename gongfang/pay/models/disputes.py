"""Questions about a line of a slip, and their answers."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from gongfang.core.models import User
from gongfang.pay.models.slips import Correction, SlipLine


class Dispute(models.Model):
    """Somebody questions one line; the operator answers with a correction or a reason. Other lines are paid on."""

    class Stage(models.TextChoices):
        OPEN = "open", _("waits for an answer")
        ANSWERED = "answered", _("answered")
        WITHDRAWN = "withdrawn", _("withdrawn")

    line = models.ForeignKey(SlipLine, on_delete=models.PROTECT, related_name="disputes")
    question = models.CharField(_("question"), max_length=400)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_on = models.DateField()
    provisional = models.BooleanField(default=False)
    answer = models.CharField(_("answer"), max_length=400, blank=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    answered_on = models.DateField(null=True)
    correction = models.OneToOneField(Correction, on_delete=models.PROTECT, related_name="+", null=True)
    stage = models.CharField(max_length=9, choices=Stage, default=Stage.OPEN)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["line"], condition=Q(stage="open"), name="one_open_question_a_line"
            ),
            models.CheckConstraint(condition=~Q(question=""), name="a_question_says_what"),
            models.CheckConstraint(condition=~Q(stage="answered") | ~Q(answer=""), name="an_answer_says_why"),
        ]
        indexes = [models.Index(fields=["asked_on"], condition=Q(stage="open"), name="question_open")]

    def __str__(self) -> str:
        return self.question
