"""Short ways to translations: begun, published, and what their originals do next."""

from typing import Any

from knowledge.actions import articles
from knowledge.actions.articles import Entry
from knowledge.models import Article, Rendering, Revision
from knowledge.translation import actions
from tests.conftest import Cast
from tests.knowledge.making import entry

WORDS = {"tried": "Vi hyrde två maskiner.", "setback": "Laddningen tog hela natten."}


def begun(cast: Cast, original: Article, **changes: Any) -> Article:
    values = {"by": cast.mallory, "language": "sv", "title": "Eldrivna grävmaskiner"}
    return actions.begin(original=original, **values | changes)


def words(original: Article, by: Any, based_on: Revision | None = None, **changes: Any) -> Entry:
    original.refresh_from_db()
    values: dict[str, Any] = {"title": "Eldrivna grävmaskiner", "fields": WORDS, "language": "sv"}
    source = based_on or original.live
    assert source is not None
    return actions.entry_for(original, source, **values | changes)


def translated(cast: Cast, original: Article, by: Any = None, **changes: Any) -> Article:
    """Published, from what is live."""
    by = by or cast.mallory
    article = begun(cast, original, by=by)
    made = words(original, by, **changes)
    return articles.revise(by=by, article=article, entry=made, base=1, publish=True)


def renew(cast: Cast, original: Article, publish: bool = True, **changes: Any) -> Article:
    """The next version of an original; its words change unless told otherwise."""
    original.refresh_from_db()
    values = {"fields": {"tried": "We rented three machines.", "setback": "Noise at night."}}
    made = entry(cast, **values | changes)
    return articles.revise(
        by=cast.bob, article=original, entry=made, base=original.newest_number, publish=publish
    )


def rendering(article: Article) -> Rendering:
    article.refresh_from_db()
    return Rendering.objects.get(revision=article.live)


def form_of(article: Article, **changes: Any) -> dict[str, Any]:
    """What a browser sends from the editor of a translation."""
    article.refresh_from_db()
    original = article.translation.original
    return {
        "kind": article.kind,
        "article": article.slug,
        "base": str(article.newest_number),
        "based_on": str(original.live.number),
        "action": "publish",
        "title": "Eldrivna grävmaskiner på Brunnshög",
        **WORDS,
    } | changes
