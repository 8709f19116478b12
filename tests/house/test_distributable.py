"""A county's schema can be placed on another machine: nothing in it that schema-based sharding refuses."""

from __future__ import annotations

from django.db import connection

from gongfang.counties.models import County


def rows(query: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def test_no_table_of_a_county_has_a_trigger_of_its_own(county: County) -> None:
    assert (
        rows(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid"
            " WHERE NOT tgisinternal AND c.relnamespace = 'panan'::regnamespace"
        )
        == []
    )


def test_every_foreign_key_of_a_county_stays_in_its_schema(county: County) -> None:
    assert (
        rows(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint"
            " JOIN pg_class here ON here.oid = conrelid JOIN pg_class there ON there.oid = confrelid"
            " WHERE contype = 'f' AND 'panan'::regnamespace IN (here.relnamespace, there.relnamespace)"
            " AND here.relnamespace <> there.relnamespace"
        )
        == []
    )


def test_nothing_of_a_county_is_inherited_partitioned_or_32_bit(county: County) -> None:
    assert (
        rows(
            "SELECT inhrelid::regclass::text FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid"
            " WHERE c.relnamespace = 'panan'::regnamespace"
        )
        == []
    )
    keys = rows(
        "SELECT table_name FROM information_schema.columns WHERE table_schema = 'panan' AND is_identity = 'YES'"
        " AND data_type <> 'bigint' AND table_name NOT LIKE 'django_%' AND table_name NOT LIKE 'auth_%'"
    )
    assert keys == []


def test_functions_of_a_county_carry_their_own_search_path(county: County) -> None:
    loose = rows(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'panan'::regnamespace AND prosecdef"
        " AND NOT coalesce(array_to_string(proconfig, ',') LIKE '%search_path=%panan%', false)"
    )
    assert loose == []


def test_another_countys_tables_are_refused_by_the_database_itself(
    county: County, other_county: County
) -> None:
    refused = rows(
        "SELECT has_schema_privilege(current_user, 'zhaoyang', 'USAGE'), has_schema_privilege(current_user, 'public', 'USAGE')"
    )
    assert refused == [(False, False)]
