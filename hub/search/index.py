"""Writing the index: one thing at a time, a whole kind anew, and the words people may mean."""

import re
from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction

from hub import access
from hub.models import SearchChange, SearchDocument, SearchWord
from hub.search.registry import kinds
from hub.search.words import folded

#: Long enough to be mistyped, short enough to be a word; no numbers.
_WORD = re.compile(r"[^\W\d_]{4,40}")
#: More makes no difference to where a thing stands.
HEAVIEST = 1000
#: Words are learnt from texts open to all or to all who are signed in, no others.
_OPEN = (access.PUBLIC, access.SIGNED_IN)


def put(
    *,
    key: str,
    kind: str,
    title: str,
    text: str,
    url: str,
    language: str,
    audience: Iterable[str],
    dated_at: datetime,
    facets: Iterable[str] = (),
    also_in: Iterable[str] = (),
    weight: int = 0,
) -> None:
    """Index or re-index one thing, in the transaction that changed it.

    `audience` are access keys; `facets` are keys such as "city:4" or "domain:mobility".
    `language` is empty for what is in none, as a city; its words are read in those of `also_in`.
    `weight` is how many build on it.
    """
    if kind not in kinds():
        raise LookupError(f"The kind {kind!r} is not registered in a room's AppConfig.")
    document = SearchDocument(
        key=key,
        kind=kind,
        title=title[:300],
        text=text[:200_000],
        url=url,
        language=language,
        audience=sorted(set(audience)),
        facets=sorted(set(facets)),
        dated_at=dated_at,
        also_in=sorted(set(also_in)),
        weight=min(weight, HEAVIEST),
    )
    fields = ["kind", "title", "text", "url", "language", "also_in"]
    fields += ["audience", "facets", "dated_at", "weight"]
    # One statement, so that two who publish at once do not collide.
    SearchDocument.objects.bulk_create(
        [document], update_conflicts=True, unique_fields=["key"], update_fields=fields
    )


def weigh(*, key: str, weight: int) -> None:
    """More or fewer build on it now; its words are as they were."""
    known = SearchDocument.objects.filter(pk=key).exclude(weight=min(weight, HEAVIEST))
    known.update(weight=min(weight, HEAVIEST))


def remove(*, key: str) -> None:
    SearchDocument.objects.filter(pk=key).delete()


@transaction.atomic
def rebuild(code: str) -> int:
    """Put every thing of a kind anew, so that what is gone goes; the number there is now."""
    documents = SearchDocument.objects.filter(kind=code)
    again = kinds()[code].rebuild
    if again is not None:
        documents.delete()
        again()
    return documents.count()


def learn(limit: int = 500) -> int:
    """Learn the words of documents that changed; the number of changes dealt with."""
    with transaction.atomic():
        changes = list(SearchChange.objects.select_for_update(skip_locked=True)[:limit])
        documents = SearchDocument.objects.filter(
            pk__in={change.key for change in changes}, audience__overlap=list(_OPEN)
        )
        words = {
            word.lower()
            for title, text in documents.values_list("title", "text")
            for word in _WORD.findall(f"{title} {text[:100_000]}")
        }
        _add_words(words)
        SearchChange.objects.filter(pk__in=[change.pk for change in changes]).delete()
    return len(changes)


def _add_words(words: set[str]) -> None:
    """In one order, so that two learners who wait for each other's words cannot deadlock."""
    short = sorted(word for word in words if len(word) <= 40)
    SearchWord.objects.bulk_create(
        [SearchWord(word=word, folded=folded(word)[:80]) for word in short],
        ignore_conflicts=True,
        batch_size=2000,
    )


def forget_words() -> None:
    """Empty the list of words, to be learnt anew from everything there is."""
    with transaction.atomic(), connection.cursor() as cursor:
        SearchWord.objects.all().delete()
        cursor.execute("INSERT INTO hub_searchchange (key) SELECT key FROM hub_searchdocument")
