"""For every verb that needs a second person: somebody who had a hand in it before, and has the right otherwise."""

from __future__ import annotations

from collections.abc import Callable

from gongfang.pay import actions as pay
from gongfang.registry.people import actions as registry
from gongfang.registry.people.models import Organisation
from gongfang.work.orders import actions as orders
from gongfang.work.piecework import actions as piecework
from gongfang.work.piecework.models import Inspection
from tests.attack.api.asking import ASKED, Place, Request, post
from tests.cast import Person

Hand = tuple[Person, Request]


def _also(place: Place, person: Person, at: Organisation, role: str) -> Person:
    """Give somebody a second role, as happens where there are few people."""
    registry.give_role(place.county.second.by(), at, user=person.user, role=role)
    return person


def _inspected_by_books(place: Place) -> Inspection:
    books = _also(place, place.world.books, place.world.operator, "inspector")
    found = place.handed_in()
    verdict = piecework.Verdict(hand_in_id=found.pk, accepted=10)
    return piecework.inspect(books.by(), [found], rows=[verdict])[0]


def _inspect(place: Place) -> Hand:
    request = ASKED["inspect"](place)
    assert isinstance(request, Request)
    return place.unit.desk, request


def _prepare_batch(place: Place) -> Hand:
    _inspected_by_books(place)
    pay.draw_up_slips(place.world.books.by(), place.world.operator)
    return place.world.books, post(f"/api/pay/operators/{place.world.operator.pk}/batches")


def _approve_batch(place: Place) -> Hand:
    return place.world.books, post(f"/api/pay/batches/{place.batch().pk}/approve")


def _correct_pay(place: Place) -> Hand:
    path = f"/api/pay/inspections/{_inspected_by_books(place).pk}/correct"
    return place.world.books, post(path, amount_hao=60_000, reason="数错", document="更正单1号")


def _correct_verdict(place: Place) -> Hand:
    path = f"/api/pay/inspections/{_inspected_by_books(place).pk}/look-again"
    return place.world.books, post(path, accepted=9, rejected=1, reason="数错")


def _keep_verdict(place: Place) -> Hand:
    appeal = piecework.ask_again(place.maker.by(), _inspected_by_books(place), words="是好的")
    return place.world.books, post(f"/api/piecework/appeals/{appeal.pk}/keep", answer="比封样短")


def _receive_fee(place: Place) -> Hand:
    request = ASKED["receive_fee"](place)
    assert isinstance(request, Request)
    return place.world.books, request


def _book_stocktake(place: Place) -> Hand:
    request = ASKED["book_stocktake"](place)
    assert isinstance(request, Request)
    return place.world.books, request


def _answered(verb: str) -> Callable[[Place], Hand]:
    def hand(place: Place) -> Hand:
        return place.county.second, post(f"/api/orders/quotes/{place.sent().pk}/{verb}", document="来函1号")

    return hand


def _for_enterprise(place: Place) -> Hand:
    both = _also(place, place.county.officer, place.world.enterprise, "buyer")
    sample = orders.approve_sample_for_centre(both.by(), place.sample())
    return both, post(f"/api/orders/samples/{sample.pk}/approve-for-enterprise")


def _for_centre(place: Place) -> Hand:
    both = _also(place, place.county.officer, place.world.enterprise, "buyer")
    sample = orders.approve_sample_for_enterprise(both.by(), place.sample())
    return both, post(f"/api/orders/samples/{sample.pk}/approve-for-centre")


def _read_before(verb: str) -> Callable[[Place], Hand]:
    def hand(place: Place) -> Hand:
        request = ASKED[verb](place)
        assert isinstance(request, Request)
        return place.county.second, request

    return hand


def _in_the_rows(verb: str, **told: str) -> Callable[[Place], Hand]:
    def hand(place: Place) -> Hand:
        doubt = place.doubt(str(place.county.second.user.pk))
        return place.county.second, post(f"/api/oversight/doubts/{doubt.pk}/{verb}", **told)

    return hand


HANDS: dict[str, Callable[[Place], Hand]] = {
    "inspect": _inspect,
    "answer_claim": _read_before("answer_claim"),
    "reopen_order": _read_before("reopen_order"),
    "refund_fee": _read_before("refund_fee"),
    "prepare_batch": _prepare_batch,
    "approve_batch": _approve_batch,
    "correct_pay": _correct_pay,
    "correct_verdict": _correct_verdict,
    "keep_verdict": _keep_verdict,
    **{
        verb: _read_before(verb)
        for verb in (
            "approve_earning",
            "take_back_earning",
            "approve_advance",
            "approve_margin_advance",
            "confirm_advance",
            "agree_deduction",
        )
    },
    "book_stocktake": _book_stocktake,
    "receive_fee": _receive_fee,
    "accept_quote": _answered("accept"),
    "decline_quote": _answered("decline"),
    "approve_sample_for_enterprise": _for_enterprise,
    "approve_sample_for_centre": _for_centre,
    "book_payments": _read_before("book_payments"),
    "dismiss_payment": _read_before("dismiss_payment"),
    "thaw_county": _read_before("thaw_county"),
    "take_doubt": _in_the_rows("take"),
    "explain_doubt": _in_the_rows("explain", reason="母女同名同日登记"),
    "put_right_doubt": _in_the_rows("put-right", reason="已停用旧卡"),
}
