from dataclasses import replace
from datetime import timedelta

import pytest

from gongfang.core import clock
from gongfang.core.action import By, action
from gongfang.core.errors import NotAllowed, Refused
from gongfang.registry.people import actions
from gongfang.registry.people.actions import Pace
from gongfang.registry.people.models import BankAccount, Look, Relation, Skill
from gongfang.registry.people.queries import (
    account_of,
    looks_at,
    pace_of,
    paces,
    relation_of,
    revealed,
)
from tests import cast

CARD = cast.bank_card()
OTHER_CARD = cast.bank_card("621700123400056789")


# --- looks ----------------------------------------------------------------------------------------------------


def test_a_look_needs_a_purpose_and_is_a_line_the_person_reads(people):
    look = actions.look(people.chen.by(), people.zhou.row, purpose="送货上门前打电话")
    assert revealed(people.chen.member, look).id_number == cast.ZHOU.id_number
    assert [(line.viewer, line.purpose) for line in looks_at(people.zhou.row)] == [
        (people.chen.user, "送货上门前打电话")
    ]
    with pytest.raises(Refused) as refusal:
        actions.look(people.chen.by(), people.zhou.row, purpose=" ")
    assert refusal.value.field == "purpose"


def test_what_a_look_shows_is_for_the_one_who_looked_and_for_ten_minutes(people):
    look = actions.look(people.chen.by(), people.zhou.row, purpose="核对身份证")
    with pytest.raises(NotAllowed):
        revealed(people.he.member, look)
    with clock.at(clock.now() + timedelta(minutes=11)), pytest.raises(NotAllowed):
        revealed(people.chen.member, look)


@pytest.mark.parametrize("who", ["wu", "zhao", "sun", "lin", "su"])
def test_others_do_not_unmask(people, who):
    with pytest.raises(NotAllowed):
        actions.look(getattr(people, who).by(), people.zhou.row, purpose="看看")


@pytest.mark.parametrize("who", ["wang", "feng", "ma", "qian", "he", "chen", "zhou"])
def test_those_who_must_reach_or_check_unmask(people, who):
    assert (
        actions.look(getattr(people, who).by(), people.zhou.row, purpose="核对").resident == people.zhou.row
    )


def test_a_masked_page_is_one_line_a_day_and_oneself_is_none(people):
    for _again in range(3):
        actions.seen(people.chen.member, [people.zhou.row, people.lin.row], page="residents")
    actions.seen(people.zhou.member, [people.zhou.row], page="me")
    assert [line.viewer for line in looks_at(people.zhou.row)] == [people.chen.user]
    actions.seen(people.chen.member, [people.zhou.row], page="bag")
    assert looks_at(people.zhou.row).count() == 2


def test_the_book_of_looks_is_never_rewritten(people):
    from django.db import ProgrammingError, transaction

    look = actions.look(people.chen.by(), people.zhou.row, purpose="核对")
    for change in (lambda: Look.objects.filter(pk=look.pk).update(purpose=""), look.delete):
        with pytest.raises(ProgrammingError), transaction.atomic():
            change()


# --- own card -------------------------------------------------------------------------------------------------


def test_a_person_names_their_own_card_and_the_one_before_ends(people):
    actions.set_bank_account(
        people.zhou.by(), people.zhou.row, number=CARD, bank="农业银行", holder_name="周 桂 花"
    )
    newer = actions.set_bank_account(
        people.he.by(), people.zhou.row, number=OTHER_CARD, bank="农商银行", holder_name="周桂花"
    )
    assert account_of(people.zhou.row) == newer
    assert BankAccount.objects.filter(resident=people.zhou.row).count() == 2
    assert str(newer) == "*" * 15 + OTHER_CARD[-4:]


def test_somebody_elses_card_is_refused(people):
    with pytest.raises(Refused) as refusal:
        actions.set_bank_account(
            people.zhou.by(), people.zhou.row, number=CARD, bank="农业银行", holder_name="林秀英"
        )
    assert refusal.value.code == "not_own_card"


