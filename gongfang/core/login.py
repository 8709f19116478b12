"""Logging in and out, and the tokens machines use instead."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_address, ip_network
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import auth
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from ninja.security import HttpBearer

from gongfang.core import clock
from gongfang.core.action import Act, action
from gongfang.core.errors import Refused
from gongfang.core.members import Member, member_of, visitor
from gongfang.core.models import Token, User
from gongfang.core.secrets import hash_token, new_token
from gongfang.core.throttle import allow

TRIES = 10
TRIES_FROM = 200  # a whole centre logs in from behind one address
WINDOW = timedelta(minutes=15)


class TooManyTries(Refused):
    """Somebody tried too many passwords; the same name rests for a while, whoever tries."""

    code = "too_many_tries"
    status = 429

    def __init__(self) -> None:
        super().__init__(_("Too many tries. Wait a quarter of an hour, or ask the clerk to help you."))


class Unknown(Refused):
    """A user name and a password that do not belong together."""

    code = "unknown"
    status = 401

    def __init__(self) -> None:
        super().__init__(_("This user name and password do not fit together. Try again, or ask the clerk."))


class LoginForm(forms.Form):
    """User name and password."""

    username = forms.CharField(
        label=gettext_lazy("User name"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class Logins(ModelBackend):
    """Recognises a session's user, and reads in the same statement what the page will ask of them next."""

    def get_user(self, user_id: Any) -> User | None:
        known = visitor(user_id)
        if known is None or not self.user_can_authenticate(known.user):
            return None
        known.user.visiting = known
        return known.user


@login_not_required
@sensitive_post_parameters("password")
def login(request: HttpRequest) -> HttpResponse:
    """Let somebody in; tries are counted before a password is hashed, by name and by address."""
    form = LoginForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (user := _known(request, form)) is not None:
        auth.login(request, user)
        return redirect(_next(request))
    return render(request, "core/login.html", {"form": form, "next": request.GET.get("next", "")})


def _known(request: HttpRequest, form: LoginForm) -> User | None:
    try:
        return recognise(request, form.cleaned_data["username"], form.cleaned_data["password"])
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None


def recognise(request: HttpRequest, name: str, password: str) -> User:
    """Return whose user name and password these are; tries are counted before a password is hashed."""
    # Upper before folded: PostgreSQL may take a dotless i and an i for the same letter, so they are one count.
    # The address first: one that has used up its tries must not use up other people's.
    if not (
        allow(_address(request), limit=TRIES_FROM, window=WINDOW)
        and allow(f"login:{name.upper().casefold()}", limit=TRIES, window=WINDOW)
    ):
        auth.user_login_failed.send(__name__, credentials={}, request=request, reason=TooManyTries.code)
        raise TooManyTries
    user = auth.authenticate(request, username=name, password=password)
    if user is None:
        raise Unknown
    return user


def count_try(user: User) -> None:
    """Count a try of somebody who is logged in to say their password once more; a thief of the session tries, too."""
    if not allow(f"password:{user.pk}", limit=TRIES, window=WINDOW):
        raise TooManyTries


def _address(request: HttpRequest) -> str:
    """The visitor's own address: behind the proxy of GONGFANG_HTTPS the last one that proxy names."""
    named = request.headers.get("X-Forwarded-For", "") if settings.HTTPS else ""
    return f"login-from:{_network(named.rpartition(',')[2].strip() or request.META.get('REMOTE_ADDR', ''))}"


def _network(address: str) -> str:
    """An address of IPv6 is counted by its /64: a household has all of them, and nobody runs out of addresses."""
    try:
        read = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if read.version == 4 or read.ipv4_mapped:
        return str(getattr(read, "ipv4_mapped", None) or read)
    return str(ip_network((read, 64), strict=False))


def _next(request: HttpRequest) -> str:
    target = request.POST.get("next", "")
    return target if url_has_allowed_host_and_scheme(target, allowed_hosts=None) else "/"


@require_POST
@login_not_required
def logout(request: HttpRequest) -> HttpResponse:
    """End the session on this device."""
    auth.logout(request)
    return redirect("login")


class TokenAuth(HttpBearer):
    """The API's way in: `Authorization: Bearer …`, a token of this county and no other."""

    def authenticate(self, request: HttpRequest, token: str) -> Any | None:
        found = Token.objects.usable(hash_token(token))
        if found is None:
            return None
        request.user = found.user
        request.member = member_of(found.user)  # type: ignore[attr-defined]
        return found


def end_tokens(act: Act, user: User) -> None:
    """End every token of a login whose password is replaced: whoever knew the old one may have made some."""
    Token.objects.filter(user=user, revoked_at=None).update(revoked_at=act.received_at)


def may_make_token(member: Member, user: User) -> bool:
    """A person makes tokens for themselves only."""
    return member.user == user


@action(may_make_token)
def make_token(act: Act, user: User, *, label: str, digest: bytes, days: int = 90) -> Token:
    """Remember a machine's token by its hash; the token itself was shown once and is kept nowhere."""
    return Token.objects.create(
        user=user, label=label, digest=digest, expires_at=clock.now() + timedelta(days=days)
    )


def may_revoke_token(member: Member, token: Token) -> bool:
    """A person revokes their own tokens; an officer who must stop another's gives them a new password."""
    return member.user.pk == token.user_id


@action(may_revoke_token)
def revoke_token(act: Act, token: Token) -> Token:
    """End a token at once."""
    token.revoked_at = clock.now()
    token.save(update_fields=["revoked_at"])
    return token


def fresh_token() -> tuple[str, bytes]:
    """Return a new token and the hash to keep."""
    token = new_token()
    return token, hash_token(token)
