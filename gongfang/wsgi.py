"""The web application as servers load it, each worker of them by itself."""

from django.core.wsgi import get_wsgi_application

from gongfang.operations.leaving import leave_with_parent

leave_with_parent()
application = get_wsgi_application()
