"""Backup and restore: one county in a file, all of them from the archive, nothing readable without the private key.

`dump.py` takes one county out of a database and lays it into another, `archive.py` makes one encrypted file of it.
"""
