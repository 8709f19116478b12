"""From the enterprise's question to a sealed sample and a signed contract."""

from datetime import date

import pytest

from gongfang.core.errors import Moved, NotAllowed, Refused, SecondPersonNeeded
from gongfang.core.members import member_of
from gongfang.work.orders import access, actions
from tests.work.orders.conftest import DUE, TODAY, by


def test_a_buyer_asks_and_an_officer_quotes_with_minutes_and_an_hourly_wage(quote):
    assert quote.minutes == 60_000
    assert quote.hourly_equivalent_hao == 135_000
    assert quote.enquiry.stage == "quoted"


def test_a_buyer_asks_only_for_the_own_enterprise(town):
    with pytest.raises(NotAllowed):
        actions.enquire(by(town.other_buyer), town.enterprise, product="结", pieces=10, due=DUE)


def test_an_enquiry_for_yesterday_or_for_nothing_is_refused(town):
    with pytest.raises(Refused) as late:
        actions.enquire(by(town.buyer), town.enterprise, product="结", pieces=10, due=date(2022, 8, 31))
    with pytest.raises(Refused) as nothing:
        actions.enquire(by(town.buyer), town.enterprise, product="结", pieces=0, due=DUE)
    assert (late.value.field, nothing.value.field) == ("due", "pieces")


def test_a_workshop_does_not_enquire(town):
    with pytest.raises(Refused) as refusal:
        actions.enquire(by(town.officer), town.workshop, product="结", pieces=10, due=DUE)
    assert refusal.value.field == "enterprise"


def test_a_fee_below_wage_and_margin_is_refused(town, enquiry, knot):
    with pytest.raises(Refused) as refusal:
        actions.quote(by(town.officer), enquiry, version=knot, fee_hao=4_999, wage_hao=4_500, margin_hao=500)
    assert refusal.value.field == "fee_hao"


def test_a_buyer_sees_a_quote_once_it_is_sent(town, quote):
    assert not access.visible_quotes(member_of(town.buyer)).exists()
    actions.send_quote(by(town.officer), quote)
    assert list(access.visible_quotes(member_of(town.buyer))) == [quote]
    assert not access.visible_quotes(member_of(town.other_buyer)).exists()


def test_an_accepted_quote_closes_the_enquiry(accepted):
    accepted.enquiry.refresh_from_db()
    assert (accepted.stage, accepted.enquiry.stage) == ("accepted", "closed")


def test_whoever_sent_a_quote_does_not_accept_it_for_the_enterprise(town, quote):
    sent = actions.send_quote(by(town.officer), quote)
    with pytest.raises(SecondPersonNeeded):
        actions.accept_quote(by(town.officer), sent, document="微信 9 月 1 日")


def test_another_officer_records_an_answer_on_paper_and_names_the_letter(town, quote):
    sent = actions.send_quote(by(town.officer), quote)
    with pytest.raises(Refused) as refusal:
        actions.accept_quote(by(town.second_officer), sent)
    assert refusal.value.code == "no_document"
    assert actions.accept_quote(by(town.second_officer), sent, document="函 12 号").document == "函 12 号"


def test_a_declined_quote_leaves_the_enquiry_waiting_for_another(town, quote):
    sent = actions.send_quote(by(town.officer), quote)
    declined = actions.decline_quote(by(town.buyer), sent, reason="贵了")
    declined.enquiry.refresh_from_db()
    assert (declined.stage, declined.enquiry.stage) == ("declined", "open")


def test_a_quote_is_answered_once(town, accepted):
    with pytest.raises(Moved):
        actions.decline_quote(by(town.buyer), accepted)


def test_a_sample_is_sealed_when_both_sides_have_approved(town, sample):
    half = actions.approve_sample_for_centre(by(town.officer), sample)
    half.refresh_from_db()
    assert (half.stage, half.status) == ("made", "waits_for_enterprise")
    sealed = actions.approve_sample_for_enterprise(by(town.buyer), half)
    sealed.refresh_from_db()
    assert (sealed.stage, sealed.status) == ("sealed", "sealed")


def test_the_centre_does_not_approve_for_the_enterprise_nor_one_person_for_both(town, sample):
    with pytest.raises(NotAllowed):
        actions.approve_sample_for_enterprise(by(town.officer), sample)
    with pytest.raises(NotAllowed):
        actions.approve_sample_for_enterprise(by(town.other_buyer), sample)


def test_somebody_who_is_officer_and_buyer_approves_one_side_only(town, sample):
    from gongfang.registry.people.models import Role

    Role.objects.create(user=town.officer, role="buyer", organisation=town.enterprise, since=date(2022, 1, 1))
    actions.approve_sample_for_centre(by(town.officer), sample)
    with pytest.raises(SecondPersonNeeded):
        actions.approve_sample_for_enterprise(by(town.officer), sample)


def test_a_refused_sample_says_why_and_is_not_approved_any_more(town, sample):
    with pytest.raises(Refused) as refusal:
        actions.refuse_sample(by(town.buyer), sample, reason=" ")
    assert refusal.value.field == "reason"
    actions.refuse_sample(by(town.buyer), sample, reason="绳尾太短")
    with pytest.raises(Moved):
        actions.approve_sample_for_centre(by(town.officer), sample)


def test_only_an_operator_signs_a_contract(town):
    with pytest.raises(Refused) as refusal:
        actions.sign_contract(
            by(town.officer), town.workshop, enterprise=town.enterprise, number="1", signed_on=TODAY
        )
    assert refusal.value.field == "operator"


def test_a_contract_number_is_given_once(town, contract):
    with pytest.raises(Refused) as refusal:
        actions.sign_contract(
            by(town.manager),
            town.operator,
            enterprise=town.enterprise,
            number=contract.number,
            signed_on=TODAY,
        )
    assert refusal.value.field == "number"
