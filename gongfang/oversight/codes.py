"""Codes by which published figures find their rows in the registers."""

KNOTTING = "knotting"  # the skill every kind of Chinese knot asks for
CONCENTRIC = "concentric-knot"  # the product of the published order
