"""Reviews as their readers write them, and as the coordinator sees and assigns them."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cities.models import City
from cities.twinning.calls.views import run_by
from cities.twinning.models import (
    Application,
    ApplicationFile,
    Call,
    CallPilot,
    Declaration,
    Review,
)
from cities.twinning.reviews import actions, assigning
from cities.twinning.reviews.board import board_of
from cities.twinning.reviews.forms import (
    AssignmentForm,
    DeclarationForm,
    ReasonForm,
    ReviewForm,
)
from cities.twinning.reviews.permissions import is_reviewer
from hub.models import User
from hub.refusals import Refused
from hub.requests import person
from hub.views.files import send

#: Readers that a proposal may ask for.
MOST_READERS = 9


@require_http_methods(["GET", "HEAD", "POST"])
def review_list(request: HttpRequest, slug: str) -> HttpResponse:
    """What a reviewer has to read; before conflicts are declared, only the question of them."""
    seen = Call.objects.visible_to(request.user).select_related("programme", "scheme")
    call = get_object_or_404(seen, slug=slug)
    if not is_reviewer(request.user, call) or not call.is_published:
        raise PermissionDenied
    me = person(request)
    has_declared = _has_declared(call, me)
    running = Application.objects.in_the_running().filter(call=call)
    cities = City.objects.filter(pk__in=running.values("city")).in_order()
    form = DeclarationForm(request.POST if request.method == "POST" else None, cities=cities)
    if form.is_valid():
        actions.declare(call=call, conflicts=form.conflicts(), by=me)
        messages.success(request, _("Kept. What you may read is below."))
        return redirect("application-review-list", slug)
    reviews = Review.objects.readable_by(me).filter(application__call=call)
    rows = reviews.select_related("application__city", "application__call").order_by("pk")
    context = {"call": call, "has_declared": has_declared, "form": form, "rows": rows}
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "twinning/reviews/list.html", context, status=status)


def _has_declared(call: Call, me: User) -> bool:
    """For all that is to be read: of a city that came in since, it is asked again."""
    declared = Declaration.objects.filter(call=call, reviewer=me).first()
    if declared is None:
        return False
    since = Review.objects.standing().filter(reviewer=me, application__call=call)
    return not since.filter(application__submitted_at__gt=declared.declared_at).exists()


def _review(request: HttpRequest, slug: str, pk: int) -> Review:
    """One's own, once conflicts are declared; others' and those with a conflict are not there."""
    mine = Review.objects.readable_by(person(request))
    found = mine.select_related("application__city", "application__call__scheme")
    return get_object_or_404(found, pk=pk, application__call__slug=slug)


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = _review(request, slug, pk)
    criteria = list(found.application.call.scheme.criteria.all())
    data = request.POST if request.method == "POST" else None
    form = ReviewForm(data, criteria=criteria, review=found)
    if form.is_valid():
        try:
            actions.write(
                review=found,
                points=form.points(),
                comment=form.cleaned_data["comment"],
                is_final=form.is_final,
                by=person(request),
            )
        except Refused as refused:
            form.add_error(None, str(refused.sentence))
        else:
            said = _("Sent in.") if form.is_final else _("Kept as a draft.")
            messages.success(request, said)
            return redirect("application-review-list", slug)
    context = {"review": found, "form": form, **_read(found)}
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "twinning/reviews/review.html", context, status=status)


def _read(found: Review) -> dict[str, Any]:
    """What a reviewer reads of the application; of a blind call nothing that names the city."""
    it = found.application
    answers = {a.question_id: a.text for a in it.answers.all()}
    pilots = CallPilot.objects.with_cities().filter(ranks__application=it)
    return {
        "application": it,
        "call": it.call,
        "ranked": list(pilots.order_by("ranks__position")),
        "answers": [(q, answers.get(q.pk, "")) for q in it.call.scheme.questions.all()],
        "papers": [] if it.call.is_blind else list(it.files.select_related("file")),
    }


@require_safe
def review_file(request: HttpRequest, slug: str, pk: int, file: int) -> FileResponse | HttpResponse:
    found = _review(request, slug, pk)
    if found.application.call.is_blind:
        raise Http404
    papers = ApplicationFile.objects.select_related("file").filter(application=found.application)
    return send(request, get_object_or_404(papers, pk=file).file)


@require_http_methods(["GET", "HEAD", "POST"])
def review_conflict(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = _review(request, slug, pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        actions.find_conflict(review=found, reason=reason, by=person(request))
        messages.success(request, _("Kept. The application is closed for you."))
        return redirect("application-review-list", slug)
    consequences = [
        _("The application closes for you, and what you scored does not count."),
        _("The programme is told, and asks somebody else. This cannot be undone."),
    ]
    return _ask(request, found, form, _("You have a conflict of interest?"), consequences)


@require_http_methods(["GET", "HEAD", "POST"])
def review_abstention(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = _review(request, slug, pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.abstain(review=found, reason=form.cleaned_data["reason"], by=person(request))
        except Refused as refused:
            messages.error(request, str(refused.sentence))
        else:
            messages.success(request, _("You abstain from this one."))
        return redirect("application-review-list", slug)
    consequences = [_("Your scores of it are deleted. You can score it again later.")]
    return _ask(request, found, form, _("Abstain from this application?"), consequences)


def _ask(
    request: HttpRequest, found: Review, form: ReasonForm, title: str, consequences: list[str]
) -> TemplateResponse:
    context = {
        "confirm_title": title,
        "consequences": consequences,
        "confirm_button": _("Yes"),
        "cancel_url": found.get_absolute_url(),
        "form": form,
    }
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "components/confirm_page.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def review_board(request: HttpRequest, slug: str) -> HttpResponse:
    """Means, spread and gaps; sent with pairs, it asks these readers."""
    call = run_by(request, slug)
    if request.method == "POST":
        return _assign(request, call)
    board = board_of(call)
    form = AssignmentForm(
        applications={row.application.pk: row.application for row in board.rows},
        reviewers={reader.person.pk: reader.person for reader in board.readers},
    )
    context = {
        "call": call,
        "board": board,
        "numbers": range(1, MOST_READERS + 1),
        "form": form,
    }
    return TemplateResponse(request, "twinning/reviews/board.html", context)


def _assign(request: HttpRequest, call: Call) -> HttpResponse:
    running = Application.objects.in_the_running().filter(call=call).select_related("city")
    reviewers = {r.pk: r for r in assigning.reviewers_of(call)}
    form = AssignmentForm(request.POST, applications=running.in_bulk(), reviewers=reviewers)
    if not form.is_valid():
        messages.error(request, _("Somebody of these is no reviewer, or an application is gone."))
        return redirect("application-review-board", call.slug)
    pairs = form.chosen()
    count = actions.assign(call=call, pairs=pairs, by=person(request))
    if count < len(pairs):
        messages.warning(
            request, _("Who has a conflict of interest, or was asked before, is not asked.")
        )
    said = ngettext("%(n)d review is asked for.", "%(n)d reviews are asked for.", count)
    messages.success(request, said % {"n": count})
    return redirect("application-review-board", call.slug)


@require_safe
def review_proposal(request: HttpRequest, slug: str) -> HttpResponse:
    call = run_by(request, slug)
    wanted = request.GET.get("readers", "2")
    if not (wanted.isascii() and wanted.isdecimal() and 1 <= int(wanted[:3]) <= MOST_READERS):
        raise Http404
    context = {
        "call": call,
        "readers": int(wanted),
        "proposal": assigning.propose(call, int(wanted)),
    }
    return TemplateResponse(request, "twinning/reviews/proposal.html", context)


@require_POST
def review_removal(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Taken off, or asked again: the form says which, so that two windows do not undo it."""
    call = run_by(request, slug)
    found = get_object_or_404(Review, pk=pk, application__call=call)
    if request.POST.get("to") != "again":
        actions.remove(review=found, by=person(request))
        messages.success(request, _("Taken off. What they wrote does not count."))
    else:
        actions.restore(review=found)
        messages.success(request, _("Asked again."))
    return redirect(reverse("application-review-board", args=[slug]))
