"""The list of polls, and one poll as voters and as its coordinators see it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from hub.paging import page_of
from labs.enums import Choice, PollAudience
from labs.models import Ballot, Poll
from labs.permissions import can_schedule
from labs.polls import notices, tally
from labs.polls.dates import choices_of, dates_of
from labs.polls.forms import VoteForm
from labs.polls.permissions import can_coordinate, can_vote

PAGE = 20


@require_safe
def poll_list(request: HttpRequest) -> TemplateResponse:
    """The last to close first; those that still run stand above by their deadline."""
    own = Ballot.objects.filter(poll=OuterRef("pk"), user=request.user.pk)
    found = Poll.objects.visible_to(request.user).with_frame().with_ballot_count()
    found = found.annotate(has_voted=Exists(own)).order_by("-closes_at", "-pk")
    page = page_of(found, request.GET.get("page"), PAGE)
    context = {"page": page, "can_schedule": can_schedule(request.user)}
    return TemplateResponse(request, "labs/polls/list.html", context)


@require_safe
def poll(request: HttpRequest, slug: str) -> TemplateResponse:
    return poll_page(request, poll_for_page(request, slug))


def poll_for_page(request: HttpRequest, slug: str) -> Poll:
    found = Poll.objects.visible_to(request.user).with_frame().with_ballot_count()
    return get_object_or_404(found, slug=slug)


def poll_page(
    request: HttpRequest,
    poll: Poll,
    *,
    form: VoteForm | None = None,
    refusal: str = "",
    status: int = 200,
) -> TemplateResponse:
    """`form` is a vote that was refused, `refusal` what could not be done at all."""
    options = list(poll.options.all())
    choices = choices_of(poll, request.user.pk)
    may_vote = can_vote(request.user, poll)
    is_coordinator = can_coordinate(request.user, poll)
    context: dict[str, Any] = {
        "poll": poll,
        "dates": dates_of(poll, options, choices=choices),
        "may_vote": may_vote,
        "has_voted": bool(choices),
        "is_incomplete": bool(choices) and len(choices) < len(options),
        "is_coordinator": is_coordinator,
        "refusal": refusal,
    }
    if poll.audience == PollAudience.CHOSEN:
        context["cities"] = [city.name for city in poll.cities.in_order()]
    if poll.chosen:
        context["chosen"] = dates_of(poll, [poll.chosen])[0]
    if may_vote and poll.takes_votes:
        context["form"] = form or VoteForm(poll=poll, options=options, choices=choices)
    if is_coordinator:
        context |= {
            "lines": tally.ranking(poll, options),
            "rows": tally.rows_of(poll, options, request.GET.get("people")),
            "waiting": tally.with_homes(notices.non_voters(poll)) if poll.is_open else [],
            "choices": list(Choice),
        }
    return TemplateResponse(request, "labs/polls/poll.html", context, status=status)


def coordinated(request: HttpRequest, slug: str) -> Poll:
    """The poll, for those who conduct it: 404 where it is not seen, 403 where it is only seen."""
    found = get_object_or_404(Poll.objects.visible_to(request.user).with_frame(), slug=slug)
    if not can_coordinate(request.user, found):
        raise PermissionDenied
    return found
