"""The pilots of a call: who offers how many places, and what can be learnt there."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from cities.models import City, Domain, Lever
from cities.twinning.models import Call, CallPilot, CallPilotCity, MatchPair, Ruling
from hub.refusals import Refused

MOST = 500


@dataclass(frozen=True)
class Entry:
    """One pilot as the form says it; several cities share one activity."""

    title: str
    cities: Sequence[City]
    places: int
    offers: str = ""
    seeks: str = ""
    domains: Sequence[Domain] = ()
    levers: Sequence[Lever] = ()
    languages: Sequence[str] = ()


@transaction.atomic
def add(*, call: Call, entry: Entry) -> CallPilot:
    Call.objects.select_for_update().get(pk=call.pk)
    if call.pilots.count() >= MOST:
        raise Refused(_("The catalogue has %(n)d pilots; that is the most.") % {"n": MOST})
    return _write(CallPilot(call=call), entry)


@transaction.atomic
def change(*, pilot: CallPilot, entry: Entry) -> CallPilot:
    locked = CallPilot.objects.select_for_update(of=("self",)).filter(pk=pilot.pk).first()
    if locked is None:
        raise Refused(_("The pilot was taken out of the catalogue meanwhile."))
    return _write(locked, entry)


@transaction.atomic
def remove(*, pilot: CallPilot) -> None:
    """Refused once a city has ranked it, or a run matched it: places are set to none instead."""
    Call.objects.select_for_update().get(pk=pilot.call_id)
    if pilot.ranks.exists():
        raise Refused(
            _("A city has ranked this pilot. Set its places to 0 if it takes nobody this time.")
        )
    # Their rows, and what cities answered, would go with it.
    matched = MatchPair.objects.filter(pilot=pilot).exists()
    if matched or Ruling.objects.filter(pilot=pilot).exists():
        raise Refused(
            _("A matching names this pilot. Set its places to 0 if it takes nobody this time.")
        )
    pilot.delete()


def _write(pilot: CallPilot, entry: Entry) -> CallPilot:
    pilot.title, pilot.places = entry.title, entry.places
    pilot.offers, pilot.seeks = entry.offers, entry.seeks
    pilot.languages = list(entry.languages)
    pilot.save()
    pilot.domains.set(entry.domains)
    pilot.levers.set(entry.levers)
    wanted = {city.pk for city in entry.cities}
    pilot.cities.exclude(city__in=wanted).delete()
    held = set(pilot.cities.values_list("city_id", flat=True))
    CallPilotCity.objects.bulk_create(
        CallPilotCity(pilot=pilot, city_id=pk) for pk in sorted(wanted - held)
    )
    return pilot
