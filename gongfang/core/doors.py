"""What both doors, pages and API, share: who knocks, with which key, and how a refusal is answered."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import DataError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.dateparse import parse_datetime
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from gongfang.core import clock, cookies
from gongfang.core.action import By
from gongfang.core.errors import Gone, Refused
from gongfang.core.members import Member, may_act_for, member_of
from gongfang.core.models import Continuity, Receipt, User

if TYPE_CHECKING:
    from django import forms

R = TypeVar("R")
Answer = Callable[[HttpRequest], HttpResponse]


class Visit(HttpRequest):
    """A request of somebody who is logged in to a county (for annotations only)."""

    user: User
    member: Member
    tenant: Any


def by_page(request: HttpRequest, key: uuid.UUID | str | None = None) -> By:
    """Return who presses the button: the session's user, the form's hidden key."""
    given = key or request.POST.get("key")
    return By(user=cast("User", request.user), via="page", key=_key(given), device=_device(request))


def by_api(request: HttpRequest) -> By:
    """Return who calls: the token's user, the Idempotency-Key header, and the device's own time."""
    return By(
        user=cast("User", request.user),
        via="api",
        key=_key(request.headers.get("Idempotency-Key")),
        for_=_for(request),
        device=_device(request),
        acted_at=_moment(request, "X-Acted-At"),
        skew=_skew(request),
    )


def _key(given: uuid.UUID | str | None) -> uuid.UUID:
    if isinstance(given, uuid.UUID):
        return given
    if not given:
        raise Refused(_("The request carries no key. Reload the page and send it again."), code="no_key")
    try:
        return uuid.UUID(given)
    except ValueError:
        raise Refused(_("The key of the request is not a UUID."), code="no_key") from None


def _is_key(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def finder(request: Visit, by: By) -> Member:
    """Return who looks for the thing a verb is asked of: the person a desk may act for, else whoever calls."""
    if by.for_ is not None and may_act_for(request.member, by.for_):
        return member_of(by.for_)
    return request.member


def _for(request: HttpRequest) -> User | None:
    name = request.headers.get("X-On-Behalf-Of")
    if not name:
        return None
    found = User.objects.filter(username__iexact=name, is_active=True).first()
    if found is None:
        raise Refused(_("Nobody here has the user name you act for."), code="nobody")
    return found


def _device(request: HttpRequest) -> str:
    return request.headers.get("X-Device", "")[:64]


def _skew(request: HttpRequest) -> timedelta | None:
    sent = _moment(request, "X-Sent-At")
    return clock.skew(device_now=sent, server_now=timezone.now()) if sent else None


def _moment(request: HttpRequest, header: str) -> datetime | None:
    """Read a time of the device; one no clock of ours can show would spoil every later reading of the act."""
    text = request.headers.get(header)
    if not text:
        return None
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None or not 2000 <= found.year < 2200:
        raise Refused(
            _("The device's time is no date and time of today. Set its clock and send again."), code="time"
        )
    return found if timezone.is_aware(found) else timezone.make_aware(found)


def attempt(request: HttpRequest, verb: Callable[[By], R], *, form: forms.BaseForm | None = None) -> R | None:
    """Do a verb for a page. A refusal becomes the form's error, or a message when there is no form; None then."""
    try:
        return verb(by_page(request))
    except Refused as refusal:
        if form is None:
            messages.error(request, refusal.sentence)
        else:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.sentence))
        return None


class TooLarge(Refused):
    """A number no column holds, or a sign no text holds; the database refused it and nothing was done."""

    code = "too_large"

    def __init__(self) -> None:
        super().__init__(_("A number here is far too large, or a text has signs nobody types. Correct it."))


class MemberMiddleware:
    """Give every request its member: the user with the roles held in this county, read when first asked for."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            request.member = user.visiting or SimpleLazyObject(lambda: member_of(request.user))  # type: ignore[attr-defined, arg-type]
        return self.get_response(request)


class CountySessions(SessionMiddleware):
    """Sessions live in a county's schema; the front page has none, and forgets what a page put into it."""

    def process_request(self, request: HttpRequest) -> None:
        if getattr(request, "tenant", None) is None:
            request.session = SessionStore()
        else:
            request.session = self.SessionStore(cookies.session_key(request))

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        return (
            response
            if getattr(request, "tenant", None) is None
            else super().process_response(request, response)
        )


