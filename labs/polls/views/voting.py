"""Voting, signed in or by the link in a mail; opening the link changes nothing."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from hub.requests import person, speak_to
from labs.enums import Via
from labs.polls import actions, links
from labs.polls.dates import choices_of, dates_of
from labs.polls.forms import VoteForm
from labs.polls.permissions import can_vote
from labs.polls.views.pages import poll_for_page, poll_page
from labs.refusals import Refused


@require_http_methods(["GET", "HEAD", "POST"])
def poll_vote(request: HttpRequest, slug: str) -> HttpResponse:
    poll = poll_for_page(request, slug)
    # Whoever was sent to sign in first comes back here by GET.
    if request.method != "POST":
        return redirect(poll)
    if not can_vote(request.user, poll):
        raise PermissionDenied
    form = VoteForm(request.POST, poll=poll, options=poll.options.all())
    # After the deadline that is said, whatever the form holds.
    if form.is_valid() or not poll.takes_votes:
        try:
            choices = form.choices() if form.is_valid() else {}
            actions.vote(by=person(request), poll=poll, choices=choices)
        except Refused as refused:
            return poll_page(request, poll, refusal=str(refused.sentence), status=422)
        messages.success(request, saved_sentence())
        return redirect(poll)
    return poll_page(request, poll, form=form, status=422)


# Public: the signed link in a mail says who votes, in one poll, until its deadline.
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def poll_vote_by_link(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    voter = links.read(slug, token)
    if voter is None:
        return TemplateResponse(request, "labs/polls/link_closed.html", status=404)
    # Words and hours are the voter's, not the visitor's: nobody is signed in here.
    speak_to(request, voter.user)
    if request.method != "POST":
        return _page(request, voter)
    form = VoteForm(request.POST, poll=voter.poll, options=voter.poll.options.all())
    if form.is_valid() or not voter.poll.takes_votes:
        try:
            choices = form.choices() if form.is_valid() else {}
            actions.vote(by=voter.user, poll=voter.poll, choices=choices, via=Via.MAIL)
        except Refused as refused:
            return _page(request, voter, refusal=str(refused.sentence), status=422)
        messages.success(request, saved_sentence())
        return redirect(request.path)
    return _page(request, voter, form=form, status=422)


def saved_sentence() -> str:
    return _("Your vote is saved. A receipt is on its way to you.")


def _page(
    request: HttpRequest,
    voter: links.Voter,
    *,
    form: VoteForm | None = None,
    refusal: str = "",
    status: int = 200,
) -> TemplateResponse:
    """The vote, or what stands once it can no longer change."""
    poll = voter.poll
    options = list(poll.options.all())
    choices = choices_of(poll, voter.user.pk)
    if poll.takes_votes and form is None:
        form = VoteForm(poll=poll, options=options, choices=choices)
    context = {
        "poll": poll,
        "person": voter.user,
        "dates": dates_of(poll, options, choices=choices),
        "has_voted": bool(choices),
        "is_incomplete": bool(choices) and len(choices) < len(options),
        "form": form,
        "refusal": refusal,
    }
    if poll.chosen:
        context["chosen"] = dates_of(poll, [poll.chosen])[0]
    return TemplateResponse(request, "labs/polls/vote.html", context, status=status)
