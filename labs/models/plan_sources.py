"""What a step of a replication plan stands on: decisions and follow-ups of Labs, and visits."""

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cities.twinning.models import PlanStep
from labs.models.labs import Lab
from labs.models.outcomes import Outcome

if TYPE_CHECKING:
    from hub.access import Reader


class PlanSourceQuerySet(models.QuerySet["PlanSource"]):
    def visible_to(self, user: "Reader") -> Self:
        """Whoever sees the Lab, or what came out of it; the plan's own rule comes before."""
        outcomes = Outcome.objects.visible_to(user).values("pk")
        return self.filter(
            Q(outcome__in=outcomes) | Q(lab__in=Lab.objects.visible_to(user).values("pk"))
        )

    def with_thread(self) -> Self:
        return self.select_related(
            "lab", "outcome__minutes__lab", "outcome__owner", "outcome__city", "added_by"
        )


class PlanSource(models.Model):
    """A decision that a step carries out, a follow-up that serves it, or a visit it comes from."""

    step = models.ForeignKey(PlanStep, models.CASCADE, related_name="sources")
    outcome = models.ForeignKey(
        Outcome, models.CASCADE, null=True, blank=True, related_name="plan_sources"
    )
    lab = models.ForeignKey(Lab, models.CASCADE, null=True, blank=True, related_name="plan_sources")
    added_at = models.DateTimeField(default=timezone.now)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects: ClassVar[models.Manager["PlanSource"]] = PlanSourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("source of a step")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="plan_source_is_one_thing",
                condition=Q(outcome__isnull=False, lab__isnull=True)
                | Q(outcome__isnull=True, lab__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["step", "outcome", "lab"],
                name="plan_source_once_a_step",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step_id}: {self.outcome_id or self.lab_id}"

    @property
    def meeting(self) -> Lab:
        """The Lab that it was, or that decided it."""
        found = self.lab or (self.outcome.minutes.lab if self.outcome else None)
        if found is None:
            raise ValueError("A source without a Lab cannot exist (plan_source_is_one_thing).")
        return found
