"""Do acts for ever and say each key once it is committed: `python -m tests.core.acting DATA`."""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path

from gongfang import embedded
from gongfang.database.roles import OWNER


def main(data: Path) -> None:
    server = embedded.start(data)
    os.environ["GONGFANG_DATA"] = str(data)
    os.environ["DATABASE_URL"] = server.url(OWNER, "gongfang")
    os.environ["DJANGO_SETTINGS_MODULE"] = "gongfang.settings"
    import django

    django.setup()
    from gongfang.core.action import Act, By, action
    from gongfang.core.models import Parameter, User
    from gongfang.counties import schemas
    from gongfang.counties.models import County
    from gongfang.database import scope

    schemas.prepare_cluster(server.params(), name="gongfang")
    schemas.migrate_public()
    if not County.objects.exists():
        schemas.migrate_county("panan")
        scope.leave()
        County.objects.create(schema_name="panan", code="330727000000", name="磐安县")
    scope.enter(County.objects.get(schema_name="panan"))
    alice, _new = User.objects.get_or_create(username="alice", defaults={"name": "Alice"})

    @action(lambda member, place: True, creates=True)
    def write_rule(act: Act, place: None, *, rule: str) -> Parameter:
        return Parameter.objects.create(key=rule, value=1, valid_from=date(2022, 1, 1), document="test")

    print("ready", flush=True)
    while True:
        by = By(alice, "cli")
        write_rule(by, None, rule=str(by.key))
        print(by.key, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
