"""Reads docs/api.md and sends its blocks: what is written there is what happens."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.test import Client

from gongfang.core import jobs
from gongfang.core.models import Job

PAGE = Path(__file__).resolve().parents[2] / "docs" / "api.md"
_BLOCK = re.compile(r"^```http\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NAME = re.compile(r"\{\{ (\w+) \}\}")


@dataclass(frozen=True)
class Call:
    """A request of the page and the answer it promises."""

    line: int
    method: str
    path: str
    headers: Mapping[str, str]
    body: str
    status: int
    answer: Any


def calls() -> Iterator[Call]:
    """Read the page: requests and answers take turns."""
    text = PAGE.read_text(encoding="utf-8")
    blocks = list(_BLOCK.finditer(text))
    for asked, answered in zip(blocks[::2], blocks[1::2], strict=True):
        head, _blank, body = asked[1].partition("\n\n")
        first, *headers = head.strip().splitlines()
        method, path = first.split(" ", 1)
        status, _blank, answer = answered[1].partition("\n\n")
        yield Call(
            line=text.count("\n", 0, asked.start()) + 2,
            method=method,
            path=path,
            headers=dict(row.split(": ", 1) for row in headers),
            body=body.strip(),
            status=int(status),
            answer=json.loads(answer) if answer.strip() else None,
        )


class Walker:
    """Sends the calls one after another and keeps the values the answers name."""

    def __init__(self, host: str, **known: object) -> None:
        self.client = Client(headers={"host": host})
        self.known: dict[str, object] = dict(known)

    def send(self, call: Call) -> None:
        """Send one call and compare its answer; long work it asked for is carried out as the queue would."""
        headers = {name: self.filled(value) for name, value in call.headers.items()}
        response = self.client.generic(
            call.method,
            self.filled(call.path),
            self.filled(call.body),
            content_type="application/json",
            headers={"Idempotency-Key": str(uuid.uuid4()), **headers},
        )
        where = f"docs/api.md:{call.line}: {call.method} {self.filled(call.path)}"
        said = response.text if "json" in response["Content-Type"] else response["Content-Type"]
        assert response.status_code == call.status, f"{where} answered {response.status_code}: {said}"
        if call.answer is not None:
            self.compare(call.answer, response.json(), where)
        for job in Job.objects.filter(state=Job.State.WAITING):
            jobs.run(job.pk)

    def filled(self, text: str) -> str:
        """Put the values kept in place of their names."""
        return _NAME.sub(lambda found: str(self.known[found[1]]), text)

    def compare(self, promised: Any, given: Any, where: str) -> None:
        """Compare what the page shows with what came; a name not known yet keeps what came."""
        if isinstance(promised, dict):
            assert isinstance(given, dict), f"{where}: no object but {given!r}"
            for key, value in promised.items():
                assert key in given, f"{where}: no field {key} in {given!r}"
                self.compare(value, given[key], f"{where} {key}")
        elif isinstance(promised, list):
            assert isinstance(given, list), f"{where}: no list but {given!r}"
            assert len(promised) == len(given), f"{where}: {given!r}"
            for number, (left, right) in enumerate(zip(promised, given, strict=True)):
                self.compare(left, right, f"{where} {number}")
        elif isinstance(promised, str) and (name := _NAME.fullmatch(promised)):
            known = self.known.setdefault(name[1], given)
            assert str(known) == str(given), f"{where}: {name[1]} is {known!r}, not {given!r}"
        else:
            assert promised == given, f"{where}: {promised!r}, not {given!r}"
