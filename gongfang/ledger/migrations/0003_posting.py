"""Post with what an act needs and no more: plans are kept, accounts are locked by changing them, indexes are five.

What stands in the functions besides is as in 0002. Measured in docs/decisions/0009.
"""

import django.contrib.postgres.indexes
from django.db import migrations, models
from django.db.models import Q

# Written out, not imported: a migration says what it said when it was made. The table's check has the last word.
BELOW_ZERO = "('cost', 'making', 'outside', 'overpaid')"

MOVE = f"""
CREATE FUNCTION ledger_move(account bigint, change bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE wrong record;
BEGIN
  -- Locked first: what is said of a shortage must be what stands there, and perhaps there is enough by now.
  SELECT a.holder_kind, a.holder_id, a.purpose, a.commodity, a.balance, change AS amount INTO STRICT wrong
    FROM ledger_account a WHERE a.id = account FOR NO KEY UPDATE;
  IF wrong.balance + change < 0 AND wrong.purpose NOT IN {BELOW_ZERO} THEN
    RAISE EXCEPTION 'an account would stand below zero'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_no_overdraft', DETAIL = to_json(wrong)::text;
  END IF;
  UPDATE ledger_account a SET balance = a.balance + change, version = a.version + 1 WHERE a.id = account;
END $$;
"""

POST_MANY = f"""
CREATE OR REPLACE FUNCTION ledger_post_many(
  txn uuid, keys uuid[],
  source_kinds text[], source_ids bigint[], source_purposes text[],
  target_kinds text[], target_ids bigint[], target_purposes text[],
  commodities text[], amounts bigint[], causes text[], reversed bigint[],
  acted_at timestamptz, skew interval, received_at timestamptz, booked_on date
) RETURNS bigint[] LANGUAGE plpgsql SECURITY DEFINER AS $$
#variable_conflict use_column
DECLARE
  correcting boolean := cardinality(array_remove(reversed, NULL)) > 0;
  sources bigint[];
  targets bigint[];
  posted bigint[];
  changed bigint[];
  changes bigint[];
  moved bigint[];
  wrong record;
BEGIN
  -- The table before the accounts, always: a closing or a seal that waits for the table then waits for no account.
  LOCK TABLE ledger_transfer IN ROW EXCLUSIVE MODE;
  FOR held IN 0..1 LOOP
    -- Only where an account is missing, or where a correction must see every other one of the same transfer.
    IF held = 1 OR correcting THEN
      PERFORM ledger_hold(source_kinds || target_kinds, source_ids || target_ids, source_purposes || target_purposes,
                          commodities || commodities);
    END IF;
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
    EXIT WHEN array_position(sources, NULL) IS NULL AND array_position(targets, NULL) IS NULL;
  END LOOP;

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
      RETURNING id, src, dst, amount
  ), moved AS (
    SELECT u.account, sum(u.amount)::bigint AS amount
      FROM (SELECT src AS account, -amount AS amount FROM made UNION ALL SELECT dst, amount FROM made) u
      GROUP BY u.account
  )
  SELECT (SELECT array_agg(id ORDER BY id) FROM made),
         array_agg(account ORDER BY account), array_agg(amount ORDER BY account)
    INTO posted, changed, changes FROM moved;

  IF cardinality(posted) IS DISTINCT FROM cardinality(keys) THEN
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
    SELECT array_agg(t.id ORDER BY w.n) INTO posted
      FROM unnest(keys) WITH ORDINALITY AS w (key, n) JOIN ledger_transfer t ON t.key = w.key;
  END IF;

  IF correcting THEN
    PERFORM ledger_check_reversals(reversed);
  END IF;

  -- Each change is the lock as well. The arrays are sorted and every row is a probe, so accounts are locked by number
  -- and two acts never wait for each other. One statement, because the table's checks are read anew for each.
  WITH done AS (
    UPDATE ledger_account a SET balance = a.balance + m.change, version = a.version + 1
      FROM unnest(changed, changes) AS m (account, change)
      WHERE a.id = m.account AND (a.balance + m.change >= 0 OR a.purpose IN {BELOW_ZERO})
      RETURNING a.id
  )
  SELECT coalesce(array_agg(id), '{{}}') INTO moved FROM done;
  IF cardinality(moved) < cardinality(changed) THEN
    PERFORM ledger_move(m.account, m.change)
      FROM (SELECT * FROM unnest(changed, changes) AS m (account, change) WHERE account <> ALL (moved) ORDER BY 1) m;
  END IF;
  RETURN coalesce(posted, '{{}}');
END $$;
"""

