"""Work shared out: to a workshop or agent, then to a person; and the plans that propose how."""

from __future__ import annotations

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from gongfang.core.models import Job
from gongfang.work.orders.models import Order, OrderLine, Step


class Lot(models.Model):
    """Part of an order line: of one workshop or agent (no parent), or of one person (parent: that workshop's lot).

    `claimed` and `offered` count a workshop's pieces that people took or are being asked about. A person's lot that
    closes gives back what was never made; what was rejected or lost goes back to the line, to be shared out anew.
    The other counters are those of the order line; `rework` stands for pieces being reworked now.
    """

    class Stage(models.TextChoices):
        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")
        CANCELLED = "cancelled", _("cancelled")

    class Status(models.TextChoices):
        OPEN = "open", _("nothing issued yet")
        PARTLY_ISSUED = "partly_issued", _("partly issued")
        ISSUED = "issued", _("issued")
        PARTLY_IN = "partly_in", _("coming in")
        DONE = "done", _("all accepted")
        CLOSED = "closed", _("closed")
        CANCELLED = "cancelled", _("cancelled")

    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="+")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, related_name="shares", null=True)
    maker = models.ForeignKey("people.Resident", on_delete=models.PROTECT, related_name="+", null=True)
    relation = models.ForeignKey("people.Relation", on_delete=models.PROTECT, related_name="+", null=True)
    pieces = models.PositiveIntegerField()
    margin_hao = models.PositiveBigIntegerField(default=0)
    due = models.DateField()
    provisional = models.BooleanField(default=False)
    claimed = models.PositiveIntegerField(default=0)
    offered = models.PositiveIntegerField(default=0)
    issued = models.PositiveIntegerField(default=0)
    handed_in = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)
    rework = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    lost = models.PositiveIntegerField(default=0)
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.OPEN)
    status = models.GeneratedField(
        expression=Case(
            When(stage="cancelled", then=Value("cancelled")),
            When(accepted__gt=0, accepted__gte=F("pieces"), then=Value("done")),
            When(stage="closed", then=Value("closed")),
            When(handed_in__gt=0, then=Value("partly_in")),
            When(issued=0, then=Value("open")),
            When(issued__lt=F("pieces"), then=Value("partly_issued")),
            default=Value("issued"),
        ),
        output_field=models.CharField(max_length=14, choices=Status),
        db_persist=True,
    )
    shared_on = models.DateField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(pieces__gte=F("claimed") + F("offered")), name="lot_never_shared_twice"
            ),
            models.CheckConstraint(
                condition=Q(parent=None, maker=None, relation=None)
                | Q(parent__isnull=False, maker__isnull=False, relation__isnull=False, claimed=0, offered=0),
                name="lot_of_a_workshop_or_of_a_person",
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | Q(pieces__gte=F("issued"), pieces__gt=0),
                name="lot_issued_within_pieces",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "stage"], name="lot_by_organisation"),
            models.Index(fields=["maker", "stage"], name="lot_by_maker"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_share(self) -> bool:
        """Say whether this is a workshop's or agent's lot, not a person's."""
        return self.parent_id is None

    @property
    def is_running(self) -> bool:
        """Say whether this lot and the line above it are both open."""
        return self.stage == Lot.Stage.OPEN and self.line.stage == Order.Stage.OPEN

    @property
    def free(self) -> int:
        """Pieces of a workshop's lot that nobody took and nobody is being asked about."""
        return self.pieces - self.claimed - self.offered

    @property
    def to_make(self) -> int:
        """Pieces still to be made: neither accepted nor given up."""
        return max(0, self.pieces - self.accepted - self.rejected - self.lost)

    @property
    def outside(self) -> int:
        """Pieces issued on which no last word was said: at home, handed in, or being reworked."""
        return max(0, self.issued - self.accepted - self.rejected - self.lost)


class PlanRun(models.Model):
    """One run of the planner, for a workshop or agent or (no organisation) the whole county, and what came of it.

    `before` is the plan it repairs or starts from. Its offers go out workshop by workshop: `asked_at` names those whose
    people were asked, `sending` is the job that is at it. The numbers of what was found are kept as they were told:
    `planning.findings` writes them and reads them back.
    """

    class Stage(models.TextChoices):
        PLANNING = "planning", _("being planned")
        DRAFT = "draft", _("to be read")
        PUBLISHING = "publishing", _("offers are going out")
        PUBLISHED = "published", _("offers are out")
        DISCARDED = "discarded", _("not used")

    class Effort(models.TextChoices):
        FAST = "fast", _("quick")
        GOOD = "good", _("good")
        BEST = "best", _("best")

    class Way(models.TextChoices):
        ANEW = "anew", _("planned anew")
        REPAIR = "repair", _("the smallest change to an earlier plan")
        WARM = "warm", _("planned again, keeping what is as good")

    organisation = models.ForeignKey(
        "people.Organisation", on_delete=models.PROTECT, related_name="+", null=True
    )
    job = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="+", null=True)
    sending = models.OneToOneField(Job, on_delete=models.PROTECT, related_name="+", null=True)
    asked_at = models.JSONField(default=list)
    before = models.ForeignKey("self", on_delete=models.PROTECT, related_name="+", null=True)
    way = models.CharField(max_length=10, choices=Way, default=Way.ANEW)
    effort = models.CharField(max_length=10, choices=Effort, default=Effort.FAST)
    seed = models.PositiveIntegerField(default=0)
    stop_asked = models.BooleanField(default=False)
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.PLANNING)
    planned_on = models.DateField()
    until = models.DateField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    complete = models.BooleanField(default=True)
    totals = models.JSONField(default=dict)
    unmade = models.JSONField(default=list)
    waiting = models.JSONField(default=list)
    works = models.JSONField(default=list)
    visits = models.JSONField(default=list)
    spread = models.JSONField(default=dict)
    proof = models.JSONField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_under_way(self) -> bool:
        """Say whether the queue still has to make this plan or is at it."""
        return self.stage == PlanRun.Stage.PLANNING and _in_the_queue(self.job)

    @property
    def is_going_out(self) -> bool:
        """Say whether the queue still has offers of this plan to send out or is at it."""
        return self.stage == PlanRun.Stage.PUBLISHING and _in_the_queue(self.sending)


