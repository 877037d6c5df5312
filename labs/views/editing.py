from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from cities.twinning.models import TwinGroup
from hub.requests import person
from labs import actions, clashes, comparing, terms
from labs.actions import notices
from labs.budgets import budget_of
from labs.forms import (
    DaysForm,
    LabForm,
    NewLabForm,
    agenda_of,
    agenda_rows,
    agenda_with,
    frame_of,
    like,
    press_of,
    pressed,
)
from labs.models import Lab
from labs.permissions import can_schedule, can_schedule_exchange, has_drafts
from labs.plans import Plan
from labs.refusals import Outdated, Refused
from labs.timetables import overrun
from labs.views.pages import coordinated


@require_http_methods(["GET", "HEAD", "POST"])
def lab_new(request: HttpRequest) -> HttpResponse:
    """A new Lab; `?like=` names an earlier one that it takes over everything from but its days.

    `?group=` makes it an exchange of that twin group.
    """
    model = coordinated(request, request.GET["like"]) if request.GET.get("like") else None
    group = model.group if model else _asked_group(request)
    may = can_schedule_exchange(request.user, group) if group else can_schedule(request.user)
    if not may:
        raise PermissionDenied
    user = person(request)
    if request.method != "POST":
        form = NewLabForm(coordinator=user, group=group, initial=like(model) if model else None)
        rows = [comparing.row_of(item) for item in model.agenda.all()] if model else []
        return _page(request, form, agenda_with(rows, spare=1) if rows else agenda_with([]))
    press = press_of(request.POST)
    if press or "look" in request.POST:
        typed = _as_typed(request, NewLabForm(coordinator=user, group=group))
        return _page(request, typed, _agenda_after(request, press))
    form, agenda = NewLabForm(request.POST, coordinator=user, group=group), agenda_of(request.POST)
    if not _are_valid(form, agenda):
        return _page(request, form, agenda, status=422)
    programme = group.programme if group else form.cleaned_data["programme"]
    labs = actions.draft_series(by=user, programme=programme, plans=form.plans(agenda.points()))
    if len(labs) > 1:
        messages.success(request, _("%(n)s drafts are saved.") % {"n": len(labs)})
        return redirect(reverse("lab-list") + "?when=drafts")
    messages.success(request, _("Saved as a draft. This is how it will look."))
    _warn_of_repetition(request, labs[0])
    _warn_of_overrun(request, labs[0])
    return redirect(labs[0], permanent=False)


@require_http_methods(["GET", "HEAD", "POST"])
def lab_edit(request: HttpRequest, slug: str) -> HttpResponse:
    lab, user = coordinated(request, slug), person(request)
    if request.method != "POST":
        rows = [comparing.row_of(item) for item in lab.agenda.all()]
        form = LabForm(instance=lab, coordinator=user)
        return _page(request, form, agenda_with(rows, spare=1), lab=lab)
    press = press_of(request.POST)
    if press or {"back", "look"} & set(request.POST):
        form = _as_typed(request, LabForm(instance=lab, coordinator=user))
        return _page(request, form, _agenda_after(request, press), lab=lab)
    form = LabForm(request.POST, instance=lab, coordinator=user)
    agenda = agenda_of(request.POST)
    if not _are_valid(form, agenda):
        return _page(request, form, agenda, lab=lab, status=422)
    plan = form.plan(agenda.points())
    if form.cleaned_data["version"] != lab.version:
        return _both(request, Outdated(lab), plan)
    if "confirmed" not in request.POST and (told := comparing.told_of(lab, plan)):
        return _confirm(request, lab, plan, told)
    return _save(request, lab, plan, form)


def _asked_group(request: HttpRequest) -> TwinGroup | None:
    slug = request.GET.get("group")
    if not slug:
        return None
    groups = TwinGroup.objects.visible_to(request.user).select_related("programme", "scheme")
    return get_object_or_404(groups, slug=slug)


def _save(request: HttpRequest, lab: Lab, plan: Plan, form: LabForm) -> HttpResponse:
    agenda = agenda_of(request.POST)
    version = form.cleaned_data["version"] or 0
    try:
        lab = actions.change(by=person(request), lab=lab, plan=plan, from_version=version)
    except Outdated as outdated:
        return _both(request, outdated, plan)
    except Refused as refused:
        form.add_error(refused.field, str(refused.sentence))
        return _page(request, form, agenda, lab=lab, status=422)
    messages.success(request, _("Saved."))
    _warn_of_overrun(request, lab)
    if "knowledge_area" in form.changed_data:
        _warn_of_repetition(request, lab)
    return redirect(lab, permanent=False)


