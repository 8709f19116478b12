"""Every sentence has its Chinese: `python -m tests.house.translations`."""

import sys

from tests.house.setup import start

start()

from gongfang import catalogue

missing = catalogue.untranslated()
catalogue.build()
print("\n".join(missing) or "translations: complete")
sys.exit(bool(missing))
