"""Questions from one person to another, relayed so that neither sees the other's address."""

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hub.models import Removable, removed_with_reason

if TYPE_CHECKING:
    from hub.access import Reader
    from hub.models import User


class InquiryQuerySet(models.QuerySet["Inquiry"]):
    def visible_to(self, user: "Reader") -> Self:
        """The two between whom it is, and nobody else, admins neither."""
        return self.filter(Q(asker=user.pk) | Q(asked=user.pk)) if user.pk else self.none()

    def with_people(self) -> Self:
        return self.select_related("asker", "asked")


class Inquiry(models.Model):
    """Somebody asked somebody something; what was said stands in its messages."""

    asker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    #: Of the newest message, for the order of the list.
    moved_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager["Inquiry"]] = InquiryQuerySet.as_manager()

    class Meta:
        verbose_name = _("question to a person")
        verbose_name_plural = _("questions to people")
        ordering = ["-moved_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="inquiry_between_two_people", condition=~Q(asker=F("asked"))
            ),
        ]
        indexes = [
            models.Index(fields=["asker", "-moved_at"], name="inquiry_of_asker"),
            models.Index(fields=["asked", "-moved_at"], name="inquiry_of_asked"),
        ]

    def __str__(self) -> str:
        return f"{self.asker_id} → {self.asked_id}"

    def get_absolute_url(self) -> str:
        return reverse("inquiry", args=[self.pk])

    @property
    def subject(self) -> str:
        return f"inquiry:{self.pk}"

    def other_than(self, user: "User") -> "User":
        return self.asked if user.pk == self.asker_id else self.asker


class InquiryMessageQuerySet(models.QuerySet["InquiryMessage"]):
    def visible_to(self, user: "Reader") -> Self:
        """As its inquiry; what was taken down is seen by who wrote it."""
        mine = Q(inquiry__asker=user.pk, is_of_asker=True)
        mine |= Q(inquiry__asked=user.pk, is_of_asker=False)
        seen = self.filter(inquiry__in=Inquiry.objects.visible_to(user))
        return seen.filter(Q(removed_at=None) | mine)

    def written_by(self, user: "User") -> Self:
        asker = Q(inquiry__asker=user.pk, is_of_asker=True)
        return self.filter(asker | Q(inquiry__asked=user.pk, is_of_asker=False))


class InquiryMessage(Removable):
    """What one of the two wrote; never changed afterwards."""

    inquiry = models.ForeignKey(Inquiry, models.CASCADE, related_name="messages")
    #: Else it is of who was asked: a third person cannot write here.
    is_of_asker = models.BooleanField()
    text = models.TextField(max_length=3000)
    sent_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager["InquiryMessage"]] = InquiryMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message between two people")
        verbose_name_plural = _("messages between two people")
        ordering = ["sent_at", "pk"]
        constraints = [
            removed_with_reason("inquiry_message_removed_with_reason"),
            models.CheckConstraint(name="inquiry_message_says_something", condition=~Q(text="")),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def subject(self) -> str:
        return f"message:{self.pk}"

    @property
    def author(self) -> "User":
        return self.inquiry.asker if self.is_of_asker else self.inquiry.asked

    @property
    def receiver(self) -> "User":
        return self.inquiry.asked if self.is_of_asker else self.inquiry.asker


class RefusalQuerySet(models.QuerySet["Refusal"]):
    def visible_to(self, user: "Reader") -> Self:
        """One's own: who is refused is not told."""
        return self.filter(person=user.pk) if user.pk else self.none()

    def between(self, one: "User", other: "User") -> Self:
        """In either direction."""
        return self.filter(Q(person=one, refused=other) | Q(person=other, refused=one))


class Refusal(models.Model):
    """A person takes no more questions and answers from another."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    refused = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    refused_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager["Refusal"]] = RefusalQuerySet.as_manager()

    class Meta:
        verbose_name = _("refusal of a person's questions")
        verbose_name_plural = _("refusals of a person's questions")
        constraints = [
            models.UniqueConstraint(fields=["person", "refused"], name="refusal_once_each"),
            models.CheckConstraint(
                name="refusal_of_another_person", condition=~Q(person=F("refused"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: not {self.refused_id}"