def _warn_of_repetition(request: HttpRequest, lab: Lab) -> None:
    if sentence := terms.repetition(lab):
        messages.warning(request, sentence)


def _warn_of_overrun(request: HttpRequest, lab: Lab) -> None:
    if minutes := overrun(lab):
        text = ngettext(
            "The agenda is %(n)s minute longer than the time set aside.",
            "The agenda is %(n)s minutes longer than the time set aside.",
            minutes,
        )
        messages.warning(request, text % {"n": minutes})


def _both(request: HttpRequest, outdated: Outdated, plan: Plan) -> HttpResponse:
    """What stands now beside what was typed; the next save knows of both."""
    data = request.POST.copy()
    data["version"] = str(outdated.lab.version)
    form = LabForm(data, instance=outdated.lab, coordinator=person(request))
    form.add_error(None, str(outdated.sentence))
    differences = comparing.differences(outdated.lab, plan)
    agenda = agenda_of(request.POST)
    return _page(request, form, agenda, lab=outdated.lab, status=422, differences=differences)


def _confirm(request: HttpRequest, lab: Lab, plan: Plan, told: set[str]) -> TemplateResponse:
    """A change that people are told of is shown with its reach before it is made."""
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in ("_key", "csrfmiddlewaretoken", "confirmed")
    ]
    context = {
        "lab": lab,
        "plan": plan,
        "is_moved": comparing.is_moved(told),
        "differences": comparing.differences(lab, plan),
        "told": len(notices.people_told(lab)),
        "fields": fields,
    }
    return TemplateResponse(request, "labs/edit_confirm.html", context)


@require_safe
def lab_clashes(request: HttpRequest) -> HttpResponse:
    """The part of the form that warns of a day, while it is being chosen."""
    if not has_drafts(request.user):
        raise PermissionDenied
    lab = coordinated(request, request.GET["lab"]) if request.GET.get("lab") else None
    context = _clashes(request, request.GET, lab)
    return TemplateResponse(request, "labs/parts/clashes.html", context)


def _clashes(request: HttpRequest, data: Any, lab: Lab | None) -> dict[str, Any]:
    """Nothing while no whole day is typed."""
    group = None if lab else _asked_group(request)
    form = DaysForm(data, coordinator=person(request), lab=lab, group=group)
    days = form.days() if data else None
    if days is None:
        return {}
    found = clashes.clashes(days, request.user)
    return {"clashes": found, "clashing_programme": days.programme, "is_clear": not found}


def _are_valid(form: LabForm, agenda: Any) -> bool:
    # Both are asked, so that all errors show at once.
    return all([form.is_valid(), agenda.is_valid()])


def _agenda_after(request: HttpRequest, press: Any) -> Any:
    rows = agenda_rows(request.POST)
    if press is None:
        return agenda_with(rows, spare=0)
    rows = pressed(rows, press)
    agenda = agenda_with(rows, spare=0)
    agenda.focus_row = press.lands_on(len(rows))
    return agenda


def _as_typed(request: HttpRequest, form: LabForm) -> LabForm:
    """An unbound form that shows what was typed, without judging it yet."""
    for name, field in form.fields.items():
        values = request.POST.getlist(name)
        if isinstance(field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField):
            form.initial[name] = values
        elif isinstance(field, forms.BooleanField):
            form.initial[name] = bool(values)
        else:
            form.initial[name] = next(iter(values), field.initial)
    return form


def _page(
    request: HttpRequest,
    form: LabForm,
    agenda: Any,
    *,
    lab: Lab | None = None,
    status: int = 200,
    differences: Any = (),
) -> TemplateResponse:
    agenda.lay_out(*frame_of(form))
    context = {
        "form": form,
        "agenda": agenda,
        "formset": agenda,
        "lab": lab,
        "group": form.group,
        "differences": differences,
        "budget": budget_of(form.group) if form.group else None,
        **_clashes(request, request.POST if "look" in request.POST else None, lab),
    }
    return TemplateResponse(request, "labs/edit.html", context, status=status)
