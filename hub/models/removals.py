from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

if TYPE_CHECKING:
    from hub.models.users import User


class Removable(models.Model):
    """What can be taken down with a reason, and brought back (hub.moderation)."""

    removed_at = models.DateTimeField(null=True, blank=True, editable=False)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    removal_reason = models.TextField(max_length=1000, blank=True, default="", db_default="")

    class Meta:
        abstract = True

    def take_down(self, *, by: "User", reason: str) -> None:
        self.removed_at, self.removed_by, self.removal_reason = timezone.now(), by, reason
        self._save_removal()

    def bring_back(self) -> None:
        self.removed_at, self.removed_by, self.removal_reason = None, None, ""
        self._save_removal()

    def _save_removal(self) -> None:
        self.save(update_fields=["removed_at", "removed_by", "removal_reason"])


def removed_with_reason(name: str) -> models.CheckConstraint:
    """Who, when and why, or none of them."""
    return models.CheckConstraint(
        name=name,
        condition=Q(removed_at__isnull=True, removed_by__isnull=True, removal_reason="")
        | Q(Q(removed_at__isnull=False, removed_by__isnull=False), ~Q(removal_reason="")),
    )
