"""The search index: plain facts that rooms push, with the keys that open them."""

from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from hub import access

if TYPE_CHECKING:
    from hub.access import Reader


class SearchDocumentQuerySet(models.QuerySet["SearchDocument"]):
    def visible_to(self, user: "Reader") -> "SearchDocumentQuerySet":
        return self.filter(audience__overlap=list(access.keys_of(user)))


class SearchDocument(models.Model):
    """One thing that can be found; `vector` is filled by a database trigger."""

    #: The subject, e.g. "lab:7".
    key = models.CharField(max_length=60, primary_key=True)
    #: "city", "lab", "article", …; registered in hub.search.
    kind = models.CharField(max_length=30)
    title = models.CharField(max_length=300)
    text = models.TextField(blank=True)
    #: Of title and text; empty where the thing itself is in no language, as a city is.
    language = models.CharField(max_length=8, blank=True)
    #: Other languages that words of the text are in.
    also_in = ArrayField(models.CharField(max_length=8), default=list)
    url = models.CharField(max_length=300)
    audience = ArrayField(models.CharField(max_length=60))
    #: Facets as keys: "city:4", "domain:mobility", "programme:1".
    facets = ArrayField(models.CharField(max_length=60), default=list)
    #: The date that ranks it: published, held, last changed.
    dated_at = models.DateTimeField()
    #: How many build on it; of things that fit alike the heavier comes first.
    weight = models.PositiveSmallIntegerField(default=0, db_default=0)
    vector = SearchVectorField(null=True, editable=False)

    objects: ClassVar[models.Manager["SearchDocument"]] = SearchDocumentQuerySet.as_manager()

    class Meta:
        indexes = [
            GinIndex(fields=["vector"], name="search_vector"),
            GinIndex(fields=["title"], name="search_title_trigrams", opclasses=["gin_trgm_ops"]),
            models.Index(fields=["-dated_at"], name="search_newest"),
            models.Index(fields=["kind", "-dated_at"], name="search_newest_of_kind"),
        ]

    def __str__(self) -> str:
        return self.key


class SearchChange(models.Model):
    """A document whose words are still to be learnt; written by a trigger, emptied by a worker."""

    id = models.BigAutoField(primary_key=True)
    key = models.CharField(max_length=60)

    def __str__(self) -> str:
        return self.key


class SearchWord(models.Model):
    """A word that somebody may have meant: from texts that are open to all or to all signed in.

    It proves nothing about who may read what; a word is offered only to a reader
    who can see a document with it (hub.search.typos).
    """

    word = models.CharField(max_length=40, primary_key=True)
    #: Without accents, in lower case.
    folded = models.CharField(max_length=80, db_index=True)

    class Meta:
        indexes = [
            GinIndex(fields=["folded"], name="search_word_trigrams", opclasses=["gin_trgm_ops"])
        ]

    def __str__(self) -> str:
        return self.word
