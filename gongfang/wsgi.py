"""The web application as servers load it, each worker of them by itself."""

import gc

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from gongfang.operations.leaving import leave_with_parent

leave_with_parent()
application = get_wsgi_application()
# Everything is loaded now and stays. Left alone, Python would look through all of it again and again for garbage, and
# now and then a visitor would wait a tenth of a second for that.
get_resolver().url_patterns  # noqa: B018 -- loads the pages
gc.collect()
gc.freeze()
