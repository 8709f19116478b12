"""Frauds as somebody could commit them in the demo county: by the verbs where a verb lets it through, else in the rows.

Each plant returns the kinds of doubtful item it has to be found as, and the rows that must stand behind them.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count, F, Q
from django.utils import timezone

from gongfang.core import clock
from gongfang.core.action import By
from gongfang.core.errors import KeyReused
from gongfang.core.models import Entry, User, ref
from gongfang.oversight.doubts import actions
from gongfang.pay import actions as pay
from gongfang.pay.models import BankSheet, Earning, Payout, PayoutBatch, SlipLine
from gongfang.registry.people import actions as people
from gongfang.registry.people.models import BankAccount, Organisation, Relation, Resident, Role
from gongfang.registry.people.rows import ResidentRow
from gongfang.work.orders.models import Contract, Invoice, Order, OrderMaterial
from gongfang.work.piecework.models import Bag, BagMaterial, HandIn, Inspection
from tests.cast import bank_card, id_number

YUAN = 10_000
Expected = dict[str, set[str]]  # kind → rows that must stand behind one item of it


@dataclass
class Scene:
    """The demo county, and hands that deal out people and bags no other plant has touched."""

    makers: Iterator[Relation] = field(default_factory=lambda: iter(_makers()))
    bags: Iterator[Bag] = field(default_factory=lambda: iter(_bags()))

    def by(self, username: str, **more: object) -> By:
        return By(user=User.objects.get(username=username), via="page", **more)  # type: ignore[arg-type]

    @property
    def keeper(self) -> By:
        return self.by("luoping")

    @property
    def officer(self) -> By:
        return self.by("wangfang")

    @property
    def operator(self) -> Organisation:
        return Role.objects.get(user__username="luoping", role="manager").organisation

    def relation(self) -> Relation:
        return next(self.makers)

    def resident(self) -> Resident:
        return self.relation().resident

    def bag(self) -> Bag:
        return next(self.bags)


def _makers() -> list[Relation]:
    """Makers of the co-operative who have brought pieces, one from each place in turn, so that plants keep apart."""
    rows = Relation.objects.filter(
        kind="contract", organisation__name__contains="合作社", resident__user__isnull=False
    )
    return list(rows.select_related("resident__division", "organisation").order_by("-pk"))


def _bags() -> list[Bag]:
    """Closed bags with material, one a maker, from the other end of the list."""
    made = BagMaterial.objects.filter(used__gt=0).values("bag")
    rows = Bag.objects.filter(pk__in=made, stage=Bag.Stage.CLOSED, lost=0, gone=0, given_back=0)
    return list(rows.order_by("lot__maker", "pk").distinct("lot__maker"))


def _refs(rows: Iterable[object]) -> set[str]:
    return {ref(row) for row in rows}  # type: ignore[arg-type]


def _villager(scene: Scene, name: str, born: str, order: int, *, village: str = "") -> Resident:
    village = village or scene.relation().resident.division_id
    workshop = Organisation.objects.filter(kind="workshop").order_by("pk")[0]
    row = ResidentRow(name=name, id_number=id_number(born, order), division=village)
    return people.take_on(scene.officer, workshop, row=row)


# --- who is paid ---------------------------------------------------------------------------------------------------


def one_card_for_two(scene: Scene) -> Expected:
    """A card ends with one person and begins with the next: each verb is right by itself."""
    accounts = []
    for resident in (scene.resident(), scene.resident()):
        name = resident.name.reveal()
        card = people.set_bank_account(
            scene.officer,
            resident,
            number=bank_card("622848033099999991"),
            bank="磐安农商银行",
            holder_name=name,
        )
        accounts.append(people.end_bank_account(scene.officer, card))
    return {"shared_card": _refs(accounts)}


def one_card_for_three(scene: Scene) -> Expected:
    """In the rows: three people's accounts with the number of a fourth."""
    own = BankAccount.objects.filter(until=None).order_by("-pk")[0]
    day = clock.today()
    copies = [
        BankAccount.objects.create(
            resident=scene.resident(), number=own.number, number_hash=own.number_hash, bank=own.bank,
            holder_name=own.holder_name, since=day, until=day,
        )
        for _ in range(3)
    ]  # fmt: skip
    return {"shared_card": _refs([own, *copies])}


