"""The ledger and the door for change, measured beside what else could have been used.

Everything runs in one go on a cluster of its own, once on the disk and once in memory: `python -m bench.ledger`.
"""
