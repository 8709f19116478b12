"""Earlier orders, from the contract to the paid fee, all through the verbs of the rooms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from gongfang.demo.scenario.history import PAST, REASONS, Past
from gongfang.demo.scenario.products import BY_CODE, MAKES, SKILLS, STUFF, Make
from gongfang.demo.scene import OFFICER, SECOND_OFFICER, Scene, on
from gongfang.registry.people import actions as people
from gongfang.work.dispatch import actions as dispatch
from gongfang.work.dispatch.actions import ClaimRow
from gongfang.work.orders import actions as orders
from gongfang.work.orders.actions import Arrival, Ingredient, Look, Work
from gongfang.work.orders.models import Contract, OrderLine, ProductVersion, Quote, Sample
from gongfang.work.piecework import actions as piecework
from gongfang.work.piecework.actions import HandInRow, Verdict
from gongfang.work.piecework.models import Bag, HandIn

FRAME_HAO = 5_000_000 * 10_000
A_SHEET = 300  # rows of one act


# --- products -------------------------------------------------------------------------------------------------


def publish_products(scene: Scene) -> None:
    """Write down skills, materials and products, with the rates that are agreed."""
    for code, name in SKILLS.items():
        scene.skills[code] = people.add_skill_kind(scene.by(OFFICER), None, code=code, name=name)
    stuff = {
        one.code: (
            orders.add_material(scene.by(OFFICER), None, code=one.code, name=one.name, unit_kind=one.unit),
            one.worth,
        )
        for one in STUFF
    }
    for make in MAKES:
        product = orders.add_product(
            scene.by(OFFICER), None, code=make.code, name=make.name, category=make.category
        )
        recipe = [
            Ingredient(material=stuff[code][0], amount=amount, value_hao_per_1000=stuff[code][1])
            for code, amount in make.recipe
        ]
        version = orders.publish_version(scene.by(OFFICER), product, steps=[_work(scene, make, recipe)])
        scene.versions[make.code] = version
        if make.rate:
            document = f"磐来料〔2022〕{version.pk}号"
            step = version.steps.get()
            orders.set_rate(
                scene.by(OFFICER), step, hao=make.rate, valid_from=date(2022, 4, 1), document=document
            )


def _work(scene: Scene, make: Make, recipe: Sequence[Ingredient]) -> Work:
    return Work(
        name=make.name,
        skill=scene.skills[make.skill],
        standard_seconds=make.seconds,
        demonstrated_seconds=make.demonstrated,
        bag_pieces=make.bag,
        pieces_cap=make.cap,
        recipe=recipe,
        points=[Look(point.name, point.low, point.high, point.unit) for point in make.points],
    )


# --- one order that is over -----------------------------------------------------------------------------------


def sign_frame(scene: Scene) -> Contract:
    """Sign the frame contract with the town under the mountain–coast partnership."""
    return orders.sign_contract(
        scene.by(OFFICER),
        scene.bodies["cooperative"],
        enterprise=scene.bodies["town"],
        number="SHXZ-2022-001",
        signed_on=date(2022, 7, 20),
        kind=Contract.Kind.FRAME,
        value_hao=FRAME_HAO,
        partnership=True,
        document="山海协作来料加工框架协议",
    )


def make_all(scene: Scene, pasts: Sequence[Past] = PAST) -> None:
    """Let every earlier order run from its placing to the received fee."""
    for past in pasts:
        takes = _takes(scene, past)
        line = _place(scene, past, takes)
        scene.tell(past.number)
        for key, rows in takes.items():
            bags = _hand_out(scene, past, line, key, rows)
            for wave, day in enumerate(past.waves):
                _bring_in(scene, past, key, bags[wave::2], day)
            scene.tell(f"{past.number} {scene.bodies[key].name}")
        _deliver(scene, past, line)


def _takes(scene: Scene, past: Past) -> dict[str, list[ClaimRow]]:
    """Decide who takes how many pieces; those one can log in as take what their story asks for."""
    chance = scene.crowd.chance
    takes = {}
    for key in past.sharers:
        rows = [(maker, chance.choice(past.takes)) for maker in scene.makers[key]]
        rows = [(maker, _of_named(scene, past, maker.pk, pieces)) for maker, pieces in rows]
        takes[key] = [ClaimRow(maker_id=maker.pk, pieces=pieces) for maker, pieces in rows if pieces]
    return takes


def _of_named(scene: Scene, past: Past, maker: int, pieces: int) -> int:
    """The mother of three made enough for three thousand yuan in October, the others a little."""
    wanted = {"linxiuying": (375, 450), "zhouguihua": (75, 150), "yangxiaoyu": (150, 150)}
    for username, (pan_chang, fu_knot) in wanted.items():
        if scene.named.get(username) == maker:
            return pan_chang if past.product == "pan-chang" else min(fu_knot, max(past.takes))
    return pieces


def _place(scene: Scene, past: Past, takes: dict[str, list[ClaimRow]]) -> OrderLine:
    make, version = BY_CODE[past.product], scene.versions[past.product]
    pieces = sum(row.pieces for rows in takes.values() for row in rows)
    with on(past.ordered):
        seal_sample(scene, version, past.buyer)
        order = orders.open_order(
            scene.by(OFFICER), _contract(scene, past), due=past.delivered, number=past.number
        )
        orders.add_line(
            scene.by(OFFICER), order, version=version, pieces=pieces, fee_hao=make.fee, under_permille=30
        )
        orders.place_order(scene.by(OFFICER), order)
        rows = [Arrival(row.material, row.promised) for row in order.materials.select_related("material")]
        orders.receive_material(scene.by(OFFICER), order, number=f"{past.number}-L1", rows=rows)
    return order.lines.get()


def _contract(scene: Scene, past: Past) -> Contract:
    enterprise, operator = scene.bodies[past.buyer], scene.bodies[past.operator]
    found = Contract.objects.filter(enterprise=enterprise, operator=operator).first()
    return found or orders.sign_contract(
        scene.by(OFFICER), operator, enterprise=enterprise, number=f"HT-{past.number}", signed_on=past.ordered
    )


def seal_sample(scene: Scene, version: ProductVersion, buyer: str, *, offer: Quote | None = None) -> Sample:
    """Have a sample made and approved by both sides, unless one is sealed already."""
    enterprise = scene.bodies[buyer]
    sealed = Sample.objects.filter(version=version, enterprise=enterprise, stage=Sample.Stage.SEALED).first()
    if sealed:
        return sealed
    sample = orders.make_sample(scene.by(SECOND_OFFICER), enterprise, version=version, offer=offer)
    orders.approve_sample_for_centre(scene.by(OFFICER), sample)
    return orders.approve_sample_for_enterprise(scene.by(scene.buyer(buyer)), sample)


def _hand_out(scene: Scene, past: Past, line: OrderLine, key: str, rows: list[ClaimRow]) -> list[Bag]:
    """Share out to a workshop, let its people sign for what they take, and hand them their bags."""
    clerk, pieces = scene.desks[key].clerk, sum(row.pieces for row in rows)
    margin = BY_CODE[past.product].margin
    with on(past.issued):
        share = dispatch.share_out(
            scene.by(OFFICER), line, organisation=scene.bodies[key], pieces=pieces, margin_hao=margin
        )
        signed = f"领料单 {past.number} {scene.bodies[key].name}"
        lots = dispatch.claim_many(scene.by(clerk), share, rows=rows, signed=signed)
        bags = piecework.pack_bags(scene.by(clerk), lots)
        for sheet in sheets(bags):
            piecework.issue_bags(scene.by(clerk), sheet)
    return bags


def _bring_in(scene: Scene, past: Past, key: str, bags: list[Bag], day: date) -> None:
    """Take finished bags in, and have another person inspect them in the afternoon."""
    desk = scene.desks[key]
    for sheet in sheets(bags):
        with on(day, 9):
            rows = [HandInRow(bag_id=bag.pk, pieces=bag.pieces) for bag in sheet]
            taken = piecework.hand_in(scene.by(desk.clerk), sheet, rows=rows)
        with on(day, 15):
            verdicts = [_verdict(scene, past, hand_in) for hand_in in taken]
            piecework.inspect(scene.by(desk.inspector), taken, rows=verdicts)


def _verdict(scene: Scene, past: Past, hand_in: HandIn) -> Verdict:
    """Most is good; one bag in fourteen has a few pieces that are not."""
    chance = scene.crowd.chance
    bad = chance.randint(1, 4) if chance.randrange(14) == 0 and hand_in.pieces > 100 else 0
    return Verdict(
        hand_in_id=hand_in.pk,
        accepted=hand_in.pieces - bad,
        rejected=bad,
        reason=chance.choice(REASONS) if bad else "",
        readings=good_readings(BY_CODE[past.product]),
    )


def good_readings(make: Make) -> dict[str, bool | int]:
    """Return what an inspector writes down of pieces that are as the sample."""
    return {
        str(number): True if point.low is None else (point.low + (point.high or 0)) // 2
        for number, point in enumerate(make.points, start=1)
    }


def _deliver(scene: Scene, past: Past, line: OrderLine) -> None:
    """Send the accepted pieces, invoice them, receive the fee where it was paid, and close the order."""
    with on(past.delivered):
        line.refresh_from_db()
        slip = piecework.deliver(scene.by(OFFICER), line, pieces=line.accepted, carrier="磐安邮政")
        piecework.sign_delivery(scene.by(OFFICER), slip, signed_by=scene.users[scene.buyer(past.buyer)].name)
        bill = orders.invoice(scene.by(OFFICER), line.order, number=f"FP-{past.number}", due=past.fee_due)
        orders.close_order(scene.by(OFFICER), line.order)
    if past.paid:
        with on(past.paid):
            orders.receive_fee(
                scene.by(SECOND_OFFICER), bill, amount_hao=bill.amount_hao, received_on=past.paid,
                document=f"进账单 {past.number}",
            )  # fmt: skip


def sheets(rows: Sequence[Bag]) -> list[list[Bag]]:
    """Cut a long list into acts of a few hundred rows."""
    return [list(rows[first : first + A_SHEET]) for first in range(0, len(rows), A_SHEET)]
