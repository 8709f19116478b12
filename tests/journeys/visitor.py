"""Somebody with a phone or at a desk: opens pages, reads, types and presses, as people do."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import Browser, Locator, Page, expect

PASSWORD = "three quiet words"
PHONE, DESK, NARROW = 390, 1440, 320


@dataclass
class Visitor:
    """One person's own browser."""

    page: Page
    home: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        """Open a page by its address."""
        self.page.goto(self.home + path)

    def press(self, words: str, *, inside: Locator | None = None) -> None:
        """Press what says these words: a button, a link, or a summary."""
        where = inside or self.page.locator("main")
        button = where.get_by_role("button", name=words, exact=True)
        link = where.get_by_role("link", name=words, exact=True)
        summary = where.locator("summary", has_text=words)
        button.or_(link).or_(summary).filter(visible=True).first.click()
        self.page.wait_for_load_state()

    def press_tile(self, title: str) -> None:
        """Go to a part of the home."""
        self.page.locator("main a.tile", has_text=title).first.click()
        self.page.wait_for_load_state()

    def send(self) -> None:
        """Send the form of the page by its one main button."""
        self.page.locator("main form.form button.main").last.click()
        self.page.wait_for_load_state()

    def tick(self, words: str) -> None:
        """Tick the box, or take the choice, that says these words."""
        self.page.locator("main label.check", has_text=words).first.click()

    def press_surely(self, words: str) -> None:
        """Press a verb that asks again on the page itself."""
        asked = self.page.locator("details.sure", has_text=words)
        asked.locator("summary").click()
        asked.get_by_role("button", name=words, exact=True).click()
        self.page.wait_for_load_state()

    def type(self, **typed: str) -> None:
        """Fill in fields by their names in the form."""
        for name, text in typed.items():
            one = self.page.locator(f"main [name='{name}']").first
            if one.evaluate("each => each.tagName") == "SELECT":
                one.select_option(text)
            else:
                one.fill(text)

    def choose(self, name: str, words: str) -> None:
        """Choose what reads so."""
        one = self.page.locator(f"main [name='{name}']").first
        value = one.locator("option", has_text=words).first.get_attribute("value")
        one.select_option(value)

    def sees(self, words: str) -> None:
        """The page says so."""
        expect(self.page.locator("main")).to_contain_text(words)

    @property
    def text(self) -> str:
        """What the page says."""
        return self.page.locator("main").inner_text()

    @property
    def path(self) -> str:
        """Where the browser is."""
        return self.page.url.removeprefix(self.home)


def visitor(browser: Browser, home: str, *, width: int = PHONE) -> Visitor:
    """Open a browser of one's own, in Chinese; whatever it complains about is kept."""
    context = browser.new_context(viewport={"width": width, "height": 844}, locale="zh-CN")
    context.set_default_timeout(45_000)
    page = context.new_page()
    came = Visitor(page, home)
    page.on("console", lambda said: _heard(came, said.type, said.text))
    page.on("pageerror", lambda error: came.complaints.append(str(error)))
    page.on("request", lambda asked: _stays(came, asked.url))
    return came


def _heard(came: Visitor, kind: str, text: str) -> None:
    # Chromium itself reports an answer of 4xx as an error of the console; the page's own sentence is what counts.
    if kind in {"error", "warning"} and "the server responded with a status of" not in text:
        came.complaints.append(text)


def _stays(came: Visitor, url: str) -> None:
    if not url.startswith((came.home, "data:", "blob:")):
        came.complaints.append(f"left the server: {url}")


def logged_in(browser: Browser, home: str, username: str, *, width: int = PHONE) -> Visitor:
    """Log somebody in by hand."""
    came = visitor(browser, home, width=width)
    came.open("/login/")
    came.type(username=username, password=PASSWORD)
    came.press("登录")
    came.page.wait_for_url(home + "/")
    return came
