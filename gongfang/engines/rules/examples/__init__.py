"""Owns rules that counties really had, as data with their sources: to start from, to try, and to test against.

Every file is a policy as `read_policy` takes it; amounts, lines and days are what the sources named in it say. What a
source leaves open is marked 待核对: check it before paying by it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from gongfang.engines.rules.examples.fields import VOCABULARIES
from gongfang.engines.rules.policy import Policy, read_policy
from gongfang.engines.rules.reading import parse

__all__ = ["VOCABULARIES", "policies"]


@cache
def policies() -> dict[str, Policy]:
    """Read the policies that are shipped, by name."""
    files = sorted(Path(__file__).parent.glob("*.json"))
    read = (read_policy(parse(file.read_text(encoding="utf-8")), VOCABULARIES) for file in files)
    return {policy.name: policy for policy in read}
