"""Write the data of a county at work as this version keeps it: `python -m tests.upgrade.release tests/upgrade`.

Done once for each release, before its tag; `test_upgrade.py` lets every later version take it over. The people are the
cast of the tests.
"""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import tempfile
from pathlib import Path


def main(folder: Path) -> None:
    from gongfang import __version__, embedded

    with tempfile.TemporaryDirectory() as data:
        Path(data).chmod(0o755)
        work(Path(data))
        with embedded.start(Path(data)) as server:
            how = ("--schema=panan", "--no-owner", "--no-privileges", "--inserts")
            command = [str(server.bin / "pg_dump"), *how, server.url(dbname="gongfang")]
            text = subprocess.run(command, check=True, capture_output=True).stdout
    target = folder / f"{__version__}.sql.gz"
    target.write_bytes(gzip.compress(text, mtime=0))
    print(f"{target}: {target.stat().st_size:,} bytes")


def work(data: Path) -> None:
    """Let the cast earn, be paid, and leave some of everything open."""
    command = [sys.executable, "-c", "from tests.upgrade.release import at_work; at_work()"]
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    subprocess.run(command, env=kept | {"GONGFANG_DATA": str(data)}, check=True)


def at_work() -> None:
    from gongfang.cli.place import database

    with database():
        from gongfang.core import clock
        from gongfang.counties.models import County
        from gongfang.database import scope
        from gongfang.founding import found_county

        found_county("330727", "panan", name="磐安县", officer="officer")
        with scope.inside():
            panan = County.objects.get(schema_name="panan")
        scope.enter(panan)
        from tests.cast import gather
        from tests.pay.conftest import MORNING, settle

        with clock.at(MORNING):
            purse = settle(gather())
            cast = purse.people
            purse.card(cast.zhou)
            purse.earn(cast.zhou, 80)
            purse.earn(cast.lin, 100, accepted=90)
            purse.earn_at_home(60)
            purse.pay()
            purse.earn(cast.zhou, 40)
            purse.prepare()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
