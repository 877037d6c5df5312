import uuid
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from labs.models.labs import Lab, conducted_by

if TYPE_CHECKING:
    from hub.access import Reader


class FeedbackReplyQuerySet(models.QuerySet["FeedbackReply"]):
    def visible_to(self, user: "Reader") -> "FeedbackReplyQuerySet":
        """One's own; all of a Lab for those who conduct it."""
        return self.filter(Q(user=user.pk) | conducted_by(user, "lab__"))


class FeedbackReply(models.Model):
    """That a person has answered; what was said stands elsewhere, without a way from here."""

    # No sequence and no time: neither order nor hour may lead to an anonymous answer.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    lab = models.ForeignKey(Lab, models.CASCADE, related_name="feedback_replies")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="feedback_replies"
    )

    objects: ClassVar[models.Manager["FeedbackReply"]] = FeedbackReplyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lab", "user"], name="feedback_reply_once_per_person")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} – {self.lab_id}"


class FeedbackAnswerQuerySet(models.QuerySet["FeedbackAnswer"]):
    def visible_to(self, user: "Reader") -> "FeedbackAnswerQuerySet":
        """One's own where it bears one's name; all of a Lab for those who conduct it."""
        own = Q(user=user.pk) if user.pk else Q(pk=None)
        return self.filter(own | conducted_by(user, "lab__"))


class FeedbackAnswer(models.Model):
    """What one participant says about a held Lab."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    lab = models.ForeignKey(Lab, models.CASCADE, related_name="feedback_answers")
    #: Null: said anonymously; then nothing leads from here to a person.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="feedback_answers",
    )
    usefulness = models.PositiveSmallIntegerField(
        _("How useful was it to you?"),
        validators=[MinValueValidator(1), MaxValueValidator(5)],
    )
    takes_home = models.TextField(_("What do you take home?"), max_length=2000, blank=True)
    to_change = models.TextField(_("What should we change?"), max_length=2000, blank=True)

    objects: ClassVar[models.Manager["FeedbackAnswer"]] = FeedbackAnswerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lab", "user"], name="feedback_answer_once_by_name"),
            models.CheckConstraint(
                name="feedback_usefulness_one_to_five",
                condition=Q(usefulness__gte=1, usefulness__lte=5),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lab_id}: {self.usefulness}"
