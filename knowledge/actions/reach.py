"""One list of keys says who may see an article; this pushes it to all that repeat the article."""

from django.db.models import Q

from hub import events, files, markdown, search
from knowledge.answers.actions import settle_of
from knowledge.enums import ReuseStage, State
from knowledge.models import Article, Attachment, Reuse, Review
from knowledge.permissions import audience_keys, insider_keys
from knowledge.sections import OF_KIND
from knowledge.translation import following


def push(article: Article) -> None:
    """Recompute the audience and hand it to files, earlier events and the search index.

    Its translations follow: none is ever open to more people than its original.
    """
    original = following.original_of(article)
    if original is not None:
        following.take_over(article, original)
    preparing = _open(article, original)
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
    if original is None:
        _push_translations(article)


def _push_translations(original: Article) -> None:
    # One that is being published at this moment is waited for, and read only then.
    rows = Article.objects.select_for_update(of=("self",), no_key=True)
    named = list(rows.translations_of(original).order_by("pk").values_list("pk", flat=True))
    for translation in Article.objects.filter(pk__in=named).select_related("city", "live"):
        push(translation)


def _open(article: Article, original: Article | None) -> list[str]:
    """Set the keys that open it; returns those of the people who prepare it."""
    authors = list(article.authorships.values_list("author_id", flat=True))
    asked = Review.objects.open().filter(article=article).values_list("reviewers", flat=True)
    if original is None:
        article.insiders = insider_keys(article, authors)
        readers = audience_keys(article, authors)
    else:
        article.insiders = following.insiders_of(original, authors)
        readers = following.readers_of(article, original)
    preparing = sorted({*article.insiders, *(asked.first() or [])})
    article.audience = preparing if article.is_draft else readers
    Article.objects.filter(pk=article.pk).update(
        audience=article.audience, insiders=article.insiders
    )
    return preparing


def _push_pictures(article: Article, preparing: list[str]) -> None:
    """As open as the versions they stand in: what only a version in review shows, few see."""
    found = Attachment.objects.filter(article=article).with_openness()
    pictures = {a.file_id: a.is_open for a in found}
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
        weight=used_by(article),
    )


def used_by(article: Article) -> int:
    """Cities that took up what it tells, in whatever language, and have not stopped."""
    of_it = Q(article=article) | Q(article__translations__article=article)
    return Reuse.objects.exclude(stage=ReuseStage.STOPPED).filter(of_it).count()


def weigh(article: Article) -> None:
    """A city took it up, or let go of it: its place in the search, and its translations'."""
    for one in Article.objects.filter(Q(pk=article.pk) | Q(translation__original=article)):
        search.weigh(key=one.subject, weight=used_by(one))


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
