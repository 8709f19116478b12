"""Pages of logins: a new password for whoever forgot the old one."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from gongfang.core.doors import Visit, attempt
from gongfang.core.models import User
from gongfang.registry.people import actions
from gongfang.registry.people.forms import NewPasswordForm
from gongfang.registry.people.queries import visible_residents
from gongfang.registry.people.web.residents import person_url
from gongfang.ui.doors import allowed
from gongfang.ui.parts import Link
from gongfang.ui.ways import reverse


@never_cache
@sensitive_post_parameters("password")
def reset_password(request: Visit, pk: str) -> HttpResponse:
    """Give somebody a new password: it is shown on the answer to this form and never again."""
    user = get_object_or_404(User, pk=pk)
    allowed(request, actions.reset_password, user)
    form = NewPasswordForm(request.POST or None)
    context = {
        "title": _("A new password for %(username)s") % {"username": user.username},
        "back": _back(request, user),
        "form": form,
    }
    if form.is_bound and form.is_valid():
        password = form.cleaned_data["password"]
        if attempt(request, lambda by: actions.reset_password(by, user, password=password), form=form):
            return render(request, "people/password.html", {**context, "password": password})
    return render(request, "people/password.html", context, status=422 if form.is_bound else 200)


def _back(request: Visit, user: User) -> Link:
    resident = visible_residents(request.member).filter(user=user).first()
    if resident:
        return Link(_("Back to the person"), person_url(resident))
    return Link(_("Roles"), reverse("people:roles"))
