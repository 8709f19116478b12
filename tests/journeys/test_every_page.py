"""Every page of a county, for somebody who may open it: no fault axe can find, nothing sideways, nothing from elsewhere.

The pages are asked of the URLs themselves, so that a new one is looked at from its first day.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.cast import People
from tests.journeys.conftest import Door
from tests.journeys.full import Full, fill
from tests.journeys.visitor import DESK, NARROW, PHONE, Visitor

pytestmark = pytest.mark.journey

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

# Addresses that answer no page: a verb's own (POST), a file, a part of a page, the API, the language and the way out.
NO_PAGE = (
    "sheet",
    "xlsx",
    "pdf",
    "picture",
    "progress",
    "api",
    "api-1.0.0",
    "language",
    "logout",
    "ui-gallery",
)

# Small type and small targets, as the browser has drawn them.
SMALL_TYPE = """() => [...new Set([...document.querySelectorAll("body *")]
  .filter(e => e.checkVisibility() && [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()))
  .filter(e => parseFloat(getComputedStyle(e).fontSize) < 16)
  .map(e => e.outerHTML.slice(0, 80)))]"""
SMALL_TARGET = """() => [...document.querySelectorAll("a, button, input:not([type=hidden]), select, textarea, summary")]
  .map(e => e.closest("label.check") || e).filter(e => e.checkVisibility() && !e.matches(".skip"))
  .filter(e => !(e.matches("a") && e.closest("p, li, .note") && getComputedStyle(e).display === "inline"))
  .filter(e => { const box = e.getBoundingClientRect(); return box.height < 43.5 || box.width < 43.5; })
  .map(e => e.outerHTML.slice(0, 120))"""


def names(resolver: URLResolver, space: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            if pattern.namespace not in NO_PAGE:
                yield from names(pattern, inner)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield space + pattern.name


@pytest.fixture
def full(town: People) -> Full:
    return fill(town)


def faults(came: Visitor, path: str) -> list[str]:
    """What is wrong with a page at this width."""
    found = [
        f"{fault['id']}: {fault['nodes'][0]['html'][:120]}"
        for fault in Axe().run(came.page, options=RULES).response["violations"]
    ]
    found += [f"small type: {text}" for text in came.page.evaluate(SMALL_TYPE)]
    found += [f"small target: {text}" for text in came.page.evaluate(SMALL_TARGET)]
    return [f"{path}: {fault}" for fault in found]


def sideways(came: Visitor, path: str) -> list[str]:
    came.page.set_viewport_size({"width": NARROW, "height": 700})
    wide = came.page.evaluate("document.documentElement.scrollWidth")
    came.page.set_viewport_size({"width": PHONE, "height": 844})
    return [f"{path}: scrolls sideways, {wide} wide"] if wide > NARROW else []


def pages(full: Full) -> Iterator[tuple[str, str]]:
    """Every address that answers a page, with somebody who may open it; a verb's own address answers 405."""
    for name in sorted(set(names(get_resolver("gongfang.urls")))):
        if name.rpartition(":")[2].endswith(NO_PAGE):
            continue
        who, path = full.opens(name)
        answer = who.client().get(path)
        if answer.status_code == 302:
            assert not answer["Location"].startswith("/login"), f"{name} asks {who.user} to log in"
            continue
        if answer.status_code == 405 or "text/html" not in answer.headers.get("Content-Type", ""):
            continue
        assert answer.status_code == 200, f"{name} {path} answered {answer.status_code} to {who.user}"
        yield who.user.username, path


def test_every_page_at_every_width(let_in: Door, full: Full):
    wrong: list[str] = []
    seen = 0
    for username, path in list(pages(full)):
        phone, desk = let_in(username), let_in(username, width=DESK)
        phone.open(path)
        wrong += faults(phone, path) + sideways(phone, path)
        desk.open(path)
        wrong += faults(desk, f"{path} at a desk")
        seen += 1
    assert "\n".join(wrong + let_in.complaints()) == ""
    assert seen > 100


def test_a_newcomer_sees_the_counties_and_the_way_in(browser, address):
    from tests.journeys.visitor import visitor

    came = visitor(browser, address)
    came.open("/login/")
    port = address.rpartition(":")[2]
    wrong = faults(came, "/login/") + sideways(came, "/login/")
    front = visitor(browser, f"http://localhost:{port}")
    front.open("/")
    wrong += faults(front, "front") + sideways(front, "front")
    front.sees("磐安县")
    assert wrong + came.complaints + front.complaints == []


def test_a_page_nobody_may_see_says_so(let_in: Door, full: Full):
    inspector = let_in("zhao")
    inspector.open(reverse("orders:order", args=[10_000]))
    inspector.sees("请回到列表重新打开")
    assert faults(inspector, "missing") == []