POST = f"""
CREATE OR REPLACE FUNCTION ledger_post(
  txn uuid, key uuid, source_kind text, source_id bigint, source_purpose text,
  target_kind text, target_id bigint, target_purpose text, commodity text, amount bigint, cause text, reverses bigint,
  acted_at timestamptz, skew interval, received_at timestamptz, booked_on date
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER AS $$
#variable_conflict use_variable
DECLARE
  source bigint;
  target bigint;
  posted bigint;
  moved bigint;
BEGIN
  -- The plain case without arrays: both accounts are there, the key is new and nothing is corrected.
  LOCK TABLE ledger_transfer IN ROW EXCLUSIVE MODE;
  SELECT a.id INTO source FROM ledger_account a
    WHERE a.holder_kind = source_kind AND a.holder_id = source_id AND a.purpose = source_purpose
      AND a.commodity = ledger_post.commodity;
  SELECT a.id INTO target FROM ledger_account a
    WHERE a.holder_kind = target_kind AND a.holder_id = target_id AND a.purpose = target_purpose
      AND a.commodity = ledger_post.commodity;
  IF source IS NOT NULL AND target IS NOT NULL AND reverses IS NULL THEN
    BEGIN
      INSERT INTO ledger_transfer AS t
          (key, txn, src, dst, commodity, amount, cause, acted_at, skew, received_at, booked_on)
        VALUES (key, txn, source, target, commodity, amount, cause, acted_at, skew, received_at,
                greatest(booked_on, (SELECT max(c.until) + 1 FROM ledger_closing c)))
        RETURNING t.id INTO posted;
    EXCEPTION WHEN unique_violation THEN
      posted := NULL;
    END;
  END IF;
  IF posted IS NULL THEN
    RETURN (ledger_post_many(
      txn, ARRAY[key], ARRAY[source_kind], ARRAY[source_id], ARRAY[source_purpose],
      ARRAY[target_kind], ARRAY[target_id], ARRAY[target_purpose], ARRAY[commodity], ARRAY[amount], ARRAY[cause],
      ARRAY[reverses], acted_at, skew, received_at, booked_on))[1];
  END IF;

  -- By the index, in the order of the numbers. What comes in never makes short, so only the source can be left out.
  UPDATE ledger_account a
    SET balance = a.balance + CASE WHEN a.id = source THEN -amount ELSE amount END, version = a.version + 1
    WHERE a.id = ANY (ARRAY[source, target]) AND (a.id = target OR a.balance >= amount OR a.purpose IN {BELOW_ZERO});
  GET DIAGNOSTICS moved = ROW_COUNT;
  IF moved < 2 THEN
    PERFORM ledger_move(source, -amount);
  END IF;
  RETURN posted;
END $$;
"""

# Bound to the schema they are made in, as in 0002; replacing a function takes its settings away.
BIND = """
DO $$
DECLARE one regprocedure;
BEGIN
  FOR one IN
    SELECT oid FROM pg_proc
    WHERE pronamespace = current_schema()::regnamespace
      AND proname IN ('ledger_move', 'ledger_post', 'ledger_post_many')
  LOOP
    EXECUTE format('ALTER FUNCTION %s SET search_path = %I, pg_temp', one, current_schema());
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', one);
  END LOOP;
END $$;
"""

# Planning each statement anew for every length of an array took nine tenths of a posting. A plan that is kept must not
# read a table whole because it was small when the session began, and must come to the accounts in order.
WAYS = ("plan_cache_mode = force_generic_plan",) + tuple(
    f"enable_{way} = off" for way in ("seqscan", "bitmapscan", "hashjoin", "mergejoin")
)
POSTING = ("ledger_hold", "ledger_check_reversals", "ledger_move", "ledger_post", "ledger_post_many")
KEPT = "".join(f"ALTER FUNCTION {name} SET {way};\n" for name in POSTING for way in WAYS)

# Room on each page for the new version of a row: otherwise every change of a balance writes both indexes, too.
ROOM = "ALTER TABLE ledger_account SET (fillfactor = 70)"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_functions")]

    operations = [
        # The generated column was worked out anew for every row of every posting, a seventh of a settlement.
        migrations.RemoveConstraint("account", "ledger_no_overdraft"),
        migrations.RemoveField("account", "floor"),
        migrations.AddConstraint(
            "account",
            models.CheckConstraint(
                condition=Q(balance__gte=0) | Q(purpose__in=("cost", "making", "outside", "overpaid")),
                name="ledger_no_overdraft",
            ),
        ),
        # Acts are numbered by time, so a few bytes a page find one; nobody looks for the beginning of a cause.
        migrations.AlterField("transfer", "txn", models.UUIDField()),
        migrations.AlterField("transfer", "cause", models.CharField(max_length=80)),
        migrations.AddIndex("transfer", models.Index(fields=["cause"], name="ledger_by_cause")),
        migrations.AddIndex(
            "transfer", django.contrib.postgres.indexes.BrinIndex(fields=["txn"], name="ledger_by_act")
        ),
        migrations.RunSQL(ROOM, "ALTER TABLE ledger_account RESET (fillfactor)"),
        migrations.RunSQL(MOVE, "DROP FUNCTION ledger_move"),
        migrations.RunSQL(POST_MANY, migrations.RunSQL.noop),
        migrations.RunSQL(POST, migrations.RunSQL.noop),
        migrations.RunSQL(BIND, migrations.RunSQL.noop),
        migrations.RunSQL(KEPT, migrations.RunSQL.noop),
    ]
