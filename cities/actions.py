import datetime as dt

from django.db import transaction
from django.utils import timezone

from cities.documents import put_city
from cities.enums import CityRole
from cities.models import City, Participation, Programme
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
