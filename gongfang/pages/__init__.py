"""Homes per role: pages that join rooms."""
