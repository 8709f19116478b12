"""Who has to be insured before the first bag, by the rule of the place, and who is not."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.utils.translation import gettext as _

from gongfang.core.errors import Refused
from gongfang.registry.people.models import Cover, Relation
from gongfang.registry.people.models.residents import running
from gongfang.registry.places.law import Rule, rule_on, rules_on

EVERYBODY, RETIRED = "everybody", "retired"


def must_be_insured(relation: Relation, day: date, rule: Rule, ages: Rule | None) -> bool:
    """Say whether the rule asks for an insurance of this person: of everybody, or past the retirement age."""
    return rule.value["who"] == EVERYBODY or is_retired(relation, day, ages)


def is_retired(relation: Relation, day: date, ages: Rule | None) -> bool:
    """Say whether a person is past the earliest age at which people of their sex retire."""
    return ages is not None and relation.resident.age_on(day) >= int(ages.value[relation.resident.sex])


def uninsured(relations: Collection[int], day: date) -> list[Relation]:
    """Return who of these works without the insurance that has to be paid first."""
    rules = rules_on(["accident_insurance", "retirement_age"], day)
    rule, ages = rules.get("accident_insurance"), rules.get("retirement_age")
    if rule is None:
        return []
    covered = Cover.objects.filter(
        running(day), relation__in=relations, month_hao__gte=rule.value["month_hao"]
    )
    bare = Relation.objects.filter(pk__in=relations).exclude(pk__in=covered.values("relation"))
    return [row for row in bare.select_related("resident") if must_be_insured(row, day, rule, ages)]


def refuse_uninsured(relations: Collection[int], day: date) -> None:
    """Raise the sentence that says who has to be insured before a bag goes out, and by which rule."""
    bare = uninsured(relations, day)
    if not bare:
        return
    rule = rule_on("accident_insurance", day)
    assert rule is not None  # nobody has to be insured without a rule
    raise Refused(
        _(
            "%(name)s has no accident insurance yet. By %(document)s the operator pays it before the first bag;"
            " enter the policy, then issue."
        )
        % {"name": bare[0].resident.name, "document": rule.document},
        code="uninsured",
    )
