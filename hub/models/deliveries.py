"""The delivery ledger: one row per message that a person is owed (design: §5)."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property

from hub.enums import DeliveryState


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def about(self, event: str) -> "DeliveryQuerySet":
        return self.filter(event=event)

    def waiting(self) -> "DeliveryQuerySet":
        return self.filter(state=DeliveryState.PENDING)

    def not_begun(self) -> "DeliveryQuerySet":
        """Waiting, or claimed by a worker that has not yet opened its mouth about it."""
        return self.filter(
            Q(state=DeliveryState.PENDING) | Q(state=DeliveryState.SENDING, begun_at=None)
        )


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
    #: `due_at` at first; moved on by each attempt that may be made again.
    try_at = models.DateTimeField()
    #: Past this there is no point in sending any more.
    expires_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=12, choices=DeliveryState, default=DeliveryState.PENDING)
    #: Why it was skipped, failed or is uncertain, in words for the coordinator.
    reason = models.CharField(max_length=500, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    #: Fencing token: rises with every claim; a stale holder's writes match no row.
    token = models.PositiveIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    #: Committed before the mail server hears of it: a row left here may have been sent.
    begun_at = models.DateTimeField(null=True, blank=True)
    #: How often a worker vanished with it.
    lapses = models.PositiveSmallIntegerField(default=0)
    #: The same for every attempt, so that a receiver can drop a repetition.
    message_id = models.CharField(max_length=200, blank=True)
    sent_to = models.EmailField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    #: A coordinator's word on a failed or uncertain row.
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

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
            models.CheckConstraint(
                name="delivery_settled_when_over",
                condition=Q(state__in=["pending", "sending"], settled_at=None)
                | (~Q(state__in=["pending", "sending"]) & Q(settled_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="delivery_begun_has_message_id",
                condition=Q(begun_at=None) | ~Q(message_id=""),
            ),
            models.CheckConstraint(
                name="delivery_decided_by_somebody",
                condition=Q(decided_at=None, decided_by=None)
                | Q(decided_at__isnull=False, decided_by__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["message_id"],
                name="delivery_message_id_once",
                condition=~Q(message_id=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["try_at", "id"], name="delivery_due", condition=Q(state="pending")
            ),
            models.Index(
                fields=["expires_at"], name="delivery_expiring", condition=Q(state="pending")
            ),
            models.Index(
                fields=["leased_until"], name="delivery_leased", condition=Q(state="sending")
            ),
            models.Index(fields=["event", "kind"], name="delivery_about"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} about {self.event} to {self.user_id or self.address}: {self.state}"

    @cached_property
    def shelf(self) -> dict[Any, Any]:
        """Where a composer keeps what the next mail shares; the sweep gives many rows one."""
        return {}


class OptOut(models.Model):
    """A receiver does not want a kind of mail any more."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="opt_outs"
    )
    #: Where there is no account.
    address = models.EmailField(blank=True)
    kind = models.CharField(max_length=60)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind"],
                name="opt_out_once_per_person",
                condition=Q(user__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["address", "kind"],
                name="opt_out_once_per_address",
                condition=Q(user__isnull=True),
            ),
            models.CheckConstraint(
                name="opt_out_has_receiver", condition=Q(user__isnull=False) | ~Q(address="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id or self.address}: not {self.kind}"


class Tick(models.Model):
    """When something that must happen regularly last did (hub.delivery.health)."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} at {self.at:%Y-%m-%d %H:%M:%S}"
