"""What the Labs forget by themselves."""

from django.utils import timezone

from labs import questions
from labs.models import Registration


def forget_answers() -> int:
    """Answers, and reasons of refusals, of Labs that ended long ago; returns how many."""
    ended = timezone.now() - questions.KEPT
    old = Registration.objects.filter(lab__ends_at__lt=ended)
    return old.exclude(answers={}, refusal_reason="").update(answers={}, refusal_reason="")
