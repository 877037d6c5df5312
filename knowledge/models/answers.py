from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.enums import Visibility
from cities.models import Wish
from hub import access
from hub.languages import LANGUAGES
from hub.models import Removable, removed_with_reason
from knowledge.enums import State, Verdict
from knowledge.models.articles import Article

if TYPE_CHECKING:
    from hub.access import Reader


class AnswerQuerySet(models.QuerySet["Answer"]):
    def visible_to(self, user: "Reader") -> Self:
        """Words are as public as the need; a text is seen by whom it is open to.

        What was taken down is seen by who gave it, and the admins.
        """
        seen = self.filter(Q(article=None) | Q(article__in=Article.objects.visible_to(user)))
        if access.ADMIN in access.keys_of(user):
            return seen
        seen = seen.filter(wish__in=Wish.objects.visible_to(user))
        return seen.filter(Q(removed_at=None) | Q(given_by=user.pk))

    def standing(self) -> Self:
        """Neither it nor the need was taken down after a report."""
        return self.filter(removed_at=None, wish__removed_at=None)

    def told(self) -> Self:
        """Not those whose text is still being written."""
        return self.exclude(article__state=State.DRAFT)

    def for_everybody(self) -> Self:
        """What makes a need an answered one: all may read it, and its city found no fault."""
        published = Q(
            article__state=State.PUBLISHED,
            article__visibility=Visibility.PUBLIC,
            article__audience=[access.PUBLIC],
        )
        found = self.filter(Q(article=None) | published, removed_at=None)
        return found.exclude(verdict=Verdict.OTHER)

    def with_ends(self) -> Self:
        return self.select_related("article__city", "given_by")


class Answer(Removable):
    """What helps a city that wants to learn something: a text, a few words, or both.

    That it answers a need and not an offer is watched by a trigger (0009_answers).
    """

    wish = models.ForeignKey(Wish, models.CASCADE, related_name="answers")
    article = models.ForeignKey(
        Article, models.CASCADE, null=True, blank=True, related_name="answers"
    )
    text = models.TextField(_("in a few words"), max_length=1000, blank=True)
    #: Of the words.
    language = models.CharField(max_length=8, choices=LANGUAGES)
    given_at = models.DateTimeField(default=timezone.now)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    #: Of the city that wants to learn; empty until it has said something.
    verdict = models.CharField(max_length=8, choices=Verdict, blank=True)
    judged_at = models.DateTimeField(null=True, blank=True)
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_sample = models.BooleanField(default=False, editable=False)

    objects: ClassVar[models.Manager["Answer"]] = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["given_at", "pk"]
        constraints = [
            removed_with_reason("answer_removed_with_reason"),
            models.UniqueConstraint(fields=["wish", "article"], name="answer_once_by_a_text"),
            models.CheckConstraint(
                name="answer_says_something", condition=Q(article__isnull=False) | ~Q(text="")
            ),
            models.CheckConstraint(
                name="answer_judged_at_with_by",
                condition=Q(verdict="", judged_at__isnull=True, judged_by__isnull=True)
                | Q(verdict__in=Verdict.values, judged_at__isnull=False, judged_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.wish_id}: {self.article_id or self.text}"

    @property
    def subject(self) -> str:
        return f"answer:{self.pk}"

    def get_absolute_url(self) -> str:
        """Of one loaded with its need and the need's city."""
        return f"{self.wish.get_absolute_url()}#answer-{self.pk}"
