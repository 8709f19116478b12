"""Bags out, pieces back, and what the inspector said of them."""

from __future__ import annotations

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from gongfang.core.models import User
from gongfang.work.dispatch.models import Lot
from gongfang.work.orders.models import (
    CreditNote,
    DefectKind,
    InspectionPlan,
    OrderLine,
    OrderMaterial,
    Rate,
    RecipeItem,
    StockBatch,
)


class Bag(models.Model):
    """A bag with a label: material for so many pieces of one person's lot, out and back.

    `handed_in` counts pieces that came back, whatever was said of them (`lost` ones were missing when the inspector
    counted); `rework` those that are out again to be mended; `given_back` those that came back unworked; `gone` those
    lost outside. What is left is at the maker's home.
    """

    read_with = ("lot__line__order", "lot__maker")

    class Stage(models.TextChoices):
        PACKED = "packed", _("packed")
        OUT = "out", _("out")
        CLOSED = "closed", _("closed")
        CANCELLED = "cancelled", _("cancelled")

    class Status(models.TextChoices):
        PACKED = "packed", _("packed")
        OUT = "out", _("with the maker")
        PARTLY_IN = "partly_in", _("partly back")
        IN = "in", _("to be inspected")
        REWORK = "rework", _("being mended")
        CLOSED = "closed", _("done")
        CANCELLED = "cancelled", _("unpacked")

    code = models.CharField(max_length=24, unique=True)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="+")
    pieces = models.PositiveIntegerField()
    handed_in = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)
    rework = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    lost = models.PositiveIntegerField(default=0)
    given_back = models.PositiveIntegerField(default=0)
    gone = models.PositiveIntegerField(default=0)
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.PACKED)
    status = models.GeneratedField(
        expression=Case(
            When(~Q(stage="out"), then=F("stage")),
            When(handed_in__gt=F("accepted") + F("rework") + F("rejected") + F("lost"), then=Value("in")),
            When(rework__gt=0, then=Value("rework")),
            When(handed_in__gt=0, then=Value("partly_in")),
            default=Value("out"),
        ),
        output_field=models.CharField(max_length=10, choices=Status),
        db_persist=True,
    )
    origin = models.ForeignKey("self", on_delete=models.PROTECT, related_name="+", null=True)
    packed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    issued_on = models.DateField(null=True)
    issued_at = models.DateTimeField(null=True)
    due = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pieces__gt=0), name="a_bag_is_for_pieces"),
            models.CheckConstraint(
                condition=Q(handed_in__gte=F("accepted") + F("rework") + F("rejected") + F("lost")),
                name="said_only_of_pieces_handed_in",
            ),
            models.CheckConstraint(
                condition=Q(pieces__gte=F("handed_in") + F("gone") + F("given_back")),
                name="a_bag_never_grows",
            ),
            models.CheckConstraint(
                condition=Q(stage__in=["packed", "cancelled"])
                | Q(issued_by__isnull=False, issued_on__isnull=False),
                name="who_issued_is_known",
            ),
        ]
        indexes = [
            models.Index(fields=["lot", "stage"], name="bag_by_lot"),
            models.Index(fields=["due"], condition=Q(stage="out"), name="bag_outside_by_due"),
            models.Index(fields=["status", "-id"], name="bag_by_status"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def at_home(self) -> int:
        """Pieces still with the maker for the first time."""
        return self.pieces - self.handed_in - self.gone - self.given_back

    @property
    def waiting(self) -> int:
        """Pieces handed in on which the inspector has not spoken."""
        return self.handed_in - self.accepted - self.rework - self.rejected - self.lost


class BagMaterial(models.Model):
    """One material of a bag: what the recipe asks, what was really issued, and where it went.

    `item` is the line of the recipe it stands for, by the recipe's own material or by a substitute. `offcut` is the
    part of `used` that fell off and goes back to the enterprise; `used_hao` what was used was worth when it was.
    """

    bag = models.ForeignKey(Bag, on_delete=models.PROTECT, related_name="materials")
    order_material = models.ForeignKey(OrderMaterial, on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey(RecipeItem, on_delete=models.PROTECT, related_name="+", null=True)
    a_piece = models.PositiveIntegerField()
    need = models.PositiveBigIntegerField()
    issued = models.PositiveBigIntegerField(default=0)
    given_back = models.PositiveBigIntegerField(default=0)
    used = models.PositiveBigIntegerField(default=0)
    used_hao = models.PositiveBigIntegerField(default=0)
    offcut = models.PositiveBigIntegerField(default=0)
    lost = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(offcut__lte=F("used")), name="what_fell_off_was_used"),
            models.UniqueConstraint(fields=["bag", "order_material"], name="a_material_once_a_bag"),
            models.CheckConstraint(
                condition=Q(issued__gte=F("given_back") + F("used") + F("lost")), name="nothing_from_nothing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_material} {self.issued}"

    @property
    def short(self) -> int:
        """What the recipe asked for and the store did not have."""
        return max(0, self.need - self.issued)

    @property
    def in_custody(self) -> int:
        """What lies with the maker."""
        return self.issued - self.given_back - self.used - self.lost

    def lacks(self, bag: Bag) -> int:
        """What the pieces still to come back need and the maker does not have."""
        wanted = self.a_piece * (bag.at_home + bag.waiting) - self.in_custody
        return max(0, min(self.short, wanted))


class BagBatch(models.Model):
    """How much of one batch of a material a bag carries, and where it went: a counter below the bag's material."""

    bag_material = models.ForeignKey(BagMaterial, on_delete=models.PROTECT, related_name="batches")
    batch = models.ForeignKey(StockBatch, on_delete=models.PROTECT, related_name="+")
    issued = models.PositiveBigIntegerField(default=0)
    given_back = models.PositiveBigIntegerField(default=0)
    used = models.PositiveBigIntegerField(default=0)
    lost = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bag_material", "batch"], name="a_batch_once_a_bag"),
            models.CheckConstraint(
                condition=Q(issued__gte=F("given_back") + F("used") + F("lost")),
                name="nothing_from_an_empty_batch",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch} {self.issued}"

    @property
    def in_custody(self) -> int:
        """What of it lies with the maker."""
        return self.issued - self.given_back - self.used - self.lost


class BagSource(models.Model):
    """Half-made pieces in a bag, and the lot of the step before that made them: they keep their identity."""

    bag = models.ForeignKey(Bag, on_delete=models.PROTECT, related_name="sources")
    origin = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="+")
    pieces = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bag", "origin"], name="a_source_once_a_bag")]
        indexes = [models.Index(fields=["origin"], name="bag_source_by_origin")]

    def __str__(self) -> str:
        return f"{self.bag_id} {self.origin_id} {self.pieces}"


class Mending(models.Model):
    """Pieces to be mended that somebody else mends than whoever made them, and what a mended piece earns.

    `first` are the terms of whoever made the pieces, who stays on record and earns them when they are accepted;
    `relation` those of whoever mends. `back` counts pieces handed in, `returned` those given back as they were.
    """

    bag = models.ForeignKey(Bag, on_delete=models.PROTECT, related_name="mendings")
    first = models.ForeignKey("people.Relation", on_delete=models.PROTECT, related_name="+")
    relation = models.ForeignKey("people.Relation", on_delete=models.PROTECT, related_name="+")
    pieces = models.PositiveIntegerField()
    back = models.PositiveIntegerField(default=0)
    returned = models.PositiveIntegerField(default=0)
    mend_hao = models.PositiveBigIntegerField()
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    given_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(pieces__gt=0, pieces__gte=F("back") + F("returned")), name="a_mending_never_grows"
            ),
            models.CheckConstraint(condition=~Q(relation=F("first")), name="another_mends"),
        ]
        indexes = [
            models.Index(
                fields=["bag"], condition=Q(pieces__gt=F("back") + F("returned")), name="mending_under_way"
            )
        ]

    def __str__(self) -> str:
        return f"{self.bag_id} {self.pieces}"

    @property
    def left(self) -> int:
        """Pieces still with whoever mends them."""
        return self.pieces - self.back - self.returned


