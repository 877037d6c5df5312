"""What the Labs forget by themselves."""

from datetime import timedelta

from django.utils import timezone

from labs import questions
from labs.models import CalendarReply, Registration

#: What came of an answer by calendar is asked about for a while after.
REPLIES_KEPT = timedelta(days=90)


def forget_replies() -> int:
    """Answers of long ago; returns how many."""
    old = CalendarReply.objects.filter(received_at__lt=timezone.now() - REPLIES_KEPT)
    deleted, _kinds = old.delete()
    return deleted


def forget_answers() -> int:
    """Answers, and reasons of refusals, of Labs that ended long ago; returns how many."""
    ended = timezone.now() - questions.KEPT
    old = Registration.objects.filter(lab__ends_at__lt=ended)
    return old.exclude(answers={}, refusal_reason="").update(answers={}, refusal_reason="")
