"""Texts that a step of a replication plan builds on, and what has happened to them since."""

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.twinning.models import PlanStep
from cities.twinning.models.plans import insiders
from knowledge.enums import AlarmKind
from knowledge.models.articles import Article
from knowledge.models.revisions import Revision

if TYPE_CHECKING:
    from hub.access import Reader


class PlanCitationQuerySet(models.QuerySet["PlanCitation"]):
    def visible_to(self, user: "Reader") -> Self:
        """Whoever reads the text; who works with the plan, also that one is no longer there."""
        readable = Q(article__in=Article.objects.visible_to(user).standing().values("pk"))
        gone = Q(article__isnull=True) | ~Q(article__state="published")
        gone |= Q(article__removed_at__isnull=False)
        return self.filter(readable | (gone & insiders(user, "step__plan__")))


class PlanCitation(models.Model):
    """That a step builds on one version of a text."""

    step = models.ForeignKey(PlanStep, models.CASCADE, related_name="citations")
    article = models.ForeignKey(
        Article, models.SET_NULL, null=True, blank=True, related_name="plan_citations"
    )
    #: The version that was read when it was cited, or looked at again.
    revision = models.ForeignKey(
        Revision, models.SET_NULL, null=True, blank=True, related_name="plan_citations"
    )
    #: Of that version: what is left where the text is gone.
    title = models.CharField(max_length=160)
    cited_at = models.DateTimeField(default=timezone.now)
    cited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager["PlanCitation"]] = PlanCitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("citation in a plan")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["step", "article"], name="plan_citation_once_a_step"),
            models.CheckConstraint(name="plan_citation_has_title", condition=~Q(title="")),
        ]

    def __str__(self) -> str:
        return f"{self.step_id}: {self.title}"

    @property
    def is_gone(self) -> bool:
        return self.article is None or not self.article.is_standing


class PlanAlarmQuerySet(models.QuerySet["PlanAlarm"]):
    def visible_to(self, user: "Reader") -> Self:
        """Those who work with the plan, of texts that they may know of."""
        cited = PlanCitation.objects.visible_to(user).values("pk")
        return self.filter(insiders(user, "citation__step__plan__"), citation__in=cited)

    def open(self) -> Self:
        return self.filter(settled_at=None)


class PlanAlarm(models.Model):
    """What has happened to a cited text; it stands until somebody of the city has looked at it."""

    citation = models.ForeignKey(PlanCitation, models.CASCADE, related_name="alarms")
    kind = models.CharField(max_length=8, choices=AlarmKind)
    #: What it stands on: a version's number, a flag. Told apart by it.
    evidence = models.CharField(max_length=60, blank=True)
    raised_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects: ClassVar[models.Manager["PlanAlarm"]] = PlanAlarmQuerySet.as_manager()

    class Meta:
        verbose_name = _("alarm of a plan")
        ordering = ["raised_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["citation", "kind", "evidence"], name="plan_alarm_once_for_its_evidence"
            ),
            models.CheckConstraint(
                name="plan_alarm_kind_known", condition=Q(kind__in=AlarmKind.values)
            ),
            models.CheckConstraint(
                name="plan_alarm_settled_at_with_by",
                condition=Q(settled_at__isnull=True, settled_by__isnull=True)
                | Q(settled_at__isnull=False, settled_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["citation"], name="plan_alarm_open", condition=Q(settled_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.citation_id}: {self.kind}"
