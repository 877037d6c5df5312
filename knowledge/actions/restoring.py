"""An earlier version's words once more, as a new version."""

from dataclasses import replace

from django.db import transaction

from hub.models import User
from knowledge.actions import articles
from knowledge.actions.articles import Entry
from knowledge.models import Article, Revision, Translation


def restored(article: Article, revision: Revision, change: str) -> Entry:
    """The words of then; who may read it, where it belongs and who wrote it, as today.

    A text that was open once and is not any more must not open again with its old words.
    """
    entry = articles.entry_of(revision)
    is_taken = Translation.objects.filter(original=article, language=entry.language).exists()
    people = [a.author for a in article.authorships.select_related("author").order_by("position")]
    return replace(
        entry,
        # It may have been translated since into the language it was in then.
        language=article.language if is_taken else entry.language,
        visibility=article.visibility,
        city=article.city,
        programme=article.programme,
        lab=article.lab,
        group=article.group,
        coauthors=[person for person in people if person.pk != article.created_by_id],
        change=change,
    )


@transaction.atomic
def restore(
    *, by: User, article: Article, revision: Revision, base: int, change: str, publish: bool
) -> Article:
    """Raises EditConflict where `base` is no longer the newest version."""
    entry = restored(article, revision, change)
    return articles.revise(by=by, article=article, entry=entry, base=base, publish=publish)
