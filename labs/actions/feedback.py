"""What participants say about a Lab: asked once, said once, by name or without."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hub import delivery
from hub.delivery import optouts
from hub.models import Delivery, User
from labs import reminding
from labs.actions import notices
from labs.models import FeedbackAnswer, FeedbackReply, Lab
from labs.permissions import feedback_closes_at
from labs.refusals import Refused
from labs.reminding import THANKS, Occasion

FEEDBACK = "lab.feedback"
#: The mail leaves the day after: by then people know what they take home.
AFTER, AFTER_DAYS = timedelta(hours=18), timedelta(hours=9)


def ask(lab: Lab) -> None:
    """Owe everybody who had a seat one mail with a link to the form.

    Whoever was still to be thanked is thanked in it: a Lab ends with one mail, not two.
    """
    seated = list(lab.registrations.seated().values_list("user_id", flat=True))
    thanked = _take_thanks_over(lab, seated)
    closes = feedback_closes_at(lab)
    # Whole days end at midnight, and the day after is already there.
    end = lab.ends_at + (AFTER_DAYS if lab.is_all_day else AFTER)
    due_at = max(timezone.now(), end)
    occasion = Occasion(FEEDBACK, 0, due_at, closes)
    for thanks in (True, False):
        people = [pk for pk in seated if (pk in thanked) is thanks]
        for hour, receivers in reminding.by_hour(occasion, people).items():
            delivery.plan(
                kind=FEEDBACK,
                event=lab.subject,
                receivers=receivers,
                version=1,
                due_at=hour,
                expires_at=closes,
                facts={"thanks": True} if thanks else {},
            )


def _take_thanks_over(lab: Lab, seated: list[int]) -> set[int]:
    """Ids of those whose word of thanks has not left; it is withdrawn, for the mail that asks.

    Who wants no questions keeps the thanks as they are.
    """
    refusing = {
        who for who, _kind in optouts.among(Delivery(kind=FEEDBACK, user_id=pk) for pk in seated)
    }
    waiting = Delivery.objects.about(lab.subject).filter(kind=THANKS, user__in=seated).not_begun()
    # Locked, so that none of them leaves while it is being replaced.
    thanked = {row.user_id for row in waiting.select_for_update() if row.user_id} - refusing
    delivery.supersede(event=lab.subject, kinds=[THANKS], below=notices.ALL, users=thanked)
    return thanked


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
