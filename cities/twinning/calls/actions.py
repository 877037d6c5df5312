"""Calls: written, published, changed, kept open longer."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from slugify import slugify

from cities.models import Membership, Programme
from cities.twinning.calls import documents
from cities.twinning.calls.plans import FIELDS, WINDOW, Plan, Wanted
from cities.twinning.models import Application, Call, CallPilotCity, Extension, Rule
from cities.twinning.schemes.actions import settled_of
from hub import access, events
from hub.face import dates
from hub.models import User
from hub.refusals import Refused


class Outdated(Refused):
    """Somebody saved the call after this form was opened."""

    def __init__(self) -> None:
        super().__init__(
            _("Somebody else has changed the call since you opened it. Look at it again.")
        )


@transaction.atomic
def create(*, programme: Programme, plan: Plan, by: User, is_sample: bool = False) -> Call:
    """A draft; raises Refused where the programme has no template to ask by."""
    scheme = settled_of(programme)
    if scheme is None:
        raise Refused(
            _("The programme has no template yet: its questions and criteria come first.")
        )
    facts = {name: getattr(plan, name) for name in FIELDS}
    return Call.objects.create(
        programme=programme,
        scheme=scheme,
        slug=_free_slug(plan.title),
        made_by=by,
        is_sample=is_sample,
        **facts,
    )


@transaction.atomic
def change(*, call: Call, plan: Plan, version: int, by: User) -> Call:
    """What cities rely on once a call is published, its window, stays; see `extend`."""
    call = _locked(call)
    if call.version != version:
        raise Outdated
    kept = WINDOW if call.is_published else ()
    for name in FIELDS:
        if name not in kept:
            setattr(call, name, getattr(plan, name))
    call.version += 1
    call.save(update_fields=[*FIELDS, "version"])
    documents.put_call(call)
    return call


@transaction.atomic
def write_rules(*, call: Call, rules: Sequence[Wanted], by: User) -> None:
    """The rules as they stand from now on; only before cities have begun to rely on them."""
    call = _locked(call)
    if call.is_published:
        raise Refused(_("The call is published: cities rely on its rules."))
    call.rules.all().delete()
    Rule.objects.bulk_create(
        Rule(call=call, kind=r.kind, number=r.number, countries=list(r.countries), words=r.words)
        for r in rules
    )


@transaction.atomic
def publish(*, call: Call, by: User) -> Call:
    call = _locked(call)
    if call.is_published:
        return call
    if missing := missing_for_publication(call):
        raise Refused(missing[0])
    call.published_at, call.published_by = timezone.now(), by
    # A form of the draft that is still open asks for a window that stands from now on.
    call.version += 1
    call.save(update_fields=["published_at", "published_by", "version"])
    documents.put_call(call)
    cities = CallPilotCity.objects.filter(pilot__call=call).values("city")
    pilots = Membership.objects.current().filter(city__in=cities)
    _tell("call.published", call, by=by, direct=pilots.values_list("user_id", flat=True))
    return call


def missing_for_publication(call: Call) -> list[str]:
    """Sentences on what a draft lacks; none where it may be published."""
    found = []
    pilots = call.pilots.prefetch_related("cities")
    if not any(pilot.places for pilot in pilots):
        found.append(_("No pilot offers a place yet."))
    if any(not pilot.cities.all() for pilot in pilots):
        found.append(_("A pilot of the catalogue has no city."))
    if call.closes_at <= timezone.now():
        found.append(_("The call would be closed already."))
    return found


@transaction.atomic
def extend(*, call: Call, closes_at: dt.datetime, reason: str, by: User) -> Call:
    """Kept open longer; whoever writes or wrote an application is told, and followers are."""
    call = _locked(call)
    if not call.is_published:
        raise Refused(_("A draft is changed, not extended."))
    if closes_at <= call.closes_at:
        raise Refused(_("This is not later than the call closes now."), "closes_day")
    if closes_at <= timezone.now():
        raise Refused(_("This is in the past."), "closes_day")
    Extension.objects.create(
        call=call, before=call.closes_at, after=closes_at, reason=reason, extended_by=by
    )
    call.closes_at = closes_at
    call.version += 1
    call.save(update_fields=["closes_at", "version"])
    applying = Application.objects.filter(call=call).values("city")
    people = Membership.objects.current().filter(city__in=applying)
    _tell(
        "call.extended",
        call,
        by=by,
        text=reason,
        direct=people.values_list("user_id", flat=True),
    )
    return call


def overtaken(pk: int) -> list[str]:
    """Sentences on the days of a call that now lie before it closes."""
    call = Call.objects.get(pk=pk)
    last = dates.in_zone(call.closes_at, call.time_zone).date()
    found = []
    if call.answers_on and call.answers_on < last:
        found.append(
            _("Cities were promised an answer before the call closes now. Change that day.")
        )
    if call.starts_on < last:
        found.append(_("The twinning would start before the call closes now. Change that day."))
    return found


@transaction.atomic
def discard(*, call: Call) -> None:
    """A draft that is not wanted; what was published stays."""
    call = _locked(call)
    if call.is_published:
        raise Refused(_("A published call stays, so that cities can read how it went."))
    call.delete()


def _locked(call: Call) -> Call:
    return Call.objects.select_for_update(of=("self",)).select_related("programme").get(pk=call.pk)


def _tell(verb: str, call: Call, *, by: User, direct: Iterable[int], text: str = "") -> None:
    events.record(
        verb=verb,
        by=by,
        title=call.title,
        text=text,
        url=call.get_absolute_url(),
        audience=[access.PUBLIC],
        subjects=[call.subject, call.programme.subject],
        direct=direct,
    )


def _free_slug(title: str) -> str:
    wanted = slugify(title, max_length=140) or "call"
    taken = set(Call.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    # Words that stand in addresses beside the calls.
    taken |= {"new"}
    if wanted not in taken:
        return wanted
    return next(s for n in range(2, len(taken) + 3) if (s := f"{wanted}-{n}") not in taken)
