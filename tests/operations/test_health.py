"""Health and figures: three addresses for machines, under any name, with and without a database."""

from django.test import Client

ANYWHERE = Client(headers={"host": "nowhere.example"})


def test_a_living_process_says_so_under_any_name_in_words_and_as_json(db):
    said = ANYWHERE.get("/health")
    assert (said.status_code, said.content) == (200, b"alive: ok\n")
    assert ANYWHERE.get("/health", headers={"accept": "application/json"}).json() == {"alive": True}


def test_ready_names_what_is_missing(county):
    said = ANYWHERE.get("/ready", headers={"accept": "application/json"})
    assert said.status_code == 503
    assert said.json() == {"database": True, "migrations": True, "worker": False, "disk": True}


def test_looks_come_without_a_county_or_a_database_and_carry_their_headers(django_assert_num_queries, db):
    with django_assert_num_queries(0):
        said = ANYWHERE.get("/static/ui/gongfang.css")
        assert said.getvalue()
    said.close()
    assert said.status_code == 200
    assert said["X-Content-Type-Options"] == "nosniff"
    assert "X-Request-Id" in said