def one_account_for_two_agents(scene: Scene) -> Expected:
    """Two organisations, one after the other, name the same account for their margin."""
    accounts = []
    for organisation in Organisation.objects.filter(kind="agent").order_by("pk")[:2]:
        found = pay.set_account(scene.officer, organisation, number="20100033777777777", bank="磐安农商银行")
        accounts.append(pay.end_account(scene.officer, found))
    return {"shared_account": _refs(accounts)}


def margin_to_a_makers_card(scene: Scene) -> Expected:
    """An agent's margin goes to the card of a maker."""
    card = BankAccount.objects.filter(until=None).order_by("pk")[0]
    agent = Organisation.objects.filter(kind="agent").order_by("-pk")[0]
    account = pay.set_account(scene.officer, agent, number=card.number.reveal(), bank=card.bank)
    return {"margin_card": _refs([account, card])}


def ghost_paid_in_cash(scene: Scene) -> Expected:
    """In the rows: cash signed for by nobody, to somebody who never came."""
    person = _villager(scene, "许有财", "19700101", 401)
    relation = people.agree_terms(scene.officer, person, organisation=scene.operator)
    _paid(scene, relation, 88_800)
    return {"ghost": {ref(relation), ref(person)}}


def ghost_worker(scene: Scene) -> Expected:
    """An employee who is only on paper: hours written down by one, approved by another, paid in cash."""
    person = _villager(scene, "贾无人", "19820202", 403)
    relation = people.agree_terms(scene.officer, person, organisation=scene.operator, kind="employment")
    _paid(scene, relation, 320_000)
    Earning.objects.create(
        relation=relation, kind="hours", minutes=9_600, hour_hao=20 * YUAN, amount_hao=160 * 20 * YUAN, reason="工时",
        document="考勤表", earned_on=clock.today(), made_by=scene.keeper.user, approved_by=scene.officer.user,
        approved_on=clock.today(), stage="approved",
    )  # fmt: skip
    return {"ghost": {ref(relation)}}


def _paid(scene: Scene, relation: Relation, fen: int) -> Payout:
    day = clock.today()
    batch = PayoutBatch.objects.create(
        operator=scene.operator, number=f"X{uuid.uuid4().hex[:8]}", prepared_by=scene.keeper.user, prepared_on=day,
        approved_by=scene.officer.user, approved_on=day, stage="done",
    )  # fmt: skip
    return Payout.objects.create(
        batch=batch, operator=scene.operator, reference=f"{batch.number}-0001", relation=relation, amount_fen=fen,
        method="cash", stage="confirmed", prepared_by=scene.keeper.user, settled_by=scene.keeper.user,
        settled_on=day, witness=scene.officer.user, document="收条",
    )  # fmt: skip


def six_badges_on_one_phone(scene: Scene) -> Expected:
    """Six people say on one and the same phone what they wish for."""
    return _one_phone(scene, "phone-of-six", 6)


def ten_badges_on_another_phone(scene: Scene) -> Expected:
    return _one_phone(scene, "phone-of-ten", 10)


def _one_phone(scene: Scene, device: str, number: int) -> Expected:
    residents = [scene.resident() for _ in range(number)]
    for resident in residents:
        assert resident.user
        people.record_wish(By(user=resident.user, via="page", device=device), resident, pieces_a_week=50)
    return {"one_phone": _refs(residents)}


def one_number_for_five(scene: Scene) -> Expected:
    """Five people at work whom one and the same telephone reaches."""
    residents = [scene.resident() for _ in range(5)]
    for resident in residents:
        people.amend_resident(scene.officer, resident, phone="13957901111")
    return {"one_number": _refs(residents)}


