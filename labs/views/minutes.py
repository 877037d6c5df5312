"""Minutes: read, begun, written by several at once, published, added to."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from hub import access, autosave
from hub.compare import Difference
from hub.editing import Clashing
from hub.middleware.once import repeatable
from hub.models import User
from hub.requests import person
from labs import actions
from labs.actions import follow_up_notices
from labs.enums import LabState, OutcomeKind
from labs.forms import AdditionForm, MinutesForm
from labs.models import Addition, Lab, Material, Minutes, MinutesPoint
from labs.permissions import can_coordinate, can_write_minutes, company_keys
from labs.refusals import Refused
from labs.reports import report_of


# Public: published minutes of a Lab open to everybody; others as the Lab itself.
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def lab_minutes(request: HttpRequest, slug: str) -> HttpResponse:
    lab = get_object_or_404(Lab.objects.visible_to(request.user).with_frame(), slug=slug)
    may_write = can_write_minutes(request.user, lab)
    if request.method == "POST":
        return _begin(request, lab)
    seen = Minutes.objects.visible_to(request.user).select_related("published_by")
    minutes = seen.filter(lab=lab).first()
    if minutes is None and not may_write:
        raise Http404
    context = {
        "lab": lab,
        "minutes": minutes,
        "report": report_of(minutes, lab) if minutes else None,
        "materials": list(Material.objects.visible_to(request.user).filter(lab=lab).shown()),
        "may_write": may_write,
        "may_begin": lab.has_begun and lab.state != LabState.CANCELLED,
        "is_coordinator": can_coordinate(request.user, lab),
        "shows_names": access.holds(request.user, *company_keys(lab)),
    }
    return TemplateResponse(request, "labs/minutes.html", context)


def _begin(request: HttpRequest, lab: Lab) -> HttpResponse:
    _require_writer(request, lab)
    try:
        actions.begin_minutes(by=person(request), lab=lab)
    except Refused as refused:
        messages.error(request, str(refused.sentence))
        return redirect("lab-minutes", lab.slug)
    return redirect("lab-minutes-edit", lab.slug)


# Its points have versions of their own: sent again, it finds its own words there already.
@repeatable
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def lab_minutes_edit(request: HttpRequest, slug: str) -> HttpResponse:
    minutes = _writable(request, slug)
    if minutes.is_published:
        if autosave.is_asked(request):
            return autosave.stopped(
                _("These minutes are published. What is missing is added at the end.")
            )
        return redirect("lab-minutes", minutes.lab.slug)
    texts = [point.standing for point in minutes.points.select_related("changed_by")]
    if request.method != "POST":
        return _page(request, minutes, MinutesForm(texts=texts))
    form = MinutesForm(request.POST, texts=texts)
    if autosave.is_asked(request):
        return _autosave(request, minutes, form)
    if not form.is_valid():
        return _page(request, minutes, form, status=422)
    try:
        actions.write_minutes(by=person(request), minutes=minutes, texts=form.written())
    except Clashing as clashing:
        return _both(request, minutes, form, clashing)
    except Refused as refused:
        form.add_error(None, str(refused.sentence))
        return _page(request, minutes, form, status=422)
    return _saved(request, minutes, form)


def _saved(request: HttpRequest, minutes: Minutes, form: MinutesForm) -> HttpResponse:
    here = reverse("lab-minutes-edit", args=[minutes.lab.slug])
    title = form.cleaned_data["new_point"]
    if title:
        try:
            point = actions.add_point(by=person(request), minutes=minutes, title=title)
        except Refused as refused:
            messages.error(request, str(refused.sentence))
            return redirect(here)
        return redirect(f"{here}#point-{point.pk}")
    if "stay" in request.POST:
        messages.success(request, _("Saved."))
        return redirect(here)
    return redirect("lab-minutes", minutes.lab.slug)


def _autosave(request: HttpRequest, minutes: Minutes, form: MinutesForm) -> HttpResponse:
    """Keep what can be kept, and hand back what the others wrote meanwhile."""
    if not form.is_valid():
        return autosave.wrong(form)
    try:
        clashes = actions.write_minutes(
            by=person(request), minutes=minutes, texts=form.written(), is_draft=True
        )
    except Refused as refused:
        return autosave.stopped(refused.sentence)
    if clashes:
        return autosave.clashing(clashes)
    points = minutes.points.select_related("changed_by")
    return autosave.saved(form.news(point.standing for point in points))


def _both(
    request: HttpRequest, minutes: Minutes, form: MinutesForm, clashing: Clashing
) -> HttpResponse:
    """What stands now beside what was typed; the next save knows of both."""
    shown = MinutesForm(form.knowing(clashing), texts=form.texts)
    shown.add_error(None, str(clashing.sentence))
    return _page(request, minutes, shown, status=422, differences=form.beside(clashing))


def _page(
    request: HttpRequest,
    minutes: Minutes,
    form: MinutesForm,
    *,
    status: int = 200,
    differences: list[Difference] | None = None,
) -> HttpResponse:
    report = report_of(minutes, minutes.lab)
    context = {
        "lab": minutes.lab,
        "minutes": minutes,
        "form": form,
        "report": report,
        "rows": list(zip(report.parts, form.rows(), strict=True)),
        "differences": differences or [],
        "is_coordinator": can_coordinate(request.user, minutes.lab),
    }
    return TemplateResponse(request, "labs/minutes_edit.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def lab_minutes_publication(request: HttpRequest, slug: str) -> HttpResponse:
    minutes = _writable(request, slug)
    lab = minutes.lab
    if not can_coordinate(request.user, lab):
        raise PermissionDenied
    if minutes.is_published:
        return redirect("lab-minutes", lab.slug)
    refusal = ""
    if request.method == "POST":
        try:
            actions.publish_minutes(by=person(request), minutes=minutes)
        except Refused as refused:
            refusal = str(refused.sentence)
        else:
            messages.success(request, _("The minutes are published and everybody is told."))
            return redirect("lab-minutes", lab.slug)
    told = follow_up_notices.told_of(lab)
    context = {
        "lab": lab,
        "refusal": refusal,
        "readers": User.objects.filter(pk__in=told).order_by("name", "email"),
        "count": len(told),
        "follow_ups": minutes.outcomes.filter(kind=OutcomeKind.FOLLOW_UP).count(),
    }
    status = 422 if refusal else 200
    return TemplateResponse(request, "labs/minutes_publication.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def lab_minutes_additions(request: HttpRequest, slug: str) -> HttpResponse:
    minutes = _writable(request, slug)
    if not minutes.is_published:
        return redirect("lab-minutes-edit", minutes.lab.slug)
    points = list(minutes.points.all())
    asked = {"point": request.GET.get("point", "")}
    form = AdditionForm(request.POST or None, points=points, initial=asked)
    if request.method == "POST" and form.is_valid():
        added = _add(request, form.chosen_point(), form)
        if added is not None:
            here = reverse("lab-minutes", args=[minutes.lab.slug])
            return HttpResponseRedirect(f"{here}#point-{added.point_id}")
    context = {"lab": minutes.lab, "form": form}
    status = 422 if form.errors else 200
    return TemplateResponse(request, "labs/minutes_addition.html", context, status=status)


def _add(request: HttpRequest, point: MinutesPoint, form: AdditionForm) -> Addition | None:
    try:
        return actions.add_to_minutes(
            by=person(request), point=point, text=form.cleaned_data["text"]
        )
    except Refused as refused:
        form.add_error(None, str(refused.sentence))
        return None


def _writable(request: HttpRequest, slug: str) -> Minutes:
    """The minutes of a Lab, for who may write them; there are none before they are begun."""
    lab = get_object_or_404(Lab.objects.visible_to(request.user).with_frame(), slug=slug)
    _require_writer(request, lab)
    minutes = get_object_or_404(Minutes.objects.visible_to(request.user), lab=lab)
    minutes.lab = lab
    return minutes


def _require_writer(request: HttpRequest, lab: Lab) -> None:
    if not can_write_minutes(request.user, lab):
        raise PermissionDenied
