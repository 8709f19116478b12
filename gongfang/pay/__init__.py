"""Slips and payouts: every accepted piece becomes money on somebody's slip."""
