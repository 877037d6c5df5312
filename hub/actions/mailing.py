"""How soon which news come by mail, as a person chooses it."""

from collections.abc import Mapping

from django.db import transaction

from hub.delivery import digests
from hub.models import Follow, MailWish, User


@transaction.atomic
def choose(
    *, by: User, mail_notes: str, digest_hour: int, digest_weekday: int, wishes: Mapping[str, str]
) -> None:
    """For all news, and for the kinds in `wishes` otherwise."""
    me = User.objects.select_for_update(no_key=True).get(pk=by.pk)
    me.mail_notes, me.digest_hour, me.digest_weekday = mail_notes, digest_hour, digest_weekday
    me.save(update_fields=["mail_notes", "digest_hour", "digest_weekday"])
    MailWish.objects.filter(user=me).delete()
    MailWish.objects.bulk_create(
        MailWish(user=me, kind=kind, rhythm=rhythm) for kind, rhythm in wishes.items()
    )
    digests.reschedule(me)


def choose_for(*, by: User, subject: str, rhythm: str) -> bool:
    """For one thing that the person follows; empty: as others of its kind."""
    return Follow.objects.filter(user=by, subject=subject).update(rhythm=rhythm) == 1
