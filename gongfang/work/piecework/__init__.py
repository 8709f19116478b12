"""Bags out, pieces back, inspected."""
