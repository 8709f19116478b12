"""Hand out bags and take them in for ever, and say each key once it is committed: `python -m tests.operations.moving`.

GONGFANG_DATA is the cell. `found`: make the county and its people first. `again KEY BAG`: send this one once more, with
its key, and go. `books`: say how many receipts there are and every difference, also in a county that is closed.
"""

from __future__ import annotations

import sys
import uuid

from gongfang.cli.place import database


def found() -> None:
    from gongfang.founding import found_county

    found_county("330727", "panan", name="磐安县", officer="officer")


def main(*words: str) -> None:
    with database():
        from django.db import DatabaseError

        from gongfang.counties.models import County
        from gongfang.database import scope

        if "found" in words:
            found()
        if "books" in words:
            books()
            return
        with scope.inside():
            panan = County.objects.get(schema_name="panan")
        scope.enter(panan)
        try:
            work(words)
        except DatabaseError as error:
            print(f"refused {type(error).__name__}", flush=True)


def books() -> None:
    from gongfang.core.models import Receipt
    from gongfang.counties.schemas import as_owner
    from gongfang.database import scope
    from gongfang.ledger.reconcile import reconcile

    with as_owner(), scope.inside("panan"):
        print(Receipt.objects.count(), *reconcile().differences, sep="\n")


def work(words: tuple[str, ...]) -> None:
    from gongfang.core.action import By
    from gongfang.core.models import User
    from gongfang.work.dispatch import actions as dispatch
    from gongfang.work.dispatch.models import Lot
    from gongfang.work.piecework import actions as piecework
    from gongfang.work.piecework.actions import HandInRow, Verdict
    from gongfang.work.piecework.models import Bag

    if "found" in words:
        from tests.cast import gather
        from tests.pay.conftest import settle

        purse = settle(gather())
        share, maker, chen = purse.share, purse.people.zhou.row, purse.people.chen.user
    else:
        lot = Lot.objects.exclude(maker=None).order_by("pk").first()
        share, maker, chen = lot.parent, lot.maker, User.objects.get(username="chen")

    zhao = User.objects.get(username="zhao")

    def by(key: str = "") -> By:
        return By(chen, "scan", key=uuid.UUID(key) if key else uuid.uuid4())

    if "again" in words:
        key, number = words[1:]
        piecework.hand_in(
            by(key), [Bag.objects.get(pk=number)], rows=[HandInRow(bag_id=int(number), pieces=20)]
        )
        return
    print("ready", flush=True)
    while True:
        lot = dispatch.claim(by(), Lot.objects.get(pk=share.pk), maker=maker, pieces=20)
        (bag,) = piecework.issue_bags(by(), piecework.pack_bags(by(), [lot]))
        mine = by()
        print(f"sending {mine.key} {bag.pk}", flush=True)
        (back,) = piecework.hand_in(mine, [bag], rows=[HandInRow(bag_id=bag.pk, pieces=20)])
        print(f"done {mine.key} {bag.pk}", flush=True)
        piecework.inspect(By(zhao, "scan"), [back], rows=[Verdict(hand_in_id=back.pk, accepted=20)])


if __name__ == "__main__":
    main(*sys.argv[1:])
