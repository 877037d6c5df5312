"""Milestones, goals, files, log and the next action of a group."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cities.twinning.models import Goal, GroupFile, Milestone, MilestoneMark, NextAction, TwinGroup
from cities.twinning.workspace import actions, permissions
from cities.twinning.workspace.dates import end_of_month
from cities.twinning.workspace.forms import (
    ActionForm,
    FileForm,
    GoalForm,
    MilestoneForm,
    NewGoalForm,
    NoteForm,
)
from cities.twinning.workspace.log import log_of
from cities.twinning.workspace.views import finding
from hub.files import Refused as FileRefused
from hub.refusals import Refused
from hub.requests import person
from hub.views.files import send

MOST_LOGGED = 100


def _page(
    request: HttpRequest, name: str, group: TwinGroup, form: object, **more: object
) -> TemplateResponse:
    context = {"group": group, "form": form, **more}
    status = 422 if getattr(form, "errors", None) else 200
    return TemplateResponse(request, f"twinning/workspace/{name}.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def milestone(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    group = finding.working(request, slug)
    found = get_object_or_404(Milestone, pk=pk, scheme=group.scheme_id)
    seen = MilestoneMark.objects.visible_to(request.user).filter(group=group, milestone=found)
    mark = seen.select_related("marked_by").first()
    form = MilestoneForm(request.POST or None, mark=mark)
    if request.method == "POST" and form.is_valid():
        actions.mark(by=person(request), group=group, milestone=found, **form.cleaned_data)
        return redirect(f"{group.get_absolute_url()}#milestones")
    due_on = end_of_month(group, found.month)
    return _page(request, "milestone", group, form, milestone=found, mark=mark, due_on=due_on)


@require_POST
def milestone_reopening(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Also one of an earlier template, which the group's page still names."""
    group = finding.working(request, slug)
    seen = MilestoneMark.objects.visible_to(request.user).filter(group=group, milestone=pk)
    mark = seen.select_related("group__programme", "milestone").first()
    # Sent twice: it is open, which is what was asked.
    if mark is not None:
        actions.unmark(by=person(request), mark=mark)
    return redirect(f"{group.get_absolute_url()}#milestones")


@require_http_methods(["GET", "HEAD", "POST"])
def goal_new(request: HttpRequest, slug: str) -> HttpResponse:
    group = finding.working(request, slug)
    cities = finding.own_cities(person(request), group)
    form = NewGoalForm(request.POST or None, cities=cities)
    if request.method == "POST" and form.is_valid():
        try:
            actions.state_goal(
                by=person(request),
                group=group,
                city=form.chosen(),
                text=form.cleaned_data["text"],
            )
        except Refused as refused:
            form.add_error(refused.field, str(refused.sentence))
        else:
            return redirect(f"{group.get_absolute_url()}#goals")
    return _page(request, "goal", group, form, goal=None)


@require_http_methods(["GET", "HEAD", "POST"])
def goal(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    group = finding.working(request, slug)
    seen = Goal.objects.visible_to(request.user).select_related("city")
    found = get_object_or_404(seen, group=group, pk=pk)
    form = GoalForm(request.POST or None, goal=found)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.change_goal(
                by=person(request),
                goal=found,
                text=data["text"],
                state=data["state"],
                note=data["note"],
                from_version=data["version"] or 0,
            )
        except Refused as refused:
            found.refresh_from_db(fields=["version"])
            form = GoalForm({**request.POST.dict(), "version": found.version}, goal=found)
            form.add_error(None, str(refused.sentence))
        else:
            return redirect(f"{group.get_absolute_url()}#goals")
    return _page(request, "goal", group, form, goal=found)


@require_http_methods(["GET", "HEAD", "POST"])
def files(request: HttpRequest, slug: str) -> HttpResponse:
    group = finding.working(request, slug)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.add_file(
                by=person(request),
                group=group,
                title=data["title"],
                link=data["link"],
                upload=data["file"],
            )
        except FileRefused as refused:
            form.add_error("file", str(refused))
        except Refused as refused:
            form.add_error(refused.field, str(refused.sentence))
        else:
            messages.success(request, _("Added."))
            return redirect("group-files", slug)
    found = GroupFile.objects.visible_to(request.user).filter(group=group)
    rows = list(found.select_related("file", "added_by"))
    for row in rows:
        row.group = group
    return _page(request, "files", group, form, files=rows)


@require_safe
def file(request: HttpRequest, slug: str, pk: int) -> FileResponse | HttpResponse:
    seen = GroupFile.objects.visible_to(request.user).filter(group__slug=slug)
    found = get_object_or_404(seen.select_related("file"), pk=pk)
    if found.file is None:
        raise Http404
    return send(request, found.file)


@require_http_methods(["GET", "HEAD", "POST"])
def file_removal(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    group = finding.working(request, slug)
    seen = GroupFile.objects.visible_to(request.user).filter(group=group)
    back = reverse("group-files", args=[slug])
    if request.method == "POST":
        # Sent twice: it is gone, which is what was asked.
        if (found := seen.select_related("file").filter(pk=pk).first()) is not None:
            actions.remove_file(by=person(request), file=found)
        messages.success(request, _("Removed."))
        return redirect(back)
    found = get_object_or_404(seen, pk=pk)
    context = {
        "confirm_title": _("Remove “%(title)s”?") % {"title": found.title},
        "consequences": [_("It goes for the whole group; to bring it back, add it again.")],
        "confirm_button": _("Remove"),
        "cancel_url": back,
    }
    return TemplateResponse(request, "components/confirm_page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def log(request: HttpRequest, slug: str) -> HttpResponse:
    """What happened; a POST writes a note."""
    group = finding.group_of(request, slug)
    may_work = permissions.can_work(request.user, group)
    form = NoteForm(request.POST or None) if may_work else None
    if request.method == "POST":
        group = finding.working(request, slug)
        if form is not None and form.is_valid():
            actions.write_note(by=person(request), group=group, text=form.cleaned_data["text"])
            return redirect("group-log", slug)
    entries = log_of(request.user, group, MOST_LOGGED)
    return _page(request, "log", group, form, entries=entries)


@require_http_methods(["GET", "HEAD", "POST"])
def next_action(request: HttpRequest, slug: str) -> HttpResponse:
    group = finding.working(request, slug)
    form = ActionForm(request.POST or None, cities=finding.cities_of(group))
    if request.method == "POST" and form.is_valid():
        actions.set_action(
            by=person(request),
            group=group,
            text=form.cleaned_data["text"],
            city=form.chosen(),
            due_on=form.cleaned_data["due_on"],
        )
        return redirect(group)
    return _page(request, "next_action", group, form)


@require_POST
def action_completion(request: HttpRequest, slug: str) -> HttpResponse:
    group = finding.working(request, slug)
    waiting = NextAction.objects.visible_to(request.user).filter(group=group, done_at=None)
    found = waiting.select_related("group__programme").first()
    if found is not None:
        actions.complete_action(by=person(request), action=found)
        messages.success(request, _("Done. What is next?"))
    return redirect(group)
