"""Two people at the same instant."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from gongfang.core.errors import Refused
from gongfang.database import scope
from gongfang.registry.people import actions
from gongfang.registry.people.models import BankAccount
from tests import cast


def name_card(person, card):
    return actions.set_bank_account(
        person.by(), person.row, number=card, bank="农业银行", holder_name=person.row.name.reveal()
    )


def in_a_thread(person, card):
    try:
        with scope.inside("panan"):
            name_card(person, card)
    except Refused as refusal:
        return refusal.code
    finally:
        connection.close()
    return "done"


def until_somebody_waits():
    for _try in range(500):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.01)
    pytest.fail("nobody came to wait for the card")


def test_of_two_who_name_one_card_at_the_same_instant_the_second_reads_a_sentence(committing):
    people = cast.gather()
    card = cast.bank_card()
    with ThreadPoolExecutor(max_workers=1) as pool:
        with transaction.atomic():
            name_card(people.zhou, card)
            second = pool.submit(in_a_thread, people.lin, card)
            until_somebody_waits()
        assert second.result() == "card_of_another"
    assert [one.resident for one in BankAccount.objects.all()] == [people.zhou.row]
