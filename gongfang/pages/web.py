"""Pages that join rooms: the home, long work, and one's own login."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.hashers import make_password
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from gongfang.core import clock
from gongfang.core.doors import Visit, attempt
from gongfang.core.errors import Gone, NotAllowed
from gongfang.core.files import open_sealed
from gongfang.core.login import fresh_token, make_token, revoke_token
from gongfang.core.models import Job, Token, User
from gongfang.core.secrets import keyed_hash
from gongfang.ledger import actions as ledger
from gongfang.ledger.access import may_see_ledger
from gongfang.ledger.models import Checkpoint, Closing
from gongfang.pages import access, actions, longwork
from gongfang.pages.forms import PasswordForm, PeriodForm, TokenForm
from gongfang.pages.homes import homes_of
from gongfang.ui.actions import SHEET
from gongfang.ui.doors import press, send_sheet
from gongfang.ui.formats import day
from gongfang.ui.parts import Link, Verb
from gongfang.ui.tables import Column, Table, page_of
from gongfang.ui.ways import reverse

MOST_DAYS = 24


def _user(request: Visit) -> User:
    """The row of whoever is logged in: the request itself carries a stand-in that cannot be locked."""
    return User.objects.get(pk=request.user.pk)


def home(request: Visit) -> HttpResponse:
    """Show everybody what is theirs to do now."""
    homes = homes_of(request.member)
    today = clock.today()
    title = f"{day(today)} {date_format(today, 'l')}"
    return render(request, "pages/home.html", {"title": title, "homes": homes, "several": len(homes) > 1})


@never_cache
def job(request: Visit, pk: int) -> HttpResponse:
    """Show how far long work has come; the page asks again by itself until it has ended."""
    found = get_object_or_404(access.visible_jobs(request.member), pk=pk)
    context = {
        "title": longwork.title(found),
        "job": found,
        "answer": longwork.answer(found),
        "running": longwork.is_open(found),
        "then": longwork.then(found)
        if found.asked_by_id == request.user.pk or found.kind != SHEET
        else Link(_("Back to the first page"), reverse("home")),
        "may_cancel": actions.cancel_job.may(request.member, found),
    }
    page = "pages/job_progress.html" if request.headers.get("HX-Request") else "pages/job.html"
    return render(request, page, context)


def job_sheet(request: Visit, pk: int) -> HttpResponse:
    """Download a long sheet: whoever asked for it, for a day."""
    found = get_object_or_404(access.visible_sheets(request.member), pk=pk)
    if not access.is_kept(found):
        raise Gone(_("The sheet was kept for a day and is deleted. Save the list again."))
    kept = found.result or {}
    return send_sheet(open_sealed(request.tenant.schema_name, kept["file"]), kept["name"])


@require_POST
def cancel_job(request: Visit, pk: int) -> HttpResponse:
    """Ask long work to stop."""
    found = get_object_or_404(access.visible_jobs(request.member), pk=pk)
    attempt(request, lambda by: actions.cancel_job(by, found))
    return redirect("job", pk=pk)


@never_cache
def tokens(request: Visit) -> HttpResponse:
    """List one's tokens, and make one: it is shown on the answer to this form and never again."""
    form, token = TokenForm(request.POST or None), ""
    if form.is_bound and form.is_valid():
        text, digest = fresh_token()
        user = _user(request)
        label = form.cleaned_data["label"]
        made = attempt(request, lambda by: make_token(by, user, label=label, digest=digest), form=form)
        if made:
            token, form = text, TokenForm()
    context = {
        "title": _("Tokens for other programs"),
        "form": form,
        "token": token,
        "tokens": _tokens_table(list(access.visible_tokens(request.member).order_by("-pk"))),
    }
    return render(request, "pages/tokens.html", context, status=422 if form.is_bound else 200)