def test_one_card_belongs_to_one_person(people):
    actions.set_bank_account(
        people.zhou.by(), people.zhou.row, number=CARD, bank="农业银行", holder_name="周桂花"
    )
    with pytest.raises(Refused) as refusal:
        actions.set_bank_account(
            people.lin.by(), people.lin.row, number=CARD, bank="农业银行", holder_name="林秀英"
        )
    assert refusal.value.code == "card_of_another"
    assert account_of(people.lin.row) is None


def test_a_card_whose_digits_do_not_check_is_refused(people):
    wrong = CARD[:-1] + str((int(CARD[-1]) + 1) % 10)
    with pytest.raises(Refused) as refusal:
        actions.set_bank_account(
            people.zhou.by(), people.zhou.row, number=wrong, bank="农业银行", holder_name="周桂花"
        )
    assert refusal.value.field == "number"


def test_a_clerk_touches_no_card_and_nobody_sets_one_on_behalf(people):
    with pytest.raises(NotAllowed):
        actions.set_bank_account(
            people.chen.by(), people.zhou.row, number=CARD, bank="农业银行", holder_name="周桂花"
        )
    with pytest.raises(NotAllowed):
        actions.set_bank_account(
            people.chen.by(for_=people.zhou),
            people.zhou.row,
            number=CARD,
            bank="农业银行",
            holder_name="周桂花",
        )


# --- consents, wishes, limits ---------------------------------------------------------------------------------


def test_a_consent_is_the_persons_own_or_comes_with_its_proof(people):
    assert actions.give_consent(people.zhou.by(), people.zhou.row, purpose="bank").how == "page"
    with pytest.raises(Refused) as refusal:
        actions.give_consent(people.chen.by(), people.lin.row, purpose="bank")
    assert refusal.value.code == "own_consent"
    slip = actions.give_consent(
        people.chen.by(), people.lin.row, purpose="bank", how="slip", document="2026-17"
    )
    assert slip.document == "2026-17"
    with pytest.raises(NotAllowed):
        actions.give_consent(people.chen.by(for_=people.zhou), people.zhou.row, purpose="health")


def test_a_consent_is_taken_back_and_given_anew(people):
    first = actions.give_consent(people.zhou.by(), people.zhou.row, purpose="health")
    assert actions.give_consent(people.zhou.by(), people.zhou.row, purpose="health") == first
    actions.withdraw_consent(people.zhou.by(), first)
    assert actions.give_consent(people.zhou.by(), people.zhou.row, purpose="health") != first


def test_limits_are_written_in_place_of_those_before(people):
    actions.record_limits(people.zhou.by(), people.zhou.row, limits={"hours_a_day": 4, "no_fine_sight": None})
    actions.record_limits(people.chen.by(for_=people.zhou), people.zhou.row, limits={"hours_a_day": 3})
    assert [(limit.kind, limit.value) for limit in people.zhou.row.limits.all()] == [("hours_a_day", 3)]
    with pytest.raises(Refused):
        actions.record_limits(people.zhou.by(), people.zhou.row, limits={"diabetes": None})


def test_a_wish_is_theirs_to_change(people):
    actions.record_wish(people.lin.by(), people.lin.row, pieces_a_week=200, home_work=True)
    wish = actions.record_wish(people.lin.by(), people.lin.row, minutes_a_day=180, home_work=True)
    assert (wish.pieces_a_week, wish.minutes_a_day) == (None, 180)
    with pytest.raises(NotAllowed):
        actions.record_wish(people.wu.by(), people.lin.row, minutes_a_day=600)


# --- terms ----------------------------------------------------------------------------------------------------


def test_terms_agreed_twice_are_the_same_terms(people):
    first = actions.agree_terms(people.zhou.by(), people.zhou.row, organisation=people.operator)
    again = actions.agree_terms(
        people.chen.by(for_=people.zhou), people.zhou.row, organisation=people.operator
    )
    assert first == again == relation_of(people.zhou.row, people.operator)
    assert (first.kind, Relation.objects.count()) == ("contract", 1)


