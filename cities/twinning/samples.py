"""Two sample calls: one that is open, and one that has closed, with generated applications."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone

from cities.models import City, Domain, Lever, Programme
from cities.twinning.applications import actions as applying
from cities.twinning.applications import screening
from cities.twinning.applications.actions import Profile
from cities.twinning.calls import actions, catalogue
from cities.twinning.calls.catalogue import Entry
from cities.twinning.calls.plans import Plan, Wanted
from cities.twinning.enums import Screening
from cities.twinning.models import (
    Application,
    ApplicationFile,
    Call,
    CallPilot,
    Conflict,
    Decision,
    Declaration,
    Extension,
    MatchAnswer,
    MatchRun,
    Review,
    Ruling,
    Scheme,
    ScreeningVerdict,
    TwinGroup,
)
from cities.twinning.reviews import actions as reviewing
from cities.twinning.runs import actions as matching
from hub import documents, samples
from hub.editing import Written
from hub.models import User
from hub.wallclock import at_hour

ZONE = "Europe/Brussels"
GUIDELINES = """\
This is a **sample call**: try out how a city applies.

## Who is meant

Cities that want to learn from a pilot, and have one or two people with about twelve hours a month.

## What happens afterwards

Applications are screened, read by reviewers, and matched with pilots by what both want to learn.
Both cities say yes or no, with a reason.
"""


@dataclass(frozen=True)
class Pilot:
    cities: Sequence[str]
    places: int
    title: str
    domains: Sequence[str]
    levers: Sequence[str]


@dataclass(frozen=True)
class Wish:
    city: str
    #: Of the pilots, the first choice first.
    ranks: Sequence[str]
    domains: Sequence[str]
    levers: Sequence[str]
    needs: Sequence[str]
    author: str = "coordinator"
    is_sent: bool = True


PILOTS = (
    Pilot(["Umeå"], 2, "Low-carbon living in a cold climate", ["buildings", "consumption"],
          ["social-innovation", "democracy"]),
    Pilot(["Malmö"], 1, "Building without emissions, with the builders at the table",
          ["buildings", "energy"], ["governance", "finance"]),
    Pilot(["Uppsala"], 2, "A climate contract that companies sign too", ["energy", "mobility"],
          ["governance", "democracy"]),
    Pilot(["Leuven"], 1, "A foundation that carries the city's climate work",
          ["buildings", "mobility"], ["governance", "social-innovation"]),
    Pilot(["Klagenfurt", "Vilnius"], 1, "Public transport that people choose",
          ["mobility"], ["technology", "finance"]),
)  # fmt: skip
OPEN = (
    Wish("Helsingborg", ["Umeå", "Leuven"], ["mobility", "consumption"], ["social-innovation"],
         ["What makes companies share their deliveries?"], "lead.helsingborg"),
    Wish("Landskrona", ["Malmö", "Uppsala"], ["buildings", "energy"], ["governance"],
         ["How do we renovate rented flats without moving anybody out?"], "staff.landskrona"),
    Wish("Höganäs", ["Uppsala"], ["energy"], ["finance"],
         ["Who pays for charging in a commuter town?"], "staff.hoganas"),
    Wish("Lund", ["Leuven"], ["buildings"], ["governance"],
         ["How does a city hand its climate work to many?"], "lead.lund", is_sent=False),
)  # fmt: skip
CLOSED = (
    Wish("Luleå", ["Umeå"], ["buildings", "consumption"], ["democracy"],
         ["How do people in the north change how they live?"]),
    Wish("Würzburg", ["Umeå", "Leuven"], ["buildings"], ["social-innovation", "democracy"],
         ["How do we bring residents into renovating a district?"]),
    Wish("Wiesbaden", ["Malmö", "Leuven"], ["buildings", "energy"], ["governance", "finance"],
         ["How do we agree with builders on what is built with?"]),
    Wish("Braga", ["Uppsala", "Leuven"], ["mobility", "energy"], ["governance"],
         ["How do companies come to sign a climate contract?"]),
    Wish("Riga", ["Uppsala", "Klagenfurt"], ["mobility", "energy"], ["democracy", "governance"],
         ["How is a climate contract followed up each year?"]),
    Wish("Lund", ["Leuven", "Uppsala"], ["buildings", "mobility"], ["governance"],
         ["How does a city hand its climate work to many?"]),
)  # fmt: skip


#: More was asked of it in the screening.
ASKED = "Riga"


def load() -> None:
    if Call.objects.filter(is_sample=True).exists():
        return
    now = timezone.now()
    first = now - dt.timedelta(days=60)
    closed = _call("Twinning call, cohort 6 (sample)", 6, now, dt.timedelta(days=1))
    _apply(closed, CLOSED)
    _call_that_stays(now)
    # What was sent in was sent while the window was open; then it is moved into the past.
    days = (first.date(), (first + dt.timedelta(days=40)).date())
    opened, shut = (at_hour(day, dt.time(17), ZONE) for day in days)
    Call.objects.filter(pk=closed.pk).update(opens_at=opened, closes_at=shut)
    sent = Application.objects.filter(call=closed)
    sent.update(submitted_at=first + dt.timedelta(days=20))
    readers = [(it, samples.person("reviewer")) for it in sent.order_by("pk")[:3]]
    reviewing.assign(call=closed, pairs=readers, by=samples.person("coordinator"))
    _screen(closed)
    match(closed)


def _screen(call: Call) -> None:
    """All pass; one of them after it was asked for more."""
    by = samples.person("coordinator")
    for it in Application.objects.filter(call=call).select_related("started_by", "city"):
        if it.city.name == ASKED:
            screening.screen(
                application=it,
                verdict=Screening.MORE,
                reason="What can your city share in return?",
                reopened=["offers"],
                until=timezone.now() + dt.timedelta(days=7),
                by=by,
            )
            applying.submit(application=it, by=it.started_by)
        reason = "Within the rules of the call."
        screening.screen(application=it, verdict=Screening.PASS, reason=reason, by=by)


def match(call: Call) -> MatchRun:
    """A run that is done, as a draft that nobody has been asked about."""
    # Only here: it brings numpy and scipy.
    from cities.twinning.runs import computing

    by = samples.person("coordinator")
    run = matching.create(call=call, by=by, name="First try (sample)")
    matching.start(run=run, by=by)
    computing.run(run.pk)
    run.refresh_from_db()
    return run


def _call_that_stays(now: dt.datetime) -> None:
    found = _call("Twinning call, cohort 7 (sample)", 7, now, dt.timedelta(days=30))
    _apply(found, OPEN)


def _call(title: str, cohort: int, now: dt.datetime, left: dt.timedelta) -> Call:
    by = samples.person("coordinator")
    closes = at_hour((now + left).date(), dt.time(17), ZONE)
    plan = Plan(
        title=title,
        cohort=cohort,
        guidelines=GUIDELINES,
        opens_at=at_hour((now - dt.timedelta(days=20)).date(), dt.time(9), ZONE),
        closes_at=closes,
        time_zone=ZONE,
        answers_on=(closes + dt.timedelta(days=45)).date(),
        starts_on=(closes + dt.timedelta(days=100)).date(),
    )
    programme = Programme.objects.get(slug="twinning-learning-programme")
    made = actions.create(programme=programme, plan=plan, by=by, is_sample=True)
    actions.write_rules(
        call=made,
        rules=[
            Wanted("population-least", number=10_000),
            Wanted("not-pilot"),
            Wanted("person", words="A climate plan, or a decision to write one"),
        ],
        by=by,
    )
    for pilot in PILOTS:
        catalogue.add(call=made, entry=_entry(pilot))
    return actions.publish(call=made, by=by)


def _entry(pilot: Pilot) -> Entry:
    return Entry(
        title=pilot.title,
        cities=list(City.objects.filter(name__in=pilot.cities)),
        places=pilot.places,
        domains=_domains(pilot.domains),
        levers=_levers(pilot.levers),
        languages=["en"],
    )


def _apply(call: Call, wishes: Iterable[Wish]) -> None:
    pilots = {row.city.name: p for p in _catalogue(call) for row in p.loaded_cities}
    for wish in wishes:
        by = samples.person(wish.author)
        city = City.objects.get(name=wish.city)
        it = applying.begin(call=call, city=city, by=by, is_sample=True)
        _write(it, wish, [pilots[name] for name in wish.ranks], by=by)
        if wish.is_sent:
            applying.submit(application=it, by=by)


def _write(it: Application, wish: Wish, ranks: list[CallPilot], *, by: User) -> None:
    profile = Profile(
        names=frozenset({"domains", "levers", "languages", "needs", "ranks", "contacts"}),
        domains=_domains(wish.domains),
        levers=_levers(wish.levers),
        languages=["en"],
        needs=[(need, None) for need in wish.needs],
        ranks=ranks,
        contacts=[(f"{wish.city}, city staff (sample)", "staff@example.org", "Climate strategist")],
    )
    applying.write_profile(application=it, profile=profile, version=it.version, by=by)
    asked = it.call.scheme.questions.filter(is_required=True)
    texts = [Written(q.code, f"{wish.needs[0]} (a generated answer)", 0) for q in asked]
    applying.write_answers(application=it, texts=texts, by=by)


def _catalogue(call: Call) -> list[CallPilot]:
    return list(CallPilot.objects.filter(call=call).with_cities())


def _domains(codes: Iterable[str]) -> list[Domain]:
    return list(Domain.objects.filter(code__in=list(codes)))


def _levers(starts: Iterable[str]) -> list[Lever]:
    wanted = Q()
    for start in starts:
        wanted |= Q(code__startswith=start)
    return list(Lever.objects.filter(wanted))


def remove() -> None:
    """The sample calls with all that was sent to them, and what sample people began elsewhere."""
    theirs = samples.people()
    calls = Call.objects.filter(Q(is_sample=True) | Q(made_by__in=theirs))
    touched: tuple[str, ...] = ("started_by", "changed_by", "submitted_by", "withdrawn_by")
    touched += ("answers__changed_by", "files__added_by")
    own = Q(call__in=calls) | Q(is_sample=True)
    for name in touched:
        own |= Q(**{f"{name}__in": theirs})
    _remove_runs(calls, theirs)
    _remove_applications(Application.objects.filter(own))
    _remove_judgements(theirs)
    ScreeningVerdict.objects.filter(given_by__in=theirs).delete()
    Application.objects.filter(screened_by__in=theirs).update(
        screening="",
        screening_reason="",
        screened_at=None,
        screened_by=None,
        reopened=[],
        reopened_until=None,
    )
    samples.forget(*(f"call:{pk}" for pk in calls.values_list("pk", flat=True)))
    calls.delete()
    Extension.objects.filter(extended_by__in=theirs).delete()
    Call.objects.filter(published_by__in=theirs).update(published_by=None, published_at=None)
    Scheme.objects.filter(made_by__in=theirs, settled_at=None).delete()
    Scheme.objects.filter(made_by__in=theirs).update(made_by=None)


def _remove_runs(calls: QuerySet[Call], theirs: QuerySet[User]) -> None:
    """Those of sample calls with the groups that came of them, and what sample people did."""
    groups = TwinGroup.objects.filter(matches__run__call__in=calls).distinct()
    ids = list(groups.values_list("pk", flat=True))
    samples.forget(*(f"group:{pk}" for pk in ids))
    TwinGroup.objects.filter(pk__in=ids).delete()
    MatchAnswer.objects.filter(answered_by__in=theirs).delete()
    Ruling.objects.filter(made_by__in=theirs).delete()
    own = Q(call__in=calls)
    for name in ("made_by", "started_by", "published_by", "ended_by"):
        own |= Q(**{f"{name}__in": theirs})
    MatchRun.objects.filter(own).delete()


def _remove_judgements(theirs: QuerySet[User]) -> None:
    """What sample people reviewed and decided of applications that stay."""
    for model, names in (
        (Review, ("reviewer", "assigned_by", "removed_by")),
        (Declaration, ("reviewer",)),
        (Conflict, ("reviewer",)),
        (Decision, ("decided_by", "told_by")),
    ):
        own = Q()
        for name in names:
            own |= Q(**{f"{name}__in": theirs})
        model._default_manager.filter(own).delete()


def _remove_applications(found: QuerySet[Application]) -> None:
    ids = list(found.values_list("pk", flat=True))
    papers = ApplicationFile.objects.filter(application__in=ids).select_related("file")
    files = [paper.file for paper in papers]
    samples.forget(*(f"application:{pk}" for pk in ids))
    Application.objects.filter(pk__in=ids).delete()
    for file in files:
        documents.discard(file)
