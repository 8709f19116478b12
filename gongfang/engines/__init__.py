"""Owns the algorithms: plain Python and numpy in, plain data out; no database, no clock, no unseeded
chance.
"""
