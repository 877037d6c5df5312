"""What the page of a need, and that of a text, show of answers."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.http import HttpRequest
from django.utils.translation import get_language

from cities.models import Wish
from hub import panels
from knowledge.answers import permissions
from knowledge.enums import Kind
from knowledge.models import Answer, Article
from knowledge.permissions import can_write

MOST = 100
SUGGESTED = 5


def register() -> None:
    panels.register(
        "need",
        "answers",
        template="knowledge/answers/_answers.html",
        source=_answers,
        order=10,
        queries=2,
    )


def needs_of() -> ArraySubquery:
    """For the margin of a text, in its own query: what it answers, as plain facts."""
    standing = Answer.objects.standing().filter(article=OuterRef("pk"))
    answers = standing.order_by("given_at", "pk")
    need = JSONObject(
        pk="wish_id",
        text="wish__text",
        language="wish__language",
        city="wish__city__name",
        slug="wish__city__slug",
        verdict="verdict",
    )
    return ArraySubquery(answers.values(need=need)[:SUGGESTED])


def _answers(request: HttpRequest, wish: Wish) -> dict[str, Any] | None:
    """What was answered; until something was, and beside an offer, texts of the same domains."""
    user, found = request.user, []
    if wish.is_need:
        seen = Answer.objects.visible_to(user).told().filter(wish=wish).with_ends()
        found = list(seen[:MOST])
        for answer in found:
            answer.wish = wish
            answer.may_remove = permissions.can_take_away(user, answer)  # type: ignore[attr-defined]
    return {
        "wish": wish,
        "answers": found,
        "near": [] if found else _near(request, wish),
        "may_answer": permissions.can_answer(user, wish),
        "may_judge": permissions.can_judge(user, wish),
        "may_write": can_write(user, Kind.EXPERIENCE),
    }


def _near(request: HttpRequest, wish: Wish) -> list[Article]:
    seen = Article.objects.published().visible_to(request.user).once_each(get_language() or "")
    texts = seen.about(wish.domains.values("pk"))
    if not wish.is_need:
        texts = texts.filter(city=wish.city_id)
    return list(texts.select_related("city").newest()[:SUGGESTED])
