"""What the hub forgets by itself."""

from datetime import timedelta

from django.utils import timezone

from hub.letters import ACCOUNT
from hub.models import Delivery, Submission

#: A form left open in a tab is hardly sent again after it.
KEYS_KEPT = timedelta(days=7)


def forget_submissions() -> int:
    """Keys of forms sent long ago; returns how many."""
    old = Submission.objects.filter(created_at__lt=timezone.now() - KEYS_KEPT)
    return old.delete()[0]


def forget_sealed_letters() -> int:
    """The content of account mails that have been sent or given up; the rows stay."""
    settled = Delivery.objects.filter(kind=ACCOUNT, settled_at__isnull=False)
    return settled.exclude(facts={}).update(facts={})
