"""Whatever the pages can do, a program can do: every verb is an operation of the API."""

import importlib
import pkgutil

import gongfang
from gongfang.api import api
from gongfang.core.action import Verb

# Verbs nobody calls from outside: counters move inside a higher verb, the rest is the clock's or the queue's own
# work; and one's own password is changed on the page alone, where its owner types the old one.
INSIDE = {
    "count_shared", "count_shared_many", "share_out_many",  # many at once, within a plan that goes out
    "count_issued", "count_handed_in", "count_inspected", "count_delivered", "count_passed_on",
    "look_again", "count_claimed", "credit_fee", "count_batches_out", "count_batches_back",
    "count_handed_over", "count_reopened", "record_pace",
    "record_paces", "record_plan", "publish_part", "expire_offers", "forget_offers", "forget_idle_paces", "forget_absences", "free_offers", "sign_checkpoint",
    "change_password", "freeze_county", "settle_by_statement", "book_statement", "take_roster", "return_roster", "forget_rosters",
    "record_doubts", "start_sheet", "forget_sheets",  # a program reads lists page by page
}  # fmt: skip


def verbs() -> dict[str, str]:
    found = {}
    for module in pkgutil.walk_packages(gongfang.__path__, "gongfang."):
        parts = module.name.split(".")
        if ("actions" in parts or parts[-1] == "login") and "demo" not in parts:
            for thing in vars(importlib.import_module(module.name)).values():
                if isinstance(thing, Verb):
                    found[thing.name] = thing.body.__module__
    return found


def test_every_verb_is_an_operation_of_the_api():
    described = api.get_openapi_schema()
    operations = {call["operationId"] for calls in described["paths"].values() for call in calls.values()}
    assert (
        sorted(f"{module}.{name}" for name, module in verbs().items() if name not in operations | INSIDE)
        == []
    )


def test_every_operation_says_what_it_does():
    described = api.get_openapi_schema()
    silent = [
        f"{method} {path}"
        for path, calls in described["paths"].items()
        for method, call in calls.items()
        if not call.get("description")
    ]
    assert silent == []
