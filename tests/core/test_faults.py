"""What broke is answered in one sentence of ours: which thing, what to do, and no details for anybody."""

import errno
from collections.abc import Callable

import psycopg
import pytest
from django.db import OperationalError
from django.test import Client

from tests.cast import People

AWAY, FULL, CLOSED = "数据库暂时连不上。", "服务器的磁盘满了。", "服务器的数据目录写不进去。"


def away() -> OperationalError:
    return OperationalError("connection to server at 10.0.0.7 failed: password s3cret")


def full() -> OperationalError:
    error = OperationalError("could not extend file")
    error.__cause__ = psycopg.errors.DiskFull()
    return error


@pytest.fixture
def breaking(monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception], Client]:
    """Whoever asks which county this is meets an error, as when the first query of a request fails."""

    def break_with(error: Exception) -> Client:
        def fail(host: str) -> None:
            raise error

        monkeypatch.setattr("gongfang.counties.middleware.county_at", fail)
        return Client(headers={"host": "panan.localhost"}, raise_request_exception=False)

    return break_with


@pytest.mark.parametrize(
    ("error", "status", "title"),
    [
        (away(), 503, AWAY),
        (full(), 507, FULL),
        (OSError(errno.ENOSPC, "No space left on device"), 507, FULL),
        (OSError(errno.EROFS, "Read-only file system"), 503, CLOSED),
        (ValueError("s3cret"), 500, "系统出错了"),
    ],
)
def test_each_fault_has_its_sentence_and_no_details(breaking, error, status, title):
    said = breaking(error).get("/login/?phone=13857901234")
    page = said.content.decode()
    assert said.status_code == status
    assert title in page
    assert "s3cret" not in page
    assert "10.0.0.7" not in page
    assert "default-src 'self'" in said["Content-Security-Policy"]


def test_a_program_reads_a_code_and_the_sentence(breaking):
    said = breaking(away()).get("/api/orders", headers={"x-language": "en"})
    assert (said.status_code, said["Retry-After"]) == (503, "30")
    assert said.json() == {
        "code": "away",
        "field": "",
        "sentence": "The database is away. Nothing was half done. Wait a minute and send it once more: it counts"
        " only once. If it stays so, ring whoever looks after the server.",
    }


def test_a_fault_inside_a_page_speaks_the_language_that_was_chosen(
    people: People, monkeypatch: pytest.MonkeyPatch
):
    def fail(*_given: object, **_more: object) -> None:
        raise away()

    monkeypatch.setattr("gongfang.core.login.render", fail)
    browser = people.wang.client()
    browser.raise_request_exception = False
    browser.cookies["language"] = "en"
    assert "The database is away." in browser.get("/login/").content.decode()
