"""The soak: random histories over every verb of the spine, against a small model of what must hold.

`python -m tests.soak --histories 2000`. A county is worked in by processes that are killed in the middle of acts, on a
PostgreSQL that is killed, too; the phone in front of them sends again with the same key. What was acknowledged must be
there once, what the model forbids must be refused, what it allows must be done, and after each history every balance,
counter, slip and payout must be the model's. Then somebody with all rights on the database alters one thing, and
reconciliation must name it.
"""
