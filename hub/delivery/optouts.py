"""Who does not want which kind of mail; the link in the mail is signed, not guessed."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.db.models import QuerySet
from django.urls import reverse

from hub.delivery.letters import Kind, kinds
from hub.models import Delivery, OptOut, User

#: Mail about one piece of news in the inbox.
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
        return not self._rows().exists()

    def end(self) -> None:
        row = OptOut(user=self.user, address=self.address, kind=self.kind)
        OptOut.objects.bulk_create([row], ignore_conflicts=True)

    def resume(self) -> None:
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


def stopped_by(person: User) -> list[Kind]:
    """The kinds of mail that a person has stopped."""
    known = kinds()
    codes = OptOut.objects.filter(user=person).order_by("kind").values_list("kind", flat=True)
    return [known[code] for code in codes if code in known]


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
