"""A small client for an open loop: keeps connections, follows nothing, knows who is logged in."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Answer:
    """One answer: status, headers in lower case, body, and how long the asker waited."""

    status: int
    headers: dict[str, str]
    body: bytes
    waited_ms: float

    @property
    def timing(self) -> dict[str, float]:
        """What the server says the answer cost."""
        said = self.headers.get("server-timing", "")
        return {name: float(value) for name, value in re.findall(r"(\w+);dur=([\d.]+)", said)}


@dataclass
class Browser:
    """Somebody's browser at one host: cookies and open connections, as many as it needs at once."""

    port: int
    host: str
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""
    _idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = field(default_factory=list)

    async def ask(
        self, path: str, form: Mapping[str, str] | None = None, *, htmx: bool = False, since: float = 0.0
    ) -> Answer:
        """Ask for a page, or send a form; the wait counts from `since`, when the visitor pressed."""
        began = since or time.perf_counter()
        while True:
            kept = bool(self._idle)
            reader, writer = (
                self._idle.pop() if kept else await asyncio.open_connection("127.0.0.1", self.port)
            )
            try:
                writer.write(self._request(path, form, htmx=htmx))
                status, headers, body = await _read(reader)
            except (ConnectionError, asyncio.IncompleteReadError):
                writer.close()
                if kept:  # the server had closed a connection it kept open for us
                    continue
                raise
            break
        if headers.get("connection") == "close":
            writer.close()
        else:
            self._idle.append((reader, writer))
        for text in headers.get("set-cookie", "").split("\n"):
            name, _is, value = text.partition(";")[0].partition("=")
            if name:
                self.cookies[name] = value
        return Answer(status, headers, body, (time.perf_counter() - began) * 1000)

    async def log_in(self, username: str, password: str) -> None:
        """Log in by the page's own form."""
        await self.find_token("/login/")
        sent = {"username": username, "password": password}
        answer = await self.ask("/login/", sent)
        if answer.status != 302:
            raise SystemExit(f"{username} could not log in: {answer.status}")
        await self.find_token("/")

    async def find_token(self, path: str) -> None:
        """Read from a page what its forms must carry."""
        page = (await self.ask(path)).body.decode()
        found = re.search(r'"X-CSRFToken": "(\w+)"', page) or re.search(
            r'csrfmiddlewaretoken" value="(\w+)"', page
        )
        self.token = found[1] if found else ""

    def close(self) -> None:
        """Hang up."""
        for _reader, writer in self._idle:
            writer.close()

    def _request(self, path: str, form: Mapping[str, str] | None, *, htmx: bool) -> bytes:
        body = urlencode(form or {}).encode()
        lines = [
            f"{'GET' if form is None else 'POST'} {path} HTTP/1.1",
            f"Host: {self.host}",
            "X-Forwarded-Proto: https",  # as the proxy in front of an installation says
            f"Referer: https://{self.host}{path}",
            "Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            *(["HX-Request: true"] if htmx else []),
        ]
        if form is not None:
            lines += [f"X-CSRFToken: {self.token}", f"Content-Type: {_FORM}", f"Content-Length: {len(body)}"]
        return "\r\n".join([*lines, "", ""]).encode() + body


async def _read(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers: dict[str, str] = {}
    for line in head[1:-2]:
        name, _colon, value = line.partition(":")
        key = name.strip().lower()
        headers[key] = f"{headers[key]}\n{value.strip()}" if key in headers else value.strip()
    if headers.get("transfer-encoding") == "chunked":
        return int(head[0].split()[1]), headers, await _chunks(reader)
    length = int(headers.get("content-length", "0"))
    return int(head[0].split()[1]), headers, await reader.readexactly(length)


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    whole = b""
    while size := int(await reader.readline(), 16):
        whole += await reader.readexactly(size)
        await reader.readexactly(2)
    await reader.readexactly(2)
    return whole
