from django.db import transaction
from django.utils import timezone

from hub.models import User
from knowledge.models import Reading, Revision


@transaction.atomic
def read(*, by: User, revision: Revision) -> None:
    """Remember the newest version the person has read; an older window changes nothing."""
    mine = Reading.objects.filter(user=by, article=revision.article)
    now = timezone.now()
    if mine.filter(number__lt=revision.number).update(number=revision.number, read_at=now):
        return
    # There already, from this window sent twice or from another one: then it stays.
    Reading.objects.bulk_create(
        [Reading(user=by, article=revision.article, number=revision.number, read_at=now)],
        ignore_conflicts=True,
    )
