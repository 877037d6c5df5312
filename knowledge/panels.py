"""What other rooms' pages show of knowledge."""

from datetime import timedelta
from typing import Any

from django.db.models import F, OuterRef, Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language

from cities.models import City
from cities.twinning.models import TwinGroup
from hub import panels
from hub.models import User
from knowledge import permissions
from knowledge.answers import panels as answers
from knowledge.enums import Kind, ReviewState, State
from knowledge.models import Article, Comment, Review, WorkingDraft
from knowledge.reuse import panels as reuse
from knowledge.upkeep import panels as upkeep
from labs.enums import LabState
from labs.models import Lab

ON_HOME = 3
ON_PAGES = 5


def register() -> None:
    folder = "knowledge/panels"
    panels.register(
        "home", "experiences", template=f"{folder}/home.html", source=_home, order=30, queries=1
    )
    panels.register(
        "today", "writing", template=f"{folder}/today.html", source=_today, order=20, queries=3
    )
    reuse.register()
    upkeep.register()
    answers.register()
    panels.register(
        "today", "reviews", template=f"{folder}/reviews.html", source=_reviews, order=15, queries=1
    )
    panels.register(
        "profile", "articles", template=f"{folder}/written.html", source=_written, order=20
    )
    for place, source in (("city", _city), ("lab", _lab), ("group", _group)):
        panels.register(
            place,  # type: ignore[arg-type]
            "articles",
            template=f"{folder}/articles.html",
            source=source,
            order=60,
            queries=1,
        )


def _seen(request: HttpRequest) -> Any:
    seen = Article.objects.published().visible_to(request.user)
    return seen.once_each(get_language() or "").for_list().newest()


def _home(request: HttpRequest, _obj: None) -> dict[str, Any] | None:
    experiences = list(_seen(request).filter(kind=Kind.EXPERIENCE)[:ON_HOME])
    return {"articles": experiences} if experiences else None


def _written(request: HttpRequest, person: User) -> dict[str, Any] | None:
    """What somebody wrote, as far as the reader may read it."""
    found = list(_seen(request).filter(authorships__author=person)[: ON_PAGES + 1])
    return {"articles": found[:ON_PAGES], "more": len(found) > ON_PAGES} if found else None


def _today(request: HttpRequest, _obj: None) -> dict[str, Any] | None:
    """Texts begun and not published; what was said about one's own texts lately."""
    user = request.user
    if not isinstance(user, User):
        return None
    typed = list(WorkingDraft.objects.visible_to(user).select_related("article")[:ON_PAGES])
    newest = Review.objects.filter(
        article=OuterRef("pk"), revision__number=OuterRef("newest_number")
    ).exclude(state=ReviewState.WITHDRAWN)
    unpublished = list(
        Article.objects.visible_to(user)
        .written_by(user)
        .filter(Q(state=State.DRAFT) | Q(newest_number__gt=F("live__number")))
        .annotate(review_state=newest.values("state"))[:ON_PAGES]
    )
    said = list(
        Comment.objects.visible_to(user)
        .filter(
            article__authorships__author=user,
            removed_at=None,
            created_at__gt=timezone.now() - timedelta(days=14),
        )
        .exclude(author=user)
        .select_related("article", "author")
        .order_by("-created_at")[:ON_PAGES]
    )
    if not (typed or unpublished or said):
        return None
    return {"drafts": typed, "unpublished": unpublished, "comments": said}


def _reviews(request: HttpRequest, _obj: None) -> dict[str, Any] | None:
    """What waits for this person's decision, the longest waiting first."""
    if not permissions.can_review_any(request.user):
        return None
    asking = Review.objects.asking(request.user).for_list(request.user)
    found = list(asking.order_by("sent_at", "pk")[: ON_PAGES + 1])
    return {"reviews": found[:ON_PAGES], "more": len(found) > ON_PAGES} if found else None


def _city(request: HttpRequest, city: City) -> dict[str, Any] | None:
    own = permissions.can_write_for(request.user, city)
    return _articles(_seen(request).filter(city=city), f"?city={city.slug}", can_write=own)


def _lab(request: HttpRequest, lab: Lab) -> dict[str, Any] | None:
    found = list(_seen(request).filter(lab=lab)[: ON_PAGES + 1])
    has_begun = lab.starts_at <= timezone.now()
    kinds = [kind for kind in Kind if has_begun and permissions.can_write(request.user, kind)]
    may_write = Kind.EXPERIENCE in kinds
    # A Lab that has been held gives the draft what its minutes hold.
    drafts = kinds if lab.state == LabState.HELD else []
    if not found and not drafts and not may_write:
        return None
    return {
        "articles": found[:ON_PAGES],
        "lab": lab,
        "may_write": may_write,
        "drafts": drafts,
        "from_lab": True,
    }


def _group(request: HttpRequest, group: TwinGroup) -> dict[str, Any] | None:
    return _articles(_seen(request).filter(group=group), "", can_write=False)


def _articles(articles: Any, query: str, *, can_write: bool) -> dict[str, Any] | None:
    found = list(articles[: ON_PAGES + 1])
    if not found and not can_write:
        return None
    return {
        "articles": found[:ON_PAGES],
        "more": query if len(found) > ON_PAGES else "",
        "can_write": can_write,
    }
