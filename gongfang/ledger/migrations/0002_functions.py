"""The one door of the ledger: functions that run with the owner's rights, while the application may only call them.

No triggers: a function and a trigger on one table count twice, and a trigger with a plain search path has posted into
the wrong county. Every function is bound to this county's schema; `pg_temp` stands last, or a temporary table of
the caller's could take the place of a real one.
"""

from django.db import migrations

HOLD = """
CREATE FUNCTION ledger_hold(kinds text[], ids bigint[], purposes text[], commodities text[])
RETURNS TABLE (holder_kind text, holder_id bigint, purpose text, commodity text, balance bigint)
LANGUAGE plpgsql SECURITY DEFINER AS $$
#variable_conflict use_column
BEGIN
  -- The table before the accounts, always: a closing or a seal that waits for the table then waits for no account.
  LOCK TABLE ledger_transfer IN ROW EXCLUSIVE MODE;
  INSERT INTO ledger_account (holder_kind, holder_id, purpose, commodity)
    SELECT DISTINCT w.k, w.i, w.p, w.c FROM unnest(kinds, ids, purposes, commodities) AS w (k, i, p, c)
    WHERE NOT EXISTS (
      SELECT FROM ledger_account a
      WHERE a.holder_kind = w.k AND a.holder_id = w.i AND a.purpose = w.p AND a.commodity = w.c
    )
    ORDER BY 1, 2, 3, 4
    ON CONFLICT DO NOTHING;
  RETURN QUERY
    SELECT a.holder_kind::text, a.holder_id, a.purpose::text, a.commodity::text, a.balance FROM ledger_account a
    WHERE a.id = ANY (ARRAY(
      SELECT (SELECT b.id FROM ledger_account b
              WHERE b.holder_kind = w.k AND b.holder_id = w.i AND b.purpose = w.p AND b.commodity = w.c)
        FROM unnest(kinds, ids, purposes, commodities) AS w (k, i, p, c)
    ))
    ORDER BY a.id FOR NO KEY UPDATE;
END $$;
"""

POST_MANY = """
CREATE FUNCTION ledger_post_many(
  txn uuid, keys uuid[],
  source_kinds text[], source_ids bigint[], source_purposes text[],
  target_kinds text[], target_ids bigint[], target_purposes text[],
  commodities text[], amounts bigint[], causes text[], reversed bigint[],
  acted_at timestamptz, skew interval, received_at timestamptz, booked_on date
) RETURNS bigint[] LANGUAGE plpgsql SECURITY DEFINER AS $$
#variable_conflict use_column
DECLARE
  sources bigint[];
  targets bigint[];
  posted bigint[];
  changed bigint[];
  changes bigint[];
  wrong record;
BEGIN
  PERFORM ledger_hold(source_kinds || target_kinds, source_ids || target_ids, source_purposes || target_purposes,
                      commodities || commodities);
  -- A probe a row, whatever the planner believes of the arrays' lengths: a join was quadratic with an old plan.
  sources := ARRAY(
    SELECT (SELECT a.id FROM ledger_account a
            WHERE a.holder_kind = w.k AND a.holder_id = w.i AND a.purpose = w.p AND a.commodity = w.c)
      FROM unnest(source_kinds, source_ids, source_purposes, commodities) WITH ORDINALITY AS w (k, i, p, c, n)
      ORDER BY w.n);
  targets := ARRAY(
    SELECT (SELECT a.id FROM ledger_account a
            WHERE a.holder_kind = w.k AND a.holder_id = w.i AND a.purpose = w.p AND a.commodity = w.c)
      FROM unnest(target_kinds, target_ids, target_purposes, commodities) WITH ORDINALITY AS w (k, i, p, c, n)
      ORDER BY w.n);

  -- Read after the table is locked: a closing cannot slip between this and the insert.
  booked_on := greatest(booked_on, (SELECT max(c.until) + 1 FROM ledger_closing c));
  WITH made AS (
    INSERT INTO ledger_transfer
        (key, txn, src, dst, commodity, amount, cause, reverses, acted_at, skew, received_at, booked_on)
      SELECT w.key, ledger_post_many.txn, w.src, w.dst, w.commodity, w.amount, w.cause, w.reverses,
             ledger_post_many.acted_at, ledger_post_many.skew, ledger_post_many.received_at, ledger_post_many.booked_on
        FROM unnest(keys, sources, targets, commodities, amounts, causes, reversed)
          WITH ORDINALITY AS w (key, src, dst, commodity, amount, cause, reverses, n)
        ORDER BY w.n
      ON CONFLICT (key) DO NOTHING
      RETURNING src, dst, amount
  ), moved AS (
    SELECT u.account, sum(u.amount)::bigint AS amount
      FROM (SELECT src AS account, -amount AS amount FROM made UNION ALL SELECT dst, amount FROM made) u
      GROUP BY u.account
  )
  SELECT array_agg(account), array_agg(amount) INTO changed, changes FROM moved;

  SELECT w.key INTO wrong
    FROM unnest(keys, sources, targets, commodities, amounts, causes, reversed)
      AS w (key, src, dst, commodity, amount, cause, reverses)
    JOIN ledger_transfer t ON t.key = w.key
    WHERE (t.src, t.dst, t.commodity, t.amount, t.cause, t.reverses)
      IS DISTINCT FROM (w.src, w.dst, w.commodity, w.amount, w.cause, w.reverses);
  IF FOUND THEN
    RAISE EXCEPTION 'key % was used for another transfer', wrong.key
      USING ERRCODE = 'unique_violation', CONSTRAINT = 'ledger_one_payload';
  END IF;

  PERFORM ledger_check_reversals(reversed);

  SELECT a.holder_kind, a.holder_id, a.purpose, a.commodity, a.balance, m.amount INTO wrong
    FROM unnest(changed, changes) AS m (account, amount) JOIN ledger_account a ON a.id = m.account
    WHERE a.floor AND a.balance + m.amount < 0
    ORDER BY a.id;
  IF FOUND THEN
    RAISE EXCEPTION 'an account would stand below zero'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_no_overdraft', DETAIL = to_json(wrong)::text;
  END IF;

  UPDATE ledger_account a SET balance = a.balance + m.amount, version = a.version + 1
    FROM unnest(changed, changes) AS m (account, amount) WHERE a.id = m.account;

  SELECT array_agg(t.id ORDER BY w.n) INTO posted
    FROM unnest(keys) WITH ORDINALITY AS w (key, n) JOIN ledger_transfer t ON t.key = w.key;
  RETURN coalesce(posted, '{}');
END $$;
"""