def twice_in_the_register(scene: Scene) -> Expected:
    """The same woman once more, with an identity number of which one digit differs."""
    return _twice(scene, "陈二妹", "19650303")


def three_times_in_the_register(scene: Scene) -> Expected:
    return _twice(scene, "陈三妹", "19680404", (428, 446, 464))


def _twice(scene: Scene, name: str, born: str, orders: tuple[int, ...] = (422, 424)) -> Expected:
    village = scene.relation().resident.division_id
    found = [_villager(scene, name, born, order, village=village) for order in orders]
    for person in found:
        people.agree_terms(scene.officer, person, organisation=scene.operator)
    return {"double": _refs(found)}


def a_hundred_and_two_years_old(scene: Scene) -> Expected:
    """Work in the name of somebody's great-grandmother."""
    bag = scene.bag()
    maker = bag.lot.maker
    assert maker
    Resident.objects.filter(pk=maker.pk).update(born_on=date(clock.today().year - 102, 1, 1))
    return {"very_old": {ref(maker)}}


def still_working_after_death(scene: Scene) -> Expected:
    """A list of deaths names somebody who brought pieces weeks afterwards."""
    brought = HandIn.objects.get(bag=scene.bag(), mended=False)
    maker = brought.bag.lot.maker
    assert maker
    died = brought.handed_in_on - timedelta(days=10)
    listed = actions.DeathRow(id_number=maker.id_number.reveal(), died_on=died)
    actions.compare_deaths(scene.officer, None, rows=[listed], document="民政局殡葬名单")
    return {"after_death": {ref(maker), ref(brought)}}


# --- pieces --------------------------------------------------------------------------------------------------------


def an_inspector_who_passes_everything(scene: Scene) -> Expected:
    """In the rows: whatever one inspector of a large order had found is as if it had not been found."""
    return _passing(_desks()[:1], left=0)


def an_inspector_of_two_workshops_who_passes_all_but_two(scene: Scene) -> Expected:
    """In the rows: one inspector signs for a second workshop, too, and finds two in five hundred."""
    return _passing(_desks()[1:3], left=2)


def _desks() -> list[tuple[object, int]]:
    """Return who inspected most of a step at which something was found, and the step: the same one for all."""
    step = "hand_in__bag__lot__step"
    counts = Inspection.objects.filter(hand_in__mended=False).order_by().values_list("inspector", step)
    found = counts.annotate(many=Count("pk"), bad=Count("pk", filter=~Q(rework=0, rejected=0)))
    busiest = found.filter(bad__gt=0, many__lt=300).order_by("-many", "inspector")
    return [(inspector, of) for inspector, of, _many, _bad in busiest if of == busiest[0][1]]


def _passing(desks: list[tuple[object, int]], *, left: int) -> Expected:
    who, step = desks[0]
    rows = Inspection.objects.filter(
        inspector__in=[desk for desk, _step in desks], hand_in__bag__lot__step=step, hand_in__mended=False
    )
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    for row in rows.exclude(rework=0, rejected=0).order_by("pk")[left:]:
        row.accepted, row.rework, row.rejected = row.accepted + row.rework + row.rejected, 0, 0
        row.amount_hao = row.accepted * row.rate_hao
        row.save()
    Inspection.objects.filter(pk__in=keys).update(inspector=who)
    return {"passes_all": {f"piecework.inspection:{key}" for key in keys[-20:]}}


def inspected_by_who_handed_out(scene: Scene) -> Expected:
    """In the rows: the clerk who handed a bag out inspected it, too."""
    found = Inspection.objects.filter(hand_in__bag=scene.bag()).order_by("pk")[0]
    Inspection.objects.filter(pk=found.pk).update(inspector=found.hand_in.bag.issued_by)
    return {"own_inspection": {ref(found)}}


