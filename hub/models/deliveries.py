"""The delivery ledger: one row per message that a person is owed (design: §5)."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from hub.enums import DeliveryState


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def about(self, event: str) -> "DeliveryQuerySet":
        return self.filter(event=event)

    def due(self) -> "DeliveryQuerySet":
        return self.filter(state=DeliveryState.PENDING, due_at__lte=timezone.now())


class Delivery(models.Model):
    """What one person is to be told about one event, and what became of it."""

    #: e.g. "lab.reminder"; the room that owns the kind registers how to compose it.
    kind = models.CharField(max_length=60)
    #: What it is about, e.g. "lab:7" or "event:81".
    event = models.CharField(max_length=60)
    #: Rises when the thing moves: older pending rows are superseded.
    version = models.PositiveIntegerField(default=0)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="deliveries"
    )
    #: Used where there is no account yet (an invitation); otherwise the person's address now.
    address = models.EmailField(blank=True)
    facts = models.JSONField(default=dict, blank=True)
    due_at = models.DateTimeField()
    #: Past this there is no point in sending any more.
    expires_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(
        max_length=12, choices=DeliveryState, default=DeliveryState.PENDING
    )
    #: Why it was skipped, failed or is uncertain, in words for the coordinator.
    reason = models.CharField(max_length=500, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    #: Fencing token: rises with every claim; a stale holder's writes match no row.
    token = models.PositiveIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    message_id = models.CharField(max_length=200, blank=True)
    sent_to = models.EmailField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["Delivery"]] = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(
                fields=["event", "user", "kind", "version"],
                name="delivery_once_per_person",
                condition=Q(user__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["event", "address", "kind", "version"],
                name="delivery_once_per_address",
                condition=Q(user__isnull=True),
            ),
            models.CheckConstraint(
                name="delivery_has_receiver", condition=Q(user__isnull=False) | ~Q(address="")
            ),
            models.CheckConstraint(
                name="delivery_sending_is_leased",
                condition=~Q(state="sending") | Q(leased_until__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="delivery_due", condition=Q(state="pending")),
            models.Index(
                fields=["leased_until"], name="delivery_leased", condition=Q(state="sending")
            ),
            models.Index(fields=["event", "kind"], name="delivery_about"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} about {self.event} to {self.user_id or self.address}: {self.state}"