CHECK_REVERSALS = """
CREATE FUNCTION ledger_check_reversals(reversed bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE wrong bigint;
BEGIN
  -- Of an accrual, what cannot be taken from where it went is owed by the same holder: `overpaid` stands in then.
  SELECT r.id INTO wrong
    FROM ledger_transfer r
    LEFT JOIN ledger_transfer o ON o.id = r.reverses
    LEFT JOIN ledger_account came ON came.id = o.src
    LEFT JOIN ledger_account went ON went.id = o.dst
    LEFT JOIN ledger_account taken ON taken.id = r.src
    WHERE r.reverses = ANY (reversed)
      AND NOT coalesce(
        o.reverses IS NULL AND o.id < r.id AND r.dst = o.src AND r.commodity = o.commodity
          AND (r.src = o.dst OR (came.purpose = 'cost' AND taken.purpose = 'overpaid'
               AND (taken.holder_kind, taken.holder_id) = (went.holder_kind, went.holder_id))),
        false);
  IF FOUND THEN
    RAISE EXCEPTION 'a reversal goes the opposite way of a transfer that is no reversal itself'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_reversal_is_opposite';
  END IF;
  SELECT o.id INTO wrong
    FROM ledger_transfer o JOIN ledger_transfer r ON r.reverses = o.id
    WHERE o.id = ANY (reversed)
    GROUP BY o.id, o.amount HAVING sum(r.amount) > o.amount;
  IF FOUND THEN
    RAISE EXCEPTION 'transfer % would be reversed by more than it moved', wrong
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_reversed_once';
  END IF;
END $$;
"""

POST = """
CREATE FUNCTION ledger_post(
  txn uuid, key uuid, source_kind text, source_id bigint, source_purpose text,
  target_kind text, target_id bigint, target_purpose text, commodity text, amount bigint, cause text, reverses bigint,
  acted_at timestamptz, skew interval, received_at timestamptz, booked_on date
) RETURNS bigint LANGUAGE sql SECURITY DEFINER AS $$
  SELECT (ledger_post_many(
    txn, ARRAY[key], ARRAY[source_kind], ARRAY[source_id], ARRAY[source_purpose],
    ARRAY[target_kind], ARRAY[target_id], ARRAY[target_purpose], ARRAY[commodity], ARRAY[amount], ARRAY[cause],
    ARRAY[reverses], acted_at, skew, received_at, booked_on))[1]
$$;
"""

