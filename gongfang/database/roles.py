"""The names of the database's roles: the owner makes tables, the application uses them, a county is worn."""

OWNER = "gongfang_owner"
APPLICATION = "gongfang_app"
PUBLIC = "public"


def county_role(schema: str) -> str:
    """Return the name of the county's own NOLOGIN role."""
    return f"gongfang_county_{schema}"
