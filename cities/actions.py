import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from cities.documents import put_city
from cities.enums import CityRole, WishKind
from cities.models import City, Domain, Participation, Programme, Wish
from hub import access, events
from hub.models import User


@transaction.atomic
def record_profile(*, city: City, by: User) -> None:
    """The lead has changed the profile: who and when, search and followers follow."""
    now = timezone.now()
    City.objects.filter(pk=city.pk).update(
        changed_by=by, changed_at=now, facts_checked_on=timezone.localdate()
    )
    city.refresh_from_db()
    put_city(city)
    events.record(
        verb="city.changed",
        by=by,
        title=city.name,
        url=city.get_absolute_url(),
        audience=[access.PUBLIC],
        subjects=[city.subject],
    )


@transaction.atomic
def state_wish(
    *,
    city: City,
    kind: WishKind,
    text: str,
    domains: Iterable[Domain],
    by: User,
    language: str = "",
    is_sample: bool = False,
) -> Wish:
    """The city says what it seeks or offers; public, since that is its purpose.

    `language` is that of the text; without one, the language that the writer works in.
    """
    wish = Wish.objects.create(
        city=city,
        kind=kind,
        text=text,
        language=language or by.language,
        stated_by=by,
        is_sample=is_sample,
    )
    wish.domains.set(domains)
    put_city(city)
    events.record(
        verb="wish.sought" if kind == WishKind.SEEKS else "wish.offered",
        by=by,
        title=city.name,
        text=text,
        url=city.get_absolute_url(),
        audience=[access.PUBLIC],
        subjects=[city.subject],
    )
    return wish


@transaction.atomic
def close_wish(*, wish: Wish, by: User) -> bool:
    """False where somebody else was quicker; then nothing happens."""
    if not Wish.objects.filter(pk=wish.pk).close(by=by):
        return False
    put_city(wish.city)
    return True


@transaction.atomic
def add_city(
    *,
    programme: Programme,
    city: City,
    role: CityRole,
    period: tuple[dt.date, dt.date | None],
    cohort: int | None,
    by: User,
) -> Participation:
    participation = Participation.objects.create(
        programme=programme,
        city=city,
        role=role,
        period=period,
        cohort=cohort,
        added_by=by,
        added_at=timezone.now(),
    )
    _tell("city.joined", participation, by)
    return participation


@transaction.atomic
def end_participation(*, participation: Participation, last_day: dt.date, by: User) -> None:
    """The role stays in the city's history; only its time gets an end."""
    # Locked, so that two who end it at once do not both tell of it.
    locked = Participation.objects.select_for_update().get(pk=participation.pk)
    locked.period = (locked.period.lower, last_day + dt.timedelta(days=1))
    locked.save(update_fields=["period"])
    _tell("city.left", participation, by)


def _tell(verb: str, participation: Participation, by: User) -> None:
    city, programme = participation.city, participation.programme
    events.record(
        verb=verb,
        by=by,
        title=f"{city.name}, {programme.short_name}",
        url=programme.get_absolute_url(),
        audience=[access.PUBLIC],
        subjects=[city.subject, programme.subject],
    )
