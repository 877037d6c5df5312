"""What the Labs forget by themselves."""

from django.utils import timezone

from labs import questions
from labs.models import Registration


def forget_answers() -> int:
    """Answers to questions of Labs that ended long ago; returns how many registrations."""
    ended = timezone.now() - questions.KEPT
    return (
        Registration.objects.filter(lab__ends_at__lt=ended).exclude(answers={}).update(answers={})
    )
