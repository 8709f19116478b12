"""What the pages of this room do alike: fill in a slip and lead on, and name the people a list shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from gongfang.core.action import By
from gongfang.core.doors import Visit, attempt
from gongfang.ui.forms import KeyedForm
from gongfang.ui.parts import Link
from gongfang.work.dispatch.web.names import names
from gongfang.work.piecework.models import Bag

R = TypeVar("R")


def fill(
    request: Visit,
    form: KeyedForm,
    verb: Callable[[By], R],
    *,
    title: str,
    submit: str,
    back: Link,
    then: Callable[[R], str],
    done: Callable[[R], str],
    template: str = "piecework/form.html",
    **context: object,
) -> HttpResponse:
    """Show a slip; when it is sent and right, do its verb, say what was done and lead on."""
    if form.is_bound and form.is_valid():
        result = attempt(request, verb, form=form)
        if result is not None:
            messages.success(request, done(result))
            return redirect(then(result))
    page = {"form": form, "title": title, "submit": submit, "back": back, **context}
    return render(request, template, page, status=422 if form.is_bound else 200)


def makers(request: Visit, bags: Iterable[Bag], *, page: str) -> dict[int, str]:
    """Return by bag under which name its maker stands on a page, and write down that they were seen there."""
    rows = [(bag.pk, bag.lot.maker) for bag in bags if bag.lot.maker]
    known = names(request.member, [maker for _bag, maker in rows], page=page)
    return {bag: known[maker.pk] for bag, maker in rows}
