"""People and organisations for machines: masked, unless a look with a purpose was written down."""

from gongfang.registry.people.api import households, organisations, own, residents, seats
from gongfang.registry.people.api.answers import router

__all__ = ["households", "organisations", "own", "residents", "router", "seats"]