def test_many_agree_at_once_in_the_order_given(people):
    residents = [people.lin.row, people.zhou.row]
    actions.agree_terms(people.zhou.by(), people.zhou.row, organisation=people.operator)
    terms = actions.agree_terms_many(people.chen.by(), residents, organisation=people.operator)
    assert [one.resident_id for one in terms] == [people.lin.row.pk, people.zhou.row.pk]
    assert Relation.objects.count() == 2


def test_terms_end_and_are_agreed_anew(people):
    first = actions.agree_terms(people.zhou.by(), people.zhou.row, organisation=people.operator)
    actions.end_relation(people.zhou.by(), first)
    assert relation_of(people.zhou.row, people.operator) is None
    assert actions.agree_terms(people.zhou.by(), people.zhou.row, organisation=people.operator) != first


def test_who_does_not_sign_agrees_no_terms(people):
    with pytest.raises(Refused) as refusal:
        actions.agree_terms(people.zhou.by(), people.zhou.row, organisation=people.agency)
    assert refusal.value.code == "no_operator"


def test_nobody_agrees_for_somebody_elses_makers(people):
    with pytest.raises(NotAllowed):
        actions.agree_terms(people.wu.by(), people.zhou.row, organisation=people.operator)


# --- pace -----------------------------------------------------------------------------------------------------


@action(lambda member, resident: True)
def inspect_some(act, resident, *, times, accepted):
    """Stand in for the room above: an inspection that records a pace."""
    for _time in range(times):
        actions.record_pace(
            act, resident, skill="knot", pieces=20, accepted=accepted, seconds=3000, standard_seconds=2400
        )
    return resident


@pytest.fixture
def knot(people):
    return actions.add_skill_kind(people.wang.by(), None, code="knot", name="编结")


def test_a_pace_counts_from_twenty_hand_ins_on_and_is_the_median_before(people, knot):
    inspect_some(people.zhao.by(), people.lin.row, times=19, accepted=18)
    assert pace_of(people.lin.row, "knot") == (100, 1000)
    inspect_some(people.zhao.by(), people.lin.row, times=1, accepted=18)
    assert pace_of(people.lin.row, "knot") == (80, 900)
    assert pace_of(people.zhou.row, "knot") == (80, 900)
    assert paces("knot").own == {people.lin.row.pk: (80, 900)}


def test_many_paces_are_recorded_in_one_go(people, knot):
    @action(lambda member, residents: True)
    def inspect_all(act, residents):
        rows = [Pace(one.pk, 10, 9) for one in residents] * 2
        return actions.record_paces(act, residents, skill="knot", paces=rows)

    skills = inspect_all(people.zhao.by(), [people.lin.row, people.zhou.row])
    assert [(skill.hand_ins, skill.pieces, skill.accepted) for skill in skills] == [(2, 20, 18), (2, 20, 18)]


def test_a_pace_comes_from_an_inspection_only(people, knot):
    with pytest.raises(NotAllowed):
        actions.record_pace(people.zhao.by(), people.lin.row, skill="knot", pieces=1, accepted=1)


def test_a_contested_pace_starts_anew(people, knot):
    inspect_some(people.zhao.by(), people.lin.row, times=20, accepted=10)
    skill = actions.contest_pace(people.lin.by(), Skill.objects.get(resident=people.lin.row), why="料不好")
    assert (skill.hand_ins, pace_of(people.lin.row, "knot")) == (0, (100, 1000))
    with pytest.raises(NotAllowed):
        actions.contest_pace(people.wu.by(), skill, why="x")