def _in_the_queue(job: Job | None) -> bool:
    return job is not None and job.state in (Job.State.WAITING, Job.State.RUNNING)


class PlanLine(models.Model):
    """What a plan proposes for one person: so many pieces in so many bags, and why.

    Either of a share of theirs (`lot`), or of a line not shared out yet (`line`), which their workshop
    (`organisation`) gets a share of when the plan is published. `first` and `last` count the plan's stretches of days.
    """

    plan_run = models.ForeignKey(PlanRun, on_delete=models.CASCADE, related_name="lines")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="+", null=True)
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="+", null=True)
    organisation = models.ForeignKey(
        "people.Organisation", on_delete=models.PROTECT, related_name="+", null=True
    )
    maker = models.ForeignKey("people.Resident", on_delete=models.PROTECT, related_name="+")
    pieces = models.PositiveIntegerField()
    bags = models.PositiveIntegerField()
    seconds = models.PositiveBigIntegerField(default=0)
    pay_hao = models.PositiveBigIntegerField(default=0)
    value_hao = models.PositiveBigIntegerField(default=0)
    first = models.PositiveSmallIntegerField(default=0)
    last = models.PositiveSmallIntegerField(default=0)
    late = models.BooleanField(default=False)
    reason = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan_run", "lot", "line", "maker", "late"],
                name="one_plan_line_a_person",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(lot__isnull=False, line=None, organisation=None)
                | Q(lot=None, line__isnull=False, organisation__isnull=False),
                name="planned_of_a_share_or_of_a_line",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def step(self) -> Step:
        """What is to be done to each piece."""
        made_of = self.lot or self.line
        assert made_of is not None
        return made_of.step

    @property
    def order(self) -> int:
        """The order it belongs to."""
        made_of = self.lot.line if self.lot else self.line
        assert made_of is not None
        return made_of.order_id

    @property
    def line_of_order(self) -> int:
        """The order line all of it belongs to."""
        if self.lot is not None:
            return self.lot.line_id
        assert self.line_id is not None
        return self.line_id


class Offer(models.Model):
    """Work one person is asked about; whoever says "not this time" gives no reason, and it is forgotten later."""

    class Stage(models.TextChoices):
        OPEN = "open", _("waits for an answer")
        ACCEPTED = "accepted", _("accepted")
        NOT_NOW = "not_now", _("not this time")
        EXPIRED = "expired", _("expired")
        WITHDRAWN = "withdrawn", _("withdrawn")

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="offers")
    maker = models.ForeignKey("people.Resident", on_delete=models.PROTECT, related_name="+")
    pieces = models.PositiveIntegerField()
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.OPEN)
    expires_at = models.DateTimeField()
    plan_run = models.ForeignKey(PlanRun, on_delete=models.PROTECT, related_name="offers", null=True)
    reason = models.JSONField(default=list)
    taken = models.OneToOneField(Lot, on_delete=models.PROTECT, related_name="+", null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pieces__gt=0), name="offer_of_some_pieces"),
            models.UniqueConstraint(
                fields=["lot", "maker"], condition=Q(stage="open"), name="one_open_offer_of_a_lot"
            ),
        ]
        indexes = [models.Index(fields=["maker", "stage"], name="offer_by_maker")]

    def __str__(self) -> str:
        return str(self.pk)
