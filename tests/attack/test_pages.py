"""Every page and every sheet, after somebody has written ill wherever people write."""

from __future__ import annotations

import csv
import re
from html.parser import HTMLParser
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from gongfang.core import login, sheets
from gongfang.core.sheets import Col, returned
from tests.attack.cast import WORD, browser, key, logged_in, machine
from tests.cast import People
from tests.core.sheetmaking import csv_bytes, upload

MARKUP = '"><i onload=x>'
FORMULA = "=1+1|x!A0"


class Elements(HTMLParser):
    """Which elements a page has, with the attributes that make something happen."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def happening(text: str) -> list[str]:
    """Whatever in a page would run although the policy of ours forbids it."""
    return [
        f"{tag} {attributes}"
        for tag, attributes in Elements(text).found
        if any(name.startswith("on") or name in {"style", "srcdoc"} for name in attributes)
        or str(attributes.get("href", "")).strip().lower().startswith(("javascript:", "data:", "vbscript:"))
        or (tag == "script" and not ({"src", "nonce"} & set(attributes)))
        or tag in {"iframe", "object", "embed", "base"}
    ]


def test_what_a_visitor_sends_becomes_no_markup(people: People) -> None:
    client = logged_in(people.wang)
    forms = (
        "/login/",
        "/people/residents/",
        "/piecework/scan/",
        "/tokens/",
        "/password/",
        "/people/organisations/",
    )
    for path in forms:
        for answer in (
            client.get(path, {"q": MARKUP, "next": MARKUP, "page": MARKUP, "kind": MARKUP}),
            client.post(path, dict.fromkeys(("username", "label", "code", "name", "next", "key"), MARKUP)),
            browser().post("/login/", {"username": MARKUP, "password": MARKUP, "next": MARKUP}),
            client.get(f"/{MARKUP}"),
            client.get(f"/B/{MARKUP}"),
        ):
            assert happening(answer.text) == []


def policy(answer: Any) -> dict[str, str]:
    parts = answer.headers.get("Content-Security-Policy", "").split(";")
    return {part.split()[0]: " ".join(part.split()[1:]) for part in parts if part.strip()}


def loose(answer: Any) -> list[str]:
    """What an answer does not forbid a browser."""
    rules = policy(answer)
    scripts = rules.get("script-src", rules.get("default-src", "*"))
    wanted = {
        "no other scripts": "unsafe" not in str(rules) and "*" not in str(rules) and "http" not in str(rules),
        "only our scripts": set(re.sub(r"'nonce-[^']+'", "'nonce'", scripts).split())
        <= {"'self'", "'nonce'", "'none'"},
        "no frame": rules.get("frame-ancestors", rules.get("default-src")) == "'none'",
        "no guessing": answer.headers.get("X-Content-Type-Options") == "nosniff",
    }
    return [name for name, held in wanted.items() if not held]


def test_whoever_is_not_in_gets_the_same_policy(people: People) -> None:
    lin = logged_in(people.lin)
    strange = [
        browser().get("/login/"), browser().get("/"), browser("localhost").get("/"), browser().get("/nowhere"),
        browser("evil.example").get("/"), browser("a b").get("/"), browser().get("/api/me"),
        browser().post("/logout/"), lin.get("/people/logins/"), lin.get("/orders/999/"), browser().get("/api/nowhere"),
        machine(people.lin).post("/api/people/residents", "{", content_type="application/json", headers=key()),
    ]  # fmt: skip
    assert [(answer.status_code, loose(answer)) for answer in strange if loose(answer)] == []


def test_htmx_headers_change_nothing_but_the_frame_of_a_refusal(people: People) -> None:
    lies = {
        "HX-Request": "true", "HX-Boosted": "true", "HX-Current-URL": "http://evil.example/", "HX-Target": MARKUP,
        "HX-Trigger": MARKUP, "HX-Prompt": MARKUP, "HX-Trigger-Name": MARKUP, "HX-History-Restore-Request": "true",
    }  # fmt: skip
    for path in ("/", "/people/residents/", "/tokens/", "/nowhere", "/pay/batches/"):
        bare = browser(**lies).get(path)
        assert bare.status_code in {302, 404}
        answer = logged_in(people.wang).get(path, headers=lies)
        led = {name: value for name, value in answer.headers.items() if name.lower().startswith("hx-")}
        assert (led, happening(answer.text), "evil.example" in answer.text) == ({}, [], False)


@pytest.mark.parametrize("path", ["/login/", "/language/"])
def test_nobody_is_led_to_another_site(people: People, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(login, "TRIES", 1000)
    ways = (
        "https://evil.example", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
        "/\t/evil.example", "\t//evil.example", "/\n/evil.example", " //evil.example", "http:evil.example",
        "https:/evil.example", "javascript:alert(1)", "//evil.example@panan.localhost", "////evil.example",
        "http://panan.localhost.evil.example", "//panan.localhost:80@evil.example", "/%09/evil.example/..//x", "\x01//evil.example",
        "data:text/html,x", "ftp://evil.example", "//%65vil.example", "//[::1]/",
    )  # fmt: skip
    client = logged_in(people.lin)
    for way in ways:
        fields = {"username": people.lin.user.username, "password": WORD, "language": "en", "next": way}
        answer = client.post(path, fields)
        place = answer["Location"]
        assert answer.status_code == 302
        assert re.match(r"/(?![/\\\s])", place), (way, place)


def formulas(content: bytes) -> list[str]:
    """Every cell of a workbook a spreadsheet would calculate or follow, as it is written in the file."""
    with ZipFile(BytesIO(content)) as book:
        parts = {name: book.read(name).decode() for name in book.namelist() if name.startswith("xl/")}
    wrong = [name for name, text in parts.items() if "<f>" in text or "<f " in text or "<hyperlink" in text]
    return wrong + [name for name in parts if "externalLink" in name or "connections" in name]


def texts(content: bytes) -> str:
    book = load_workbook(BytesIO(content))
    return "\n".join(str(cell) for page in book for row in page.iter_rows(values_only=True) for cell in row)


def calculating(content: bytes) -> list[str]:
    """Every cell of a CSV some spreadsheet would take for a formula."""
    rows = csv.reader(StringIO(content.decode("utf-8-sig"), newline=""))
    unseen = " \t\r\n\u00a0\u200b\ufeff\u3000\u2060\x00\x1c"
    return [
        cell
        for row in rows
        for cell in row
        if cell.lstrip(unseen)[:1] in set("=+-@＝＋－＠") and not re.fullmatch(r"-?[0-9.]+", cell)
    ]


def test_no_sign_hides_a_formula_in_csv() -> None:
    signs = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t=", "\r=", "\n=")
    before = ("", " ", "\u00a0", "\u200b", "\ufeff", "\u3000", "\u2060", "\x1c", " \u200b ")
    for text in (f"{unseen}{sign}cmd|' /C calc'!A0" for unseen in before for sign in signs):
        columns = [sheets.Column(text), sheets.Column("n", "integer"), sheets.Column("d", "date")]
        content = sheets.write_csv(sheets.Table(text, columns, [[text, text, text]]))
        assert calculating(content) == []


def test_a_sheet_that_goes_back_calculates_nothing() -> None:
    content = csv_bytes(["姓名", FORMULA], [FORMULA, "x"], ['=HYPERLINK("http://evil.example")', FORMULA])
    sheet = sheets.read(
        upload(content, "名册.csv"), [Col("name", ("姓名",)), Col("n", (FORMULA,), "integer")]
    )
    back = returned(sheet)
    assert (formulas(back), FORMULA in texts(back)) == ([], True)
