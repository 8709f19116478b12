"""The API's own threshold: a token, who one is, and long work."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema

from gongfang.core.doors import Visit, by_api
from gongfang.core.login import fresh_token, make_token, recognise, revoke_token
from gongfang.core.models import Job, Token
from gongfang.pages import access, actions, longwork

router = Router(tags=["threshold"])


class TokenIn(Schema):
    """User name and password, and what the token is for."""

    username: str
    password: str
    label: str = "API"


class TokenOut(Schema):
    """A token, shown once."""

    id: int
    token: str
    expires_at: datetime


class GrantOut(Schema):
    """A role, and where it is held."""

    role: str
    place: str
    organisation_id: int | None


class MemberOut(Schema):
    """Who one is in this county."""

    username: str
    name: str
    resident_id: int | None
    grants: list[GrantOut]


class JobOut(Schema):
    """Long work: how far it has come, and in one sentence how it stands."""

    id: int
    kind: str
    subject: str
    state: str
    done: int
    total: int
    sentence: str


class Ended(Schema):
    """What was ended."""

    id: int
    revoked_at: datetime | None


@router.post("/tokens", response=TokenOut, auth=None, operation_id="make_token")
def new_token(request: HttpRequest, body: TokenIn) -> dict[str, object]:
    """Give whoever knows a user name and its password a token of 90 days."""
    user = recognise(request, body.username, body.password)
    text, digest = fresh_token()
    request.user = user
    token = make_token(by_api(request), user, label=body.label, digest=digest)
    return {"id": token.pk, "token": text, "expires_at": token.expires_at}


@router.delete("/tokens/{token_id}", response=Ended, operation_id="revoke_token")
def end_token(request: Visit, token_id: int) -> Token:
    """End one of one's own tokens at once."""
    token = get_object_or_404(access.visible_tokens(request.member), pk=token_id)
    return revoke_token(by_api(request), token)


@router.get("/me", response=MemberOut, operation_id="me")
def me(request: Visit) -> dict[str, object]:
    """Say who the token belongs to, and which roles they hold."""
    member = request.member
    return {
        "username": member.user.username,
        "name": member.user.name,
        "resident_id": member.resident_id,
        "grants": sorted(member.grants, key=str),
    }


@router.get("/jobs/{job_id}", response=JobOut, operation_id="job")
def job(request: Visit, job_id: int) -> dict[str, object]:
    """Say how far long work has come."""
    return _shown(get_object_or_404(access.visible_jobs(request.member), pk=job_id))


@router.post("/jobs/{job_id}/cancel", response=JobOut, operation_id="cancel_job")
def cancel_job(request: Visit, job_id: int) -> dict[str, object]:
    """Stop long work."""
    found = get_object_or_404(access.visible_jobs(request.member), pk=job_id)
    return _shown(actions.cancel_job(by_api(request), found))


def _shown(found: Job) -> dict[str, object]:
    facts = {name: getattr(found, name) for name in ("id", "kind", "subject", "state", "done", "total")}
    return facts | {"sentence": longwork.answer(found)}
