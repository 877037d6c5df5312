from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from hub.languages import LANGUAGES
from knowledge.enums import JobState, Making
from knowledge.models.articles import Article
from knowledge.models.revisions import Revision

if TYPE_CHECKING:
    from hub.access import Reader


class TranslationQuerySet(models.QuerySet["Translation"]):
    def visible_to(self, user: "Reader") -> Self:
        """Whoever sees both texts."""
        seen = Article.objects.visible_to(user)
        return self.filter(article__in=seen, original__in=seen)


class Translation(models.Model):
    """That an article says what another one says, in another language.

    The database holds (0008): it is no translation of a translation, its two languages are those
    of the two articles, it is seen by nobody who does not see its original, and each of its
    versions has a Rendering.
    """

    article = models.OneToOneField(
        Article, models.CASCADE, primary_key=True, related_name="translation"
    )
    original = models.ForeignKey(Article, models.CASCADE, related_name="translations")
    #: The languages of the two, held equal to them by foreign keys.
    language = models.CharField(max_length=8, choices=LANGUAGES)
    original_language = models.CharField(max_length=8, choices=LANGUAGES)

    objects: ClassVar[models.Manager["Translation"]] = TranslationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["original", "language"], name="translation_once_per_language"
            ),
            models.CheckConstraint(
                name="translation_into_another_language",
                condition=~Q(language=F("original_language")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.original_id}: {self.language}"


class RenderingQuerySet(models.QuerySet["Rendering"]):
    def visible_to(self, user: "Reader") -> Self:
        return self.filter(revision__in=Revision.objects.visible_to(user))


class Rendering(models.Model):
    """Which version of the original a version of a translation says, and how it came about.

    `based_on` moves forward only: where the words stayed the same, or somebody has said that the
    translation is still right. Nothing else of it changes, and no version by machine comes after
    one by a person (0008).
    """

    revision = models.OneToOneField(
        Revision, models.CASCADE, primary_key=True, related_name="rendering"
    )
    translation = models.ForeignKey(Translation, models.CASCADE, related_name="renderings")
    based_on = models.ForeignKey(Revision, models.CASCADE, related_name="+")
    made = models.CharField(max_length=8, choices=Making)
    #: When somebody has last read it beside the original and found it right.
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects: ClassVar[models.Manager["Rendering"]] = RenderingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="rendering_made_is_known", condition=Q(made__in=Making.values)
            ),
            models.CheckConstraint(
                name="rendering_confirmed_at_with_by",
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.revision_id} of {self.based_on_id}"

    @property
    def is_unread(self) -> bool:
        """By machine, and nobody has said that it is right."""
        return self.made == Making.MACHINE and self.confirmed_at is None


class TranslationJobQuerySet(models.QuerySet["TranslationJob"]):
    def visible_to(self, user: "Reader") -> Self:
        return self.filter(original__in=Article.objects.visible_to(user))

    def waiting(self) -> Self:
        return self.filter(state=JobState.WAITING)


class TranslationJob(models.Model):
    """A text given to the machine: the row is the truth, the task only a wake-up."""

    original = models.ForeignKey(Article, models.CASCADE, related_name="translation_jobs")
    language = models.CharField(max_length=8, choices=LANGUAGES)
    state = models.CharField(max_length=8, choices=JobState, default=JobState.WAITING)
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    #: Raised by each claim, so that a worker that comes back late settles nothing.
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    leased_until = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["TranslationJob"]] = TranslationJobQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["original", "language"],
                name="translation_job_one_waiting",
                condition=Q(state="waiting"),
            ),
            models.CheckConstraint(
                name="translation_job_settled_once",
                condition=Q(state="waiting", settled_at__isnull=True)
                | Q(state__in=["done", "failed"], settled_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], name="translation_job_due", condition=Q(state="waiting")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.original_id}: {self.language}, {self.state}"

    @property
    def subject(self) -> str:
        return f"translation-job:{self.pk}"
