"""A day once sealed cannot be rewritten unseen, not even by whoever holds the database."""

import stat
from datetime import date, timedelta
from functools import partial

import pytest

from gongfang.core import clock
from gongfang.core.errors import Moved, NotAllowed, Refused
from gongfang.database import scope
from gongfang.ledger import seals
from gongfang.ledger.actions import sign_checkpoint
from gongfang.ledger.checks import compare_papers
from gongfang.ledger.models import Checkpoint, Transfer
from gongfang.ledger.reconcile import reconcile
from gongfang.ledger.seals import Paper
from gongfang.ledger.tasks import seal_day
from tests.ledger.conftest import as_owner, by, move, person
from tests.ledger.test_posting import OWED, TRANSIT, pay

MONDAY, TUESDAY, WEDNESDAY = date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 18)


def found(**more):
    return {(difference.what, difference.where) for difference in reconcile(**more).differences}


@pytest.fixture
def sealed_days(committing):
    """Two sealed days of five and two transfers."""
    clerk, system = person("Clerk Chen"), person("system", is_system=True)
    move(by(clerk), [pay(amount) for amount in (450, 50, 120, 80, 300)])
    first = sign_checkpoint(by(system), MONDAY)
    move(by(clerk), [pay(200, OWED, TRANSIT), pay(75)])
    return first, sign_checkpoint(by(system), TUESDAY)


def test_each_checkpoint_begins_where_the_one_before_ended(sealed_days):
    monday, tuesday = sealed_days
    assert (monday.transfers, tuesday.transfers) == (5, 2)
    assert tuesday.first_id == monday.last_id + 1
    assert bytes(tuesday.previous) == bytes(monday.digest)
    assert reconcile().differences == ()


def test_a_day_without_transfers_is_sealed_too(sealed_days):
    quiet = sign_checkpoint(by(person("system")), WEDNESDAY)
    assert (quiet.transfers, quiet.first_id) == (0, quiet.last_id + 1)
    assert reconcile().differences == ()


def test_a_day_is_sealed_once_and_only_by_the_system(system, officer):
    sign_checkpoint(by(system), MONDAY)
    with pytest.raises(Moved):
        sign_checkpoint(by(system), MONDAY)
    with pytest.raises(NotAllowed):
        sign_checkpoint(by(officer), TUESDAY)


def test_the_night_seals_every_county_once(committing):
    person("system", is_system=True)
    seal_day(0)
    seal_day(0)
    scope.enter(committing)
    assert [row.day for row in Checkpoint.objects.all()] == [clock.today() - timedelta(days=1)]


def test_the_key_lies_outside_the_database_for_this_user_alone(system):
    sign_checkpoint(by(system), MONDAY)
    assert stat.S_IMODE(seals.key_file().stat().st_mode) == 0o600
    assert seals.key_file().name == "panan.checkpoint.pem"


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE ledger_transfer SET amount = amount + 1 WHERE id = (SELECT min(id) FROM ledger_transfer)",
        "UPDATE ledger_transfer SET cause = 'tests.bag:2' WHERE id = (SELECT min(id) FROM ledger_transfer)",
        "UPDATE ledger_transfer SET booked_on = booked_on - 1 WHERE id = (SELECT min(id) FROM ledger_transfer)",
        (
            "UPDATE ledger_transfer SET received_at = received_at - interval '1 microsecond'"
            " WHERE id = (SELECT min(id) FROM ledger_transfer)"
        ),
        "UPDATE ledger_transfer SET txn = gen_random_uuid() WHERE id = (SELECT min(id) FROM ledger_transfer)",
        "DELETE FROM ledger_transfer WHERE id = (SELECT min(id) FROM ledger_transfer)",
        "UPDATE ledger_account SET holder_id = 8 WHERE purpose = 'owed'",
    ],
)
def test_a_sealed_transfer_altered_by_the_owner_is_found(sealed_days, tampering):
    as_owner(tampering)
    assert ("Transfers and digest", "checkpoint of 2026-11-16") in found()


def test_a_transfer_slipped_in_among_sealed_ones_is_found(sealed_days):
    as_owner("DELETE FROM ledger_transfer WHERE id = (SELECT min(id) FROM ledger_transfer)")
    as_owner(
        "INSERT INTO ledger_transfer (id, key, txn, src, dst, commodity, amount, cause, received_at, booked_on)"
        " SELECT min(id) - 1, gen_random_uuid(), gen_random_uuid(), min(src), max(dst), 'CNY', 450, 'x', now(), now()"
        " FROM ledger_transfer"
    )
    assert ("Transfers and digest", "checkpoint of 2026-11-16") in found()


def test_a_digest_worked_out_anew_lacks_the_signature(sealed_days):
    monday, _tuesday = sealed_days
    first = Transfer.objects.order_by("id").first()
    as_owner("UPDATE ledger_transfer SET amount = 451 WHERE id = %s", first.pk)
    forged = seals.digest_of(seals.Range(1, monday.last_id, 0, 0), previous=b"").digest
    as_owner("UPDATE ledger_checkpoint SET digest = %s WHERE day = %s", forged, MONDAY)
    assert ("Signature", "checkpoint of 2026-11-16") in found()
    assert ("Link to the checkpoint before", "checkpoint of 2026-11-17") in found()


def test_a_checkpoint_taken_out_leaves_a_gap(sealed_days):
    as_owner("DELETE FROM ledger_checkpoint WHERE day = %s", MONDAY)
    assert ("Link to the checkpoint before", "checkpoint of 2026-11-17") in found()


def test_a_lost_key_is_told_and_not_replaced_in_passing(sealed_days):
    seals.key_file().unlink()
    assert ("Signature", "checkpoint of 2026-11-16") in found()
    assert not seals.key_file().exists()


def test_a_printed_checkpoint_agrees_with_the_ledger_it_was_printed_from(sealed_days):
    papers = [Paper.read(str(Paper.of(row))) for row in sealed_days]
    assert reconcile(papers=partial(compare_papers, papers)).differences == ()


def test_a_printed_checkpoint_proves_a_rewritten_history(sealed_days):
    paper = Paper.read(str(Paper.of(sealed_days[1])))
    as_owner("DELETE FROM ledger_checkpoint")
    as_owner("DELETE FROM ledger_transfer")
    as_owner("UPDATE ledger_account SET balance = 0")
    assert found() == set()
    assert found(papers=partial(compare_papers, [paper])) == {("Digest", "printed checkpoint of 2026-11-17")}


def test_a_paper_signed_with_another_key_proves_nothing(sealed_days):
    paper = Paper.of(sealed_days[0])
    seals.key_file().unlink()
    seals.signing_key()
    assert ("Signature", "printed checkpoint of 2026-11-16") in found(papers=partial(compare_papers, [paper]))


@pytest.mark.parametrize(
    "text", ["", "GF1 PANAN", "GF2 PANAN 2026-11-16 5 AA AA AA", "GF1 PANAN 2026-11-16 5 1 1 1"]
)
def test_what_is_no_checkpoint_is_refused(text):
    with pytest.raises(Refused, match="This is no checkpoint"):
        Paper.read(text)


def test_the_text_fits_a_qr_code_of_capitals_and_digits(system):
    text = str(Paper.of(sign_checkpoint(by(system), MONDAY)))
    assert len(text) < 260
    assert set(text) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
    assert Checkpoint.objects.count() == 1
