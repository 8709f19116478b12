"""Start Django for a check that needs no database."""

from __future__ import annotations

import os
import tempfile


def start() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongfang.settings")
    os.environ.setdefault("GONGFANG_DATA", tempfile.mkdtemp(prefix="gongfang-check-"))
    import django

    django.setup()
