"""The API's own threshold: a token, who one is, and long work."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Field, Router, Schema
from ninja.pagination import paginate

from gongfang.core import clock
from gongfang.core.doors import Visit, by_api
from gongfang.core.errors import NotAllowed
from gongfang.core.login import fresh_token, make_token, recognise, revoke_token
from gongfang.core.models import Job, Parameter, Token
from gongfang.ledger import actions as ledger
from gongfang.ledger.access import may_see_ledger
from gongfang.ledger.models import Checkpoint, Closing
from gongfang.pages import access, actions, longwork
from gongfang.pages.choices import Standing, standings

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
    result: dict[str, object] | None


class PeriodIn(Schema):
    """The last day to be closed."""

    until: date


class PeriodOut(Schema):
    """A closed period."""

    id: int
    until: date


class ParameterIn(Schema):
    """A number of the county, from which day on (left out, today), and why."""

    key: str
    value: int = Field(ge=0, lt=2**53)
    document: str = Field(max_length=200)
    valid_from: date | None = None


class ParameterRow(Schema):
    """What the county set, from a day on."""

    value: int
    valid_from: date
    document: str


class ParameterStanding(Schema):
    """A number of the county: what holds today, our own value if it set none, and all it ever set."""

    key: str
    title: str
    value: int
    ours: int
    least: int
    most: int
    told: list[ParameterRow]


class CheckpointOut(Schema):
    """A day's seal over the ledger, signed with the county's key."""

    day: date
    transfers: int
    digest: str
    signature: str

    @staticmethod
    def resolve_digest(row: Checkpoint) -> str:
        """Write the digest in hexadecimal."""
        return bytes(row.digest).hex()

    @staticmethod
    def resolve_signature(row: Checkpoint) -> str:
        """Write the signature in hexadecimal."""
        return bytes(row.signature).hex()


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


@router.delete("/tokens/{int:token_id}", response=Ended, operation_id="revoke_token")
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


@router.post("/periods", response=PeriodOut, operation_id="close_period")
def close_period(request: Visit, body: PeriodIn) -> Closing:
    """Close every day up to this one; what comes late is booked on the first open day."""
    return ledger.close_period(by_api(request), body.until)


@router.get("/periods", response=list[PeriodOut], operation_id="periods")
@paginate
def periods(request: Visit) -> QuerySet[Closing]:
    """List the closed periods, the newest first."""
    _readers_only(request)
    return Closing.objects.order_by("-until")


@router.get("/checkpoints", response=list[CheckpointOut], operation_id="checkpoints")
@paginate
def checkpoints(request: Visit) -> QuerySet[Checkpoint]:
    """List the signed seals of the ledger's days, the newest first."""
    _readers_only(request)
    return Checkpoint.objects.order_by("-day")


@router.post("/reconciliations", response=JobOut, operation_id="start_reconcile")
def start_reconcile(request: Visit) -> dict[str, object]:
    """Have every balance and counter worked out once more; the job says what differs."""
    return _shown(actions.start_reconcile(by_api(request), None))


@router.get("/parameters", response=list[ParameterStanding], operation_id="parameters")
def parameters(request: Visit) -> list[dict[str, object]]:
    """List every number the county may choose, with what it set; what begins last in front."""
    if not access.may_see_parameters(request.member):
        raise NotAllowed
    return [_standing(one) for one in standings(clock.today())]


def _standing(found: Standing) -> dict[str, object]:
    choice, told = found.choice, [*reversed(found.planned), *filter(None, [found.row]), *found.before]
    limits = {"least": choice.setting.least, "most": choice.setting.most}
    facts = {"key": choice.setting.key, "title": choice.title, "ours": choice.setting.value}
    return facts | limits | {"value": found.value, "told": told}


@router.post("/parameters", response=ParameterRow, operation_id="set_parameter")
def set_parameter(request: Visit, body: ParameterIn) -> Parameter:
    """Set a number of the county from a day on."""
    return actions.set_parameter(by_api(request), None, **body.dict())


def _readers_only(request: Visit) -> None:
    if not may_see_ledger(request.member):
        raise NotAllowed


@router.get("/jobs/{int:job_id}", response=JobOut, operation_id="job")
def job(request: Visit, job_id: int) -> dict[str, object]:
    """Say how far long work has come."""
    return _shown(get_object_or_404(access.visible_jobs(request.member), pk=job_id))


@router.post("/jobs/{int:job_id}/cancel", response=JobOut, operation_id="cancel_job")
def cancel_job(request: Visit, job_id: int) -> dict[str, object]:
    """Stop long work."""
    found = get_object_or_404(access.visible_jobs(request.member), pk=job_id)
    return _shown(actions.cancel_job(by_api(request), found))


def _shown(found: Job) -> dict[str, object]:
    facts = {
        name: getattr(found, name) for name in ("id", "kind", "subject", "state", "done", "total", "result")
    }
    return facts | {"sentence": longwork.answer(found)}
