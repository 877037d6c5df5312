from django.db import transaction
from django.utils import timezone

from cities.models import City
from cities.twinning.enums import Fit
from cities.twinning.models import FitAnswer, FitCheck
from cities.twinning.workspace import notices
from hub.models import User


@transaction.atomic
def answer_fit(*, by: User, check: FitCheck, city: City, answer: str, note: str = "") -> FitAnswer:
    """The city's word; the newest holds. What is not good is news to the coordinators."""
    said = {
        "answer": answer,
        "note": note,
        "answered_at": timezone.now(),
        "answered_by": by,
    }
    made, _is_new = FitAnswer.objects.update_or_create(check_of=check, city=city, defaults=said)
    if answer != Fit.GOOD:
        notices.tell("group.fit", check.group, by=by, text=city.name, only_coordinators=True)
    return made
