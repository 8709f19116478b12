"""Divisions, sites and units."""
