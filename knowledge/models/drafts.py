import uuid
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from knowledge.enums import Kind
from knowledge.models.articles import Article
from labs.models import Lab

if TYPE_CHECKING:
    from hub.access import Reader


class WorkingDraftQuerySet(models.QuerySet["WorkingDraft"]):
    def visible_to(self, user: "Reader") -> Self:
        """One's own, nobody else's."""
        return self.filter(user_id=user.pk)


class WorkingDraft(models.Model):
    """What one person has typed and not yet saved, kept by itself while they write."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts")
    article = models.ForeignKey(
        Article, models.CASCADE, null=True, blank=True, related_name="drafts"
    )
    kind = models.CharField(max_length=12, choices=Kind)
    lab = models.ForeignKey(Lab, models.SET_NULL, null=True, blank=True, related_name="+")
    title = models.CharField(max_length=200, blank=True)
    #: The form's fields as typed, valid or not.
    data = models.JSONField(default=dict)
    #: Of a file that it began with: what could not be taken over, in sentences.
    left_out = ArrayField(models.TextField(), default=list, db_default=[], blank=True)
    #: Number of the revision the writing began from; 0 for a new article.
    base_number = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(auto_now_add=True)
    saved_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[models.Manager["WorkingDraft"]] = WorkingDraftQuerySet.as_manager()

    class Meta:
        ordering = ["-saved_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "article"],
                name="working_draft_once_per_article",
                condition=Q(article__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(self.key)
