"""A second database beside the test's own, as if it were another machine's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings

from gongfang.counties.schemas import drop_county
from gongfang.database import scope
from gongfang.operations.backup.dump import close_county
from tests import cluster


@contextmanager
def another_machine(monkeypatch: pytest.MonkeyPatch, files: Path) -> Iterator[None]:
    """A database of its own without counties, with a folder of files of its own."""
    name = cluster.copy(cluster.template())
    try:
        with cluster.connected_to(name), monkeypatch.context() as patch:
            patch.setattr(settings, "FILES_ROOT", files)
            for _code, slug, _title in cluster.COUNTIES:
                close_county(slug)
                drop_county(slug)
            yield
            scope.leave()
    finally:
        cluster.drop(name)
