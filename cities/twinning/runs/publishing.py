"""A run put to the cities: who is told, what they answer, taking it back, replacing it."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cities.enums import Role
from cities.models import City, Membership
from cities.models.places import by_swedish_order
from cities.twinning.actions import title_of
from cities.twinning.models import (
    Application,
    ApplicationContact,
    Call,
    MatchAnswer,
    MatchPair,
    MatchRun,
)
from hub import access, events
from hub.models import User
from hub.refusals import Refused


@dataclass(frozen=True)
class Told:
    """A city that hears of the publication, and its people."""

    city: City
    people: Sequence[User]
    #: Whether somebody there may answer.
    has_lead: bool = True
    #: Whom the application names: they hear nothing from the hub.
    contacts: Sequence[str] = ()


def receivers(run: MatchRun) -> list[Told]:
    """Exactly those who are told if the run is published now, by city.

    Where it replaces another one, only cities for which something changes.
    """
    wanted = _concerned(run, standing_of(run.call))
    cities = City.objects.filter(pk__in=wanted).in_order()
    people: dict[int, list[User]] = {city.pk: [] for city in cities}
    led = set()
    held = Membership.objects.current().filter(city__in=wanted).select_related("user")
    for membership in held.order_by(by_swedish_order("user__name"), "pk"):
        if membership.city_id is not None and membership.user not in people[membership.city_id]:
            people[membership.city_id].append(membership.user)
        if membership.role == Role.LEAD:
            led.add(membership.city_id)
    contacts = _contacts(run, wanted)
    return [
        Told(city, people[city.pk], city.pk in led, contacts.get(city.pk, ())) for city in cities
    ]


def _contacts(run: MatchRun, cities: set[int]) -> dict[int, list[str]]:
    rows = ApplicationContact.objects.filter(
        application__call=run.call_id, application__city__in=cities
    )
    found: dict[int, list[str]] = {}
    for contact in rows.select_related("application").order_by("position"):
        found.setdefault(contact.application.city_id, []).append(f"{contact.name}, {contact.email}")
    return found


def digest(told: Iterable[Told]) -> str:
    """Names the list, so that nobody is told whom the coordinator has not seen on it."""
    keys = [f"{t.city.pk}:{','.join(str(p.pk) for p in t.people)}" for t in told]
    return hashlib.sha256(";".join(keys).encode()).hexdigest()[:32]


def standing_of(call: Call) -> MatchRun | None:
    return MatchRun.objects.standing().filter(call=call).first()


def _concerned(run: MatchRun, before: MatchRun | None) -> set[int]:
    """Cities with a changed row; of a first publication all of them."""
    kept = _unchanged(run, before) if before else {}
    runs = [run] if before is None else [run, before]
    rows = MatchPair.objects.filter(run__in=runs).with_answers()
    return {
        city.pk
        for pair in rows
        if pair.application_id not in kept
        for city in [pair.application.city, *pair.asked]
    }


def _unchanged(run: MatchRun, before: MatchRun) -> dict[int, int]:
    """Application → pilot, where both runs say the same."""
    now = dict(run.pairs.values_list("application_id", "pilot_id"))
    then = before.pairs.values_list("application_id", "pilot_id")
    return {application: pilot for application, pilot in then if now.get(application, 0) == pilot}


@transaction.atomic
def publish(*, run: MatchRun, seen: str, by: User) -> MatchRun:
    """Put to both sides of every match; answers to what stays the same are kept."""
    Call.objects.select_for_update(of=("self",)).get(pk=run.call_id)
    run = _locked(run)
    if run.published_at is not None:
        raise Refused(_("The run was published already."))
    if not run.is_done or not run.matched:
        raise Refused(_("Only a run with matches can be published."))
    if _somebody_left(run):
        raise Refused(_("Cities have left since this run: repair it first."))
    told = receivers(run)
    if digest(told) != seen:
        raise Refused(_("Who is told has changed since you looked. Look at the list again."))
    before = standing_of(run.call)
    now = timezone.now()
    if before is not None:
        before.ended_at, before.ended_by = now, by
        before.save(update_fields=["ended_at", "ended_by"])
    run.published_at, run.published_by = now, by
    run.save(update_fields=["published_at", "published_by"])
    if before is not None:
        _keep_answers(run, before)
    names = _named(run)
    for one in told:
        said = "\n".join(names.get(one.city.pk, ()))
        _tell("match.proposed", run, one.city, by=by, people=one.people, text=said)
    return run


def _named(run: MatchRun) -> dict[int, list[str]]:
    """City → its matches, as "Leuven – Lund"."""
    found: dict[int, list[str]] = {}
    for pair in run.pairs.exclude(pilot=None).with_answers():
        twin, *pilots = pair.asked
        for city in pair.asked:
            found.setdefault(city.pk, []).append(title_of(pilots, [twin]))
    return found


def _somebody_left(run: MatchRun) -> bool:
    running = Application.objects.to_match().filter(call=run.call)
    return run.pairs.exclude(application__in=running).exists()


def _keep_answers(run: MatchRun, before: MatchRun) -> None:
    kept = _unchanged(run, before)
    now = {pair.application_id: pair for pair in run.pairs.filter(application__in=kept)}
    answers = MatchAnswer.objects.filter(pair__run=before, pair__application__in=kept)
    MatchAnswer.objects.bulk_create(
        MatchAnswer(
            pair=now[answer.pair.application_id],
            city_id=answer.city_id,
            is_yes=answer.is_yes,
            reason=answer.reason,
            answered_at=answer.answered_at,
            answered_by_id=answer.answered_by_id,
        )
        for answer in answers.select_related("pair")
    )


@transaction.atomic
def take_back(*, run: MatchRun, by: User) -> MatchRun:
    """Until the first city has answered; everybody who was told is told of it."""
    run = _locked(run)
    if not run.stands:
        raise Refused(_("The run does not stand any more."))
    if MatchAnswer.objects.filter(pair__run=run).exists():
        raise Refused(_("A city has answered: it cannot be taken back, only repaired."))
    told = receivers_of(run)
    run.ended_at, run.ended_by = timezone.now(), by
    run.save(update_fields=["ended_at", "ended_by"])
    for one in told:
        _tell("match.taken-back", run, one.city, by=by, people=one.people)
    return run


def receivers_of(run: MatchRun) -> list[Told]:
    """Of a run that stands: the people of all its cities."""
    wanted = {
        city.pk
        for pair in run.pairs.with_answers()
        for city in [pair.application.city, *pair.asked]
    }
    people: dict[int, list[User]] = {}
    for membership in Membership.objects.current().filter(city__in=wanted).select_related("user"):
        people.setdefault(membership.city_id or 0, []).append(membership.user)
    return [Told(city, people.get(city.pk, [])) for city in City.objects.filter(pk__in=wanted)]


@transaction.atomic
def answer(*, pair: MatchPair, city: City, is_yes: bool, reason: str, by: User) -> MatchAnswer:
    """A city's word on a match; said once, with a reason where it is no."""
    run = _locked(pair.run)
    if not run.stands:
        raise Refused(_("The coordinators have taken this match back."))
    if not Application.objects.to_match().filter(pk=pair.application_id).exists():
        raise Refused(_("The twin city has withdrawn: there is nothing to answer any more."))
    if not is_yes and not reason:
        raise Refused(_("Say why, so that the coordinators can find a better match."), "reason")
    if MatchAnswer.objects.filter(pair=pair, city=city).exists():
        raise Refused(_("Your city has answered already."))
    made = MatchAnswer.objects.create(
        pair=pair,
        city=city,
        is_yes=is_yes,
        reason=reason,
        answered_at=timezone.now(),
        answered_by=by,
    )
    _tell_coordinators("match.accepted" if is_yes else "match.declined", run, city, reason, by)
    people = User.objects.holding(access.key("city", city.pk))
    if by not in people:
        # Somebody wrote down what the city had said elsewhere: it can see that.
        _tell("match.answered-for", run, city, by=by, people=people, text=reason)
    return made


def _locked(run: MatchRun) -> MatchRun:
    rows = MatchRun.objects.select_for_update(of=("self",)).select_related("call__programme")
    return rows.get(pk=run.pk)


def _tell(
    verb: str, run: MatchRun, city: City, *, by: User, people: Iterable[User], text: str = ""
) -> None:
    events.record(
        verb=verb,
        by=by,
        title=f"{city.name}: {run.call.title}",
        text=text,
        url=reverse("city-matches", args=[run.call.slug, city.slug]),
        audience=[
            access.key("city", city.pk),
            access.key("programme", run.call.programme_id, Role.COORDINATOR),
        ],
        # Nobody follows this but those it is addressed to.
        subjects=[],
        direct=people,
    )


def _tell_coordinators(verb: str, run: MatchRun, city: City, reason: str, by: User) -> None:
    held = Membership.objects.current()
    people = held.filter(programme=run.call.programme_id, role=Role.COORDINATOR)
    events.record(
        verb=verb,
        by=by,
        title=f"{city.name}: {run.call.title}",
        text=reason,
        url=run.get_absolute_url(),
        audience=[access.key("programme", run.call.programme_id, Role.COORDINATOR)],
        subjects=[],
        direct=people.values_list("user_id", flat=True),
    )
