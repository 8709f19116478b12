"""The living page in a real Chromium, served without a socket: every component at once."""

import mimetypes
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles import finders
from django.test import RequestFactory
from django.utils import translation
from playwright.sync_api import Browser, Page, Route

from gongfang.ui.gallery import gallery

pytestmark = pytest.mark.journey
STRICT = "default-src 'self'; img-src 'self' data:; object-src 'none'"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def answer(route: Route) -> None:
    parts = urlsplit(route.request.url)
    if parts.path.startswith("/static/"):
        found = finders.find(parts.path.removeprefix("/static/"))
        kind = mimetypes.guess_type(parts.path)[0]
        route.fulfill(path=str(found), content_type=kind)
        return
    request = RequestFactory().get(
        f"{parts.path}?{parts.query}", headers={"cookie": route.request.headers.get("cookie", "")}
    )
    request.tenant = type("County", (), {"name": "磐安县", "demo": True, "phone": "057984661234"})()
    with translation.override("zh-hans"):
        body = gallery(request).content
    route.fulfill(
        body=body, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": STRICT}
    )


def opened(browser: Browser, width: int, *, complaints: list[str]) -> Page:
    page = browser.new_context(viewport={"width": width, "height": 844}, locale="zh-CN").new_page()
    page.on(
        "console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None
    )
    page.route("**/*", answer)
    page.goto("http://panan.localhost/ui/gallery/?rows=60")
    return page


def enlarged(page: Page) -> Page:
    page.locator(".menu summary").click()
    page.locator("[data-large-button]").click()
    page.locator(".menu summary").click()
    return page


@pytest.mark.parametrize("width", [390, 1440])
def test_the_components_have_no_fault_that_axe_can_find(browser, width):
    complaints: list[str] = []
    page = opened(browser, width, complaints=complaints)
    assert [fault["id"] for fault in Axe().run(page, options=RULES).response["violations"]] == []
    assert complaints == []


@pytest.mark.parametrize("large", [False, True])
def test_nothing_moves_sideways_on_the_narrowest_phone(browser, large):
    page = opened(browser, 320, complaints=[])
    page = enlarged(page) if large else page
    assert page.evaluate("document.documentElement.scrollWidth") == 320


SMALL = """() => [...document.querySelectorAll("a, button, input:not([type=hidden]), select, textarea, summary")]
  .map(e => e.closest("label.check") || e).filter(e => e.checkVisibility() && !e.matches(".skip"))
  .filter(e => { const box = e.getBoundingClientRect(); return box.height < 47.5 || box.width < 44; })
  .map(e => e.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("width", [390, 1440])
def test_a_thumb_hits_everything(browser, width):
    assert opened(browser, width, complaints=[]).evaluate(SMALL) == []


def test_large_type_stays_for_the_next_page(browser):
    page = enlarged(opened(browser, 390, complaints=[]))
    assert page.evaluate("getComputedStyle(document.body).fontSize") == "24px"
    page.reload()
    assert page.evaluate("getComputedStyle(document.body).fontSize") == "24px"
    assert page.locator("html[data-large]").count() == 1


def test_a_row_is_a_card_on_a_phone_and_a_row_on_a_desk(browser):
    def display(width: int) -> object:
        page = opened(browser, width, complaints=[])
        return page.evaluate("getComputedStyle(document.querySelector('.list tbody tr')).display")

    assert (display(390), display(1440)) == ("grid", "table-row")


def test_a_line_of_chinese_is_never_one_sign_long_in_a_table(browser):
    page = opened(browser, 1000, complaints=[])
    heights = page.evaluate(
        "[...document.querySelectorAll('.list .tag')].map(tag => tag.getBoundingClientRect().height)"
    )
    assert heights
    assert max(heights) < 40


def test_a_part_of_the_page_is_renewed_under_the_strict_policy(browser):
    complaints: list[str] = []
    page = opened(browser, 390, complaints=complaints)
    page.evaluate("document.querySelector('.sentence').textContent = 'old'")
    page.evaluate(
        "htmx.ajax('GET', '/ui/gallery/', {target: '.sentence', select: '.sentence', swap: 'outerHTML'})"
    )
    page.get_by_text("还差 11,580 个").wait_for()
    assert page.evaluate("[htmx.config.allowEval, htmx.config.includeIndicatorStyles]") == [False, False]
    assert complaints == []
