"""Every role has a home that answers first, and costs few queries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

ROLES = ("wang", "feng", "he", "wu", "chen", "zhao", "zhou", "sun", "ma", "qian", "luo")


@pytest.mark.parametrize("who", ROLES)
def test_a_home_answers_first_and_costs_no_more_than_twelve_queries(people, who):
    client = getattr(people, who).client()
    client.get("/")  # the first page of a session also writes its key down
    with CaptureQueriesContext(connection) as asked:
        page = client.get("/")
    assert page.status_code == 200
    assert 'class="sentence' in page.text
    assert len([row for row in asked if "set_config" not in row["sql"]]) <= 12, "\n".join(
        row["sql"][:90] for row in asked
    )


def test_somebody_without_a_role_is_told_whom_to_ask(people):
    page = people.su.client(**{"X-Language": "en"}).get("/")
    assert "Ask the county centre for one." in page.text
