from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext

from labs.enums import ReplyResult
from labs.models.labs import Lab, conducted_by

if TYPE_CHECKING:
    from hub.access import Reader


class CalendarReplyQuerySet(models.QuerySet["CalendarReply"]):
    def visible_to(self, user: "Reader") -> "CalendarReplyQuerySet":
        """One's own; all of a Lab for those who conduct it."""
        return self.filter(Q(user=user.pk) | conducted_by(user, "lab__"))

    def without_effect(self) -> "CalendarReplyQuerySet":
        return self.exclude(result=ReplyResult.DONE)


class CalendarReply(models.Model):
    """An answer that a person's calendar has sent, and what came of it: each message once."""

    #: Of the Message-ID and of the address that it came to.
    key = models.CharField(max_length=64)
    lab = models.ForeignKey(Lab, models.CASCADE, related_name="calendar_replies")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_replies"
    )
    #: PARTSTAT, where one could be read.
    answer = models.CharField(max_length=16, blank=True)
    #: DTSTAMP: when the person answered, by their calendar's clock.
    answered_at = models.DateTimeField(null=True, blank=True)
    result = models.CharField(max_length=8, choices=ReplyResult)
    #: In English, as the ledger's reasons; shown in the reader's language.
    reason = models.CharField(max_length=200, blank=True)
    received_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager["CalendarReply"]] = CalendarReplyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], name="calendar_reply_once"),
            models.CheckConstraint(
                name="calendar_reply_says_why_not",
                condition=Q(result="done", reason="", answered_at__isnull=False)
                | (Q(result__in=["noted", "refused"]) & ~Q(reason="")),
            ),
        ]
        indexes = [models.Index(fields=["lab", "-received_at"], name="calendar_reply_of_lab")]

    def __str__(self) -> str:
        return f"{self.user_id} – {self.lab_id}: {self.answer} ({self.result})"

    @property
    def why(self) -> str:
        """The reason in the reader's language."""
        return gettext(self.reason) if self.reason else ""
