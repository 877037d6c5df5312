from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from hub import access
from knowledge.enums import ReviewState
from knowledge.models.articles import Article

if TYPE_CHECKING:
    from hub.access import Reader


class RevisionQuerySet(models.QuerySet["Revision"]):
    def visible_to(self, user: "Reader") -> Self:
        """What was published as the article is; the rest to those who prepare and review it."""
        keys = list(access.keys_of(user))
        in_review = Q(review__reviewers__overlap=keys) & ~Q(review__state=ReviewState.WITHDRAWN)
        published = Q(published_at__isnull=False, article__audience__overlap=keys)
        return self.filter(published | Q(article__insiders__overlap=keys) | in_review)

    def published(self) -> Self:
        """What has been live once: all that readers of the article may open."""
        return self.filter(published_at__isnull=False)


class Revision(models.Model):
    """One version of an article, never changed and never deleted (migrations 0002 and 0004)."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=160)
    #: Section code → what was written (knowledge.sections).
    fields = models.JSONField(default=dict)
    #: What stood beside the text: codes of domains and levers, language, visibility, city.
    facts = models.JSONField(default=dict)
    change = models.CharField(max_length=200, blank=True)
    #: Section code → HTML, made once; may be made anew by a later version of hub.markdown.
    html = models.JSONField(default=dict)
    markup_version = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="revisions")
    #: When it became the live version; one that never did is not for readers.
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects: ClassVar[models.Manager["Revision"]] = RevisionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="revision_number_once"),
            models.CheckConstraint(name="revision_counts_from_one", condition=Q(number__gte=1)),
            models.CheckConstraint(name="revision_has_title", condition=~Q(title="")),
            models.CheckConstraint(
                name="revision_published_at_with_by",
                condition=Q(published_at__isnull=True, published_by__isnull=True)
                | Q(published_at__isnull=False, published_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"

    def get_absolute_url(self) -> str:
        return reverse("article-version", args=[self.article.slug, self.number])

    @property
    def content(self) -> dict[str, Any]:
        """Everything a form asks for, by the name of its field."""
        return {"title": self.title, **self.fields, **self.facts}
