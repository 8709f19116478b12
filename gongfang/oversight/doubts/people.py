"""Doubts about who is paid: cards, telephones, people without a trace of their own, doubles, the very old."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Sum

from gongfang.core.models import Entry
from gongfang.core.secrets import keyed_hash
from gongfang.oversight.doubts.finding import Finding, named, search
from gongfang.oversight.doubts.parameters import (
    OLDEST_YEARS,
    PEOPLE_A_NUMBER,
    PEOPLE_A_PHONE,
    PHONE_DAYS,
)
from gongfang.pay.models import OrganisationAccount, Payout
from gongfang.registry.people.models import BankAccount, Relation, Resident, Role
from gongfang.work.dispatch.models import Lot
from gongfang.work.piecework.models import HandIn

_AT_WORK = Exists(Relation.objects.filter(resident=OuterRef("pk")))


@search("shared_card")
def shared_card(day: date) -> Iterator[Finding]:
    """One card that was two people's, one after the other: at the same time the database refuses it."""
    rows = (
        BankAccount.objects.order_by()
        .values("number_hash")
        .annotate(people=Count("resident", distinct=True), accounts=ArrayAgg("pk"))
        .filter(people__gt=1)
    )
    for row in rows:
        yield Finding(
            f"card:{bytes(row['number_hash']).hex()[:40]}",
            named("people.bankaccount", row["accounts"]),
            {"people": row["people"]},
        )


@search("shared_account")
def shared_account(day: date) -> Iterator[Finding]:
    """One account to which the margins of two organisations went."""
    rows = (
        OrganisationAccount.objects.order_by()
        .values("number_hash")
        .annotate(many=Count("organisation", distinct=True), accounts=ArrayAgg("pk"))
        .filter(many__gt=1)
    )
    for row in rows:
        yield Finding(
            f"account:{bytes(row['number_hash']).hex()[:40]}",
            named("pay.organisationaccount", row["accounts"]),
            {"organisations": row["many"]},
        )


@search("margin_card")
def margin_card(day: date) -> Iterator[Finding]:
    """A margin that goes to the card of somebody who has no post at that organisation."""
    accounts = {
        keyed_hash("bank_card", one.number.reveal()): one for one in OrganisationAccount.objects.all()
    }
    cards = BankAccount.objects.filter(number_hash__in=accounts).select_related("resident")
    for card in cards.order_by("pk"):
        account = accounts[bytes(card.number_hash)]
        post = Role.objects.filter(organisation=account.organisation_id, user=card.resident.user_id)
        if card.resident.user_id is None or not post.exclude(role=Role.Name.MAKER).exists():
            rows = (*named("pay.organisationaccount", [account.pk]), *named("people.bankaccount", [card.pk]))
            yield Finding(f"margin:{account.pk}:{card.pk}", rows)


@search("ghost")
def ghost(day: date) -> Iterator[Finding]:
    """Paid, and nothing in the books is the person's own: no login or badge tap, and no hand-in that is confirmed."""
    own = Entry.objects.filter(actor=OuterRef("resident__user"))
    brought = HandIn.objects.filter(relation=OuterRef("pk"), provisional=False)
    paid = Payout.objects.filter(relation=OuterRef("pk"), stage=Payout.Stage.CONFIRMED)
    rows = Relation.objects.filter(Exists(paid), ~Exists(own), ~Exists(brought.exclude(stage="cancelled")))
    sums = _paid(rows)
    for pk, resident in rows.order_by("pk").values_list("pk", "resident"):
        refs = (*named("people.relation", [pk]), *named("people.resident", [resident]))
        yield Finding(f"terms:{pk}", refs, {"paid_fen": sums[pk]})


def _paid(rows: QuerySet[Relation]) -> dict[int, int]:
    found = Payout.objects.filter(stage=Payout.Stage.CONFIRMED, relation__in=rows.values("pk")).order_by()
    return dict(found.values_list("relation").annotate(sum=Sum("amount_fen")))