HORIZON = """
CREATE FUNCTION ledger_horizon() RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  -- Waits for every running posting and keeps new ones waiting until this transaction ends. Whatever number was
  -- given out is then committed or gone: no row can appear at or below the answer any more.
  LOCK TABLE ledger_transfer IN SHARE ROW EXCLUSIVE MODE;
  RETURN coalesce((SELECT max(id) FROM ledger_transfer), 0);
END $$;
"""

CLOSE = """
CREATE FUNCTION ledger_close(until date) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER AS $$
#variable_conflict use_variable
DECLARE
  before ledger_closing;
  made bigint;
BEGIN
  PERFORM ledger_horizon();
  SELECT * INTO before FROM ledger_closing c ORDER BY c.until DESC LIMIT 1;
  IF until <= before.until THEN
    RAISE EXCEPTION 'this period is closed already'
      USING ERRCODE = 'unique_violation', CONSTRAINT = 'ledger_closed_once';
  END IF;
  INSERT INTO ledger_closing (until, accounts, digest) VALUES (until, 0, '') RETURNING id INTO made;
  INSERT INTO ledger_snapshot (closing_id, account_id, balance)
    SELECT made, u.account, sum(u.amount)
      FROM (
        SELECT account_id AS account, balance AS amount FROM ledger_snapshot WHERE closing_id = before.id
        UNION ALL
        SELECT unnest(ARRAY[t.src, t.dst]), unnest(ARRAY[-t.amount, t.amount]) FROM ledger_transfer t
          WHERE t.booked_on <= until AND (before.until IS NULL OR t.booked_on > before.until)
      ) u
      GROUP BY u.account HAVING sum(u.amount) <> 0;
  UPDATE ledger_closing c
    SET accounts = (SELECT count(*) FROM ledger_snapshot WHERE closing_id = made), digest = ledger_closing_digest(made)
    WHERE c.id = made;
  RETURN made;
END $$;
"""

CLOSING_DIGEST = """
CREATE FUNCTION ledger_closing_digest(closing bigint) RETURNS bytea LANGUAGE sql STABLE AS $$
  SELECT sha256(convert_to(coalesce(string_agg(s.account_id || ' ' || s.balance, ',' ORDER BY s.account_id), ''), 'UTF8'))
    FROM ledger_snapshot s WHERE s.closing_id = closing
$$;
"""

SEAL = """
CREATE FUNCTION ledger_seal(
  day date, last_id bigint, last_closing bigint, transfers bigint, digest bytea, signature bytea, key_id text
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER AS $$
#variable_conflict use_variable
DECLARE
  before ledger_checkpoint;
  made bigint;
BEGIN
  PERFORM ledger_horizon();
  SELECT * INTO before FROM ledger_checkpoint c ORDER BY c.day DESC LIMIT 1;
  IF day <= before.day THEN
    RAISE EXCEPTION 'this day is sealed already'
      USING ERRCODE = 'unique_violation', CONSTRAINT = 'ledger_sealed_once';
  END IF;
  INSERT INTO ledger_checkpoint
      (day, first_id, last_id, last_closing, transfers, previous, digest, signature, key_id)
    VALUES (day, coalesce(before.last_id, 0) + 1, last_id, last_closing, transfers,
            coalesce(before.digest, ''), digest, signature, key_id)
    RETURNING id INTO made;
  RETURN made;
END $$;
"""

# Only now, when all stand: each is bound to the schema it was made in, and nobody may call it unless told so.
BIND = """
DO $$
DECLARE one regprocedure;
BEGIN
  FOR one IN
    SELECT oid FROM pg_proc
    WHERE pronamespace = current_schema()::regnamespace AND starts_with(proname, 'ledger_')
  LOOP
    EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', one, current_schema());
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', one);
  END LOOP;
END $$;
"""

# A session keeps the plans it made when the tables were small, and reading them whole by then costs a hundredfold.
KEYED = """
ALTER FUNCTION ledger_hold SET enable_seqscan = off;
ALTER FUNCTION ledger_post_many SET enable_seqscan = off;
ALTER FUNCTION ledger_check_reversals SET enable_seqscan = off;
"""

FUNCTIONS = [HOLD, CHECK_REVERSALS, POST_MANY, POST, HORIZON, CLOSING_DIGEST, CLOSE, SEAL]


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_tables")]

    operations = [
        *(
            migrations.RunSQL(body, f"DROP FUNCTION {body.split('(')[0].split()[-1]}")
            for body in FUNCTIONS
        ),
        migrations.RunSQL(BIND, migrations.RunSQL.noop),
        migrations.RunSQL(KEYED, migrations.RunSQL.noop),
    ]
