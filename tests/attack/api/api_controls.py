"""What keeps the API to its description, each verb to those who may, and each person to what is theirs."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from django.http import HttpRequest
from django.utils.dateparse import parse_datetime
from ninja.errors import ValidationError
from ninja.operation import PathView

from gongfang import api, urls
from gongfang.core import action, doors
from gongfang.core.action import Act, Verb
from gongfang.core.login import TokenAuth
from gongfang.core.members import member_of
from gongfang.core.models import Token
from gongfang.core.secrets import hash_token
from gongfang.counties import middleware
from gongfang.database import scope
from gongfang.work.orders import access as orders
from tests.attack.controls import control, instead

Out = Generator[None, None, None]


@control(
    "A field that does not fit is answered in the one shape every refusal has, which the description promises.",
    "api/test_schema.py::test_any_request_gets_a_described_answer",
)
def one_shape_of_refusals() -> Out:
    handlers = dict(api.api._exception_handlers)
    del handlers[ValidationError]
    with instead((api.api, "_exception_handlers", handlers)):
        yield


@control(
    "What no column holds is refused before anything reads it: half a character, the zero character, 64 bits.",
    "api/test_requests.py::test_no_value_in_any_field_is_a_fault",
)
def values_a_column_holds() -> Out:
    with instead((api, "_bounded", lambda value: value)):
        yield


@control(
    "A request that cannot be read is answered to a program as every refusal is.",
    "api/test_requests.py::test_no_body_is_a_fault",
)
def a_sentence_for_what_does_not_read() -> Out:
    with instead((urls, "handler400", "django.views.defaults.bad_request")):
        yield


@control(
    "An address that leads nowhere is answered to a program as every refusal is.",
    "api/test_requests.py::test_an_address_that_leads_nowhere_is_answered_to_a_program",
)
def a_sentence_for_what_is_not_there() -> Out:
    with instead((urls, "handler404", "django.views.defaults.page_not_found")):
        yield


def _any_moment(request: HttpRequest, header: str) -> Any:
    return parse_datetime(request.headers.get(header, ""))


@control(
    "A device's time that no clock of ours can show is refused, and never kept.",
    "api/test_requests.py::test_no_header_is_a_fault_and_none_gets_through_unread",
)
def moments_of_today() -> Out:
    with instead((doors, "_moment", _any_moment)):
        yield


@control(
    "A key is remembered with what it was used for.",
    "api/test_requests.py::test_the_same_key_twice_is_one_act_and_with_other_content_a_refusal",
)
def a_key_knows_its_content() -> Out:
    with instead((action, "_digest", lambda *_given: b"")):
        yield


@control(
    "A method nobody described reaches no operation.",
    "api/test_requests.py::test_a_method_nobody_described_is_refused_with_the_ones_there_are",
)
def described_methods() -> Out:
    with instead((PathView, "_find_operation", lambda self, _request: self.operations[0])):
        yield


@control(
    "Every verb asks who does it, and on what, before it does anything.",
    "api/test_matrix.py::test_each_role_may_do_what_the_table_says_and_nothing_else",
    "api/test_matrix.py::test_a_verb_without_a_door_is_nobodys_to_do_alone",
)
def every_verb_asks() -> Out:
    with instead((Verb, "_permit", lambda _self, _act, _subject: None)):
        yield


@control(
    "Only the desk where somebody is a maker acts in their name.",
    "api/test_matrix.py::test_only_a_makers_own_desk_does_what_the_table_says_in_a_makers_name",
)
def the_makers_own_desk() -> Out:
    with instead((action, "may_act_for", lambda _member, _subject: True)):
        yield


def _alone(real: Any) -> Any:
    def permit(verb: Verb[Any, Any, Any], act: Act, subject: object) -> None:
        second, verb.second = verb.second, None
        try:
            real(verb, act, subject)
        finally:
            verb.second = second

    return permit


@control(
    "Whoever had a hand in an earlier step of the same money is not its second person.",
    "api/test_matrix.py::test_whoever_had_a_hand_in_it_before_is_refused_as_the_second_person",
)
def a_second_person() -> Out:
    with instead((Verb, "_permit", _alone(Verb._permit))):
        yield


def _anywhere(_auth: TokenAuth, request: Any, token: str) -> Token | None:
    for schema in ("panan", "zhaoyang"):
        with scope.inside(schema):
            found = Token.objects.usable(hash_token(token))
            if found is not None:
                request.user = found.user
                break
    request.member = member_of(found.user) if found else None
    return found


@control(
    "A token is looked up among those of the county that was asked.",
    "api/test_matrix.py::test_a_token_of_a_sibling_county_opens_nothing_here",
)
def tokens_of_the_county() -> Out:
    with instead((TokenAuth, "authenticate", _anywhere)):
        yield


@control(
    "The host that was asked decides the county, and with it every row there is.",
    "api/test_matrix.py::test_nothing_of_this_county_is_there_in_a_sibling_county",
)
def the_county_of_the_host() -> Out:
    real = middleware.county_at
    with instead((middleware, "county_at", lambda _host: real("panan.localhost"))):
        yield


@control(
    "Lists and things are narrowed to what is one's own before anybody reads them.",
    "api/test_visible.py::test_lists_show_each_role_nothing_of_another_world",
    "api/test_visible.py::test_things_of_another_world_are_not_there_for_whoever_knows_their_number",
    "api/test_visible.py::test_pages_show_each_role_nothing_of_another_world",
)
def visible_things() -> Out:
    with instead((orders, "_sees_all", lambda _member: True)):
        yield
