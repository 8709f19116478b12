"""The API is the one that was reviewed: `python -m tests.house.openapi` compares, `… write` accepts it anew."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.house.setup import start

start()

from gongfang.api import api

SNAPSHOT = Path(__file__).resolve().parents[2] / "docs" / "openapi.json"
now = json.dumps(api.get_openapi_schema(), ensure_ascii=False, indent=1, sort_keys=True, default=str) + "\n"

if sys.argv[1:] == ["write"]:
    SNAPSHOT.write_text(now, encoding="utf-8")
if not SNAPSHOT.exists() or SNAPSHOT.read_text(encoding="utf-8") != now:
    sys.exit("The API differs from docs/openapi.json. If that is meant: python -m tests.house.openapi write")
print("openapi: as reviewed")
