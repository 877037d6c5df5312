"""What may have been meant where nothing was found.

A word is offered only after the reader's own search has found a document with it,
so a suggestion cannot say more than the results would.
"""

import re
from typing import TYPE_CHECKING

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Value
from django.db.models.fields import TextField
from rapidfuzz.distance import OSA

from hub.models import SearchDocument, SearchWord
from hub.search.query import bounded, matching
from hub.search.words import folded, slips, terms

if TYPE_CHECKING:
    from hub.access import Reader

_MOST_TERMS = 5
_WORDS_OF_TITLE = re.compile(r"[^\W\d_]{3,40}")


def corrected(reader: "Reader", query: str) -> str:
    """The query with words put right that the reader can find nothing for; or ""."""
    asked = terms(query)[:_MOST_TERMS]
    if not asked:
        return ""
    with bounded():
        known = _known(reader, asked)
        unknown = [term for term in asked if term not in known]
        candidates = {term: best(term, _candidates(reader, term)) for term in unknown}
        found = _known(reader, sorted({w for words in candidates.values() for w in words}))
    better = query
    for term, words in candidates.items():
        choice = next((word for word in words if word in found), None)
        if choice is None:
            return ""
        better = re.sub(rf"\b{re.escape(term)}\b", choice, better, flags=re.IGNORECASE)
    return "" if better == query else better


def best(term: str, words: set[str]) -> list[str]:
    """The nearest few: one slip in a short word, up to three in a long one."""
    plain = folded(term)
    allowed = 1 if len(plain) <= 5 else 2 if len(plain) <= 9 else 3
    near = [(OSA.distance(plain, folded(word)), word) for word in words if word != term]
    return [word for distance, word in sorted(near) if distance <= allowed][:5]


def _known(reader: "Reader", words: list[str]) -> set[str]:
    """Which of the words stand in something the reader may see; one query."""
    if not words:
        return set()
    parts = [
        matching(reader, word)
        .order_by()
        .annotate(asked=Value(word, output_field=TextField()))
        .values_list("asked", flat=True)[:1]
        for word in words
    ]
    return set(parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0])


def _candidates(reader: "Reader", term: str) -> set[str]:
    """Words that look alike: of open texts, and of titles the reader may see."""
    plain = folded(term)
    like = (
        SearchWord.objects.filter(folded__trigram_similar=plain)
        .annotate(likeness=TrigramSimilarity("folded", plain))
        .order_by("-likeness", "word")
        .values_list("word", flat=True)[:20]
    )
    # Trigrams fail short words: "Lnud" shares none with "Lund".
    slipped = SearchWord.objects.filter(folded__in=slips(plain)).values_list("word", flat=True)
    titles = (
        SearchDocument.objects.visible_to(reader)
        .filter(title__trigram_word_similar=term)
        .order_by()
        .values_list("title", flat=True)[:30]
    )
    in_titles = {w.lower() for title in titles for w in _WORDS_OF_TITLE.findall(title)}
    return {*like, *slipped, *in_titles}
