"""One settings file: typed readers of the environment, secrets from files, loud failure."""

from __future__ import annotations

import errno
import os
import secrets as random
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit
from wsgiref.headers import Headers

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from gongfang.database.roles import APPLICATION, OWNER

BASE = Path(__file__).resolve().parent


def env_bool(name: str, *, default: bool = False) -> bool:
    value = os.environ.get(name, "")
    if value not in {"", "0", "1"}:
        raise ImproperlyConfigured(f"{name} is {value!r}: write 1 or 0.")
    return value == "1" if value else default


def env_int(name: str, default: int) -> int:
    value = os.environ.get(name, str(default))
    if not value.isdecimal():
        raise ImproperlyConfigured(f"{name} is {value!r}: write a whole number.")
    return int(value)


DATA = Path(os.environ.get("GONGFANG_DATA") or BASE.parent / ".data").resolve()
KEYS_ROOT = DATA / "keys"
FILES_ROOT = DATA / "files"


@contextmanager
def in_plain_words() -> Iterator[None]:
    """Say of a folder that is full, closed or somebody else's what is wrong with it."""
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise ImproperlyConfigured(
                f"The disk of {DATA} is full; make room on it and start again."
            ) from error
        raise ImproperlyConfigured(
            f"The data folder {DATA} cannot be used ({error.strerror}: {error.filename}); "
            "start as the user it belongs to, make it writable, or name another in GONGFANG_DATA."
        ) from error


def secret(name: str) -> str:
    """Read a secret from its file; made on first use, readable by this user only."""
    path = KEYS_ROOT / name
    with in_plain_words():
        if not path.exists():
            _make_secret(path)
        found = path.read_text().strip()
    if len(found) != 64 or set(found) - set("0123456789abcdef"):
        raise ImproperlyConfigured(f"{path} is no key of ours; bring it back from your backup of the keys.")
    return found


def _make_secret(path: Path) -> None:
    KEYS_ROOT.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(f".{os.getpid()}")
    try:
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(random.token_hex(32))
        with suppress(FileExistsError):
            os.link(draft, path)  # two processes at first start: one link wins, both read it
    finally:
        draft.unlink(missing_ok=True)


DEBUG = env_bool("GONGFANG_DEBUG")
SECRET_KEY = secret("secret")
HASH_KEY = bytes.fromhex(secret("hash"))
FIELD_KEYS = {"1": bytes.fromhex(secret("field-1"))}
METRICS_TOKEN = secret("metrics")

HOST = os.environ.get("GONGFANG_HOST", "localhost")
PORT = env_int("PORT", 8000)
HTTPS = env_bool("GONGFANG_HTTPS")

# --- database -------------------------------------------------------------------------------------------------


