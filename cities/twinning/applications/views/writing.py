"""Applications as a city's people write them, several at once."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from cities.twinning.applications import actions, parts
from cities.twinning.applications.forms import AnswersForm, FileForm, ProfileForm
from cities.twinning.applications.views.pages import own, shown
from cities.twinning.models import Application, ApplicationFile, CallPilot, Question
from hub import autosave, files
from hub.compare import Difference
from hub.editing import Clashing
from hub.middleware.once import repeatable
from hub.refusals import Refused
from hub.requests import person


@require_http_methods(["GET", "HEAD", "POST"])
def application_profile(request: HttpRequest, slug: str, city: str) -> HttpResponse:
    it = own(request, slug, city)
    names = parts.writable(it) & parts.PROFILE.keys()
    if not names:
        return _closed(request, it)
    pilots = list(
        CallPilot.objects.visible_to(request.user).filter(call=it.call).by_name().with_cities()
    )
    data = request.POST if request.method == "POST" else None
    form = ProfileForm(data, application=it, pilots=pilots, names=names)
    if form.is_valid():
        try:
            actions.write_profile(
                application=it,
                profile=form.profile(),
                version=form.cleaned_data["version"],
                by=person(request),
            )
        except actions.Outdated as outdated:
            return _both(request, it, pilots, names, str(outdated.sentence))
        except Refused as refused:
            form.add_error(None, str(refused.sentence))
        else:
            messages.success(request, _("Saved."))
            return redirect("application", slug, city)
    return _profile_page(request, it, form)


def _both(
    request: HttpRequest, it: Application, pilots: list[CallPilot], names: Any, sentence: str
) -> HttpResponse:
    """What was typed stays in the form; beside it stands what another has saved."""
    it.refresh_from_db()
    data = request.POST.copy()
    data["version"] = str(it.version)
    form = ProfileForm(data, application=it, pilots=pilots, names=names)
    form.add_error(
        None, sentence + " " + _("What stands now is shown below; saving again replaces it.")
    )
    return _profile_page(request, it, form, stands=True)


def _profile_page(
    request: HttpRequest, it: Application, form: ProfileForm, *, stands: bool = False
) -> TemplateResponse:
    context = {"application": it, "call": it.call, "form": form}
    if stands:
        context |= {"stands": shown(request, it)}
    template = "twinning/applications/profile.html"
    return TemplateResponse(request, template, context, status=422 if form.is_bound else 200)


def _closed(request: HttpRequest, it: Application) -> HttpResponse:
    messages.info(request, _("This part of the application is closed to writing."))
    return redirect("application", it.call.slug, it.city.slug)


# Each answer has a version of its own: sent again, it finds its own words there already.
@repeatable
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def application_answers(request: HttpRequest, slug: str, city: str) -> HttpResponse:
    it = own(request, slug, city)
    names = parts.writable(it)
    questions = [q for q in it.call.scheme.questions.all() if parts.name_of(q) in names]
    if not questions:
        if autosave.is_asked(request):
            return autosave.stopped(_("This part of the application is closed to writing."))
        return _closed(request, it)
    data = request.POST if request.method == "POST" else None
    form = AnswersForm(data, questions=questions, texts=parts.answers(it, questions))
    if data is not None and autosave.is_asked(request):
        return _autosave(request, it, questions, form)
    if not form.is_valid():
        return _answers_page(request, it, form)
    try:
        actions.write_answers(application=it, texts=form.written(), by=person(request))
    except Clashing as clashing:
        shown = AnswersForm(form.knowing(clashing), questions=questions, texts=form.texts)
        shown.add_error(None, str(clashing.sentence))
        return _answers_page(request, it, shown, differences=form.beside(clashing))
    except Refused as refused:
        form.add_error(None, str(refused.sentence))
        return _answers_page(request, it, form)
    messages.success(request, _("Saved."))
    return redirect("application", slug, city)


def _autosave(
    request: HttpRequest, it: Application, questions: list[Question], form: AnswersForm
) -> HttpResponse:
    """Keep what can be kept, and hand back what the others wrote meanwhile."""
    if not form.is_valid():
        return autosave.wrong(form)
    try:
        clashes = actions.write_answers(
            application=it, texts=form.written(), by=person(request), is_draft=True
        )
    except Refused as refused:
        return autosave.stopped(refused.sentence)
    if clashes:
        return autosave.clashing(clashes)
    return autosave.saved(form.news(parts.answers(it, questions)))


def _answers_page(
    request: HttpRequest,
    it: Application,
    form: AnswersForm,
    *,
    differences: list[Difference] | None = None,
) -> TemplateResponse:
    context = {"application": it, "call": it.call, "form": form, "differences": differences}
    template = "twinning/applications/answers.html"
    return TemplateResponse(request, template, context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def application_files(request: HttpRequest, slug: str, city: str) -> HttpResponse:
    it = own(request, slug, city)
    if parts.FILES not in parts.writable(it):
        return _closed(request, it)
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    form = FileForm(*data)
    if form.is_valid():
        try:
            actions.add_file(
                application=it,
                title=form.cleaned_data["title"],
                upload=form.cleaned_data["file"],
                by=person(request),
            )
        except files.Refused as refused:
            form.add_error("file", str(refused))
        except Refused as refused:
            form.add_error(refused.field, str(refused.sentence))
        else:
            messages.success(request, _("Added."))
            return redirect("application-files", slug, city)
    kept = list(it.files.select_related("file"))
    context = {"application": it, "call": it.call, "form": form, "files": kept}
    template = "twinning/applications/files.html"
    return TemplateResponse(request, template, context, status=422 if form.is_bound else 200)


@require_POST
def application_file_removal(request: HttpRequest, slug: str, city: str, pk: int) -> HttpResponse:
    it = own(request, slug, city)
    kept = get_object_or_404(ApplicationFile.objects.select_related("file"), pk=pk, application=it)
    try:
        actions.remove_file(application=it, file=kept)
    except Refused as refused:
        messages.error(request, str(refused.sentence))
    else:
        messages.success(request, _("Removed."))
    return redirect("application-files", slug, city)
