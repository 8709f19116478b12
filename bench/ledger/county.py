"""The county of the bench: founded as any other, with desks that have bags outside, one order a desk."""

from __future__ import annotations

import os
from datetime import date

DESKS = 16
_BAGS, _PIECES, _ROPE = 10, 5_000, 10


def enter() -> None:
    """Set Django up and enter the county."""
    import django

    django.setup()
    from bench.ledger.stand import COUNTY
    from gongfang.counties.models import County
    from gongfang.database import scope

    if County.objects.filter(schema_name=COUNTY).exists():
        scope.enter(County.objects.get(schema_name=COUNTY))


def make() -> None:
    """Found the county and let everybody come in, take work home and be given the material."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongfang.settings")
    from pathlib import Path

    from bench.ledger.stand import COUNTY, NAME
    from gongfang import embedded

    with embedded.start(Path(os.environ["GONGFANG_DATA"])) as server:
        import django

        django.setup()
        from gongfang.counties import schemas
        from gongfang.counties.actions import add_county
        from gongfang.database import scope

        schemas.prepare_cluster(server.params(), name=NAME)
        county = add_county("330727", COUNTY, "测量县")
        scope.enter(county)
        _furnish()


def _furnish() -> None:
    from gongfang.registry.people import actions as people_actions
    from gongfang.registry.people.models import Resident
    from gongfang.work.dispatch import actions as dispatch
    from gongfang.work.orders import actions as orders
    from gongfang.work.orders.actions import Arrival, Ingredient, Look, Work
    from gongfang.work.orders.models import OrderLine
    from gongfang.work.piecework import actions as piecework
    from tests.cast import gather, rows

    people = gather()
    by = people.wang.by
    skill = people_actions.add_skill_kind(by(), None, code="knot", name="打结")
    makers = people_actions.add_residents(by(), people.county, rows=rows(DESKS))
    people_actions.join_workshop(people.he.by(), people.workshop, residents=makers)
    people_actions.add_skills(by(), makers, kind=skill)
    rope = orders.add_material(by(), None, code="rope", name="红绳", unit_kind="mm")
    product = orders.add_product(by(), None, code="knot", name="同心结", category="中国结")
    work = Work(
        name="编结", skill=skill, standard_seconds=120, bag_pieces=_PIECES, pieces_cap=_BAGS * _PIECES,
        recipe=(Ingredient(rope, _ROPE),), points=(Look("结形端正"),),
    )  # fmt: skip
    version = orders.publish_version(by(), product, steps=(work,))
    orders.set_rate(
        by(), version.steps.get(), hao=4_500, valid_from=date(2022, 1, 1), document="2022 年工价表"
    )
    sample = orders.make_sample(by(), people.enterprise, version=version)
    orders.approve_sample_for_enterprise(people.sun.by(), sample)
    orders.approve_sample_for_centre(people.li.by(), sample)
    contract = orders.sign_contract(
        by(), people.operator, enterprise=people.enterprise, number="1", signed_on=date(2022, 1, 1)
    )
    pieces = _BAGS * _PIECES
    for desk, maker in enumerate(Resident.objects.filter(pk__in=[row.pk for row in makers]).order_by("pk")):
        draft = orders.open_order(by(), contract, due=date(2099, 9, 30), number=f"K-{desk}")
        line = orders.add_line(by(), draft, version=version, pieces=pieces, fee_hao=7_000)
        order = orders.place_order(by(), draft)
        orders.receive_material(
            people.luo.by(), order, number=f"S-{desk}", rows=[Arrival(rope, pieces * _ROPE)], store=None
        )
        share = dispatch.share_out(
            by(),
            OrderLine.objects.get(pk=line.pk),
            organisation=people.workshop,
            pieces=pieces,
            margin_hao=500,
        )
        lot = dispatch.claim(people.chen.by(), share, maker=maker, pieces=pieces)
        bags = piecework.pack_bags(people.chen.by(), [lot])
        piecework.issue_bags(people.chen.by(), bags)


if __name__ == "__main__":
    make()
