"""Nothing of a county can be read or written through another's host, session, token, link, file or task."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import get_converters

from gongfang.core import files, jobs
from gongfang.core.errors import Gone, Refused
from gongfang.core.login import fresh_token
from gongfang.core.models import Job, Token, User
from gongfang.counties.models import County
from gongfang.counties.queries import county_key
from gongfang.database import scope

EXAMPLES = {"int": "1", "str": "x", "slug": "x", "uuid": str(uuid.UUID(int=1)), "path": "x"}
# Logging in asks for no session, and the description of the API is the same in every county.
OPEN = {
    "login",
    "logout",
    "language",
    "openapi-json",
    "api-root",
    "new_token",
    "verify",
    "genuine",
    "reminder_check",
}


def addresses(resolver: URLResolver, prefix: str = "/") -> Iterator[tuple[str, str]]:
    """Every URL of a county with something plausible in its places, and its name."""
    kinds = {type(converter): name for name, converter in get_converters().items()}
    for pattern in resolver.url_patterns:
        route = str(pattern.pattern)
        for part, converter in pattern.pattern.converters.items():
            kind = kinds.get(type(converter), "str")
            route = route.replace(f"<{kind}:{part}>", EXAMPLES.get(kind, "x")).replace(f"<{part}>", "x")
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, prefix + route)
        elif isinstance(pattern, URLPattern):
            yield prefix + route.removesuffix("$").removeprefix("^"), pattern.name or ""


EVERY_URL = [(url, name) for url, name in addresses(get_resolver("gongfang.urls")) if name not in OPEN]
PAGES = [url for url, _name in EVERY_URL if not url.startswith("/api/")]
ENDPOINTS = [url for url, _name in EVERY_URL if url.startswith("/api/")]


@pytest.fixture
def officer_of_panan(county: County) -> User:
    return User.objects.create(username="wang", name="王芳")


@pytest.fixture
def session(officer_of_panan: User) -> str:
    browser = Client(headers={"host": "panan.localhost"})
    browser.force_login(officer_of_panan)
    return browser.cookies[settings.SESSION_COOKIE_NAME].value


def with_session(session: str, host: str) -> Client:
    browser = Client(headers={"host": host}, raise_request_exception=True)
    browser.cookies[settings.SESSION_COOKIE_NAME] = session
    return browser


def test_there_are_pages_and_endpoints_to_try() -> None:
    assert len(PAGES) > 40
    assert len(ENDPOINTS) > 40


@pytest.mark.parametrize("url", PAGES)
def test_a_session_of_panan_opens_no_page_of_zhaoyang(session: str, other_county: County, url: str) -> None:
    browser = with_session(session, "zhaoyang.localhost")
    for answer in (browser.get(url), browser.post(url, {"key": str(uuid.uuid4())})):
        assert answer.status_code in {302, 403}, url
        if answer.status_code == 302:
            assert answer["Location"].startswith("/login/"), url


@pytest.mark.parametrize("url", ENDPOINTS)
def test_a_token_of_panan_opens_no_endpoint_of_zhaoyang(
    officer_of_panan: User, other_county: County, url: str
) -> None:
    token, digest = fresh_token()
    Token.objects.create(user=officer_of_panan, label="test", digest=digest)
    stranger = Client(headers={"host": "zhaoyang.localhost", "authorization": f"Bearer {token}"})
    for method in (stranger.get, stranger.post, stranger.put, stranger.delete):
        answer = method(url, content_type="application/json", headers={"Idempotency-Key": str(uuid.uuid4())})
        assert answer.status_code in {401, 405}, url


def test_a_host_nobody_registered_is_not_found(session: str) -> None:
    assert with_session(session, "elsewhere.localhost").get("/").status_code == 404
    assert with_session(session, "panan.localhost.evil.example").get("/").status_code == 404


def test_the_front_page_knows_nobody(session: str) -> None:
    answer = with_session(session, "localhost").get("/")
    assert answer.status_code == 200
    assert "王芳" not in answer.content.decode()
    assert with_session(session, "localhost").get("/people/").status_code == 404


def test_a_forwarded_host_changes_nothing(session: str) -> None:
    browser = with_session(session, "zhaoyang.localhost")
    assert browser.get("/", headers={"X-Forwarded-Host": "panan.localhost"}).status_code == 302


def test_a_qualified_query_is_refused_by_the_database(county: County, other_county: County) -> None:
    for query in (
        "SELECT * FROM zhaoyang.core_user",
        "DELETE FROM zhaoyang.core_user",
        "SELECT * FROM public.counties_county",
    ):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(query)


def test_a_signed_link_of_one_county_is_noise_in_another(county: County, other_county: County) -> None:
    link = files.signed_link(
        "panan/2022/x.pdf", key=county_key("panan").encode(), lifetime=timedelta(hours=1)
    )
    assert files.check_link(link, key=county_key("panan").encode()) == "panan/2022/x.pdf"
    with pytest.raises(Refused):
        files.check_link(link, key=county_key("zhaoyang").encode())


@pytest.mark.parametrize(
    "path", ["zhaoyang/2022/x.pdf", "panan/../zhaoyang/2022/x.pdf", "/etc/passwd", "../keys/secret"]
)
def test_a_file_of_another_county_is_not_there(county: County, path: str) -> None:
    target = Path(settings.FILES_ROOT) / "zhaoyang" / "2022"
    target.mkdir(parents=True, exist_ok=True)
    (target / "x.pdf").write_bytes(b"%PDF-1.4 secret")
    with pytest.raises(Gone):
        files.open_kept("panan", path)


def test_a_cache_key_carries_its_county(county: County, other_county: County) -> None:
    cache.set("figure", "of panan")
    scope.enter(other_county)
    assert cache.get("figure") is None


def test_a_task_of_one_county_does_not_find_the_job_of_another(county: County, other_county: County) -> None:
    user = User.objects.create(username="li", name="李强")
    job = Job.objects.create(kind="run_plan", asked_by=user)
    scope.enter(other_county)
    assert jobs.run(job.pk) is None
