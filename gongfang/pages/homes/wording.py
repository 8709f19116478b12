"""Parts of sentences that several homes say."""

from __future__ import annotations

from django.utils.translation import ngettext

from gongfang.ui.formats import number


def wanting(count: int) -> str:
    """Say how many people wished for work and have none."""
    return ngettext("%(n)s person wants work and has none", "%(n)s people want work and have none", count) % {
        "n": number(count)
    }


def pressing(count: int) -> str:
    """Say how many orders press."""
    return ngettext("%(n)s order presses", "%(n)s orders press", count) % {"n": number(count)}


def overdue(count: int) -> str:
    """Say how many processing fees are overdue."""
    return ngettext("%(n)s processing fee is overdue", "%(n)s processing fees are overdue", count) % {
        "n": number(count)
    }
