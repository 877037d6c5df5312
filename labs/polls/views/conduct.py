"""Reminding, deciding and ending a poll, and what was sent about it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from hub import delivery
from hub.requests import person
from labs.models import Lab
from labs.polls import actions, notices, tally
from labs.polls.forms import CancellationForm, ReminderForm
from labs.polls.views.pages import coordinated, poll_for_page, poll_page
from labs.refusals import Refused


@require_http_methods(["GET", "HEAD", "POST"])
def poll_reminder(request: HttpRequest, slug: str) -> HttpResponse:
    """Shows exactly who is reminded; only those on the list are."""
    poll = coordinated(request, slug)
    refusal = ""
    if request.method == "POST":
        form = ReminderForm(request.POST)
        if not form.is_valid():
            refusal = _("The list of people is broken. Look at it once more.")
        else:
            shown = form.cleaned_data["people"]
            try:
                count = actions.remind(by=person(request), poll=poll, shown=shown)
            except Refused as refused:
                refusal = str(refused.sentence)
            else:
                messages.success(request, _reminded_sentence(count))
                return redirect(poll)
    people = tally.with_homes(notices.non_voters(poll)) if poll.takes_votes else []
    context = {
        "poll": poll,
        "people": people,
        "ids": ",".join(str(user.pk) for user, _home in people),
        "refusal": refusal,
    }
    status = 422 if refusal else 200
    return TemplateResponse(request, "labs/polls/reminder.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def poll_decision(request: HttpRequest, slug: str) -> HttpResponse:
    """One press makes a date the Lab's; the draft is looked through before it invites anybody."""
    poll = coordinated(request, slug)
    if request.method != "POST":
        return redirect(poll)
    wanted = request.POST.get("option", "")
    option = get_object_or_404(poll.options, pk=int(wanted[:18]) if wanted.isdecimal() else 0)
    try:
        lab = actions.decide(by=person(request), poll=poll, option=option)
    except Refused as refused:
        page = poll_for_page(request, slug)
        return poll_page(request, page, refusal=str(refused.sentence), status=422)
    messages.success(request, _decided_sentence(lab))
    return redirect(lab)


@require_http_methods(["GET", "HEAD", "POST"])
def poll_cancellation(request: HttpRequest, slug: str) -> HttpResponse:
    poll = coordinated(request, slug)
    form = CancellationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.cancel(by=person(request), poll=poll, reason=form.cleaned_data["reason"])
        except Refused as refused:
            form.add_error(None, str(refused.sentence))
        else:
            messages.success(request, _("The poll is cancelled and everybody is told."))
            return redirect(poll)
    told = len(notices.people_told(poll))
    context = {
        "confirm_title": _("Cancel the poll “%(poll)s”?") % {"poll": poll.title},
        "consequences": [
            ngettext(
                "%(n)s person is told by mail, with your reason.",
                "%(n)s people are told by mail, with your reason.",
                told,
            )
            % {"n": told},
            _("No more votes are taken, and no more reminders are sent."),
            _("A cancelled poll cannot be taken up again."),
        ],
        "confirm_button": _("Cancel the poll"),
        "cancel_url": poll.get_absolute_url(),
        "form": form,
    }
    status = 422 if form.errors else 200
    return TemplateResponse(request, "components/confirm_page.html", context, status=status)


@require_safe
def poll_messages(request: HttpRequest, slug: str) -> HttpResponse:
    """All that is and was to be sent about a poll."""
    poll = coordinated(request, slug)
    asked = request.GET
    board = delivery.states(
        event=poll.subject, state=asked.get("deliveries", ""), page=asked.get("page", 1)
    )
    return TemplateResponse(request, "labs/polls/messages.html", {"poll": poll, "board": board})


def _reminded_sentence(count: int) -> str:
    sentence = ngettext("%(n)s person is reminded.", "%(n)s people are reminded.", count)
    return sentence % {"n": count}


def _decided_sentence(lab: Lab) -> str:
    if lab.is_exchange:
        return _(
            "The date is set and everybody is told. It is a draft: look through seats and "
            "agenda, then publish it."
        )
    return _(
        "The date is set and everybody is told. The Lab is a draft: look through seats and "
        "agenda, then publish it."
    )
