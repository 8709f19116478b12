"""What keeps a request to one county, one person and one act, and a label to nothing at all."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from itertools import count
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest

from gongfang.core import action, codes, doors
from gongfang.core.action import Act, By, Verb
from gongfang.core.errors import SecondPersonNeeded
from gongfang.core.login import make_token
from gongfang.core.models import Receipt, User
from gongfang.core.states import Chart
from gongfang.counties import middleware, web
from gongfang.pages import actions as pages
from gongfang.pay.actions import pay_cash
from gongfang.registry.people import actions as registry
from gongfang.registry.people import members
from gongfang.work.piecework import queries
from gongfang.work.piecework.actions import returns
from gongfang.work.piecework.models import Bag
from tests.attack.controls import control, instead

Out = Generator[None, None, None]
OWN = (registry.set_bank_account, registry.give_consent, pages.change_password, make_token, registry.end_role)


def _always_panan(real: Any) -> Any:
    return lambda host: real("panan.localhost")


@control(
    "A host name that is no row of the list of counties is answered with “not found”, whatever it looks like.",
    "test_hosts.py::test_an_odd_host_is_nowhere",
    "test_labels.py::test_a_label_of_another_county_finds_no_bag",
    "test_keys.py::test_a_key_of_one_county_tells_nothing_in_another",
)
def only_registered_hosts() -> Out:
    raw = HttpRequest._get_raw_host
    change = (middleware, "county_at", _always_panan(middleware.county_at))
    with instead(change, (HttpRequest, "get_host", raw)):
        yield


@control(
    "No header beside the host, such as X-Forwarded-Host, is asked for the county.",
    "test_hosts.py::test_what_stands_beside_the_host_changes_no_county",
    "test_hosts.py::test_a_lie_beside_the_host_leads_nobody_away",
)
def no_forwarded_host() -> Out:
    with instead((settings, "USE_X_FORWARDED_HOST", True)):
        yield


@control(
    "Links are built from the county's own row and never from what a request says.",
    "test_hosts.py::test_a_link_is_built_from_the_countys_own_row",
)
def links_come_from_the_row() -> Out:
    real = web.render

    def from_the_request(request: HttpRequest, template: str, context: dict[str, Any]) -> Any:
        asked = request.get_host()
        rows = [(county, f"http://{county.schema_name}.{asked}/") for county, _address in context["counties"]]
        return real(request, template, {**context, "counties": rows})

    with instead((web, "render", from_the_request)):
        yield


# --- on behalf ------------------------------------------------------------------------------------------------


@control(
    "Somebody acts for a maker of the own workshop and for nobody else, and the verb must allow it.",
    "test_on_behalf.py::test_a_clerk_acts_for_nobody_elses_maker",
    "test_on_behalf.py::test_nobody_acts_for_a_colleague_or_for_who_stands_above",
    "test_on_behalf.py::test_a_maker_acts_for_no_other_maker",
    "test_keys.py::test_an_old_answer_is_not_given_to_whoever_may_no_longer_see_it",
)
def acting_for_is_asked() -> Out:
    with instead((action, "may_act_for", lambda member, subject: True)):
        yield


@control(
    "Who acts for somebody has that person's rights and not the own ones besides.",
    "test_on_behalf.py::test_acting_for_somebody_lends_no_right_the_other_has_not",
)
def acting_for_lends_no_right() -> Out:
    begin = Act.__init__

    def as_oneself(act: Act, by: By, *, parent: Act | None = None) -> None:
        begin(act, by, parent=parent)
        act.member = members.member(by.user)

    with instead((Act, "__init__", as_oneself)):
        yield


@control(
    "Bank account, consent, password, token, roles and the receipt of cash are on no list of what one does for another.",
    "test_on_behalf.py::test_what_is_a_persons_own_is_done_by_no_one_for_them",
    "test_on_behalf.py::test_cash_is_signed_for_by_nobody_else",
)
def some_verbs_are_ones_own() -> Out:
    with instead(*((verb, "on_behalf", True) for verb in (*OWN, pay_cash))):
        yield


@control(
    "The second person is another one than every hand before, also when acting for somebody.",
    "test_on_behalf.py::test_who_had_a_hand_in_it_does_the_second_step_for_nobody",
)
def the_second_person_is_another() -> Out:
    real = Verb._permit

    def asks_the_subject_alone(verb: Any, act: Act, subject: Any) -> None:
        second, verb.second = verb.second, None
        try:
            real(verb, act, subject)
        finally:
            verb.second = second
        if second and (act.by.for_ or act.by.user).pk in second(subject):
            raise SecondPersonNeeded

    with instead((Verb, "_permit", asks_the_subject_alone)):
        yield


@control(
    "The audit names who did it and for whom.",
    "test_on_behalf.py::test_what_was_done_for_another_names_both",
)
def the_audit_names_both() -> Out:
    write = Act._write_down

    def of_the_subject(act: Act, *args: Any) -> None:
        by = act.by
        act.by = replace(by, user=by.for_ or by.user, for_=None)
        write(act, *args)
        act.by = by

    with instead((Act, "_write_down", of_the_subject)):
        yield


@control(
    "Nobody acts for a login that was closed.",
    "test_on_behalf.py::test_a_closed_login_is_acted_for_no_more",
)
def closed_logins_are_acted_for_no_more() -> Out:
    def anybody(request: HttpRequest) -> User | None:
        return User.objects.filter(username=request.headers.get("X-On-Behalf-Of", "")).first()

    with instead((doors, "_for", anybody)):
        yield


# --- keys -----------------------------------------------------------------------------------------------------


@control(
    "The key of an act is written down first: the same request, however often it comes, is done once.",
    "test_keys.py::test_the_same_sent_twenty_times_is_done_once",
)
def a_key_counts_once() -> Out:
    real = Verb._receipt

    def under_a_new_key(verb: Any, by: By, digest: bytes) -> int | None:
        return real(verb, replace(by, key=uuid4()), digest)

    with instead((Verb, "_receipt", under_a_new_key)):
        yield


@control(
    "A key answers the same person for the same act, content, device and subject only; the rest is refused and noted.",
    "test_keys.py::test_an_edited_copy_is_refused_and_remembered",
    "test_keys.py::test_a_copy_from_another_person_gets_no_answer",
    "test_keys.py::test_a_copy_from_another_device_gets_no_answer",
    "test_keys.py::test_a_copy_in_somebodys_name_gets_no_answer",
    "test_keys.py::test_a_key_of_one_verb_opens_no_other",
    "test_keys.py::test_a_key_of_one_subject_does_nothing_to_another",
)
def a_key_answers_the_same_act() -> Out:
    def whatever_is_there(verb: Any, by: By, subject: Any, digest: bytes) -> Any:
        found = action._unpack(Receipt.objects.get(key=by.key).result)
        return list(found.limits.all()) if hasattr(found, "limits") else found

    with instead((Verb, "_again", whatever_is_there)):
        yield


@control(
    "An act is numbered to whoever did it; a stranger does not learn that a key was used, and no odd key breaks a page.",
    "test_keys.py::test_a_strangers_key_is_numbered_to_nobody",
    "test_keys.py::test_a_key_that_is_none_breaks_nothing",
)
def acts_are_numbered_to_their_own() -> Out:
    def to_anybody(self: Any, request: HttpRequest) -> Any:
        response = self.get_response(request)
        if key := request.headers.get("Idempotency-Key"):
            response["X-Receipt"] = str(Receipt.objects.filter(key=key).values_list("pk", flat=True).first())
        return response

    with instead((doors.SafeUptoMiddleware, "__call__", to_anybody)):
        yield


# --- labels ---------------------------------------------------------------------------------------------------


@control(
    "A label carries a check sign; one sign edited or two exchanged make no label.",
    "test_labels.py::test_a_label_with_one_sign_edited_is_no_label",
    "test_labels.py::test_two_neighbours_exchanged_are_no_label",
)
def labels_check_themselves() -> Out:
    with instead((codes, "opens", lambda code: True)):
        yield


@control(
    "A label is 80 random bits and is looked up among the bags of this county; it cannot be made up.",
    "test_labels.py::test_labels_are_not_counted_up_and_not_guessed",
    "test_labels.py::test_a_label_somebody_printed_alone_finds_no_bag",
)
def labels_are_drawn() -> Out:
    numbers = count(1)
    drawn = lambda: codes.seal(f"{next(numbers):016}")  # noqa: E731
    anybodys = lambda member, text: Bag.objects.select_related("lot").first()  # noqa: E731
    with instead((codes, "new_label", drawn), (queries, "find_bag", anybodys)):
        yield


@control(
    "A label grants nothing: whoever holds one still has to be somebody who may see and handle that bag.",
    "test_labels.py::test_a_label_in_anybodys_hand_shows_and_does_nothing",
)
def labels_grant_nothing() -> Out:
    def by_its_code(member: Any, text: str) -> Bag:
        return Bag.objects.select_related(*queries.WITH_WORK).get(code=text)

    with instead((queries, "find_bag", by_its_code)):
        yield


@control(
    "The desk that issued a bag takes it in; a maker alone counts nothing.",
    "test_labels.py::test_a_maker_takes_nothing_in_with_the_own_label",
)
def the_desk_takes_in() -> Out:
    with instead((returns, "refuse_strange_desk", lambda act, bags: None)):
        yield


@control(
    "A bag gives no more pieces than it holds, however often its label is brought.",
    "test_labels.py::test_a_copied_label_handed_in_twice_counts_what_the_bag_holds",
)
def bags_are_counted() -> Out:
    with instead((returns, "save_many", lambda rows, *names: 0)):  # what came in is not kept on the bag
        yield


@control(
    "A bag stands once on a slip.",
    "test_labels.py::test_a_label_twice_in_one_slip_is_refused",
)
def a_bag_stands_once_on_a_slip() -> Out:
    def side_by_side(bags: Any, rows: Any) -> Any:
        by_id = {bag.pk: bag for bag in bags}
        return [(by_id[row.bag_id], row) for row in rows]

    with instead((returns, "paired", side_by_side)):
        yield


@control(
    "A bag moves by its chart: one that was unpacked is spent, one that is out is not issued again.",
    "test_labels.py::test_the_label_of_an_unpacked_bag_is_spent",
    "test_labels.py::test_the_label_of_an_issued_bag_issues_nothing_twice",
)
def bags_move_by_chart() -> Out:
    with instead((Chart, "may", lambda chart, stage, verb: True)):
        yield
