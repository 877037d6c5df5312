"""Applications as those read them who may: the city, and who coordinates the call."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cities.twinning.applications import parts
from cities.twinning.applications.forms import ScreeningForm
from cities.twinning.applications.permissions import can_screen, is_applicant
from cities.twinning.applications.screening import screen
from cities.twinning.calls import eligibility
from cities.twinning.enums import ApplicationState, Screening, Stage
from cities.twinning.models import (
    Application,
    ApplicationFile,
    CallPilot,
    Decision,
    ScreeningVerdict,
)
from hub.refusals import Refused
from hub.requests import person
from hub.views.files import send


def found(request: HttpRequest, slug: str, city: str) -> Application:
    """The application of a city to a call, for who may see it; its call and scheme are loaded."""
    seen = Application.objects.visible_to(request.user).select_related(
        "city", "call__programme", "call__scheme", "submitted_by", "withdrawn_by", "screened_by"
    )
    return get_object_or_404(seen, call__slug=slug, city__slug=city)


def own(request: HttpRequest, slug: str, city: str) -> Application:
    application = found(request, slug, city)
    if not is_applicant(request.user, application):
        raise PermissionDenied
    return application


@require_safe
def application(request: HttpRequest, slug: str, city: str) -> TemplateResponse:
    it = found(request, slug, city)
    may_screen = can_screen(request.user, it) and it.submitted_at is not None
    asked = parts.all_parts(it.call.scheme.questions.all())
    form = ScreeningForm(application=it, parts=asked) if may_screen else None
    context = shown(request, it) | {"screening_form": form}
    return TemplateResponse(request, "twinning/applications/application.html", context)


def shown(request: HttpRequest, it: Application) -> dict[str, Any]:
    """What a page of an application shows; as many queries for a long one as for a short."""
    answers = {a.question_id: a.text for a in it.answers.all()}
    pilots = CallPilot.objects.with_cities().filter(ranks__application=it)
    is_own = is_applicant(request.user, it)
    now = timezone.now()
    told = Decision.objects.visible_to(request.user).filter(application=it, told_at__isnull=False)
    open_parts = parts.writable(it, now)
    asked = parts.all_parts(it.call.scheme.questions.all())
    return {
        "application": it,
        "call": it.call,
        "is_own": is_own,
        "open_parts": open_parts,
        "open_forms": parts.forms_of(open_parts),
        "reopened": [part for part in asked if part.name in it.reopened],
        "verdicts": _verdicts(request, it, {part.name: part.label for part in asked}),
        "missing": parts.missing(it) if open_parts else [],
        "can_take_back": is_own
        and it.state == ApplicationState.SUBMITTED
        and it.call.stage_at(now) == Stage.OPEN
        and not parts.is_worked_on(it),
        "can_resume": is_own
        and it.state == ApplicationState.WITHDRAWN
        and it.call.stage_at(now) == Stage.OPEN,
        "findings": eligibility.findings(it.call, it.city),
        "ranked": list(pilots.order_by("ranks__position")),
        "answers": [(q, answers.get(q.pk, "")) for q in it.call.scheme.questions.all()],
        "files": list(it.files.select_related("file")),
        "now": now,
        "decision": told.first(),
    }


def _verdicts(
    request: HttpRequest, it: Application, named: dict[str, str]
) -> list[tuple[ScreeningVerdict, list[str]]]:
    """The screening's history, the newest first, each with the parts that it opened again."""
    seen = ScreeningVerdict.objects.visible_to(request.user).filter(application=it)
    return [
        (verdict, [named[name] for name in verdict.reopened if name in named])
        for verdict in seen.select_related("given_by")
    ]


@require_safe
def application_file(
    request: HttpRequest, slug: str, city: str, pk: int
) -> FileResponse | HttpResponse:
    it = found(request, slug, city)
    kept = get_object_or_404(ApplicationFile.objects.select_related("file"), pk=pk, application=it)
    return send(request, kept.file)


@require_POST
def application_screening(request: HttpRequest, slug: str, city: str) -> HttpResponse:
    it = found(request, slug, city)
    if not can_screen(request.user, it):
        raise PermissionDenied
    if it.submitted_at is None:
        raise Http404
    asked = parts.all_parts(it.call.scheme.questions.all())
    form = ScreeningForm(request.POST, application=it, parts=asked)
    if form.is_valid():
        data = form.cleaned_data
        try:
            screen(
                application=it,
                verdict=Screening(data["verdict"]),
                reason=data["reason"],
                reopened=data["reopened"],
                until=form.until_instant(),
                by=person(request),
            )
        except Refused as refused:
            form.add_error(refused.field, str(refused.sentence))
        else:
            messages.success(request, _("The city is told."))
            return redirect("application", slug, city)
    context = shown(request, it) | {"screening_form": form, "bound": form}
    template = "twinning/applications/application.html"
    return TemplateResponse(request, template, context, status=422)