def database(url: str) -> dict[str, str]:
    """Read the address of the database; `gongfang` starts the embedded server first and names its socket here."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL begins with postgresql://user:password@host/name.")
    login, _at, place = parts.netloc.rpartition("@")
    user, _colon, password = login.partition(":")
    host, _colon, port = place.partition(":")
    return {
        "HOST": unquote(host),  # not parts.hostname, which folds a socket's path to lower case
        "PORT": port,
        "NAME": parts.path.lstrip("/") or "gongfang",
        "PASSWORD": unquote(password),
        "OWNER": unquote(user) or OWNER,
    }


# Without an address nothing is connected: `python -m gongfang` starts the embedded server and sets it.
_database = database(os.environ.get("DATABASE_URL") or "postgresql:///gongfang")
DATABASE_OWNER = _database.pop("OWNER")
DATABASES = {
    "default": {
        "ENGINE": "gongfang.database",
        **_database,
        "USER": APPLICATION,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": True,
        # A page says soon that the database is away. A list's row is put together from nine tables, in the order we
        # write them: to try every other order took PostgreSQL 16 ms a page, and fetched the rows no faster.
        # Values travel beside the text, and PostgreSQL keeps the plan of what it was asked three times.
        "OPTIONS": {
            "connect_timeout": 5,
            "server_side_binding": True,
            "prepare_threshold": 3,
            "options": "-c join_collapse_limit=5",
        },
    }
}
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]
TENANT_LIMIT_SET_CALLS = True
TENANT_MODEL = "counties.County"
TENANT_DOMAIN_MODEL = "counties.Domain"
PUBLIC_SCHEMA_URLCONF = "gongfang.counties.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- rooms ----------------------------------------------------------------------------------------------------

SHARED_APPS = ["django_tenants", "gongfang.counties", "procrastinate.contrib.django"]
TENANT_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "gongfang.core",
    "gongfang.ledger",
    "gongfang.registry.places",
    "gongfang.registry.people",
    "gongfang.work.orders",
    "gongfang.work.dispatch",
    "gongfang.work.piecework",
    "gongfang.pay",
    "gongfang.oversight",
    "gongfang.operations.backup",
]
# Apps without tables: pages and pieces of pages. The demo is an extra that a production installation leaves out.
FACES = [
    "gongfang.ui",
    "gongfang.pages",
    "django_htmx",
    "csp",
    "django.contrib.staticfiles",
    "django.contrib.messages",
]
PRODUCTION = env_bool("GONGFANG_PRODUCTION")
DEMO = (BASE / "demo").is_dir() and not PRODUCTION
INSTALLED_APPS = SHARED_APPS + TENANT_APPS + FACES + (["gongfang.demo"] if DEMO else [])
MEMBERS = "gongfang.registry.people.members"

# --- web ------------------------------------------------------------------------------------------------------

ROOT_URLCONF = "gongfang.urls"
WSGI_APPLICATION = "gongfang.wsgi.application"
ALLOWED_HOSTS = ["*"]  # CountyMiddleware answers 404 to every host that is not a row of Domain
USE_X_FORWARDED_HOST = False
MIDDLEWARE = [
    "gongfang.operations.watching.Watching",
    "whitenoise.middleware.WhiteNoiseMiddleware",  # asks for no county: a page that says what broke needs its looks
    "gongfang.counties.middleware.CountyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "gongfang.core.doors.CountySessions",
    "gongfang.core.doors.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "gongfang.core.doors.LoginRequired",
    "gongfang.core.doors.MemberMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "gongfang.core.doors.RefusalMiddleware",
    "gongfang.core.doors.SafeUptoMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "gongfang.ui.templatetags.ui",
                "django.templatetags.i18n",
                "django.templatetags.static",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "gongfang.ui.context.county",
                "gongfang.core.doors.visitor",
                "gongfang.pages.menu.menus",
            ],
        },
    }
]

FORM_RENDERER = "gongfang.ui.drawn.Renderer"
AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = ["gongfang.core.login.Logins"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
LOGIN_URL = "login"
SESSION_ENGINE = "gongfang.core.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-gongfang" if HTTPS else "gongfang"
SESSION_COOKIE_AGE = 12 * 3600
CSRF_USE_SESSIONS = True
CSRF_FAILURE_VIEW = "gongfang.core.doors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS  # counties are subdomains
SECURE_SSL_REDIRECT = HTTPS
# We listen on this machine only; the https of GONGFANG_HTTPS is a proxy's in front of us, which says so.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024

STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("GONGFANG_STATIC") or DATA / "static").resolve()
with in_plain_words():
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns of a folder that is not there
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG


def WHITENOISE_ADD_HEADERS_FUNCTION(headers: Headers, _path: str, _url: str) -> None:  # noqa: N802 -- WhiteNoise's name
    """Give static files what SecurityMiddleware gives pages; it comes after them."""
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = SECURE_REFERRER_POLICY
    if HTTPS:
        headers["Strict-Transport-Security"] = f"max-age={SECURE_HSTS_SECONDS}; includeSubDomains"


STORAGES = {
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if HTTPS
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
}

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "KEY_FUNCTION": "django_tenants.cache.make_key",
    }
}

# --- words and time -------------------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [
    BASE / "locale",
    *(
        BASE / room / "locale"
        for room in (
            "core",
            "ui",
            "ledger",
            "registry",
            "work",
            "pay",
            "oversight",
            "pages",
            "operations",
            "demo",
        )
    ),
]
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"

LOG_LEVEL = os.environ.get("GONGFANG_LOG", "WARNING")
if LOG_LEVEL not in {"INFO", "WARNING", "ERROR"}:
    raise ImproperlyConfigured(f"GONGFANG_LOG is {LOG_LEVEL!r}: write INFO, WARNING or ERROR.")
_LINES = "INFO" if PRODUCTION else LOG_LEVEL  # a line a request and an act; at a desk only when asked for
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "gongfang.operations.logs.Line",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        },
        "json": {"()": "gongfang.operations.logs.Json"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json" if PRODUCTION else "line"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "gongfang.requests": {"level": _LINES},
        "gongfang.acts": {"level": _LINES},
        # A 404 has its line already, and without the address somebody typed.
        "django.request": {"level": "ERROR"},
    },
}
DEFAULT_EXCEPTION_REPORTER = "gongfang.core.reports.DiscreetReporter"
# Preloading is a promise about a public domain that only its owner can make.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
