"""Models and migrations say the same: `python -m tests.house.migrations`."""

from tests.house.setup import start

start()

import warnings

from django.core.management import call_command

warnings.filterwarnings("ignore", message="Got an error checking a consistent migration history")
call_command("makemigrations", check=True, dry_run=True, verbosity=1)
call_command("check", fail_level="WARNING")