class HandIn(models.Model):
    """Finished pieces of a bag that came back on a day, counted by the clerk; in parts if the maker likes.

    `relation` are the terms of whoever made them: of the person who took the bag, or of another who made a part of it.
    `minutes` is the time the maker says they worked on these pieces, if they want to say it.
    """

    class Stage(models.TextChoices):
        WAITING = "waiting", _("to be inspected")
        INSPECTED = "inspected", _("inspected")
        CANCELLED = "cancelled", _("counted wrongly")

    bag = models.ForeignKey(Bag, on_delete=models.PROTECT, related_name="hand_ins")
    relation = models.ForeignKey("people.Relation", on_delete=models.PROTECT, related_name="+")
    pieces = models.PositiveIntegerField()
    mended = models.BooleanField(default=False)
    mending = models.ForeignKey(Mending, on_delete=models.PROTECT, related_name="+", null=True)
    minutes = models.PositiveIntegerField(null=True)
    taken_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    handed_in_on = models.DateField()
    provisional = models.BooleanField(default=False)
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.WAITING)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pieces__gt=0), name="a_hand_in_brings_pieces"),
            models.CheckConstraint(condition=Q(mending=None) | Q(mended=True), name="only_mended_pieces_are"),
        ]
        indexes = [
            models.Index(fields=["handed_in_on"], condition=Q(stage="waiting"), name="hand_in_to_inspect")
        ]

    def __str__(self) -> str:
        return f"{self.bag_id} {self.pieces}"


