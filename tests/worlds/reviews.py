"""A reviewer who has declared, one with a conflict, and their reviews of one application."""

from django.core.files.uploadedfile import SimpleUploadedFile

from cities.enums import Role
from cities.models import City, Membership
from cities.twinning.applications import actions as applying
from cities.twinning.calls import actions as calls
from cities.twinning.models import Application, Review
from cities.twinning.reviews import actions
from tests.worlds import World
from tests.worlds.calls import one_more_application, pilot_of, plan, scheme_of, written


def build(world: World) -> None:
    """Rita and Alice review for another programme than the one that they belong to."""
    cast = world.cast
    for person in (cast.rita, cast.alice):
        Membership.objects.create(user=person, programme=cast.twinning, role=Role.REVIEWER)
    # The first is that of the groups.
    scheme_of(cast.twinning, number=2)
    wanted = plan("Call for readers")
    draft = calls.create(programme=cast.twinning, plan=wanted, by=cast.ada)
    pilot_of(draft, cast.malmo)
    world["call_reviewed"] = call = calls.publish(call=draft, by=cast.ada)
    city = City.objects.create(name="Espoo", slug="espoo", country="FI", latitude=60, longitude=24)
    it = applying.begin(call=call, city=city, by=cast.mallory)
    words = world.secret_text("application reviewed", "researcher")
    written(it, cast.mallory, words)
    paper = SimpleUploadedFile("plan.txt", b"A plan.", "text/plain")
    world["paper_reviewed"] = applying.add_file(
        application=it, title="Plan", upload=paper, by=cast.mallory
    )
    sent = applying.submit(application=it, by=cast.mallory)
    world["application_reviewed"] = sent
    actions.declare(call=call, conflicts={}, by=cast.rita)
    # Alice has a conflict with it, and must meet no word of it.
    actions.assign(call=call, pairs=[(sent, cast.rita), (sent, cast.alice)], by=cast.ada)
    actions.declare(call=call, conflicts={city: "A colleague"}, by=cast.alice)
    world["review_rita"] = Review.objects.get(application=sent, reviewer=cast.rita)
    world["review_alice"] = Review.objects.get(application=sent, reviewer=cast.alice)

    world["application_unread"] = one_more_application(world, 7000, "call_reviewed")


def one_more_review(world: World, number: int) -> Review:
    it = one_more_application(world, number, "call_reviewed")
    actions.assign(call=world["call_reviewed"], pairs=[(it, world.cast.rita)], by=world.cast.ada)
    return Review.objects.get(application=it)


def nothing_to_review(world: World) -> None:
    Application.objects.all().delete()
