"""Who does not want which kind of mail; the link in the mail is signed, not guessed."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.db.models import QuerySet
from django.urls import reverse

from hub.enums import MailChoice
from hub.models import Delivery, OptOut, User

#: The kind whose choice is a setting of the person: mail about news in the inbox.
NOTE = "note"
SALT = "hub.delivery.optouts"


@dataclass(frozen=True)
class Subscription:
    """One receiver and one kind; exactly one of `user` and `address` is there."""

    kind: str
    user: User | None
    address: str = ""

    @property
    def is_wanted(self) -> bool:
        if self.user is not None and self.kind == NOTE:
            return self.user.mail_notes != MailChoice.NEVER
        return not self._rows().exists()

    def end(self) -> None:
        if self.user is not None and self.kind == NOTE:
            User.objects.filter(pk=self.user.pk).update(mail_notes=MailChoice.NEVER)
            self.user.mail_notes = MailChoice.NEVER
        else:
            row = OptOut(user=self.user, address=self.address, kind=self.kind)
            OptOut.objects.bulk_create([row], ignore_conflicts=True)

    def resume(self) -> None:
        if self.user is not None and self.kind == NOTE:
            User.objects.filter(pk=self.user.pk).update(mail_notes=MailChoice.AT_ONCE)
            self.user.mail_notes = MailChoice.AT_ONCE
        else:
            self._rows().delete()

    def _rows(self) -> QuerySet[OptOut]:
        return OptOut.objects.filter(user=self.user, address=self.address, kind=self.kind)


def url_of(delivery: Delivery) -> str:
    """Where a receiver of this mail ends the kind, also without signing in."""
    who: int | str = delivery.user_id or delivery.address
    token = signing.dumps([who, delivery.kind], salt=SALT)
    return f"{settings.BASE_URL}{reverse('unsubscribe', args=[token])}"


def by_token(token: str) -> Subscription | None:
    """What a link is about; None where it was not made here or the person is gone."""
    try:
        who, kind = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    if isinstance(who, str):
        return Subscription(kind, None, who)
    user = User.objects.filter(pk=who, is_active=True).first()
    return Subscription(kind, user) if user else None


def among(deliveries: Iterable[Delivery]) -> set[tuple[int | str, str]]:
    """(person's id or address, kind) of every opt-out that concerns one of these, in one query."""
    rows = list(deliveries)
    people = {row.user_id for row in rows if row.user_id}
    addresses = {row.address for row in rows if not row.user_id}
    found = OptOut.objects.filter(kind__in={row.kind for row in rows})
    found = found.filter(user__in=people) | found.filter(user=None, address__in=addresses)
    return {
        (who or address, kind)
        for who, address, kind in found.values_list("user", "address", "kind")
    }
