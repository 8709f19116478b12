"""Lying about the host: the county, and every link we send, come from the domain row and from nothing a client says."""

from __future__ import annotations

from django.conf import settings
from django.test import Client

from tests.attack.cast import browser, session_of
from tests.cast import People, Person

ODD = (
    "evil.example", "panan.localhost.evil.example", "panan.localhost.", "panan.localhost:8000:80",
    "panan.localhost:evil", "panan.localhost@evil.example", "evil.example#panan.localhost", "panan.localhost/..",
    "panan.localhost\\evil", "panan localhost", "panan.localhost,evil.example", "%70anan.localhost",
    "panan。localhost", "xn--panan.localhost", "[::1", "[::1]:panan.localhost", "", ":", ".", "panan.localhost\t",
    "panan", "county_panan.localhost", "public.localhost", "'; DROP TABLE", "a" * 4000,
)  # fmt: skip
LIES = {
    "X-Forwarded-Host": "zhaoyang.localhost",
    "X-Host": "zhaoyang.localhost",
    "X-Forwarded-Server": "zhaoyang.localhost",
    "X-Original-Host": "zhaoyang.localhost",
    "Forwarded": "host=zhaoyang.localhost;proto=https",
    "X-Rewrite-Url": "/api/me",
    "X-Original-Url": "/api/me",
}


def inside(person: Person, **headers: str) -> Client:
    client = browser(**headers)
    client.cookies["gongfang"] = session_of(person.user)
    return client


def test_an_odd_host_is_nowhere(people: People) -> None:
    client = inside(people.wang)
    for host in ODD:
        answer = client.get("/", headers={"host": host})
        assert (host, answer.status_code, "王芳" in answer.text) == (host, 404, False)


def test_what_stands_beside_the_host_changes_no_county(people: People) -> None:
    client = inside(people.wang)
    for name, lie in LIES.items():
        answer = client.get("/", headers={name: lie})
        assert (answer.status_code, "磐安县" in answer.text) == (200, True)


def test_a_lie_beside_the_host_leads_nobody_away(people: People) -> None:
    lies = {name: lie.replace("zhaoyang.localhost", "evil.example") for name, lie in LIES.items()}
    for path in ("/login/", "/", "/piecework/labels/", "/tokens/"):
        answer = inside(people.chen).get(path, headers=lies, follow=True)
        assert "evil.example" not in answer.text + str(answer.headers) + str(answer.redirect_chain)


def test_a_link_is_built_from_the_countys_own_row(people: People) -> None:
    page = browser("localhost:6666").get("/").text
    assert f"http://panan.localhost:{settings.PORT}/" in page
    assert "6666" not in page