def a_list_of_hand_ins_sent_again(scene: Scene) -> Expected:
    """In the rows: four bags came in twice."""
    return _again(scene, 4)


def a_longer_list_sent_again(scene: Scene) -> Expected:
    return _again(scene, 7)


def _again(scene: Scene, number: int) -> Expected:
    first = HandIn.objects.get(bag=scene.bag(), mended=False)
    rows = HandIn.objects.filter(
        taken_by=first.taken_by_id, handed_in_on=first.handed_in_on, mended=False, stage="inspected"
    ).order_by("pk")[:number]
    copies = [
        HandIn.objects.create(
            bag_id=row.bag_id,
            relation_id=row.relation_id,
            pieces=row.pieces,
            taken_by_id=row.taken_by_id,
            handed_in_on=row.handed_in_on,
        )
        for row in rows
    ]
    assert len(copies) == number
    return {"hand_in_again": _refs(copies)}


def sent_again_with_other_content(scene: Scene) -> Expected:
    """A phone sends the key of an act again, with other pieces."""
    resident, key = scene.resident(), uuid.uuid4()
    assert resident.user
    by = By(user=resident.user, via="api", key=key, device="phone-again")
    people.record_wish(by, resident, pieces_a_week=10)
    try:
        people.record_wish(by, resident, pieces_a_week=1_000)
    except KeyReused:
        found = Entry.objects.get(verb="reuse_key", subject=f"core.receipt:{key}")
        return {"key_reused": {ref(found)}}
    raise AssertionError("the key was taken twice")


def more_than_a_day_holds(scene: Scene) -> Expected:
    """In the rows: what one person made in weeks went out and came back on one day."""
    first = HandIn.objects.filter(bag=scene.bag(), mended=False)[0]
    maker = first.bag.lot.maker_id
    rows = HandIn.objects.filter(bag__lot__maker=maker, mended=False).exclude(stage="cancelled")
    rows.update(handed_in_on=first.handed_in_on)
    Bag.objects.filter(lot__maker=maker).update(issued_on=first.handed_in_on)
    return {"too_much_a_day": _refs(rows)}


