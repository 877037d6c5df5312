"""What happened, who wants to know, and what waits in whose inbox."""

from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hub import access
from hub.enums import MailChoice

if TYPE_CHECKING:
    from hub.access import Reader


class EventQuerySet(models.QuerySet["Event"]):
    def visible_to(self, user: "Reader") -> "EventQuerySet":
        return self.filter(audience__overlap=list(access.keys_of(user)))

    def about(self, *subjects: str) -> "EventQuerySet":
        return self.filter(subjects__overlap=list(subjects))


class Event(models.Model):
    """One fact that a room tells the platform: somebody did something to something."""

    #: e.g. "lab.published"; its sentence is registered in hub.events.
    verb = models.CharField(max_length=60)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="events"
    )
    title = models.CharField(max_length=250)
    text = models.TextField(blank=True)
    url = models.CharField(max_length=300)
    #: Access keys that open it (hub.access).
    audience = ArrayField(models.CharField(max_length=60))
    #: What it is about, as followed: "city:4", "lab:7", "article:9", "programme:1".
    subjects = ArrayField(models.CharField(max_length=60), default=list)
    #: People told whether they follow or not.
    direct = ArrayField(models.BigIntegerField(), default=list)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    fanned_out_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["Event"]] = EventQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            GinIndex(fields=["subjects"], name="event_subjects"),
            models.Index(fields=["id"], name="event_to_fan_out", condition=Q(fanned_out_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.verb}: {self.title}"


class Follow(models.Model):
    """A person wants to hear what happens to a subject."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="follows")
    subject = models.CharField(max_length=60, db_index=True)
    #: How soon its news come by mail; empty: as those of its kind.
    rhythm = models.CharField(max_length=10, choices=MailChoice, blank=True, db_default="")
    followed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "subject"], name="follow_once_per_subject")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.subject}"


class MailWish(models.Model):
    """How soon a person wants mail about one kind of subject, where not as about all news."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mail_wishes")
    #: A kind that can be followed ("lab"), or "direct": what is addressed to the person.
    kind = models.CharField(max_length=20)
    rhythm = models.CharField(max_length=10, choices=MailChoice)

    class Meta:
        verbose_name_plural = "mail wishes"
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="mail_wish_once_per_kind")
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.kind} {self.rhythm}"


class NotificationQuerySet(models.QuerySet["Notification"]):
    def visible_to(self, user: "Reader") -> "NotificationQuerySet":
        """One's own, as long as the thing itself may still be seen."""
        return self.filter(
            user_id=user.pk or 0, event__audience__overlap=list(access.keys_of(user))
        )

    def unread(self) -> "NotificationQuerySet":
        return self.filter(read_at=None)


class Notification(models.Model):
    """An event in a person's inbox."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications")
    event = models.ForeignKey(Event, models.CASCADE, related_name="notifications")
    #: Told by name (an answer, a mention), not as a follower.
    is_direct = models.BooleanField(_("addressed to you"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)
    #: The day of the digest that tells of it, on the person's calendar.
    digest_on = models.DateField(null=True, blank=True)

    objects: ClassVar[models.Manager["Notification"]] = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "event"], name="notification_once_per_event")
        ]
        indexes = [
            models.Index(fields=["user"], name="notification_unread", condition=Q(read_at=None)),
            models.Index(fields=["user", "-created_at"], name="notification_by_day"),
            models.Index(
                fields=["user", "digest_on"],
                name="notification_in_digest",
                condition=Q(digest_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.event_id}"
