"""Calls of each stage, a draft application with a secret, one sent in, one that asks for more."""

import datetime as dt
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from cities.models import City, Domain, Programme
from cities.twinning.applications import actions as applying
from cities.twinning.applications.screening import screen
from cities.twinning.calls import actions, catalogue
from cities.twinning.calls.catalogue import Entry
from cities.twinning.calls.plans import Plan, Wanted
from cities.twinning.decisions import actions as decisions
from cities.twinning.enums import Outcome, Screening
from cities.twinning.models import (
    Application,
    Call,
    CallPilot,
    Criterion,
    Decision,
    Milestone,
    Module,
    PlanSection,
    Question,
    Scheme,
)
from hub.editing import Written
from tests.worlds import World

ZONE = "Europe/Stockholm"


def build(world: World) -> None:
    cast = world.cast
    world["scheme_syd"] = scheme_of(cast.syd)
    world["call_open"] = _call(world, "Call for heat")
    world["call_draft"] = actions.create(
        programme=cast.syd,
        plan=plan(world.secret_text("call draft", "coordinator")),
        by=cast.carol,
    )
    pilot_of(world["call_draft"], cast.leuven)
    world["call_closed"] = _call(world, "Call of last year")
    _fill(world)
    shut(world["call_closed"])


def scheme_of(programme: Programme, number: int = 1) -> Scheme:
    """A small settled template with one row of each kind."""
    made = Scheme.objects.create(programme=programme, number=number)
    names: dict[str, Any] = {"scheme": made, "name_en": "First", "name_sv": "Första", "position": 1}
    Module.objects.create(**names, first_month=1, last_month=5)
    Milestone.objects.create(**names, month=2)
    PlanSection.objects.create(**names, code="context")
    Question.objects.create(**names, code="challenge", longest=500)
    Criterion.objects.create(**names)
    made.settled_at = timezone.now()
    made.save()
    return made


def plan(title: str, **changes: Any) -> Plan:
    now = timezone.now().replace(microsecond=0)
    facts: dict[str, Any] = {
        "opens_at": now - dt.timedelta(days=2),
        "closes_at": now + dt.timedelta(days=20),
        "time_zone": ZONE,
        "starts_on": (now + dt.timedelta(days=90)).date(),
        "answers_on": (now + dt.timedelta(days=40)).date(),
        "guidelines": "## Who is meant\n\nCities.",
    }
    return Plan(title=title, **(facts | changes))


def pilot_of(call: Call, *cities: City, places: int = 1) -> CallPilot:
    entry = Entry(title="Heat for all", cities=cities, places=places, offers="How owners agree")
    return catalogue.add(call=call, entry=entry)


def _call(world: World, title: str) -> Call:
    cast = world.cast
    made = actions.create(programme=cast.syd, plan=plan(title), by=cast.carol)
    rules = [Wanted("not-pilot"), Wanted("person", words="It has a climate plan")]
    actions.write_rules(call=made, rules=rules, by=cast.carol)
    world[f"pilot_{made.slug.replace('-', '_')}"] = pilot_of(made, cast.malmo, places=2)
    return actions.publish(call=made, by=cast.carol)


def _fill(world: World) -> None:
    cast = world.cast
    drafted = applying.begin(call=world["call_open"], city=cast.lund, by=cast.bob)
    world["application_draft"] = written(
        drafted, cast.bob, world.secret_text("application draft", "lead", "staff"), only_text=True
    )
    paper = SimpleUploadedFile("letter.txt", b"We want to learn.", "text/plain")
    world["application_file"] = applying.add_file(
        application=world["application_draft"], title="Letter", upload=paper, by=cast.bob
    )
    sent = applying.begin(call=world["call_open"], city=cast.leuven, by=cast.mallory)
    words = world.secret_text("application sent", "foreign", "coordinator")
    world["application_sent"] = written(sent, cast.mallory, words)
    world["application_sent"] = applying.submit(
        application=world["application_sent"], by=cast.mallory
    )
    world["decision_waiting"] = decided(world, world["application_sent"])
    more = applying.begin(call=world["call_closed"], city=cast.lund, by=cast.bob)
    words = world.secret_text("application more", "lead", "staff", "coordinator")
    world["application_more"] = written(more, cast.bob, words)
    applying.submit(application=world["application_more"], by=cast.bob)
    screen(
        application=world["application_more"],
        verdict=Screening.MORE,
        reason="Who decides?",
        reopened=["offers", "files"],
        until=timezone.now() + dt.timedelta(days=5),
        by=cast.carol,
    )


def written(it: Application, by: Any, words: str, *, only_text: bool = False) -> Application:
    """With something in every part, so that it can be sent in."""
    question = it.call.scheme.questions.get()
    texts = [Written(question.code, words, 0)]
    applying.write_answers(application=it, texts=texts, by=by)
    if only_text:
        return it
    ranked = list(CallPilot.objects.filter(call=it.call)[:1])
    profile = applying.Profile(
        names=frozenset({"domains", "languages", "needs", "ranks", "contacts"}),
        domains=list(Domain.objects.all()[:1]),
        languages=["en"],
        needs=[("How do owners agree?", None)],
        ranks=ranked,
        contacts=[("Bo Ek", "bo@example.org", "Strategist")],
    )
    return applying.write_profile(application=it, profile=profile, version=it.version, by=by)


def shut(call: Call) -> None:
    """Its window is over; what was sent in was sent within it."""
    past = timezone.now() - dt.timedelta(days=300)
    Call.objects.filter(pk=call.pk).update(opens_at=past, closes_at=past + dt.timedelta(days=20))
    Application.objects.filter(call=call).update(submitted_at=past + dt.timedelta(days=1))
    call.refresh_from_db()


def one_more_call(world: World, number: int) -> Call:
    made = actions.create(
        programme=world.cast.syd, plan=plan(f"Call {number}"), by=world.cast.carol
    )
    pilot_of(made, world.cast.malmo)
    return actions.publish(call=made, by=world.cast.carol)


def one_more_application(world: World, number: int, call: str = "call_open") -> Application:
    city = City.objects.create(
        name=f"City {number}",
        slug=f"applying-{number}-{City.objects.count()}",
        country="BE",
        latitude=51,
        longitude=4,
    )
    made = applying.begin(call=world[call], city=city, by=world.cast.mallory)
    written(made, world.cast.mallory, f"Words {number}")
    return applying.submit(application=made, by=world.cast.mallory)


def one_more_pilot(world: World, number: int) -> CallPilot:
    return pilot_of(world["call_open"], world.cast.leuven)


def no_calls(world: World) -> None:
    Application.objects.all().delete()
    Call.objects.all().delete()


def no_calls_but_open(world: World) -> None:
    Application.objects.all().delete()


def decided(world: World, it: Application) -> Decision:
    """Taken in, with a letter that waits to be read through."""
    words = {of: decisions.Words("Your application", "Dear {city}, {note}") for of in Outcome}
    decisions.write(
        call=it.call, decisions={it: ("taken", "Well done")}, letters=words, by=world.cast.carol
    )
    return Decision.objects.get(application=it)


def one_more_decided(world: World, number: int) -> Decision:
    return decided(world, one_more_application(world, number))
