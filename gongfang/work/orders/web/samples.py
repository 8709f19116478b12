"""Pages of samples: both sides approve one before the first bag."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from gongfang.core import files
from gongfang.core.doors import Visit
from gongfang.ui.doors import MOST_ROWS, allowed, fill, kept_picture, only, press, workbook
from gongfang.ui.formats import full_day, moment
from gongfang.ui.parts import Link, Step
from gongfang.ui.tables import Column, Pages, Table, page_of
from gongfang.ui.ways import reverse
from gongfang.work.orders import access, actions, wording
from gongfang.work.orders.forms import ReasonForm, SampleForm
from gongfang.work.orders.models import Sample


def sample_url(sample: Sample) -> str:
    return reverse("orders:sample", args=[sample.pk])


def _samples(request: Visit) -> QuerySet[Sample]:
    return (
        access.visible_samples(request.member)
        .select_related("enterprise", "version__product")
        .order_by("-pk")
    )


def samples_table(samples: Any, pages: Pages[Sample] | None = None) -> Table:
    return Table(
        caption=_("Samples"),
        columns=(
            Column("sample", _("Sample"), "link"),
            Column("enterprise", _("Enterprise")),
            Column("made_on", _("Made on"), "day"),
            Column("status", _("Status"), "tag"),
        ),
        rows=[
            {
                "sample": Link(str(sample.version), sample_url(sample)),
                "enterprise": sample.enterprise.name,
                "made_on": sample.made_on,
                "status": wording.sample_tag(sample),
            }
            for sample in samples
        ],
        empty=_("There is no sample yet. One is made and approved before the first bag."),
        export_url=reverse("orders:samples_sheet"),
        pages=pages,
    )


def samples(request: Visit) -> HttpResponse:
    pages = page_of(request, _samples(request))
    context = {
        "title": _("Samples"),
        "table": samples_table(pages.items, pages),
        "may_make": request.member.holds("officer"),
    }
    return render(request, "orders/samples.html", context)


def samples_sheet(request: Visit) -> HttpResponse:
    return workbook(request, samples_table(_samples(request)[:MOST_ROWS]))


def sample(request: Visit, pk: int) -> HttpResponse:
    rows = _samples(request).select_related("made_by", "approved_by_enterprise", "approved_by_centre")
    found = get_object_or_404(rows, pk=pk)
    waiting = found.stage == Sample.Stage.MADE
    member = request.member
    context = {
        "title": _("Sample: %(version)s") % {"version": found.version},
        "back": Link(_("Samples"), reverse("orders:samples")),
        "sample": found,
        "tag": wording.sample_tag(found),
        "steps": _sample_steps(found),
        "for_enterprise": waiting
        and not found.approved_by_enterprise_id
        and actions.approve_sample_for_enterprise.may(member, found),
        "for_centre": waiting
        and not found.approved_by_centre_id
        and actions.approve_sample_for_centre.may(member, found),
        "may_refuse": waiting and actions.refuse_sample.may(member, found),
    }
    return render(request, "orders/sample.html", context)


def _sample_steps(found: Sample) -> list[Step]:
    steps = [Step(title=_("Sample made"), text=found.made_by.name, when=full_day(found.made_on))]
    for title, who, when in (
        (_("Approved by the enterprise"), found.approved_by_enterprise, found.approved_by_enterprise_at),
        (_("Approved by the centre"), found.approved_by_centre, found.approved_by_centre_at),
    ):
        waits = Step(title=title, kind="plain" if found.stage == Sample.Stage.REFUSED else "wait")
        steps.append(Step(title=title, text=who.name, when=moment(when)) if who else waits)
    return steps


def picture(request: Visit, pk: int) -> FileResponse:
    """Show the photo of a sample."""
    return kept_picture(request, get_object_or_404(_samples(request), pk=pk).picture)


def make_sample(request: Visit) -> HttpResponse:
    only(request, "officer")

    def made(by: Any, facts: dict[str, Any]) -> Sample:
        upload = facts.pop("picture")
        picture = files.keep_picture(upload, schema=request.tenant.schema_name).path if upload else ""
        return actions.make_sample(by, facts.pop("enterprise"), picture=picture, **facts)

    return fill(
        request,
        SampleForm(
            request.POST or None, request.FILES or None, member=request.member, initial=request.GET.dict()
        ),
        made,
        title=_("New sample"),
        submit=_("Save the sample"),
        back=Link(_("Samples"), reverse("orders:samples")),
        then=sample_url,
        done=_("The sample is entered. Both sides approve it now."),
    )


def approve_for_enterprise(request: Visit, pk: int) -> HttpResponse:
    return _approved(request, pk, actions.approve_sample_for_enterprise)


def approve_for_centre(request: Visit, pk: int) -> HttpResponse:
    return _approved(request, pk, actions.approve_sample_for_centre)


def _approved(request: Visit, pk: int, verb: Any) -> HttpResponse:
    found = get_object_or_404(_samples(request), pk=pk)
    done = _("You have approved the sample.")
    return press(request, lambda by: verb(by, found), to=sample_url(found), done=done)


def refuse_sample(request: Visit, pk: int) -> HttpResponse:
    found = get_object_or_404(_samples(request), pk=pk)
    allowed(request, actions.refuse_sample, found)
    return fill(
        request,
        ReasonForm(request.POST or None),
        lambda by, facts: actions.refuse_sample(by, found, **facts),
        title=_("Refuse the sample"),
        submit=_("Refuse the sample"),
        back=Link(_("Sample"), sample_url(found)),
        then=sample_url,
        done=_("The sample is refused. A new one has to be made."),
    )
