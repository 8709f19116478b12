"""Pictures of the pages at 390 and 1440 into screenshots/: `make screenshots`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import cluster

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongfang.settings")
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

import django

django.setup()

from django.db import connection

from gongfang.counties.models import County
from tests.cast import People, gather
from tests.journeys.browser import chromium
from tests.journeys.conftest import Door, with_passwords
from tests.journeys.full import Full, fill
from tests.journeys.server import serving
from tests.journeys.visitor import DESK, PHONE

FOLDER = Path(__file__).resolve().parents[2] / "screenshots"

HOMES = ("wang", "feng", "he", "wu", "chen", "zhao", "lin", "sun", "luo", "ma", "qian")
PAGES = (
    "orders:list", "orders:order", "orders:board", "orders:quote", "orders:sample", "orders:product", "orders:publish",
    "orders:receive", "orders:bill", "orders:amend", "orders:arrears", "orders:contract", "orders:selection", "dispatch:lots", "dispatch:line", "dispatch:lot", "dispatch:workshop",
    "dispatch:plan", "dispatch:county", "dispatch:compare_plans", "dispatch:person_in_plan", "dispatch:can_we",
    "dispatch:work", "piecework:bags", "piecework:bag", "piecework:issue", "piecework:hand_in",
    "piecework:labels", "piecework:to_inspect", "piecework:verdict", "piecework:mine", "piecework:delivery", "piecework:complaint",
    "piecework:enter_claim", "piecework:genuine", "piecework:mendings", "piecework:give_to_mend", "piecework:part",
    "pay:batches", "pay:operator", "pay:batch", "pay:payout", "pay:my_money", "pay:slip", "pay:line", "pay:paper",
    "pay:people_list", "pay:advances", "pay:terms", "pay:propose_deduction", "pay:questions", "pay:question", "pay:rules", "pay:statement",
    "pay:verify", "pay:tax_list", "pay:order_books", "orders:add_line",
    "people:residents", "people:resident", "people:me", "people:organisation", "people:organisations", "people:roster",
    "people:households", "places:divisions", "places:sites", "oversight:figures", "oversight:figure", "oversight:doubts", "oversight:doubt", "oversight:registers", "oversight:register", "oversight:week", "books", "job",
    "tokens", "password",
)  # fmt: skip


@contextmanager
def town() -> Iterator[People]:
    """A county of our own with the cast in it."""
    name = cluster.copy(cluster.template())
    try:
        with cluster.connected_to(name):
            connection.set_schema_to_public()
            connection.set_tenant(County.objects.get(schema_name="panan"))
            yield with_passwords(gather())
            connection.set_schema_to_public()
    finally:
        cluster.drop(name)


def wanted(full: Full, only: list[str]) -> Iterator[tuple[str, str, str]]:
    """Name, person and address of each picture."""
    shots = [(f"home-{who}", who, "/") for who in HOMES]
    for name in PAGES:
        person, path = full.opens(name)
        shots.append((name.replace(":", "-"), person.user.username, path))
    return (shot for shot in shots if not only or any(part in shot[0] for part in only))


def main(only: list[str]) -> None:
    """Take the pictures whose names have one of these parts, or all of them."""
    FOLDER.mkdir(exist_ok=True)
    # Chromium first: its event loop gives this thread a database connection of its own.
    with chromium() as browser, town() as people, serving() as port:
        door = Door(browser, f"http://panan.localhost:{port}")
        for name, who, path in wanted(fill(people), only):
            for width in (PHONE, DESK):
                came = door(who, width=width)
                came.open(path)
                came.page.screenshot(path=FOLDER / f"{name}-{width}.png", full_page=True)
            print(name)


if __name__ == "__main__":
    main(sys.argv[1:])
