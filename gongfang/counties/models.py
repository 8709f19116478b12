"""County and Domain: the only tables of the public schema besides the queue."""

from __future__ import annotations

from datetime import timedelta

from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Now
from django_tenants.models import DomainMixin, TenantMixin

SLUG = RegexValidator(r"^[a-z][a-z0-9]{1,29}$")


class County(TenantMixin):
    """One county; its rows live in the schema of the same name."""

    auto_create_schema = False

    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=60)
    demo = models.BooleanField(default=False)
    # A demo county goes on from its report's own day; a real one lives today.
    clock_shift = models.DurationField(default=timedelta())
    created_at = models.DateTimeField(db_default=Now())
    # While it moves to another installation (a cell) nothing is done here; afterwards `cell` says where it lives.
    resting_since = models.DateTimeField(null=True)
    cell = models.CharField(max_length=200, blank=True, default="")

    def __str__(self) -> str:
        return self.name


class Domain(DomainMixin):
    """A host name that leads to one county; every link we send is built from it."""

    def __str__(self) -> str:
        return str(self.domain)