@search("one_phone")
def one_phone(day: date) -> Iterator[Finding]:
    """One phone on which more people acted for themselves than share a phone."""
    since, most = day - timedelta(days=PHONE_DAYS.on(day)), PEOPLE_A_PHONE.on(day)
    makers = Resident.objects.filter(user=OuterRef("actor"))
    rows = (
        Entry.objects.filter(Exists(makers), booked_on__gte=since, on_behalf=None)
        .exclude(device="")
        .order_by()
        .values("device")
        .annotate(many=Count("actor", distinct=True), actors=ArrayAgg("actor", distinct=True))
        .filter(many__gt=most)
    )
    for row in rows:
        residents = Resident.objects.filter(user__in=row["actors"]).values_list("pk", flat=True)
        yield Finding(
            f"phone:{row['device']}"[:80], named("people.resident", residents), {"people": row["many"]}
        )


@search("one_number")
def one_number(day: date) -> Iterator[Finding]:
    """One telephone number that more people who work here gave than a family has."""
    rows = (
        Resident.objects.filter(_AT_WORK, phone_hash__isnull=False)
        .order_by()
        .values("phone_hash")
        .annotate(many=Count("pk"), people=ArrayAgg("pk"))
        .filter(many__gt=PEOPLE_A_NUMBER.on(day))
    )
    for row in rows:
        yield Finding(
            f"number:{bytes(row['phone_hash'] or b'').hex()[:40]}",
            named("people.resident", row["people"]),
            {"people": row["many"]},
        )


@search("double")
def double(day: date) -> Iterator[Finding]:
    """Two people at work of one name, one sex, one date of birth and one village, with different identity numbers."""
    rows = (
        Resident.objects.filter(_AT_WORK)
        .order_by()
        .values("name_hash", "born_on", "sex", "division")
        .annotate(many=Count("pk"), people=ArrayAgg("pk"), first=Max("pk"))
        .filter(many__gt=1)
    )
    for row in rows:
        key = f"{bytes(row['name_hash']).hex()[:24]}:{row['born_on']}:{row['division']}"
        yield Finding(f"double:{key}", named("people.resident", row["people"]), {"people": row["many"]})


@search("very_old")
def very_old(day: date) -> Iterator[Finding]:
    """Somebody takes work or is paid who would be older than people who work are."""
    years = OLDEST_YEARS.on(day)
    last = date(day.year - years, day.month, min(day.day, 28))
    took = Lot.objects.filter(maker=OuterRef("pk"))
    paid = Payout.objects.filter(relation__resident=OuterRef("pk"), stage=Payout.Stage.CONFIRMED)
    rows = Resident.objects.filter(Q(Exists(took)) | Q(Exists(paid)), born_on__lte=last)
    for resident in rows.order_by("pk"):
        yield Finding(
            f"resident:{resident.pk}", named("people.resident", [resident.pk]), {"age": resident.age_on(day)}
        )


def after_death(died: dict[int, date]) -> Iterator[Finding]:
    """What was taken, brought or paid in the name of people after the days on a list of deaths."""
    acts: dict[int, list[str]] = defaultdict(list)
    who = "bag__lot__maker"
    for table, rows in (
        ("dispatch.lot", Lot.objects.filter(maker__in=died).values_list("maker", "pk", "shared_on")),
        (
            "piecework.handin",
            HandIn.objects.filter(**{f"{who}__in": died}).values_list(who, "pk", "handed_in_on"),
        ),
        (
            "pay.payout",
            Payout.objects.filter(relation__resident__in=died, stage=Payout.Stage.CONFIRMED)
            .annotate(day=F("settled_on"))
            .values_list("relation__resident", "pk", "day"),
        ),
    ):
        for resident, pk, day in rows:
            if day and day > died[resident]:
                acts[resident].append(f"{table}:{pk}")
    for resident, refs in sorted(acts.items()):
        rows_ = (*named("people.resident", [resident]), *sorted(refs))
        yield Finding(f"resident:{resident}", rows_, {"acts": len(refs)})
