"""A message between two people can be reported by who got it; the platform admins decide."""

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cities.models import InquiryMessage
from hub import access, moderation
from hub.models import User

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from hub.access import Reader


def register() -> None:
    kind = moderation.Reportable(_("Message to you"), _message, take_down, bring_back)
    moderation.register("message", kind)


def _message(reader: "Reader", pk: int) -> moderation.Thing | None:
    seen = InquiryMessage.objects.visible_to(reader).filter(pk=pk, removed_at=None)
    message = seen.select_related("inquiry__asker", "inquiry__asked").first()
    if message is None or message.author == reader:
        return None
    return moderation.Thing(
        title=str(message.author),
        text=message.text,
        url=message.inquiry.get_absolute_url(),
        authors=[message.author.pk],
        # Nobody else reads what one person wrote to another.
        moderators=[access.ADMIN],
    )


@transaction.atomic
def take_down(*, by: User, pk: int, reason: str) -> None:
    """Only who wrote it sees it from now on; a mail that waits stays unsent."""
    message = InquiryMessage.objects.select_for_update().get(pk=pk)
    if message.removed_at is None:
        message.take_down(by=by, reason=reason)


@transaction.atomic
def bring_back(*, by: User, pk: int) -> None:
    InquiryMessage.objects.select_for_update().get(pk=pk).bring_back()


def bring_back_what_was_taken_down_by(people: "QuerySet[User]") -> None:
    """The sample hub goes, and what its people decided with it."""
    for message in InquiryMessage.objects.filter(removed_by__in=people):
        message.bring_back()
