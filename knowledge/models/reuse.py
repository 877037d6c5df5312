from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.models import City
from knowledge.enums import ReuseStage, SourceAnswer
from knowledge.models.articles import Article
from knowledge.models.revisions import Revision

if TYPE_CHECKING:
    from hub.access import Reader


class ReuseQuerySet(models.QuerySet["Reuse"]):
    def visible_to(self, user: "Reader") -> Self:
        """Whoever reads the article sees who uses it."""
        return self.filter(article__in=Article.objects.visible_to(user))

    def with_ends(self) -> Self:
        """With both cities and the version's number; its words stay where they are."""
        words = ("revision__fields", "revision__facts", "revision__html")
        return self.select_related("article__city", "city", "revision").defer(*words)

    def newest(self) -> Self:
        return self.order_by("-changed_at", "-pk")

    def newest_of_pairs(self) -> Self:
        """Of each two cities the newest, with what a map shows of them."""
        ends = ("article__city", "city")
        shown = ("name", "slug", "latitude", "longitude", "population")
        return (
            self.exclude(article__city=None)
            .select_related(None)
            .select_related(*ends)
            .only("stage", "article", *(f"{end}__{name}" for end in ends for name in shown))
            .order_by(*ends, "-changed_at", "-pk")
            .distinct(*ends)
        )

    def unanswered(self) -> Self:
        return self.filter(answer="")


class Reuse(models.Model):
    """That a city takes over what an article tells; one row for each city, its steps beside it.

    That the city is another than the article's, and the version one of its own, is watched by
    a trigger (0003_reuse).
    """

    article = models.ForeignKey(Article, models.CASCADE, related_name="reuses")
    city = models.ForeignKey(City, models.PROTECT, related_name="reuses", verbose_name=_("city"))
    #: The version that was read when it was declared.
    revision = models.ForeignKey(Revision, models.CASCADE, related_name="reuses")
    stage = models.CharField(_("how far you have come"), max_length=10, choices=ReuseStage)
    text = models.TextField(_("what you do with it"), max_length=2000)
    outcome = models.TextField(_("what came of it"), max_length=2000, blank=True)
    #: Why it was stopped: as worth knowing as a success.
    reason = models.TextField(_("why you stopped"), max_length=2000, blank=True)
    #: Raised with each change; the form of an editor carries the one it began from.
    version = models.PositiveIntegerField(default=1)
    declared_at = models.DateTimeField(default=timezone.now)
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    #: Of the city that wrote; empty until it has said something.
    answer = models.CharField(max_length=10, choices=SourceAnswer, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_sample = models.BooleanField(default=False, editable=False)

    objects: ClassVar[models.Manager["Reuse"]] = ReuseQuerySet.as_manager()

    class Meta:
        verbose_name = _("reuse")
        verbose_name_plural = _("reuses")
        constraints = [
            models.UniqueConstraint(fields=["article", "city"], name="reuse_once_per_city"),
            models.CheckConstraint(
                name="reuse_stage_is_known", condition=Q(stage__in=ReuseStage.values)
            ),
            models.CheckConstraint(
                name="reuse_stopped_says_why",
                condition=Q(~Q(reason=""), stage="stopped") | Q(~Q(stage="stopped"), reason=""),
            ),
            models.CheckConstraint(name="reuse_says_what", condition=~Q(text="")),
            models.CheckConstraint(
                name="reuse_answered_at_with_by",
                condition=Q(answer="", answered_at__isnull=True, answered_by__isnull=True)
                | Q(
                    answer__in=SourceAnswer.values,
                    answered_at__isnull=False,
                    answered_by__isnull=False,
                ),
            ),
        ]
        indexes = [models.Index(fields=["-changed_at", "-id"], name="reuse_newest")]

    def __str__(self) -> str:
        return f"{self.city_id}: {self.article_id}"

    def get_absolute_url(self) -> str:
        return f"{reverse('article-reuse', args=[self.article.slug])}#reuse-{self.pk}"

    @property
    def is_stopped(self) -> bool:
        return self.stage == ReuseStage.STOPPED


class ReuseStepQuerySet(models.QuerySet["ReuseStep"]):
    def visible_to(self, user: "Reader") -> Self:
        return self.filter(reuse__in=Reuse.objects.visible_to(user))


class ReuseStep(models.Model):
    """A stage that a city reached, and when; never changed (0003_reuse)."""

    reuse = models.ForeignKey(Reuse, models.CASCADE, related_name="steps")
    stage = models.CharField(max_length=10, choices=ReuseStage)
    taken_at = models.DateTimeField(default=timezone.now)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager["ReuseStep"]] = ReuseStepQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.reuse_id}: {self.stage}"