def pieces_of_too_little_material(scene: Scene) -> Expected:
    """In the rows: a bag had half of what its pieces took."""
    bag = scene.bag()
    for row in BagMaterial.objects.filter(bag=bag):
        BagMaterial.objects.filter(pk=row.pk).update(issued=row.issued // 2, used=row.issued // 2, offcut=0)
    return {"without_material": {ref(bag)}}


def pieces_of_no_material(scene: Scene) -> Expected:
    """In the rows: nothing of what the pieces are made of was ever in the bag."""
    bag = scene.bag()
    BagMaterial.objects.filter(bag=bag).update(issued=0, used=0, offcut=0, used_hao=0)
    return {"without_material": {ref(bag)}}


def silver_thread_gone(scene: Scene) -> Expected:
    """Much of a dear material of one bag is written off."""
    bag = scene.bag()
    row = BagMaterial.objects.filter(bag=bag).order_by("pk")[0]
    BagMaterial.objects.filter(pk=row.pk).update(issued=row.issued * 2, lost=row.issued)
    dear = -(-1_000_000 * 1000 // row.issued) + 1
    OrderMaterial.objects.filter(pk=row.order_material_id).update(value_hao_per_1000=dear)
    return {"unusual_loss": {ref(bag)}}


# --- money ---------------------------------------------------------------------------------------------------------


def an_allowance_without_pieces(scene: Scene) -> Expected:
    """An allowance by the verbs, written down by one and approved by another, for somebody who made nothing."""
    return _unearned(scene, ("allowance",), "高温补贴")


def three_bonuses_without_pieces(scene: Scene) -> Expected:
    return _unearned(scene, ("bonus", "bonus", "bonus"), "奖金")


def _unearned(scene: Scene, kinds: tuple[str, ...], reason: str) -> Expected:
    person = _villager(scene, f"钱{'一二三'[len(kinds) - 1]}笔", "19750505", 500 + len(kinds))
    relation = people.agree_terms(scene.officer, person, organisation=scene.operator)
    found = [
        pay.add_earning(
            scene.keeper,
            relation,
            kind=kind,
            amount_hao=200 * YUAN,
            reason=f"{reason}{number}",
            document="通知",
        )
        for number, kind in enumerate(kinds)
    ]
    for one in found:
        pay.approve_earning(scene.officer, one)
    return {"pay_without_pieces": _refs(found)}


def a_slip_for_more_than_was_accepted(scene: Scene) -> Expected:
    """In the rows: a line of a slip grew by fifty pieces."""
    line = SlipLine.objects.filter(bag=scene.bag(), inspection__isnull=False).order_by("pk")[0]
    SlipLine.objects.filter(pk=line.pk).update(
        pieces=F("pieces") + 50, amount_hao=F("amount_hao") + 50 * F("rate_hao")
    )
    return {"pay_beyond_pieces": {ref(line)}}


def pay_put_right_to_five_times(scene: Scene) -> Expected:
    """By the verb: the keeper of the books corrects a friend's pay upwards."""
    found = Inspection.objects.filter(
        hand_in__bag__lot__relation__organisation=scene.operator, hand_in__bag=scene.bag()
    ).order_by("pk")[0]
    correction = pay.correct_pay(
        scene.keeper, found, amount_hao=found.amount_hao * 5, reason="工价调整", document="说明"
    )
    return {"pay_beyond_pieces": {ref(correction), ref(found)}}


def a_batch_sent_again(scene: Scene) -> Expected:
    """In the rows: the payouts of a batch once more, under a new number."""
    old = PayoutBatch.objects.filter(operator=scene.operator).order_by("-pk")
    paid = next(
        one for one in old if one.payouts.filter(relation__isnull=False, stage="confirmed").count() > 5
    )
    return {"batch_again": _copied(scene, paid, 1_000)}


def part_of_a_batch_sent_again(scene: Scene) -> Expected:
    """In the rows: four people of another operator's batch are paid once more."""
    old = PayoutBatch.objects.exclude(operator=scene.operator).order_by("-pk")
    paid = next(
        one for one in old if one.payouts.filter(relation__isnull=False, stage="confirmed").count() > 5
    )
    return {"batch_again": _copied(scene, paid, 4)}


def _copied(scene: Scene, paid: PayoutBatch, most: int) -> set[str]:
    again = PayoutBatch.objects.create(
        operator=paid.operator, number=f"{paid.number}-B", prepared_by=paid.prepared_by,
        prepared_on=paid.prepared_on + timedelta(days=3), approved_by=paid.approved_by,
        approved_on=paid.prepared_on + timedelta(days=3), stage="done",
    )  # fmt: skip
    rows = paid.payouts.filter(relation__isnull=False, stage="confirmed").order_by("pk")[:most]
    copies = [
        Payout.objects.create(
            batch=again, operator=row.operator, reference=f"{again.number}-{number:04}", relation=row.relation,
            account=row.account, amount_fen=row.amount_fen, method=row.method, stage="confirmed",
            prepared_by=row.prepared_by, settled_by=row.settled_by, settled_on=again.prepared_on,
            witness=row.witness, document=row.document,
        )
        for number, row in enumerate(rows, start=1)
    ]  # fmt: skip
    return {ref(again), *_refs(copies)}


def a_bank_sheet_taken_out_again(scene: Scene) -> Expected:
    """The bank sheet of a batch goes out, and a week later once more."""
    batch = PayoutBatch.objects.filter(stage="done").order_by("pk")[0]
    sheets = [
        BankSheet.objects.create(
            batch=batch, made_by=batch.prepared_by, rows=10, amount_fen=1_000, made_at=timezone.now() - before
        )
        for before in (timedelta(days=8), timedelta(days=1))
    ]
    return {"sheet_again": {ref(batch), *_refs(sheets)}}


def a_bonus_to_oneself(scene: Scene) -> Expected:
    """In the rows: a maker wrote down her own bonus."""
    relation = HandIn.objects.get(bag=scene.bag(), mended=False).relation
    assert relation.resident.user_id
    brought = HandIn.objects.filter(relation=relation).order_by("-handed_in_on")[0]
    earning = Earning.objects.create(
        relation=relation, kind="bonus", amount_hao=500 * YUAN, reason="奖金", document="通知",
        earned_on=brought.handed_in_on, made_by_id=relation.resident.user_id, approved_by=scene.officer.user,
        approved_on=clock.today(), stage="approved",
    )  # fmt: skip
    return {"own_pay": {ref(earning)}}


def a_post_on_both_sides(scene: Scene) -> Expected:
    """Who keeps the operator's books buys for the enterprise, too."""
    contract = Contract.objects.filter(operator=scene.operator).order_by("pk")[0]
    people.give_role(scene.officer, contract.enterprise, user=scene.keeper.user, role="buyer")
    both = Contract.objects.filter(operator=scene.operator, enterprise=contract.enterprise)
    return {"both_sides": {ref(both[0])}}


def two_operators_bill_each_other(scene: Scene) -> Expected:
    return _ring(scene, 2)


def three_operators_bill_in_a_ring(scene: Scene) -> Expected:
    return _ring(scene, 3)


def _ring(scene: Scene, number: int) -> Expected:
    """Each bills the next, and the last the first: fees without work."""
    members = [
        people.add_organisation(
            scene.officer,
            scene.operator.division,
            kind="cooperative",
            name=f"循环{number}-{place}社",
            is_operator=True,
        )
        for place in range(number)
    ]
    bills = [
        _billed(scene, here, after) for here, after in zip(members, [*members[1:], members[0]], strict=True)
    ]
    return {"fee_loop": {*_refs(members), *_refs(bills)}}


def _billed(scene: Scene, operator: Organisation, enterprise: Organisation) -> Invoice:
    day = clock.today()
    name = f"{operator.pk}-{enterprise.pk}"
    contract = Contract.objects.create(
        enterprise=enterprise, operator=operator, number=f"HT-{name}", signed_on=day
    )
    order = Order.objects.create(
        contract=contract, enterprise=enterprise, operator=operator, number=f"DD-{name}", ordered_on=day, due=day,
        stage="open",
    )  # fmt: skip
    return Invoice.objects.create(
        order=order, number=f"FP-{name}", amount_hao=90_000 * YUAN, invoiced_on=day, due=day,
        issued_by=scene.keeper.user,
    )  # fmt: skip


Plant = Callable[[Scene], Expected]
PLANTS: tuple[Plant, ...] = (
    one_card_for_two,
    one_card_for_three,
    one_account_for_two_agents,
    margin_to_a_makers_card,
    ghost_paid_in_cash,
    ghost_worker,
    six_badges_on_one_phone,
    ten_badges_on_another_phone,
    one_number_for_five,
    twice_in_the_register,
    three_times_in_the_register,
    a_hundred_and_two_years_old,
    still_working_after_death,
    an_inspector_who_passes_everything,
    an_inspector_of_two_workshops_who_passes_all_but_two,
    inspected_by_who_handed_out,
    a_list_of_hand_ins_sent_again,
    a_longer_list_sent_again,
    sent_again_with_other_content,
    more_than_a_day_holds,
    pieces_of_too_little_material,
    pieces_of_no_material,
    silver_thread_gone,
    an_allowance_without_pieces,
    three_bonuses_without_pieces,
    a_slip_for_more_than_was_accepted,
    pay_put_right_to_five_times,
    a_batch_sent_again,
    part_of_a_batch_sent_again,
    a_bank_sheet_taken_out_again,
    a_bonus_to_oneself,
    a_post_on_both_sides,
    two_operators_bill_each_other,
    three_operators_bill_in_a_ring,
)
