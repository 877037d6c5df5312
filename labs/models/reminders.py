from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from labs.models.labs import Lab


class ReminderRule(models.Model):
    """When, before a Lab, its registered people are reminded."""

    lab = models.ForeignKey(Lab, models.CASCADE, related_name="reminder_rules")
    days_before = models.PositiveSmallIntegerField(_("days before"))

    class Meta:
        ordering = ["-days_before"]
        constraints = [
            models.UniqueConstraint(
                fields=["lab", "days_before"], name="reminder_rule_once_per_day"
            ),
            models.CheckConstraint(
                name="reminder_rule_within_a_year",
                condition=Q(days_before__gte=1, days_before__lte=365),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.days_before} d"
