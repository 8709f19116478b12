"""django-hordak, the rival, in a process of its own: `make` its tables, or transfer `NUMBER` until told to stop."""

from __future__ import annotations

import os
import random
import sys

from bench.ledger.crew import work

ACCOUNTS = 100


def start() -> None:
    """Set Django up for hordak alone, on the same server."""
    import django
    from django.conf import settings

    from gongfang.settings import database

    place = database(os.environ["DATABASE_URL"])
    name = {"ENGINE": "django.db.backends.postgresql", "HOST": place["HOST"], "PORT": place["PORT"]}
    settings.configure(
        DATABASES={"default": {**name, "NAME": "hordak", "USER": "postgres", "CONN_MAX_AGE": None}},
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "mptt", "hordak"],
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        HORDAK_INTERNAL_CURRENCY="CNY",
        DEFAULT_CURRENCY="CNY",
        USE_TZ=True,
        SECRET_KEY="a bench has none",
    )
    django.setup()


def make() -> None:
    """Migrate and open the accounts."""
    from django.core.management import call_command
    from hordak.models import Account, AccountType

    call_command("migrate", verbosity=0)
    for number in range(ACCOUNTS):
        Account.objects.create(
            name=f"account {number}", code=str(number), type=AccountType.asset, currencies=["CNY"]
        )


def transfer() -> None:
    """Transfer between two accounts by chance, as its documentation says: in one transaction."""
    from django.db import transaction
    from hordak.models import Account
    from moneyed import Money

    accounts, amount = list(Account.objects.all()), Money(5, "CNY")

    def once() -> None:
        source, target = random.sample(accounts, 2)
        with transaction.atomic():
            source.transfer_to(target, amount)

    work(once)


if __name__ == "__main__":
    start()
    make() if sys.argv[1] == "make" else transfer()