class LoginRequired(LoginRequiredMiddleware):
    """Every page of a county asks who is there; the API asks for its token, the front page asks nobody."""

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        if getattr(request, "tenant", None) is None or request.path.startswith("/api/"):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)


class LanguageMiddleware:
    """Speak the language the visitor chose; Chinese until somebody chooses."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get("language") or request.headers.get("X-Language") or "zh-hans"
        with translation.override(chosen if chosen in {"zh-hans", "en"} else "zh-hans"):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language())
        return response


class RefusalMiddleware:
    """A refusal nobody caught is answered as a page with its sentence, never as a fault."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, DataError):
            exception = TooLarge()
        if not isinstance(exception, Refused):
            return None
        if request.path.startswith("/api/"):
            return refusal_json(exception)
        return render(request, "ui/refused.html", {"sentence": exception.sentence}, status=exception.status)


class SafeUptoMiddleware:
    """Tell machines and phones with every change how far acts are safe in a backup elsewhere.

    `X-Receipt` numbers the act just done; a phone forgets what it sent only when `X-Safe-Upto` has reached it.
    When `X-Restored-At` is another than it was, it sends all it keeps again: the numbers began anew from a copy.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        key = request.headers.get("Idempotency-Key")
        if (
            key
            and request.method != "GET"
            and response.status_code < 400
            and _is_key(key)
            and isinstance(user := getattr(request, "user", None), User)
        ):
            receipt = Receipt.objects.filter(key=key, actor=user.pk).values_list("pk", flat=True).first()
            response["X-Receipt"] = str(receipt or "")
            continuity = Continuity.current()
            restored_at = continuity.restored_at
            response["X-Safe-Upto"] = str(continuity.safe_upto)
            response["X-Restored-At"] = restored_at.isoformat() if restored_at else ""
        return response


def refusal_json(refusal: Refused) -> JsonResponse:
    """Answer a refusal to a machine: a stable code, a whole sentence, and the field it belongs to."""
    body = {"code": refusal.code, "sentence": str(refusal.sentence), "field": refusal.field}
    return JsonResponse(body, status=refusal.status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose session ended: say so and keep nothing half done."""
    sentence = _(
        "Your login has ended or the page was open too long. Open the page again and send once more."
    )
    return render(request, "ui/refused.html", {"sentence": sentence}, status=403)


class BadRequest(Refused):
    """A request that does not read, or is larger than anybody's work."""

    code = "unreadable"
    status = 400

    def __init__(self) -> None:
        super().__init__(_("The request does not read, or it is too large. Send it anew, in smaller parts."))


def not_read(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that cannot be read; no page is drawn, because drawing would read it again."""
    if request.path.startswith("/api/"):
        return refusal_json(BadRequest())
    return HttpResponse(BadRequest().sentence, status=400, content_type="text/plain; charset=utf-8")


def not_here(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that leads nowhere: a program gets its code and sentence, a person a page."""
    if request.path.startswith("/api/"):
        return refusal_json(Gone())
    return render(request, "ui/refused.html", {"sentence": Gone().sentence}, status=404)


@login_not_required
def choose_language(request: HttpRequest) -> HttpResponse:
    """Remember the language the visitor pressed, on this device only."""
    response = redirect(_back(request))
    language = request.POST.get("language", "")
    if language in {"zh-hans", "en"}:
        response.set_cookie(
            "language", language, max_age=31_536_000, samesite="Lax", httponly=True, secure=settings.HTTPS
        )
    return response


def _back(request: HttpRequest) -> str:
    target = request.POST.get("next", "/")
    return target if url_has_allowed_host_and_scheme(target, allowed_hosts=None) else "/"


def visitor(request: HttpRequest) -> dict[str, object]:
    """Give every template the member who looks, if somebody is logged in."""
    return {"member": getattr(request, "member", None)}
