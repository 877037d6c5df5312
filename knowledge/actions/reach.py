"""One list of keys says who may see an article; this pushes it to all that repeat the article."""

from django.db.models import Exists, OuterRef, TextField
from django.db.models.functions import Cast

from hub import events, files, markdown, search
from knowledge.answers.actions import settle_of
from knowledge.enums import State
from knowledge.models import Article, Attachment, Review, Revision
from knowledge.permissions import audience_keys, insider_keys
from knowledge.sections import OF_KIND


def push(article: Article) -> None:
    """Recompute the audience and hand it to files, earlier events and the search index."""
    authors = list(article.authorships.values_list("author_id", flat=True))
    asked = Review.objects.open().filter(article=article).values_list("reviewers", flat=True)
    article.insiders = insider_keys(article, authors)
    preparing = sorted({*article.insiders, *(asked.first() or [])})
    article.audience = preparing if article.is_draft else audience_keys(article, authors)
    Article.objects.filter(pk=article.pk).update(
        audience=article.audience, insiders=article.insiders
    )
    _push_pictures(article, preparing)
    # Of a draft in its first version nothing has been told yet.
    if article.newest_number > 1 or article.state != State.DRAFT:
        events.retarget(subject=article.subject, audience=article.audience)
        events.retarget(subject=article.upkeep_subject, audience=article.insiders)
    settle_of(article)
    if article.state == State.PUBLISHED:
        _index(article)
    else:
        search.remove(key=article.subject)


def _push_pictures(article: Article, preparing: list[str]) -> None:
    """As open as the versions they stand in: what only a version in review shows, few see."""
    published = (
        Revision.objects.published()
        .filter(article=article)
        .annotate(written=Cast("fields", TextField()))
        .filter(written__contains=Cast(OuterRef("file_id"), TextField()))
    )
    found = Attachment.objects.filter(article=article).annotate(is_open=Exists(published))
    pictures = dict(found.values_list("file_id", "is_open"))
    files.retarget([pk for pk, is_open in pictures.items() if is_open], article.audience)
    files.retarget([pk for pk, is_open in pictures.items() if not is_open], preparing)


def _index(article: Article) -> None:
    revision = article.live
    if revision is None or article.published_at is None:
        return
    # What does not stand in HTML (a table of results) is searched too.
    other = [
        str(revision.fields.get(section.code, ""))
        for section in OF_KIND[article.kind]
        if section.form in ("line", "results")
    ]
    words = [markdown.plain(html) for html in revision.html.values()]
    if article.city:
        other.append(article.city.name)
    search.put(
        key=article.subject,
        kind="article",
        title=article.title,
        text="\n".join(filter(None, [*words, *other])),
        url=article.get_absolute_url(),
        language=article.language,
        audience=article.audience,
        dated_at=article.published_at,
        facets=facets(article),
    )


def reindex() -> None:
    """Every published article anew, for `manage.py reindex`."""
    published = Article.objects.published().select_related("live")
    for article in published.order_by("pk").iterator(chunk_size=500):
        _index(article)


def facets(article: Article) -> list[str]:
    places = ("city", "programme", "lab", "group")
    found = [f"{p}:{getattr(article, f'{p}_id')}" for p in places if getattr(article, f"{p}_id")]
    found += [f"domain:{code}" for code in article.domains.values_list("code", flat=True)]
    found += [f"lever:{code}" for code in article.levers.values_list("code", flat=True)]
    return [*found, f"kind:{article.kind}"]
