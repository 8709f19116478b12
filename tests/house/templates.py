"""Every template compiles, keeps the strict CSP and uses known URL names: `python -m tests.house.templates`."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from tests.house.setup import start

start()

from django.template import Template
from django.template.base import Node
from django.template.defaulttags import URLNode
from django.urls import get_resolver
from django.urls.resolvers import URLResolver

ROOT = Path(__file__).resolve().parents[2] / "gongfang"
FORBIDDEN = {
    r"\sstyle=": "no style= (the CSP refuses it)",
    r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")": "no script inside a page",
    r"\son[a-z]+=\"": "no event handlers inside a page",
    r"https?://(?!www\.w3\.org)": "no address outside this server",
}


def names(resolver: URLResolver, prefix: str = "") -> set[str]:
    found: set[str] = set()
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            found |= names(pattern, space)
        elif pattern.name:
            found.add(prefix + pattern.name)
    return found


def complaints() -> list[str]:
    known = names(get_resolver("gongfang.urls")) | names(get_resolver("gongfang.counties.urls"))
    found = []
    for path in sorted(ROOT.rglob("templates/**/*.html")):
        text, where = path.read_text(encoding="utf-8"), path.relative_to(ROOT.parent)
        found += [f"{where}: {why}" for pattern, why in FORBIDDEN.items() if re.search(pattern, text)]
        if path.suffix == ".html":
            nodes = Template(text).nodelist
            for node in nodes.get_nodes_by_type(URLNode):
                found += _unknown(node, known, str(where))
    return found


def _unknown(node: Node, known: set[str], where: str) -> list[str]:
    name = getattr(node, "view_name", None)
    target = getattr(name, "var", None)
    return [f"{where}: no URL is named {target}"] if isinstance(target, str) and target not in known else []


if __name__ == "__main__":
    lines = complaints()
    print("\n".join(lines) or "templates: nothing to complain about")
    sys.exit(bool(lines))