class Inspection(models.Model):
    """The inspector's word on a hand-in, and what it earned: at the rate that stood when the work was taken.

    Where the product has a plan: how closely it asked to look (`severity`), how many pieces were looked at, how many of
    them were bad, and whether the hand-in passed. A severity is left empty where every piece was looked at anyway.
    """

    hand_in = models.OneToOneField(HandIn, on_delete=models.PROTECT, related_name="inspection")
    accepted = models.PositiveIntegerField()
    rework = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    lost = models.PositiveIntegerField(default=0)
    grade = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    readings = models.JSONField(default=dict)
    photos = models.JSONField(default=dict)
    by_hand = models.BooleanField(default=False)
    plan = models.ForeignKey(InspectionPlan, on_delete=models.PROTECT, related_name="+", null=True)
    severity = models.CharField(max_length=10, blank=True)
    looked = models.PositiveIntegerField(null=True)
    found = models.PositiveIntegerField(null=True)
    passed = models.BooleanField(null=True)
    inspector = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    inspected_on = models.DateField()
    rate = models.ForeignKey(Rate, on_delete=models.PROTECT, related_name="+")
    rate_hao = models.PositiveIntegerField()
    amount_hao = models.PositiveBigIntegerField()
    margin_hao = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_hao=F("accepted") * F("rate_hao")), name="pay_is_pieces_times_rate"
            ),
            models.CheckConstraint(
                condition=Q(rework=0, rejected=0, lost=0) | ~Q(reason=""),
                name="what_is_not_accepted_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(found=None) | Q(looked__isnull=False, found__lte=F("looked")),
                name="bad_ones_were_looked_at",
            ),
        ]
        indexes = [
            models.Index(fields=["inspected_on"], name="inspection_by_day"),
            models.Index(fields=["plan", "-id"], condition=~Q(severity=""), name="inspection_by_plan"),
        ]

    def __str__(self) -> str:
        return f"{self.hand_in_id} {self.accepted}"


class Defect(models.Model):
    """So many pieces of an inspection with one kind of defect; a piece may have several."""

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="defects")
    kind = models.ForeignKey(DefectKind, on_delete=models.PROTECT, related_name="+")
    pieces = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["inspection", "kind"], name="a_defect_once_an_inspection"),
            models.CheckConstraint(condition=Q(pieces__gt=0), name="a_defect_has_pieces"),
        ]
        indexes = [models.Index(fields=["kind"], name="defect_by_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pieces}"


class CountedUse(models.Model):
    """What a hand-in really used of a material, counted by the desk where the recipe allows it."""

    hand_in = models.ForeignKey(HandIn, on_delete=models.PROTECT, related_name="uses")
    bag_material = models.ForeignKey(BagMaterial, on_delete=models.PROTECT, related_name="uses")
    amount = models.PositiveBigIntegerField()
    by_recipe = models.PositiveBigIntegerField()
    reason = models.CharField(max_length=200, blank=True)
    counted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hand_in", "bag_material"], name="counted_once_a_hand_in")
        ]

    def __str__(self) -> str:
        return f"{self.bag_material_id} {self.amount}"


class GiveBack(models.Model):
    """Unworked pieces and unused material brought back, free and without a reason; or handed on to another maker."""

    bag = models.ForeignKey(Bag, on_delete=models.PROTECT, related_name="give_backs")
    pieces = models.PositiveIntegerField(default=0)
    materials = models.JSONField(default=dict)
    taken_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    given_back_on = models.DateField()
    provisional = models.BooleanField(default=False)
    to_bag = models.ForeignKey(Bag, on_delete=models.PROTECT, related_name="+", null=True)

    def __str__(self) -> str:
        return f"{self.bag_id} {self.pieces}"


class Loss(models.Model):
    """Pieces or material of a bag that are gone, spoiled or scrap, with the reason; nobody owes anything for it.

    What is found again is not deleted: the loss keeps its row and says when.
    """

    class Kind(models.TextChoices):
        GONE = "gone", _("gone")
        DAMAGED = "damaged", _("damaged")
        SCRAP = "scrap", _("scrap")

    bag = models.ForeignKey(Bag, on_delete=models.PROTECT, related_name="losses")
    pieces = models.PositiveIntegerField(default=0)
    materials = models.JSONField(default=dict)
    reason = models.CharField(max_length=200)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    lost_on = models.DateField()
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.GONE)
    picture = models.CharField(max_length=200, blank=True)
    value_hao = models.PositiveBigIntegerField(default=0)
    found_on = models.DateField(null=True)
    found_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="a_loss_has_a_reason"),
            models.CheckConstraint(
                condition=Q(found_on=None, found_by=None) | Q(found_on__isnull=False, found_by__isnull=False),
                name="who_found_it_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.reason


class Delivery(models.Model):
    """Accepted pieces that went to the enterprise at that day's price, with a hand-over slip both sides sign."""

    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=40, unique=True)
    pieces = models.PositiveIntegerField()
    fee_hao = models.PositiveBigIntegerField()
    carrier = models.CharField(max_length=60, blank=True)
    delivered_on = models.DateField()
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    signed_by = models.CharField(max_length=60, blank=True)
    signed_on = models.DateField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pieces__gt=0), name="a_delivery_brings_pieces")]
        indexes = [models.Index(fields=["delivered_on"], name="delivery_by_day")]

    def __str__(self) -> str:
        return self.number


