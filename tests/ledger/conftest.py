import psycopg
import pytest
from django.db import connection
from django.utils import translation

from gongfang.core.action import By, action
from gongfang.core.models import User
from gongfang.ledger import postings, reconcile
from gongfang.ledger.posting import book, reverse
from tests import cluster


@pytest.fixture(autouse=True)
def _world(settings, tmp_path, monkeypatch):
    settings.KEYS_ROOT = tmp_path / "keys"
    settings.MEMBERS = "tests.ledger.members"
    # The transfers of these tests stand alone: no row of a higher room explains them.
    own = {
        name: run for name, run in reconcile._checks.items() if run.__module__.startswith("gongfang.ledger")
    }
    monkeypatch.setattr(reconcile, "_checks", own)
    with translation.override("en"):
        yield


def person(name, **facts):
    return User.objects.get_or_create(name=name, username=name, defaults=facts)[0]


@pytest.fixture
def officer(county):
    return person("Officer Ouyang")


@pytest.fixture
def auditor(county):
    return person("Auditor Ai")


@pytest.fixture
def maker(county):
    return person("Maker Ma")


@pytest.fixture
def system(county):
    return person("system", is_system=True)


@pytest.fixture
def clerk(county):
    return person("Clerk Chen")


@action(lambda member, subject: True, creates=True)
def move(act, transfers):
    """Move what is told, as a verb of a higher room would."""
    book(act, *transfers)


@action(lambda member, subject: True, creates=True)
def take_back(act, transfer_ids):
    """Take transfers back."""
    reverse(act, transfer_ids, "tests.correction:1")


@action(lambda member, subject: True, creates=True)
def run(act, steps):
    """Run verbs of the chart in one act."""
    for verb, facts in steps:
        getattr(postings, verb)(act, **facts)


def as_owner(sql, *arguments):
    """Do what only somebody with the keys of the database server could do."""
    with psycopg.connect(**cluster.SERVER.params(dbname=connection.settings_dict["NAME"])) as link:
        link.execute("SET search_path = panan")
        link.execute(sql, arguments)


def by(user):
    return By(user, "page")
