"""Accepted pieces go to the enterprise with a numbered slip, and somebody there signs it."""

import pytest
from django.test import Client

from gongfang.core.errors import Moved, NotAllowed, Refused
from gongfang.ledger import postings
from gongfang.work.orders.models import OrderLine
from gongfang.work.piecework import actions, papers, queries
from gongfang.work.piecework.access import visible_deliveries
from tests.work.piecework.conftest import TODAY

pytestmark = pytest.mark.usefixtures("all_adds_up")


@pytest.fixture
def line(floor):
    """Twenty-eight accepted pieces of the order."""
    floor.inspect(floor.hand_in(floor.bag(pieces=30), 30), 28, rejected=2)
    return OrderLine.objects.get(pk=floor.line.pk)


def test_accepted_pieces_go_out_with_a_numbered_slip(floor, line):
    first = actions.deliver(floor.people.luo.by(), line, pieces=20, carrier="邮政")
    second = actions.deliver(floor.people.wang.by(), line, pieces=8)
    assert (first.number, first.pieces, first.delivered_on, first.carrier) == (
        "K-30000-01",
        20,
        TODAY,
        "邮政",
    )
    assert second.number == "K-30000-02"
    assert OrderLine.objects.get(pk=line.pk).delivered == 28
    assert floor.pieces(postings.line(line.pk), "delivered") == 28
    assert floor.pieces(postings.line(line.pk), "accepted") == 0


def test_nothing_is_delivered_that_no_inspector_accepted(floor):
    floor.hand_in(floor.bag(pieces=30), 30)
    with pytest.raises(Refused):
        actions.deliver(floor.people.luo.by(), floor.line, pieces=1)


def test_no_more_than_was_accepted(floor, line):
    with pytest.raises(Refused, match="28"):
        actions.deliver(floor.people.luo.by(), line, pieces=29)
    with pytest.raises(Refused):
        actions.deliver(floor.people.luo.by(), line, pieces=0)


@pytest.mark.parametrize("who", ["chen", "zhao", "zhou", "wu", "sun", "qian"])
def test_only_the_centre_and_the_operator_send(floor, line, who):
    with pytest.raises(NotAllowed):
        actions.deliver(getattr(floor.people, who).by(), line, pieces=1)


def test_the_enterprise_signs_once(floor, line):
    slip = actions.deliver(floor.people.luo.by(), line, pieces=20)
    signed = actions.sign_delivery(floor.people.sun.by(), slip, signed_by=" 孙丽 ")
    assert (signed.signed_by, signed.signed_on) == ("孙丽", TODAY)
    with pytest.raises(Moved):
        actions.sign_delivery(floor.people.luo.by(), slip, signed_by="别人")


def test_a_signature_has_a_name(floor, line):
    slip = actions.deliver(floor.people.luo.by(), line, pieces=20)
    with pytest.raises(Refused) as refusal:
        actions.sign_delivery(floor.people.luo.by(), slip, signed_by=" ")
    assert refusal.value.field == "signed_by"


def test_makers_and_strangers_do_not_sign(floor, line):
    slip = actions.deliver(floor.people.luo.by(), line, pieces=20)
    for person in (floor.people.zhou, floor.people.wu, floor.people.su):
        with pytest.raises(NotAllowed):
            actions.sign_delivery(person.by(), slip, signed_by="某人")


def test_the_enterprise_sees_what_came_and_nobody_elses(floor, line):
    slip = actions.deliver(floor.people.luo.by(), line, pieces=20)
    for person in (floor.people.sun, floor.people.luo, floor.people.wang, floor.people.qian):
        assert set(visible_deliveries(person.member)) == {slip}
    for person in (floor.people.wu, floor.people.zhou, floor.people.su):
        assert set(visible_deliveries(person.member)) == set()


def test_what_waits_for_delivery_is_there_until_it_is_sent(floor, line):
    assert set(queries.to_deliver(floor.people.luo.member)) == {line}
    assert set(queries.to_deliver(floor.people.chen.member)) == set()
    actions.deliver(floor.people.luo.by(), line, pieces=28)
    assert set(queries.to_deliver(floor.people.luo.member)) == set()


def test_a_printed_slip_says_to_anybody_whether_it_is_genuine_and_nothing_more(floor, line):
    slip = actions.deliver(floor.people.luo.by(), line, pieces=20)
    printed = floor.people.luo.client().get(f"/piecework/deliveries/{slip.pk}/slip.pdf")
    assert (printed.status_code, printed.content[:5]) == (200, b"%PDF-")
    stranger = Client(headers={"host": "panan.localhost"})
    page = stranger.get(f"/piecework/check/{papers.code(slip)}/")
    assert (page.status_code, slip.number in page.content.decode()) == (200, True)
    assert floor.people.enterprise.name not in page.content.decode()
    for wrong in (f"{slip.number}-{'A' * 16}", papers.code(slip)[:-1] + "1", "K-1", "非数"):
        assert stranger.get(f"/piecework/check/{wrong}/").status_code == 404
