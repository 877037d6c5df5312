"""What the page of a text shows of its other languages."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import Coalesce, JSONObject
from django.utils.translation import get_language

from hub import access
from hub.forms.search import language_name
from hub.languages import LANGUAGES
from knowledge import permissions
from knowledge.enums import State
from knowledge.models import Article, Authorship, Rendering, Revision, Translation
from knowledge.translation.following import choices_of
from knowledge.translation.permissions import can_translate

if TYPE_CHECKING:
    from hub.access import Reader

_NAMES = dict(LANGUAGES)


def in_words(code: str) -> str:
    """A language as it stands within a sentence of the reader's language."""
    name = language_name(code)
    # Swedish writes its names of languages small.
    return name.lower() if (get_language() or "").startswith("sv") else name


def with_languages(articles: "QuerySet[Article, Any]", user: "Reader") -> "QuerySet[Article, Any]":
    """With the original of a translation, and the translations that this reader may open."""
    original = "translation__original"
    heavy = [f"{original}__live__{name}" for name in ("facts", "html")]
    seen = Translation.objects.visible_to(user).exclude(article__state=State.DRAFT)
    there = seen.filter(original=OuterRef("root")).order_by("language")
    wrote = Authorship.objects.filter(article=OuterRef("root")).order_by("position")
    tongue = JSONObject(pk="article", slug="article__slug", language="language")
    return (
        articles.select_related(f"{original}__live")
        .defer(*heavy)
        .annotate(root=Coalesce("translation__original", "pk"))
        .annotate(wrote=ArraySubquery(wrote.values("author__name")))
        .annotate(tongues=ArraySubquery(there.values(tongue=tongue)))
    )


def languages_of(user: "Reader", article: Any, revision: Revision) -> dict[str, Any]:
    """In which languages it may be read, and, of a translation, what it is worth.

    `article` comes `with_languages`; one query, of a translation only.
    """
    own = getattr(article, "translation", None)
    original = own.original if own else article
    if own and not access.opened_by(user, original.audience):
        original = None
    tongues = list(article.tongues)
    if original is not None:
        written = {"pk": original.pk, "slug": original.slug, "language": original.language}
        tongues.insert(0, written)
    others = [tongue for tongue in tongues if tongue["pk"] != article.pk]
    for tongue in tongues:
        tongue["name"] = _NAMES.get(tongue["language"], tongue["language"])
    shown: dict[str, Any] = {
        "languages": tongues if others else [],
        "may_translate": original is not None and can_translate(user, original),
        "base_url": settings.BASE_URL,
    }
    if own is None:
        return shown
    # Who translated stands below, beside what it was translated from.
    names = [name for name in article.wrote if name] if original else []
    return shown | {
        "writers": names,
        "translation": _state(user, article, revision, original),
    }


def source_of(user: "Reader", revision: Revision) -> Revision | None:
    """The version of the original that a version of a translation says; one query."""
    heavy = [f"based_on__{name}" for name in ("fields", "facts", "html")]
    made = Rendering.objects.select_related("based_on__article").defer(*heavy)
    rendering = made.filter(revision=revision).first()
    if rendering is None or not access.opened_by(user, rendering.based_on.article.audience):
        return None
    return rendering.based_on


def _state(
    user: "Reader", article: Article, revision: Revision, original: Article | None
) -> dict[str, Any]:
    heavy = [f"based_on__{name}" for name in ("fields", "facts", "html")]
    made = Rendering.objects.select_related("based_on", "confirmed_by").defer(*heavy)
    rendering = made.get(revision=revision)
    live = original.live if original else None
    is_shown = live is not None and article.live_id == revision.pk
    return {
        "original": original,
        "rendering": rendering,
        "live": live,
        "is_outdated": live is not None and rendering.based_on.number < live.number,
        "from": in_words(article.translation.original_language),
        "may_confirm": is_shown and permissions.can_edit(user, article),
        "choices": choices_of(article.kind, live) if live else {},
    }
