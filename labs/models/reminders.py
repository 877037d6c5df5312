from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from labs.enums import ReminderKind
from labs.models.labs import Lab


class ReminderRule(models.Model):
    """When, before or after a Lab, whom a mail reminds of it."""

    lab = models.ForeignKey(Lab, models.CASCADE, related_name="reminder_rules")
    kind = models.CharField(
        max_length=10,
        choices=ReminderKind,
        default=ReminderKind.BEFORE,
        db_default=ReminderKind.BEFORE,
    )
    days = models.PositiveSmallIntegerField(_("days"))

    class Meta:
        ordering = ["kind", "-days"]
        constraints = [
            models.UniqueConstraint(
                fields=["lab", "kind", "days"], name="reminder_rule_once_per_day"
            ),
            models.CheckConstraint(
                name="reminder_rule_within_a_year", condition=Q(days__gte=1, days__lte=365)
            ),
            models.CheckConstraint(
                name="reminder_rule_of_known_kind", condition=Q(kind__in=ReminderKind.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.days} d"