def test_an_idle_year_is_forgotten(people, knot):
    inspect_some(people.zhao.by(), people.lin.row, times=20, accepted=10)
    with clock.at(clock.now() + timedelta(days=360)):
        assert actions.forget_idle_paces(people.system.by(), None) == 0
    with clock.at(clock.now() + timedelta(days=370)):
        assert actions.forget_idle_paces(people.system.by(), None) == 1
    assert Skill.objects.get(resident=people.lin.row).hand_ins == 0


def test_a_login_is_given_once(people):
    resident = actions.add_resident(people.wang.by(), people.county, row=cast.rows(1)[0])
    enrolled = actions.enrol_user(people.wang.by(), resident, username="zhangyimei", password="knots-2026")
    assert enrolled.user.check_password("knots-2026")
    with pytest.raises(Refused):
        actions.enrol_user(people.wang.by(), enrolled)


def test_a_maker_gets_a_password_from_the_manager_and_never_from_the_clerk(people):
    with pytest.raises(NotAllowed):
        actions.enrol_user(people.chen.by(), people.lin.row, username="xiaolin", password="knots-2026")
    actions.enrol_user(people.he.by(), people.lin.row, username="xiaolin", password="knots-2026")
    people.lin.user.refresh_from_db()
    assert (people.lin.user.username, people.lin.user.check_password("knots-2026")) == ("xiaolin", True)
    with pytest.raises(Refused):
        actions.enrol_user(people.he.by(), people.lin.row, username="xiaolin2", password="other-2026")


def test_the_same_key_again_adds_nobody(people):
    by = people.wang.by()
    row = cast.rows(1)[0]
    first = actions.add_resident(by, people.county, row=row)
    assert actions.add_resident(by, people.county, row=row) == first
    with pytest.raises(Refused):
        actions.add_resident(by, people.county, row=replace(row, phone="13857901111"))
    assert isinstance(by, By)


# --- whole sheets ---------------------------------------------------------------------------------------------


def _card_rows(people, *numbers):
    rows = zip((people.zhou, people.lin), numbers, ("周桂花", "林秀英"), strict=True)
    return [
        actions.CardRow(resident_id=person.row.pk, number=number, bank="农商银行", holder_name=name)
        for person, number, name in rows
    ]


def test_a_sheet_of_cards_names_everybodys_own_and_ends_the_one_before(people):
    residents = [people.zhou.row, people.lin.row]
    actions.set_bank_account(
        people.zhou.by(), people.zhou.row, number=cast.bank_card("622848033001234599"), bank="农业银行",
        holder_name="周桂花",
    )  # fmt: skip
    for _twice in range(2):
        cards = actions.set_bank_accounts(
            people.wang.by(), residents, rows=_card_rows(people, CARD, OTHER_CARD)
        )
    assert [account_of(person).pk for person in residents] == [card.pk for card in cards]
    assert BankAccount.objects.count() == 3


def test_one_card_for_two_people_refuses_the_whole_sheet(people):
    with pytest.raises(Refused) as refusal:
        actions.set_bank_accounts(
            people.he.by(), [people.zhou.row, people.lin.row], rows=_card_rows(people, CARD, CARD)
        )
    assert refusal.value.code == "card_of_another"
    assert not BankAccount.objects.exists()
    with pytest.raises(NotAllowed):
        actions.set_bank_accounts(people.chen.by(), [people.zhou.row], rows=_card_rows(people, CARD, CARD))


def test_a_whole_class_learns_at_once_and_a_teacher_stays_one(people):
    knots = actions.add_skill_kind(people.wang.by(), None, code="class", name="编结")
    actions.add_skill(people.zhou.by(), people.zhou.row, kind=knots, level=3)
    learned = actions.add_skills(people.chen.by(), [people.zhou.row, people.lin.row], kind=knots)
    assert {(skill.resident_id, skill.level) for skill in learned} == {
        (people.zhou.row.pk, 3),
        (people.lin.row.pk, 2),
    }
    with pytest.raises(NotAllowed):
        actions.add_skills(people.wu.by(), [people.zhou.row], kind=knots)
