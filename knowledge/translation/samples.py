from datetime import datetime, timedelta

from hub import samples
from hub.models import Event
from knowledge.actions import articles
from knowledge.models import Article
from knowledge.translation import actions
from knowledge.translation.sample_texts import TEXTS, SampleTranslation


def load(original: Article, at: datetime) -> None:
    """The sample translations that were made from the version which is live now."""
    live = original.live
    for text in TEXTS:
        if live is not None and (text.of, text.version) == (original.title, live.number):
            _load(text, original, at + timedelta(days=1))


def _load(text: SampleTranslation, original: Article, at: datetime) -> None:
    by = samples.person(text.by)
    begun = actions.begin(
        by=by, original=original, language=text.language, title=text.title, is_sample=True, at=at
    )
    live = original.live
    if live is None:
        return
    entry = actions.entry_for(
        original, live, title=text.title, fields=dict(text.fields), language=text.language
    )
    made = articles.revise(by=by, article=begun, entry=entry, base=1, publish=True, at=at)
    Event.objects.about(made.subject).update(created_at=at)


def date_back(original: Article, at: datetime) -> None:
    """That one is outdated is as old as the change of its original."""
    for article in Article.objects.translations_of(original):
        told = Event.objects.about(article.subject).filter(verb="translation.outdated")
        told.update(created_at=at)
