from collections.abc import Iterable

from django.db import transaction

from cities.documents import put_city, put_wish, remove_wish
from cities.enums import WishKind
from cities.models import City, Domain, Membership, Wish
from hub import access, events
from hub.models import User


@transaction.atomic
def state(
    *,
    city: City,
    kind: WishKind,
    text: str,
    domains: Iterable[Domain],
    by: User,
    asked: City | None = None,
    language: str = "",
    is_sample: bool = False,
) -> Wish:
    """The city says what it seeks or offers; public, since that is its purpose.

    `asked` is the city that the question is put to: its people hear of it.
    `language` is that of the text; without one, the language that the writer works in.
    """
    wish = Wish.objects.create(
        city=city,
        kind=kind,
        text=text,
        asked=asked,
        language=language or by.language,
        stated_by=by,
        is_sample=is_sample,
    )
    wish.domains.set(domains)
    put_city(city)
    put_wish(wish)
    _tell("wish.sought" if kind == WishKind.SEEKS else "wish.offered", wish, by=by)
    return wish


@transaction.atomic
def close(*, wish: Wish, by: User) -> bool:
    """False where somebody else was quicker; then nothing happens."""
    if not Wish.objects.filter(pk=wish.pk).close(by=by):
        return False
    put_city(wish.city)
    remove_wish(wish)
    return True


@transaction.atomic
def reopen(*, wish: Wish) -> bool:
    if not Wish.objects.filter(pk=wish.pk).reopen():
        return False
    put_city(wish.city)
    put_wish(wish)
    return True


def _tell(verb: str, wish: Wish, *, by: User) -> None:
    subjects, people = [wish.city.subject], []
    if wish.asked is not None:
        verb = "wish.asked"
        subjects.append(wish.asked.subject)
        held = Membership.objects.current().filter(city=wish.asked)
        people = list(held.values_list("user_id", flat=True))
    events.record(
        verb=verb,
        by=by,
        title=wish.city.name,
        text=wish.text,
        url=wish.get_absolute_url(),
        audience=[access.PUBLIC],
        subjects=[*subjects, wish.subject],
        direct=people,
    )