def _tokens_table(rows: list[Token]) -> Table:
    return Table(
        caption=_("Your tokens"),
        columns=(
            Column("label", _("What it is for")),
            Column("made", _("Made"), "date"),
            Column("ends", _("Ends"), "date"),
            Column("end", "", "verb"),
        ),
        rows=[
            {
                "label": token.label,
                "made": clock.business_day(token.created_at),
                "ends": clock.business_day(token.expires_at) if token.expires_at else None,
                "end": Verb(_("End it now"), reverse("token-revoke", args=[token.pk]), "x"),
            }
            for token in rows
        ],
        empty=_("No program has a token of yours."),
    )


def end_token(request: Visit, pk: int) -> HttpResponse:
    """End one of one's own tokens."""
    found = get_object_or_404(access.visible_tokens(request.member), pk=pk)
    done = _("The token has ended. No program gets in with it any more.")
    return press(request, lambda by: revoke_token(by, found), to=reverse("tokens"), done=done)


@never_cache
@sensitive_post_parameters("old", "new")
def password(request: Visit) -> HttpResponse:
    """Change one's own password."""
    user = _user(request)
    form = PasswordForm(request.POST or None, user=user)
    if form.is_bound and (form.is_valid() or form.was_done()):
        # Salted with the form's own key: the same post sent twice is then the same act, as everywhere else.
        salt = keyed_hash("salt", str(form.cleaned_data["key"])).hex()[:32]
        encoded = make_password(form.cleaned_data["new"], salt=salt)
        changed = attempt(request, lambda by: actions.change_password(by, user, encoded=encoded), form=form)
        if changed:
            update_session_auth_hash(request, changed)
            messages.success(
                request,
                _("Your new password holds from now on. Other devices and programs have to come in anew."),
            )
            return redirect("home")
    context = {
        "title": _("Change your password"),
        "back": Link(_("Back to the first page"), reverse("home")),
        "form": form,
    }
    return render(request, "pages/password.html", context, status=422 if form.is_bound else 200)


def books(request: Visit) -> HttpResponse:
    """Show whether the accounts agree, which days are closed and sealed, and close a period."""
    if not may_see_ledger(request.member):
        raise NotAllowed
    may_close = request.member.holds("officer")
    form = PeriodForm(request.POST or None) if may_close else None
    if form and form.is_bound and form.is_valid():
        until = form.cleaned_data["until"]
        if attempt(request, lambda by: ledger.close_period(by, until), form=form):
            messages.success(
                request, _("The period is closed. What comes late is booked on the first open day.")
            )
            return redirect("books")
    last = Job.objects.filter(kind="ledger.reconcile").order_by("-pk").first()
    context = {
        "title": _("Accounts"),
        "form": form,
        "last": last,
        "answer": longwork.answer(last) if last else _("Nobody has reconciled the accounts here yet."),
        "closings": _closings(request),
        "checkpoints": _checkpoints(request),
    }
    return render(request, "pages/books.html", context, status=422 if form and form.is_bound else 200)


def _closings(request: Visit) -> Table:
    rows = list(Closing.objects.order_by("-until")[:MOST_DAYS])
    return Table(
        caption=_("Closed periods"),
        columns=(Column("until", _("Closed up to"), "date"), Column("closed_at", _("Closed at"), "moment")),
        rows=rows,
        empty=_("No period is closed yet."),
    )


def _checkpoints(request: Visit) -> Table:
    pages = page_of(request, Checkpoint.objects.order_by("-day"))
    return Table(
        caption=_("Sealed days"),
        columns=(
            Column("day", _("Day"), "date"),
            Column("transfers", _("Bookings"), "number"),
            Column("seal", _("Seal")),
        ),
        rows=[
            {"day": row.day, "transfers": row.transfers, "seal": bytes(row.digest).hex()[:16]}
            for row in pages.items
        ],
        empty=_("No day is sealed yet; the first night does it."),
        pages=pages,
    )


@require_POST
def start_reconcile(request: Visit) -> HttpResponse:
    """Have the accounts worked out once more."""
    started = attempt(request, lambda by: actions.start_reconcile(by, None))
    return redirect("job", pk=started.pk) if started else redirect("books")
