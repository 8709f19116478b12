"""What the application may not do to the county's tables, whatever its code says.

`READ_ONLY` tables are written by the ledger's functions alone; `ADD_ONLY` tables are never altered.
"""

READ_ONLY = ("ledger_account", "ledger_transfer", "ledger_closing", "ledger_snapshot", "ledger_checkpoint")
ADD_ONLY = ("core_entry", "core_confirmation", "people_look")
