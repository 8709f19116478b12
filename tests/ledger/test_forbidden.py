"""What the application's role cannot do, whatever its code says: the database itself refuses."""

import pytest
from django.db import Error, connection, transaction

from gongfang.ledger.models import Account, Transfer
from tests.ledger.conftest import by, move
from tests.ledger.test_posting import pay

DENIED = "42501"
CHECK = "23514"
NOT_NULL = "23502"


def post(*, source="'organisation', 1, 'cost'", target="'relation', 7, 'owed'", commodity="CNY", amount="5",
         key="gen_random_uuid()", cause="tests.bag:1", reverses="NULL"):  # fmt: skip
    return (
        f"SELECT ledger_post(gen_random_uuid(), {key}, {source}, {target}, '{commodity}', {amount}, '{cause}',"
        f" {reverses}, NULL, NULL, now(), current_date)"
    )


FORBIDDEN = {
    "a transfer written past the functions": (
        (
            "INSERT INTO ledger_transfer (key, txn, src, dst, commodity, amount, cause, received_at, booked_on)"
            " VALUES (gen_random_uuid(), gen_random_uuid(), 1, 2, 'CNY', 5, 'x', now(), current_date)"
        ),
        DENIED,
    ),
    "a transfer altered": ("UPDATE ledger_transfer SET amount = 1", DENIED),
    "a transfer removed": ("DELETE FROM ledger_transfer", DENIED),
    "all transfers removed": ("TRUNCATE ledger_transfer", DENIED),
    "transfers copied in": ("COPY ledger_transfer FROM STDIN", DENIED),
    "an account opened with a balance": (
        (
            "INSERT INTO ledger_account (holder_kind, holder_id, purpose, commodity, balance)"
            " VALUES ('relation', 9, 'owed', 'CNY', 1000000)"
        ),
        DENIED,
    ),
    "a balance raised": ("UPDATE ledger_account SET balance = balance + 1", DENIED),
    "a balance raised through a lock": ("SELECT * FROM ledger_account FOR UPDATE", DENIED),
    "an account removed": ("DELETE FROM ledger_account", DENIED),
    "all accounts removed": ("TRUNCATE ledger_account CASCADE", DENIED),
    "a closing undone": ("DELETE FROM ledger_closing", DENIED),
    "a snapshot altered": ("UPDATE ledger_snapshot SET balance = 0", DENIED),
    "a checkpoint forged": ("UPDATE ledger_checkpoint SET digest = ''", DENIED),
    "an audit line altered": ("UPDATE core_entry SET verb = 'nothing'", DENIED),
    "an audit line removed": ("DELETE FROM core_entry", DENIED),
    "all audit lines removed": ("TRUNCATE core_entry CASCADE", DENIED),
    "the overdraft rule dropped": ("ALTER TABLE ledger_account DROP CONSTRAINT ledger_no_overdraft", DENIED),
    "the table dropped": ("DROP TABLE ledger_transfer", DENIED),
    "triggers switched off": ("ALTER TABLE ledger_transfer DISABLE TRIGGER ALL", DENIED),
    "a trigger added": (
        "CREATE TRIGGER t BEFORE INSERT ON ledger_transfer EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        DENIED,
    ),
    "a function made in the county's schema": (
        "CREATE FUNCTION extra() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        DENIED,
    ),
    "a posting function replaced": (
        "CREATE OR REPLACE FUNCTION ledger_horizon() RETURNS bigint LANGUAGE sql AS 'SELECT 0'",
        DENIED,
    ),
    "a posting function turned": ("ALTER FUNCTION ledger_horizon() SECURITY INVOKER", DENIED),
    "a posting function's schema turned": (
        "ALTER FUNCTION ledger_horizon() SET search_path = pg_temp",
        DENIED,
    ),
    "the owner's role put on": ("SET ROLE gongfang_owner", DENIED),
    "the superuser's role put on": ("SET SESSION AUTHORIZATION postgres", DENIED),
    "rights handed out": ("ALTER TABLE ledger_transfer OWNER TO CURRENT_USER", DENIED),
    "checks switched off for the session": ("SET session_replication_role = replica", DENIED),
    "numbers set back": ("SELECT setval('ledger_transfer_id_seq', 1)", DENIED),
    "less than nothing posted": (post(amount="-5"), CHECK),
    "nothing posted": (post(amount="0"), CHECK),
    "an account paid by itself": (post(target="'organisation', 1, 'cost'"), CHECK),
    "a commodity nobody knows": (post(commodity="GOLD"), CHECK),
    "a transfer without a cause": (post(cause=""), CHECK),
    "a transfer without a key": (post(key="NULL"), NOT_NULL),
    "more than is there": (
        post(source="'relation', 7, 'owed'", target="'relation', 7, 'paid'", amount="999"),
        CHECK,
    ),
    "somebody overpaid by less than nothing": (post(target="'relation', 7, 'overpaid'"), CHECK),
    "something taken back that never was": (post(reverses="999999"), CHECK),
    "more than a number holds": (post(amount="9223372036854775807"), "22003"),
}


def sqlstate(error: Error) -> str:
    """The code PostgreSQL refused with."""
    return str(getattr(error.__cause__, "sqlstate", ""))


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_database_refuses(statement, clerk):
    move(by(clerk), [pay(450)])
    sql, state = FORBIDDEN[statement]
    with pytest.raises(Error) as refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert sqlstate(refusal.value) == state
    assert Transfer.objects.count() == 1
    assert sorted(Account.objects.values_list("balance", flat=True)) == [-450, 450]


def test_a_temporary_table_cannot_take_the_place_of_the_real_one(clerk):
    move(by(clerk), [pay(450)])
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE ledger_account (LIKE ledger_account INCLUDING ALL)")
        cursor.execute(post())
        cursor.execute("DROP TABLE pg_temp.ledger_account")
    assert sorted(Account.objects.values_list("balance", flat=True)) == [-455, 455]


@pytest.mark.parametrize(
    "sql", ["SELECT zhaoyang.ledger_horizon()", "SELECT count(*) FROM zhaoyang.ledger_transfer"]
)
def test_the_ledger_of_another_county_is_out_of_reach(sql, other_county):
    with pytest.raises(Error) as refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert sqlstate(refusal.value) == DENIED
