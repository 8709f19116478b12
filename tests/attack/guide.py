"""Write the sentences of the controls into the guide: `python -m tests.attack.guide`."""

from __future__ import annotations

from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs/guides/security.md"
BEGIN = "## What is guarded\n\n"


def main() -> None:
    import os

    from tests import cluster  # names the database before the settings are read

    assert cluster.SERVER
    os.environ["DJANGO_SETTINGS_MODULE"] = "gongfang.settings"
    import django

    django.setup()
    from tests.attack import controls

    before, _heading, rest = PAGE.read_text().partition(BEGIN)
    _old, heading, after = rest.partition("\n## ")
    PAGE.write_text(before + BEGIN + controls.guide() + heading + after)


if __name__ == "__main__":
    main()
