"""Whoever holds a backup and its private key, but not the installation's keys, reads no number of anybody."""

from __future__ import annotations

import base64
import hashlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

from gongfang.core.secrets import EncryptedField
from gongfang.counties.models import County
from gongfang.operations.backup.dump import DATABASE, dump
from gongfang.operations.backup.programs import programs
from tests.cast import gather
from tests.journeys.conftest import with_passwords
from tests.journeys.full import fill

NUMBERS = {"id_number", "phone", "bank_card"}


def sealed_numbers() -> set[str]:
    """Every id number, telephone number and account of the county, as people write them."""
    found = set()
    for model in apps.get_models():
        fields = [field for field in model._meta.get_fields() if isinstance(field, EncryptedField)]
        for field in fields:
            if field.kind in NUMBERS:
                values = model._base_manager.filter(**{f"{field.name}__isnull": False})
                found |= {getattr(row, field.name).reveal() for row in values}
    return found


def disguises(number: str) -> Iterator[bytes]:
    """A number as it is, and as anybody could turn it back or guess it."""
    plain = number.encode()
    yield plain
    yield plain.hex().encode()
    for shift in range(3):  # whatever stands before it in a text that was encoded as a whole
        coded = base64.b64encode(b"x" * shift + plain)
        yield coded[4 if shift else 0 : len(coded) // 4 * 4 - 4]
    for algorithm in ("sha256", "sha1", "md5"):
        digest = hashlib.new(algorithm, plain).digest()
        yield from (digest, digest.hex().encode(), base64.b64encode(digest).rstrip(b"="))


@pytest.mark.slow
def test_no_number_of_anybody_stands_in_a_dump_in_any_form(committing: County, tmp_path: Path) -> None:
    fill(with_passwords(gather()))
    numbers = sealed_numbers()
    assert len(numbers) > 5
    manifest = dump("panan", tmp_path / "copy")
    program = programs(manifest.postgresql) / "pg_restore"
    read = subprocess.run([program, "-f", "-", tmp_path / "copy" / DATABASE], capture_output=True, check=True)
    texts = (read.stdout, (tmp_path / "copy/manifest.json").read_bytes())
    assert (
        "双溪共富工坊".encode() in read.stdout
    )  # what is open can be read, so the search would find what is not
    told = [
        number for number in sorted(numbers) for form in disguises(number) for text in texts if form in text
    ]
    assert told == []