class SecondLook(models.Model):
    """Another inspector's word on pieces already inspected: by how much each number changes, adding up to nothing.

    The first verdict stays as it was said. `margin_hao` is the margin of all its accepted pieces from now on.
    """

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="looks")
    accepted = models.IntegerField()
    rework = models.IntegerField()
    rejected = models.IntegerField()
    reason = models.CharField(max_length=200)
    inspector = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    looked_on = models.DateField()
    margin_hao = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted=0 - F("rework") - F("rejected")), name="a_second_look_moves_pieces"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="a_second_look_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.inspection_id} {self.accepted}"


class Appeal(models.Model):
    """A maker asks that somebody else looks at the pieces again; answered with a correction or with a reason."""

    class Stage(models.TextChoices):
        OPEN = "open", _("waits for another look")
        CORRECTED = "corrected", _("corrected")
        KEPT = "kept", _("answered")

    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="appeals")
    words = models.CharField(max_length=200)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_on = models.DateField()
    provisional = models.BooleanField(default=False)
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.OPEN)
    answer = models.CharField(max_length=200, blank=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    answered_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["inspection"], condition=Q(stage="open"), name="one_open_appeal_an_inspection"
            ),
            models.CheckConstraint(
                condition=Q(stage="open") | ~Q(answer="") & Q(answered_by__isnull=False),
                name="an_answered_appeal_has_its_answer",
            ),
        ]
        indexes = [models.Index(fields=["asked_on"], condition=Q(stage="open"), name="appeal_open_by_day")]

    def __str__(self) -> str:
        return self.words


class ShelfExit(models.Model):
    """Rejected pieces that left the shelf, and how; those another inspector accepts leave by a second look."""

    class Kind(models.TextChoices):
        SCRAPPED = "scrapped", _("scrapped")
        BACK = "back", _("back to the enterprise")
        SECONDS = "seconds", _("sold as seconds")
        GIVEN = "given", _("given to the maker")

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    pieces = models.PositiveIntegerField()
    reason = models.CharField(max_length=200)
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    done_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pieces__gt=0), name="a_shelf_exit_has_pieces"),
            models.CheckConstraint(condition=~Q(reason=""), name="a_shelf_exit_has_a_reason"),
        ]
        indexes = [models.Index(fields=["lot"], name="shelf_exit_by_lot")]

    def __str__(self) -> str:
        return f"{self.lot_id} {self.kind} {self.pieces}"


class Claim(models.Model):
    """Delivered pieces the enterprise sent back, why, and what became of them; nobody who made them pays for it."""

    class Stage(models.TextChoices):
        OPEN = "open", _("waits for an answer")
        MENDED = "mended", _("mended free of charge")
        REPLACED = "replaced", _("made anew")
        CREDITED = "credited", _("credited")
        REFUSED = "refused", _("refused")

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="claims")
    pieces = models.PositiveIntegerField()
    reason = models.CharField(max_length=200)
    picture = models.CharField(max_length=200, blank=True)
    claimed_on = models.DateField()
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=200, blank=True)
    answered_on = models.DateField(null=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    notes = models.ManyToManyField(CreditNote, related_name="+")
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.OPEN)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(pieces__gt=0) & ~Q(reason=""), name="a_claim_says_what_and_why"
            ),
            models.CheckConstraint(
                condition=Q(stage="open") | Q(answered_by__isnull=False), name="an_answer_is_somebodys"
            ),
        ]
        indexes = [models.Index(fields=["stage", "claimed_on"], name="claim_by_day")]

    def __str__(self) -> str:
        return f"{self.delivery} {self.pieces}"


class PieceNumber(models.Model):
    """The number on a finished piece: written down when it was accepted, and delivered once."""

    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="+")
    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="numbers")
    code = models.CharField(max_length=60)
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="numbers", null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["line", "code"], name="a_number_once_a_line")]

    def __str__(self) -> str:
        return self.code
