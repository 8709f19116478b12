"""The settings of an installation, with a clock in front of everything."""

from gongfang.settings import *  # noqa: F403
from gongfang.settings import MIDDLEWARE as _USUAL

MIDDLEWARE = ["bench.measuring.Measured", *_USUAL]
