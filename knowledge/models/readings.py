from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from knowledge.models.articles import Article

if TYPE_CHECKING:
    from hub.access import Reader


class ReadingQuerySet(models.QuerySet["Reading"]):
    def visible_to(self, user: "Reader") -> Self:
        """One's own, nobody else's."""
        return self.filter(user_id=user.pk)


class Reading(models.Model):
    """The newest version of an article that a person has read, and since when; no history."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="readings")
    article = models.ForeignKey(Article, models.CASCADE, related_name="readings")
    number = models.PositiveIntegerField()
    read_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager["Reading"]] = ReadingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "article"], name="reading_once_per_article"),
            models.CheckConstraint(name="reading_counts_from_one", condition=Q(number__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.article_id}, {self.number}"
