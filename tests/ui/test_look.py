"""The laws of the look, read from the sources: contrast, strict CSP, no unknown class, every sentence in Chinese."""

import re
from pathlib import Path

import pytest

from gongfang import ui
from gongfang.ui.gallery import gallery
from tests.house.translations import untranslated

HERE = Path(ui.__file__).parent
CSS = (HERE / "static/ui/gongfang.css").read_text()
PAGES = sorted((HERE / "templates").rglob("*.html"))
TOKENS = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", CSS))

INK_ON_PAPER = [
    *(
        (ink, ground)
        for ink in ("ink", "soft", "indigo", "act", "done", "wait")
        for ground in ("ground", "paper")
    ),
    *((kind, f"{kind}-pale") for kind in ("act", "done", "wait")),
    ("indigo", "indigo-pale"),
    ("indigo-deep", "indigo-pale"),
    *(("ink", f"{kind}-pale") for kind in ("act", "done", "wait", "indigo")),
]


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("ink", "ground"), INK_ON_PAPER)
def test_every_word_stands_out_from_its_ground(ink, ground):
    assert contrast(TOKENS[ink], TOKENS[ground]) >= 5.8


def test_the_edge_of_a_field_can_be_seen():
    assert contrast(TOKENS["edge"], TOKENS["paper"]) >= 3


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_needs_an_unsafe_policy(page):
    text = page.read_text()
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", text)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", text))


def test_no_file_asks_another_server_for_anything():
    sources = [path for path in HERE.rglob("*") if path.suffix in {".html", ".css", ".js"}]
    assert not [
        path.name for path in sources if re.search(r"(href|src)=\"https?:|url\(|@import", path.read_text())
    ]


def test_every_sentence_of_the_design_system_has_its_chinese():
    assert [line for line in untranslated() if line.startswith("gongfang/ui/")] == []


@pytest.mark.parametrize("name", ["400", "403", "404", "500"])
def test_an_error_page_stands_without_a_county_or_a_request(draw, name):
    page = draw(f"{{% include '{name}.html' %}}")
    assert '<html lang="en"' in page
    assert "Back to the first page" in page


def test_a_part_of_a_page_asked_for_by_htmx_gets_only_the_refusal(draw, visit):
    request = visit("/")
    request.htmx = True
    page = draw("{% include 'ui/refused.html' %}", request=request, sentence="This bag is already issued.")
    assert "This bag is already issued." in page
    assert "<html" not in page


def test_large_type_and_simulated_data_are_in_the_first_byte(visit):
    request = visit("/")
    request.COOKIES["large"] = "1"
    request.tenant = type("County", (), {"name": "Pan'an", "demo": True})()
    page = gallery(request).content.decode()
    assert re.search(r"<html lang=\"en\" data-large>", page)
    assert "Simulated data" in page
    assert "Pan&#x27;an" in page


def test_a_county_that_is_no_demo_does_not_say_simulated(visit):
    page = gallery(visit("/")).content.decode()
    assert "Simulated data" not in page
    assert "data-large>" not in page
