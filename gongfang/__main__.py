"""`python -m gongfang` is the command line."""

import sys

# Before anything else is read: an older Python stumbles over the first file with a message nobody understands.
if sys.version_info < (3, 11):  # noqa: UP036 -- it may well be older
    sys.exit(
        "gongfang needs Python 3.11 or later, and this is {}.{}. Name one: make run PYTHON=python3.12".format(
            *sys.version_info
        )
    )

from gongfang.cli import main

main()
