"""Publishing, cancelling and holding a Lab: each asks first and says who will be told."""

from collections import Counter

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from hub import delivery
from hub.models import User
from hub.requests import person
from labs import actions, clashes, people, sheets
from labs.actions import notices
from labs.budgets import budget_of
from labs.forms import CancellationForm
from labs.models import CalendarReply, Lab
from labs.refusals import Refused
from labs.timetables import overrun
from labs.views.pages import coordinated

MOST_REPLIES = 50


@require_http_methods(["GET", "HEAD", "POST"])
def lab_publication(request: HttpRequest, slug: str) -> HttpResponse:
    lab = coordinated(request, slug)
    if request.method == "POST":
        try:
            actions.publish(by=person(request), lab=lab)
        except Refused as refused:
            return _publication_page(request, lab, refusal=str(refused.sentence), status=422)
        messages.success(request, _published_sentence(lab))
        return redirect(lab)
    return _publication_page(request, lab)


def _publication_page(
    request: HttpRequest, lab: Lab, *, refusal: str = "", status: int = 200
) -> TemplateResponse:
    invitees = notices.invitees(lab)
    places = people.homes(invitees)
    listed = [
        (user, str(places[user.pk].place) if user.pk in places else "")
        for user in User.objects.filter(pk__in=invitees).order_by("name", "email")
    ]
    by_place = Counter(home for _user, home in listed)
    context = {
        "lab": lab,
        "invitees": listed,
        # Those who stand for no place come last.
        "by_place": sorted(by_place.items(), key=lambda place: (not place[0], -place[1], place[0])),
        "count": len(listed),
        "cities": [city.name for city in lab.cities.in_order()] if lab.city_ids else [],
        "refusal": refusal,
        "overrun": overrun(lab),
        "clashes": clashes.of_lab(lab, request.user),
        "clashing_programme": lab.programme_id,
        "budget": budget_of(lab.group) if lab.group else None,
    }
    return TemplateResponse(request, "labs/publication.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def lab_cancellation(request: HttpRequest, slug: str) -> HttpResponse:
    lab = coordinated(request, slug)
    if lab.is_draft:
        return _discarding(request, lab)
    form = CancellationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.cancel(by=person(request), lab=lab, reason=form.cleaned_data["reason"])
        except Refused as refused:
            form.add_error(None, str(refused.sentence))
        else:
            messages.success(request, _cancelled_sentence(lab))
            return redirect(lab)
    told = len(notices.people_told(lab))
    context = {
        "confirm_title": _cancel_title(lab),
        "consequences": [
            ngettext(
                "%(n)s person is told by mail, with your reason.",
                "%(n)s people are told by mail, with your reason.",
                told,
            )
            % {"n": told},
            _("It disappears from their calendars."),
            _("Reminders that are still waiting are not sent."),
            _("What is cancelled cannot be taken up again."),
        ],
        "confirm_button": _("Cancel it") if lab.is_exchange else _("Cancel the Lab"),
        "cancel_url": lab.get_absolute_url(),
        "form": form,
    }
    status = 422 if form.errors else 200
    return TemplateResponse(request, "components/confirm_page.html", context, status=status)


def _discarding(request: HttpRequest, lab: Lab) -> HttpResponse:
    if request.method == "POST":
        actions.discard(by=person(request), lab=lab)
        messages.success(request, _("The draft is thrown away."))
        return redirect(lab.group or reverse("lab-list") + "?when=drafts")
    context = {
        "confirm_title": _("Throw away the draft “%(lab)s”?") % {"lab": lab.title},
        "consequences": [_("Nobody has been invited yet, and nobody is told.")],
        "confirm_button": _("Throw the draft away"),
        "cancel_url": lab.get_absolute_url(),
    }
    return TemplateResponse(request, "components/confirm_page.html", context)


@require_safe
def lab_messages(request: HttpRequest, slug: str) -> HttpResponse:
    """All that is and was to be sent about a Lab, and what waits for the coordinator's word."""
    lab = coordinated(request, slug)
    asked = request.GET
    board = delivery.states(
        event=lab.subject, state=asked.get("deliveries", ""), page=asked.get("page", 1)
    )
    replies = CalendarReply.objects.visible_to(request.user).without_effect().filter(lab=lab)
    context = {
        "lab": lab,
        "board": board,
        "replies": replies.select_related("user").order_by("-received_at", "-pk")[:MOST_REPLIES],
    }
    return TemplateResponse(request, "labs/messages.html", context)


@require_safe
def lab_people(request: HttpRequest, slug: str) -> HttpResponse:
    """Who comes and what they answered, to take along in a spreadsheet."""
    lab = coordinated(request, slug)
    response = HttpResponse(sheets.people_as_csv(lab), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{lab.slug}.csv"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def lab_held(request: HttpRequest, slug: str) -> HttpResponse:
    lab = coordinated(request, slug)
    refusal = ""
    if request.method == "POST":
        try:
            actions.hold(by=person(request), lab=lab)
        except Refused as refused:
            refusal = str(refused.sentence)
        else:
            messages.success(request, _held_sentence(lab))
            return redirect(lab)
    context = {"lab": lab, "refusal": refusal}
    return TemplateResponse(request, "labs/held.html", context, status=422 if refusal else 200)


def _published_sentence(lab: Lab) -> str:
    if lab.is_exchange:
        return _("It is published, and the invitations are on their way.")
    return _("The Lab is published and the invitations are on their way.")


def _cancel_title(lab: Lab) -> str:
    if lab.is_exchange:
        return _("Cancel %(the)s “%(title)s”?") % {"the": lab.the, "title": lab.title}
    return _("Cancel the Lab “%(lab)s”?") % {"lab": lab.title}


def _cancelled_sentence(lab: Lab) -> str:
    if lab.is_exchange:
        return _("It is cancelled, and everybody is told.")
    return _("The Lab is cancelled and everybody is told.")


def _held_sentence(lab: Lab) -> str:
    return _("Marked as held.") if lab.is_exchange else _("The Lab is marked as held.")
