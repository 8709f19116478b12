"""Lots, claims, plans and offers: who makes what."""
