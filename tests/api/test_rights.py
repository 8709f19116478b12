"""Every verb stands in the county's table of rights, with a request that tries it: see tests/attack/api/rights.csv."""

from importlib import import_module

from tests.api.test_every_verb import INSIDE, verbs
from tests.attack.api.asking import ASKED
from tests.attack.api.hands import HANDS
from tests.attack.api.rights import table

OUTSIDE = {name: module for name, module in verbs().items() if name not in INSIDE}


def test_every_verb_has_a_row_in_the_table_of_rights():
    assert {right.verb for right in table().values()} == OUTSIDE.keys()


def test_every_row_has_a_request_that_tries_it():
    assert ASKED.keys() == table().keys()


def test_every_verb_that_needs_a_second_person_says_who_is_none():
    found = [getattr(import_module(module), name) for name, module in OUTSIDE.items()]
    assert {verb.name for verb in found if verb.second is not None} == HANDS.keys()
