"""A coordinator asks, and changes what was asked: each save is shown with its reach first."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from cities.twinning.models import TwinGroup
from hub.models import User
from hub.requests import person
from labs.models import Poll, PollOption
from labs.permissions import can_schedule, can_schedule_exchange
from labs.polls import actions, notices, tally
from labs.polls.dates import dates_of, deadline_of
from labs.polls.forms import (
    DateSet,
    ExtensionForm,
    PollForm,
    dates_in,
    dates_with,
    rows_of,
    rows_typed,
)
from labs.polls.permissions import keys_asked
from labs.polls.plans import PollPlan
from labs.polls.views.pages import coordinated
from labs.refusals import Refused

#: Buttons that lead back to the form, which then shows what was typed and judges nothing.
ASIDE = ("dates_button", "back")
NOT_FIELDS = ("_key", "csrfmiddlewaretoken", "confirmed", *ASIDE)


@require_http_methods(["GET", "HEAD", "POST"])
def poll_new(request: HttpRequest) -> HttpResponse:
    """`?group=` asks the people of that twin group for the date of an exchange."""
    group = asked_group(request)
    may = can_schedule_exchange(request.user, group) if group else can_schedule(request.user)
    if not may:
        raise PermissionDenied
    user = person(request)
    if request.method != "POST":
        return _page(request, PollForm(coordinator=user, group=group), dates_with([]))
    if _is_aside(request):
        return _as_typed(request, PollForm(coordinator=user, group=group))
    form = PollForm(request.POST, coordinator=user, group=group)
    rows = dates_in(request.POST)
    plan = form.plan(rows)
    programme = group.programme if group else form.cleaned_data.get("programme")
    asked = _asked(plan, programme.pk) if plan and programme else []
    if plan and not asked:
        # A group without people has no audience to choose; that is said of the form as a whole.
        field = None if group else "audience"
        form.add_error(field, _("Nobody belongs to this audience yet. Choose a wider one."))
    if form.errors or plan is None or programme is None:
        return _page(request, form, rows, status=422)
    if "confirmed" not in request.POST:
        return _confirm(request, plan, asked)
    poll = actions.ask(by=user, programme=programme, plan=plan)
    messages.success(request, _asked_sentence(len(asked)))
    return redirect(poll, permanent=False)


@require_http_methods(["GET", "HEAD", "POST"])
def poll_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """All of it while nobody has voted; after that more dates and more time."""
    poll = coordinated(request, slug)
    if not poll.is_open:
        raise PermissionDenied
    if poll.ballots.exists():
        return _extend(request, poll)
    return _change(request, poll)


def _change(request: HttpRequest, poll: Poll) -> HttpResponse:
    user = person(request)
    if request.method != "POST":
        rows = dates_with(rows_of(poll, poll.options.all()), spare=1)
        return _page(request, PollForm(instance=poll, coordinator=user), rows, poll=poll)
    if _is_aside(request):
        return _as_typed(request, PollForm(instance=poll, coordinator=user), poll=poll)
    form = PollForm(request.POST, instance=poll, coordinator=user)
    rows = dates_in(request.POST)
    plan = form.plan(rows)
    if plan is None:
        return _page(request, form, rows, poll=poll, status=422)
    if "confirmed" not in request.POST:
        return _confirm(request, plan, _asked(plan, poll.programme_id), poll=poll)
    try:
        version = form.cleaned_data["version"] or 0
        poll = actions.change(by=user, poll=poll, plan=plan, from_version=version)
    except Refused as refused:
        form.add_error(refused.field, str(refused.sentence))
        return _page(request, form, rows, poll=poll, status=422)
    messages.success(request, _("Saved. Those who had the mail already are told."))
    return redirect(poll, permanent=False)


def _extend(request: HttpRequest, poll: Poll) -> HttpResponse:
    if request.method != "POST":
        return _page(request, ExtensionForm(poll=poll), dates_with([], spare=2), poll=poll)
    if _is_aside(request):
        return _as_typed(request, ExtensionForm(poll=poll), poll=poll)
    form, rows = ExtensionForm(request.POST, poll=poll), dates_in(request.POST)
    extension = form.extension(rows)
    if extension is not None:
        starts, closes_at = extension
        try:
            poll = actions.extend(
                by=person(request),
                poll=poll,
                starts=starts,
                closes_at=closes_at,
                from_version=form.cleaned_data["version"],
            )
        except Refused as refused:
            form.add_error(refused.field, str(refused.sentence))
        else:
            messages.success(request, _("Saved, and everybody who is asked is told."))
            return redirect(poll, permanent=False)
    return _page(request, form, rows, poll=poll, status=422)


def asked_group(request: HttpRequest) -> TwinGroup | None:
    slug = request.GET.get("group")
    if not slug:
        return None
    groups = TwinGroup.objects.visible_to(request.user).select_related("programme")
    return get_object_or_404(groups, slug=slug)


def _asked(plan: PollPlan, programme_id: int) -> list[tuple[User, str]]:
    group = plan.group.pk if plan.group else None
    keys = keys_asked(plan.audience, programme_id, plan.cities, group)
    return tally.with_homes(User.objects.holding(*keys).order_by("name", "email"))


def _asked_sentence(count: int) -> str:
    sentence = ngettext(
        "%(n)s person is asked; the mail is on its way.",
        "%(n)s people are asked; the mails are on their way.",
        count,
    )
    return sentence % {"n": count}


def _is_aside(request: HttpRequest) -> bool:
    return any(name in request.POST for name in ASIDE)


def _as_typed(
    request: HttpRequest, form: PollForm | ExtensionForm, *, poll: Poll | None = None
) -> TemplateResponse:
    """The form with what was typed, and one more row where that was asked for."""
    for name, field in form.fields.items():
        values = request.POST.getlist(name)
        form.initial[name] = values if name == "cities" else next(iter(values), field.initial)
    if "is_online" in form.fields:
        form.initial["is_online"] = "is_online" in request.POST
    typed = rows_typed(request.POST)
    rows = dates_with(typed, spare=1 if "dates_button" in request.POST else 0)
    if "dates_button" in request.POST:
        rows.focus_row = rows.extra - 1
    return _page(request, form, rows, poll=poll)


def _confirm(
    request: HttpRequest,
    plan: PollPlan,
    asked: list[tuple[User, str]],
    *,
    poll: Poll | None = None,
) -> TemplateResponse:
    """Who is written to stands on the page before anybody is."""
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name not in NOT_FIELDS
    ]
    # What is asked, as a poll that is not saved.
    draft = Poll(minutes=plan.minutes, time_zone=plan.time_zone, closes_at=plan.closes_at)
    options = [PollOption(starts_at=start) for start in sorted(plan.starts)]
    context = {
        "plan": plan,
        "dates": dates_of(draft, options),
        "deadline": deadline_of(draft),
        "asked": asked,
        "poll": poll,
        "told": len(notices.people_told(poll)) if poll else 0,
        "fields": fields,
    }
    return TemplateResponse(request, "labs/polls/confirm.html", context)


def _page(
    request: HttpRequest,
    form: PollForm | ExtensionForm,
    rows: DateSet,
    *,
    poll: Poll | None = None,
    status: int = 200,
) -> TemplateResponse:
    context: dict[str, Any] = {"form": form, "rows": rows, "poll": poll}
    if isinstance(form, ExtensionForm) and poll is not None:
        context["dates"] = dates_of(poll, poll.options.all())
        context["told"] = len(notices.people_told(poll))
        return TemplateResponse(request, "labs/polls/extend.html", context, status=status)
    return TemplateResponse(request, "labs/polls/edit.html", context, status=status)
