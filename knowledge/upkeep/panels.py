"""What the page of a text and the first page of the day show of how true texts still are."""

from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Coalesce, NullIf
from django.http import HttpRequest

from hub import panels
from hub.models import User
from knowledge.enums import FlagKind, State
from knowledge.models import Article, Confirmation, Flag, Handover
from knowledge.upkeep import permissions, radar
from knowledge.upkeep.dates import DOUBTFUL_AFTER, today
from knowledge.upkeep.words import sentence

if TYPE_CHECKING:
    from hub.access import Reader
    from knowledge.models.articles import ArticleQuerySet

ON_HOME = 5
ON_RADAR = 3


def register() -> None:
    folder = "knowledge/panels"
    panels.register(
        "today", "upkeep", template=f"{folder}/upkeep.html", source=_own, order=17, queries=2
    )
    panels.register(
        "today", "radar", template=f"{folder}/radar.html", source=_radar, order=18, queries=2
    )


def with_upkeep(articles: "ArticleQuerySet") -> "ArticleQuerySet":
    """With what the page of a text says of its truth, and no question more."""
    checks = Confirmation.objects.filter(article=OuterRef("pk")).order_by("-confirmed_at", "-pk")
    doubts = Flag.objects.open().filter(article=OuterRef("pk"), kind=FlagKind.DOUBTED)
    name = Coalesce(NullIf("confirmed_by__name", Value("")), Value(""))
    return articles.annotate(
        checked_at=checks.values("confirmed_at")[:1],
        checked_by=checks.annotate(who=name).values("who")[:1],
        doubt=doubts.values("text")[:1],
        doubted_at=doubts.values("raised_at")[:1],
    )


def upkeep_of(user: "Reader", article: Any) -> dict[str, Any]:
    """For the page of a text read by `with_upkeep`; readers are told calmly, and only so much."""
    if not article.is_standing:
        return {}
    overdue = article.review_by is not None and article.review_by < today() - DOUBTFUL_AFTER
    return {
        "shows_upkeep": True,
        "is_overdue": overdue and not article.doubt,
        "may_check": permissions.can_check(user, article),
        "may_report": permissions.can_report(user, article),
    }


def _own(request: HttpRequest, _obj: None) -> dict[str, Any] | None:
    """Texts one answers for whose day has come or that are flagged; and those offered to one."""
    user = request.user
    if not isinstance(user, User):
        return None
    up = Flag.objects.open().filter(article=OuterRef("pk"))
    mine = Article.objects.kept_true().filter(owner=user)
    due = mine.filter(Q(review_by__lte=today()) | Exists(up)).order_by("review_by", "pk")
    found: list[Any] = list(due.annotate(flag=up.values("kind")[:1])[: ON_HOME + 1])
    for article in found:
        article.why = FlagKind(article.flag).label if article.flag else ""
    offered = (
        Handover.objects.visible_to(user)
        .open()
        .filter(receiver=user, article__state=State.PUBLISHED, article__removed_at=None)
        .select_related("article", "asked_by")
    )
    asked = list(offered[:ON_HOME])
    if not found and not asked:
        return None
    return {"articles": found[:ON_HOME], "more": len(found) > ON_HOME, "handovers": asked}


def _radar(request: HttpRequest, _obj: None) -> dict[str, Any] | None:
    """For those who look after programmes and cities: what matters most of what may be untrue."""
    if not permissions.can_see_radar(request.user):
        return None
    found: list[Any] = list(radar.ranked(request.user, {})[:ON_RADAR])
    for article in found:
        article.why = sentence(article.open_flags[0])
    return {"articles": found} if found else None
