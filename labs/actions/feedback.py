"""What participants say about a Lab: asked once, said once, by name or without."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hub import delivery
from hub.models import User
from labs.models import FeedbackAnswer, FeedbackReply, Lab
from labs.permissions import feedback_closes_at
from labs.refusals import Refused

FEEDBACK = "lab.feedback"
#: The mail leaves the day after: by then people know what they take home.
AFTER = timedelta(hours=18)


def ask(lab: Lab) -> None:
    """Owe everybody who had a seat one mail with a link to the form."""
    delivery.plan(
        kind=FEEDBACK,
        event=lab.subject,
        receivers=list(lab.registrations.seated().values_list("user_id", flat=True)),
        version=1,
        due_at=max(timezone.now(), lab.ends_at + AFTER),
        expires_at=feedback_closes_at(lab),
    )


@transaction.atomic
def give(
    *,
    by: User,
    lab: Lab,
    usefulness: int,
    takes_home: str = "",
    to_change: str = "",
    is_anonymous: bool = False,
) -> None:
    """Write down what somebody says; of an anonymous answer only that they have answered."""
    if lab.held_at is None or feedback_closes_at(lab) <= timezone.now():
        raise Refused(_("The time to answer is over; nothing was saved."))
    # The unique row decides between two devices.
    _reply, is_new = FeedbackReply.objects.get_or_create(lab=lab, user=by)
    if not is_new:
        raise Refused(_("You have already answered. Thank you."))
    FeedbackAnswer.objects.create(
        lab=lab,
        user=None if is_anonymous else by,
        usefulness=usefulness,
        takes_home=takes_home,
        to_change=to_change,
    )
    delivery.supersede(event=lab.subject, kinds=[FEEDBACK], below=2, users=[by.pk])
