"""A version in review: its page, what is said about it, and the decision."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cities.enums import Visibility
from hub import access
from hub.models import User
from hub.paging import page_of
from hub.requests import person
from knowledge import permissions, reviewers
from knowledge.actions import reviewing
from knowledge.beside import changed
from knowledge.enums import ReviewState
from knowledge.forms import RemarkForm, SendBackForm
from knowledge.models import Review
from knowledge.views.reading import parts_of
from knowledge.views.versions import changes

PER_PAGE = 30


@require_safe
def review_list(request: HttpRequest) -> TemplateResponse:
    """The reviewers' desk: what waits for a decision, the longest waiting first."""
    if not permissions.can_review_any(request.user):
        raise PermissionDenied
    waiting = Review.objects.asking(request.user).for_list(request.user)
    page = page_of(waiting.order_by("sent_at", "pk"), request.GET.get("page"), PER_PAGE)
    return TemplateResponse(request, "knowledge/review_list.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The version as it would stand, what it changes, and the remarks on it."""
    found = _review(request, slug, pk)
    if request.method != "POST":
        return _page(request, found)
    form = RemarkForm(request.POST)
    if not form.is_valid():
        return _page(request, found, remark_form=form, status=422)

    def remark() -> None:
        reviewing.remark(by=person(request), review=found, body=form.cleaned_data["body"])

    return _done(request, found, remark, _("Your remark stands here."))


@require_POST
def review_publish(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = _decidable(request, slug, pk)

    def publish() -> None:
        reviewing.publish(by=person(request), review=found)

    return _done(request, found, publish, _("Published. Readers see it now."), to=found.article)


@require_POST
def review_send_back(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = _decidable(request, slug, pk)
    form = SendBackForm(request.POST)
    if not form.is_valid():
        return _page(request, found, back_form=form, status=422)

    def send_back() -> None:
        reviewing.send_back(by=person(request), review=found, reason=form.cleaned_data["reason"])

    return _done(request, found, send_back, _("Sent back. Its authors are told why."))


@require_POST
def review_withdraw(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = _review(request, slug, pk)
    if person(request).pk not in reviewers.own_of(found):
        raise PermissionDenied

    def withdraw() -> None:
        reviewing.withdraw(by=person(request), review=found)

    return _done(request, found, withdraw, _("Taken back. Only those who write it see it."))


def _review(request: HttpRequest, slug: str, pk: int) -> Review:
    seen = Review.objects.visible_to(request.user).with_text()
    found = get_object_or_404(seen, pk=pk, article__slug=slug)
    found.revision.article = found.article
    return found


def _decidable(request: HttpRequest, slug: str, pk: int) -> Review:
    """For those who decide; that it has been decided is told below, not refused here."""
    found = _review(request, slug, pk)
    user = person(request)
    holds = access.holds(user, *found.reviewers)
    if not holds or (found.is_open and not reviewers.can_decide(user, found)):
        raise PermissionDenied
    return found


def _done(
    request: HttpRequest, found: Review, act: Callable[[], None], sentence: str, to: Any = None
) -> HttpResponse:
    try:
        act()
    except reviewing.NotOpen:
        # Nothing was written: the page says who was first.
        late = _review(request, found.article.slug, found.pk)
        return _page(request, late, is_late=True, status=409)
    messages.success(request, sentence)
    return redirect(to or found)


def _page(
    request: HttpRequest,
    found: Review,
    *,
    remark_form: RemarkForm | None = None,
    back_form: SendBackForm | None = None,
    is_late: bool = False,
    status: int = 200,
) -> TemplateResponse:
    user, revision, live = person(request), found.revision, found.article.live
    own = reviewers.own_of(found)
    may_decide = reviewers.can_decide(user, found)
    # Taken back, the words are again for those alone who write them.
    shows_text = not found.was_taken_back or access.opened_by(user, found.article.insiders)
    replaces = shows_text and live is not None and live.number < revision.number
    context = {
        "review": found,
        "article": found.article,
        "revision": revision,
        "parts": parts_of(revision) if shows_text else [],
        "changes": changes(found.article.kind, live, revision) if live and replaces else [],
        "beside": changed(user, live, revision) if live and replaces else [],
        "replaces": live if replaces else None,
        "visibility": dict(Visibility.choices).get(revision.facts.get("visibility", "")),
        "remarks": list(found.remarks.select_related("author")),
        "remark_form": (remark_form or RemarkForm()) if found.is_open else None,
        "back_form": (back_form or SendBackForm()) if may_decide else None,
        "form": remark_form or back_form,
        "may_decide": may_decide,
        "may_withdraw": found.is_open and user.pk in own,
        "asked": _asked(found, own) if found.is_open else [],
        "is_late": is_late,
        "is_sent_back": found.state == ReviewState.SENT_BACK,
        "article_is_seen": access.opened_by(user, found.article.audience),
        "can_edit": permissions.can_edit(user, found.article),
    }
    return TemplateResponse(request, "knowledge/review.html", context, status=status)


def _asked(found: Review, own: set[int]) -> list[User]:
    people = list(User.objects.holding(*found.reviewers).listed().order_by("name", "pk"))
    return [p for p in people if p.pk not in own] or people
