"""A call with a pilot, and an application with something in every part."""

from typing import Any

import pytest

from cities.models import City, Domain
from cities.twinning.applications import actions as applying
from cities.twinning.applications.actions import Profile
from cities.twinning.calls import actions
from cities.twinning.models import Application, Call, CallPilot
from hub.editing import Written
from hub.models import User
from tests.conftest import Cast
from tests.worlds.calls import pilot_of, plan, scheme_of


@pytest.fixture
def domain(db: None) -> Domain:
    return Domain.objects.create(code="energy", name_en="Energy", name_sv="Energi")


@pytest.fixture
def call(cast: Cast, domain: Domain) -> Call:
    """Open, with Malmö's pilot; Carol coordinates it."""
    scheme_of(cast.syd)
    return made(cast)


def made(cast: Cast, title: str = "Call for heat", **changes: Any) -> Call:
    found = actions.create(programme=cast.syd, plan=plan(title, **changes), by=cast.carol)
    pilot_of(found, cast.malmo)
    return actions.publish(call=found, by=cast.carol)


def begun(call: Call, city: City, by: User) -> Application:
    return applying.begin(call=call, city=city, by=by)


def whole(call: Call, city: City, by: User) -> Application:
    """Ready to be sent in."""
    it = begun(call, city, by)
    question = call.scheme.questions.get()
    applying.write_answers(application=it, texts=[Written(question.code, "Cold", 0)], by=by)
    profile = Profile(
        names=frozenset({"domains", "languages", "needs", "ranks", "contacts"}),
        domains=list(Domain.objects.all()[:1]),
        languages=["en"],
        needs=[("How do owners agree?", None)],
        ranks=list(CallPilot.objects.filter(call=call)),
        contacts=[("Bo Ek", "bo@example.org", "")],
    )
    return applying.write_profile(application=it, profile=profile, version=it.version, by=by)
